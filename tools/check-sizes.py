#!/usr/bin/env python3
"""Files over 500 lines and functions over 90 are named, with the reason, in tools/size-exceptions.txt.

A line there is "path: why" or "path function: why". Lines over 100 columns are clang-format's matter.
"""

from style_source import blank, exceptions, expect, finish, functions, read, sources

FILE_MAX = 500
FUNCTION_MAX = 90


def check(path, text, known):
    problems = []
    lines = text.count("\n")
    if lines > FILE_MAX and path not in known:
        problems.append(f"{path}: {lines} lines, over {FILE_MAX}: which two things is it?")
    for name, first, last, _ in functions(blank(text)):
        length = last - first + 1
        if length > FUNCTION_MAX and f"{path} {name}" not in known:
            problems.append(f"{path}:{first}: function {name} has {length} lines, over {FUNCTION_MAX}")
    return problems


def test_itself():
    body = "  x();\n" * 100
    expect(check("a.cpp", f"Result<int> Thing::f(int a) const {{\n{body}}}\n", {}), "a long function")
    expect(check("a.cpp", f"Thing::Thing(int a) : a_(a), b_{{1}} {{\n{body}}}\n", {}), "a long constructor")
    expect(not check("a.cpp", f"namespace a {{\nclass B {{\n void f() {{ x(); }}\n{'  int x;' * 3}\n}};\n{'int y;' * 3}\n}}\n", {}), "no function")
    expect(not check("a.cpp", "class C {\n" + "  void f() {\n    x();\n  }\n" * 60 + "};\n", {}), "a class of short functions")
    expect(check("a.cpp", "int x;\n" * 501, {}), "a long file")
    expect(not check("a.cpp", "int x;\n" * 501, {"a.cpp": "why"}), "an exception")


def main():
    test_itself()
    known = exceptions("size-exceptions.txt")
    problems, present = [], set(sources("src", "bench", "fuzz"))
    for path in sorted(present):
        problems += check(path, read(path), known)
    for key, why in known.items():
        if key.split()[0] not in present:
            problems.append(f"tools/size-exceptions.txt names {key}, which does not exist")
        if not why:
            problems.append(f"tools/size-exceptions.txt gives no reason for {key}")
    finish(problems, "sizes")


main()
