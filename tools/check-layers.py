#!/usr/bin/env python3
"""Includes point down: app -> feature -> platform -> engine, adapter -> base.

A feature never includes another; an engine includes only base and engines; third-party headers stay in the
few files named below; modules do not include each other in circles.
"""

import re

from style_source import expect, finish, line_of, read, sources

RANK = {"base": 0, "engine": 1, "adapter": 1, "platform": 2, "feature": 3, "app": 4}

# Header prefix: where it may be included. Small headers of ours stand in front of each.
THIRD_PARTY = {
    "boost/json": ["src/base/json_read.cpp"],
    "boost/asio": ["src/adapter/net/"],
    "boost/beast": ["src/adapter/net/"],
    "boost/": ["src/adapter/net/"],
    "openssl/": ["src/base/", "src/adapter/", "src/engine/jose/", "src/engine/sprig/"],
    "curl/": ["src/adapter/http_client/"],
    "git2.h": ["src/adapter/git/"],
    "sqlite3.h": ["src/adapter/sqlite/"],
    "nghttp2/": ["src/adapter/net/"],
    "zlib.h": ["src/adapter/", "src/platform/web/", "src/engine/spdy/headers.cpp", "src/engine/helm/archive.cpp",
               "src/engine/helm/load_test.cpp"],
    "re2/": ["src/engine/"],
    "yaml.h": ["src/base/yaml_read.cpp"],
    "CLI/": ["src/app/command_line.cpp"],
    "fmt/": ["src/", "bench/", "fuzz/"],
    "doctest/": ["src/", "tests/"],
    "benchmark/": ["bench/"],
}
# Of these, headers of ours may not include what would make them heavy for everybody.
ONLY_IN_CPP = ["boost/", "curl/", "nghttp2/", "CLI/", "re2/", "yaml.h", "sqlite3.h"]
HEADER_ALLOWED = ["src/adapter/net/"]
SYSTEM = re.compile(r"^(sys|arpa|netinet|net|linux|bits)/|^[a-z_]+\.h$")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def module_of(path):
    parts = path.split("/")
    if parts[0] in ("base", "app"):
        return parts[0]
    return "/".join(parts[:2])


def check(path, text):
    problems = []
    inner = path[len("src/"):]
    layer = inner.split("/")[0]
    for match in INCLUDE.finditer(text):
        kind, name = match.groups()
        where = f"{path}:{line_of(text, match.start())}"
        if kind == '"':
            other = name.split("/")[0]
            if other not in RANK:
                problems.append(f'{where}: "{name}" does not begin with a layer')
            elif RANK[other] > RANK[layer] or (layer == "engine" and other == "adapter"):
                problems.append(f'{where}: {layer} includes "{name}", which lies above it')
            elif layer == other == "feature" and module_of(inner) != module_of(name):
                problems.append(f'{where}: {module_of(inner)} includes another feature, "{name}"')
        else:
            problems += third_party(where, path, name)
    return problems


def third_party(where, path, name):
    for prefix in sorted(THIRD_PARTY, key=len, reverse=True):
        if name.startswith(prefix):
            if not any(path.startswith(place) for place in THIRD_PARTY[prefix]):
                return [f"{where}: <{name}> is included only in {', '.join(THIRD_PARTY[prefix])}"]
            heavy = any(name.startswith(p) for p in ONLY_IN_CPP)
            if heavy and path.endswith(".hpp") and not any(path.startswith(p) for p in HEADER_ALLOWED):
                return [f"{where}: <{name}> belongs in a .cpp file, behind a small header of ours"]
            return []
    if "/" in name and not SYSTEM.match(name):
        return [f"{where}: <{name}> is a new third-party header: name it in tools/check-layers.py"]
    return []


def cycles(graph):
    """Each circle of modules once, as a path."""
    found, done = [], set()

    def visit(module, trail):
        if module in trail:
            circle = trail[trail.index(module):] + [module]
            if frozenset(circle) not in {frozenset(c) for c in found}:
                found.append(circle)
            return
        if module in done:
            return
        for other in sorted(graph.get(module, ())):
            visit(other, trail + [module])
        done.add(module)

    for module in sorted(graph):
        visit(module, [])
    return found


def test_itself():
    expect(check("src/base/a.cpp", '#include "engine/x/x.hpp"\n'), "an include upwards")
    expect(check("src/engine/a/a.cpp", '#include "adapter/x/x.hpp"\n'), "an engine that includes an adapter")
    expect(check("src/feature/a/a.cpp", '#include "feature/b/b.hpp"\n'), "a feature that includes another")
    expect(check("src/feature/a/a.cpp", "#include <curl/curl.h>\n"), "a third-party header in the wrong place")
    expect(check("src/app/a.cpp", "#include <unknown/lib.hpp>\n"), "an unknown third-party header")
    expect(not check("src/feature/a/a.cpp", '#include "feature/a/b.hpp"\n#include <vector>\n#include <sys/stat.h>\n'), "all fine")
    expect(cycles({"a": {"b"}, "b": {"c"}, "c": {"a"}}), "a circle")
    expect(not cycles({"a": {"b", "c"}, "b": {"c"}}), "no circle")


def main():
    test_itself()
    problems, graph = [], {}
    for path in sources("src"):
        text = read(path)
        problems += check(path, text)
        if path.endswith("_test.cpp"):
            continue
        module = module_of(path[len("src/"):])
        for kind, name in INCLUDE.findall(text):
            if kind == '"' and name.split("/")[0] in RANK and module_of(name) != module:
                graph.setdefault(module, set()).add(module_of(name))
    for circle in cycles(graph):
        problems.append(f"modules include each other in a circle: {' -> '.join(circle)}")
    finish(problems, "layers")


main()
