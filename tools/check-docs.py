#!/usr/bin/env python3
"""What the documents name exists: relative links with their anchors, and every path of ours in the text."""

import os
import re

from style_source import ROOT, expect, finish, read

LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"(?<![\w/.:-])((?:src|web/src|tools|tests|bench|fuzz|examples|deploy|docs|cmake)/[\w./-]*[\w/])")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.M)


def documents():
    found = [name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md") if os.path.exists(os.path.join(ROOT, name))]
    for folder in ("docs", "tests", "fuzz", "bench", "tools", "web", "examples", "deploy", "src"):
        for where, folders, names in os.walk(os.path.join(ROOT, folder)):
            folders[:] = [f for f in folders if f not in ("node_modules", "dist", "testdata", "corpus")]
            found += [os.path.relpath(os.path.join(where, name), ROOT) for name in names if name.endswith(".md")]
    return sorted(found)


def anchors(text):
    """As GitHub makes them."""
    result = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", lambda m: m.group(1) or "", heading)
        result.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return result


def check(path, text, exists, anchors_of):
    problems = []
    prose = FENCE.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)), text)
    for match in LINK.finditer(prose):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z][a-z0-9+.-]*:", target):
            continue
        line = prose.count("\n", 0, match.start()) + 1
        file, _, anchor = target.partition("#")
        resolved = os.path.normpath(os.path.join(os.path.dirname(path), file)) if file else path
        if not exists(resolved):
            problems.append(f"{path}:{line}: link to {target}, which does not exist")
        elif anchor and resolved.endswith(".md") and anchor not in anchors_of(resolved):
            problems.append(f"{path}:{line}: link to {target}: there is no such heading")
    for match in PATH.finditer(text):
        named = match.group(1).rstrip("./")
        behind = text[match.end(): match.end() + 1]
        if behind in "*{<$" and behind or "..." in named:
            continue
        line = text.count("\n", 0, match.start()) + 1
        beside = os.path.normpath(os.path.join(os.path.dirname(path), named))
        if not exists(named) and not exists(beside):
            problems.append(f"{path}:{line}: names {named}, which does not exist")
    return problems


def test_itself():
    world = {"docs/a.md", "docs/b.md", "src/base/value.hpp", "src/base"}
    exists, headings = world.__contains__, lambda _: {"a-heading"}
    expect(check("docs/a.md", "[x](c.md)", exists, headings), "a broken link")
    expect(check("docs/a.md", "[x](b.md#nothing)", exists, headings), "a broken anchor")
    expect(check("docs/a.md", "see `src/base/gone.hpp`", exists, headings), "a path that is gone")
    expect(not check("docs/a.md", "[x](b.md#a-heading) `src/base/value.hpp`, src/base/ and http://x/src/y [y](https://z)", exists, headings),
           str(check("docs/a.md", "[x](b.md#a-heading) `src/base/value.hpp`, src/base/ and http://x/src/y", exists, headings)))
    expect("a-heading" in anchors("## A *heading*\n"), "anchors")


def main():
    test_itself()
    problems = []
    for path in documents():
        problems += check(path, read(path), lambda p: os.path.exists(os.path.join(ROOT, p)), lambda p: anchors(read(p)))
    finish(problems, "documents")


main()
