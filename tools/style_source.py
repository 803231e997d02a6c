"""What the style checks share: finding sources, blanking comments and strings, telling functions apart.

Lexical on purpose: quick, no compiler needed, and good enough for code that clang-format has laid out.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def sources(*folders, suffixes=(".cpp", ".hpp")):
    """Paths relative to the root, sorted."""
    found = []
    for folder in folders or ("src",):
        for where, folders_here, names in os.walk(os.path.join(ROOT, folder)):
            folders_here[:] = [f for f in folders_here if f not in ("node_modules", "build", ".git", "dist")]
            for name in names:
                if name.endswith(suffixes):
                    found.append(os.path.relpath(os.path.join(where, name), ROOT))
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


_TOKEN = re.compile(
    r'R"(?P<mark>[^()\\ \t\n]{0,16})\((?:.|\n)*?\)(?P=mark)"'  # raw string
    r"|//(?:[^\n\\]|\\(?:.|\n))*"
    r"|/\*(?:.|\n)*?\*/"
    r'|"(?:[^"\\\n]|\\(?:.|\n))*"'
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)+'"
)


def blank(text):
    """The text with comments and the content of literals made blank; lines stay where they are."""

    def erase(match):
        found = match.group(0)
        hidden = re.sub(r"[^\n]", " ", found)
        if found.startswith("//") or found.startswith("/*"):
            return hidden
        return '"' + hidden[1:-1] + '"' if len(found) >= 2 and "\n" not in found else hidden

    return _TOKEN.sub(erase, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


_CONTROL = re.compile(r"\b(if|for|while|switch|catch|do|else|try|return|co_return|co_await|case)\b")
_TYPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_NAME = re.compile(r"(~?\w+|operator\s*\S+?)\s*\($")


def functions(blanked):
    """(name, first line, last line, body) of each function with a body, lambdas inside counted in."""
    result = []
    stack = []  # (kind, segment start, offset of the brace, name)
    segment = 0
    last_function = None
    offset = 0
    for offset, char in enumerate(blanked):
        if char == "{":
            head = blanked[segment:offset]
            inside = any(kind == "function" for kind, _, _, _ in stack)
            kind, name = "block", ""
            if not inside:
                continued = last_function is not None and re.match(r"^\s*(,[^;]*)?$", head)
                if continued:  # behind a brace of a constructor's initialisers
                    kind, name = "function", last_function[0]
                    segment = last_function[1]
                elif re.search(r"\)\s*(const|noexcept|override|final|mutable|->[^;{}]*|:[^;{}]*|try|&{1,2}|requires[^;{}]*|\s)*$", head) \
                        and "(" in head and not _CONTROL.search(head.split("(")[0]) \
                        and not (_TYPE.search(head.split("(")[0]) and not re.search(r"\)\s", head)):
                    before = re.sub(r"<[^<>]*>", "", head.split("(")[0] + "(")
                    match = _NAME.search(before.strip()) or re.search(r"(\w+)\s*\($", before)
                    kind, name = "function", match.group(1) if match else "?"
                elif re.search(r":[^;{}]*\w\s*$", head) and "(" in head and ")" in head and "=" not in head.split("(")[0]:
                    match = re.search(r"(~?\w+)\s*\($", head.split("(")[0] + "(")
                    kind, name = "function", match.group(1) if match else "?"
            stack.append((kind, segment, offset, name))
            last_function = None
            segment = offset + 1
        elif char == "}":
            last_function = None
            if stack:
                kind, start, brace, name = stack.pop()
                if kind == "function":
                    begin = start + len(blanked[start:brace]) - len(blanked[start:brace].lstrip())
                    result.append((name, line_of(blanked, begin), line_of(blanked, offset), blanked[brace : offset + 1]))
                    last_function = (name, start)
            segment = offset + 1
        elif char == ";":
            segment = offset + 1
            last_function = None
    return result


def exceptions(name):
    """Lines "path [function]: why" of tools/NAME as a dictionary."""
    known = {}
    path = os.path.join(ROOT, "tools", name)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                line = line.strip()
                if line and not line.startswith("#"):
                    key, _, why = line.partition(":")
                    known[" ".join(key.split())] = why.strip()
    return known


def finish(problems, what):
    """Prints what was found and ends the program: 0 clean, 1 not."""
    for problem in problems:
        print(problem)
    print(f"{what}: {len(problems)} problem{'' if len(problems) == 1 else 's'}")
    sys.exit(1 if problems else 0)


def expect(condition, why):
    """For a check's test of itself, which runs every time: a check that finds nothing proves nothing."""
    if not condition:
        print(f"the check itself is broken: {why}")
        sys.exit(2)
