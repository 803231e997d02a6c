#!/usr/bin/env python3
"""Calls that have a better way here. An exception is a line "path rule: why" in tools/banned-exceptions.txt."""

import re

from style_source import blank, exceptions, expect, finish, line_of, read, sources

# name, pattern, why, folders where it is allowed
RULES = [
    ("regex", r"\bstd::w?regex\b|#\s*include\s*<regex>", "std::regex is slow and can overflow the stack: RE2", []),
    ("sleep", r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\(|::sleep\s*\(", "nothing sleeps outside base: a Clock's timer", ["src/base/"]),
    ("clock", r"\b(?:system|steady|high_resolution)_clock::now\b|\bgettimeofday\s*\(|\bclock_gettime\s*\(|\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)",
     "time is a parameter: Clock::now() or monotonic()", ["src/base/"]),
    ("c-string", r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|strtok|strncpy|alloca)\s*\(", "unsafe C string function", []),
    ("ato", r"\b(?:atoi|atol|atof|atoll)\s*\(", "cannot tell failure: std::from_chars", []),
    ("random", r"\b(?:rand|srand|random)\s*\(\s*\)|\bstd::random_device\b|\bstd::mt19937\w*\b", "randomness is injected: base/ids.hpp", ["src/base/"]),
    ("shell", r"\bstd::system\s*\(|^\s*system\s*\(|\bpopen\s*\(", "no shell: adapter/process", []),
    ("console", r"\bstd::(?:cout|cerr)\b", "log, or the command's terminal", ["src/app/"]),
    ("throw", r"\bthrow\b(?!\s*\()", "expected failures are values: Result", []),
    ("using", r"\busing namespace std\s*;", "names the namespace: std::", []),
    ("stable-sort", r"\bstd::stable_sort\b|\bstd::ranges::stable_sort\b",
     "needs a deprecated part of libstdc++ 12: sort by a full key", []),
]
# TRY is a whole initialiser, statement or return.
TRY = re.compile(r"\bTRY\(")
BEFORE_TRY = re.compile(r"(?:^|[;{}:)]|\belse|=|\breturn)\s*$")
NEW = re.compile(r"(?<![\w:])new\s+[A-Za-z_:]|\bdelete\b(?!\s*;|d)\s*(?:\[\]\s*)?[A-Za-z_(*]")
# for (… : make().items()): g++ 12 ends the temporary before the loop begins (clang 19 does not).
LOOP = re.compile(r"\bfor\s*\([^;{}()]*:\s*(?P<range>[^;{}]*?)\.(?:items|members)\(\)\s*\)")
RETURNS_REFERENCE = {"at", "item", "edit", "lookup", "front", "back", "null_value", "push_back", "set", "value_or_null"}
NEW_WRAPPED = re.compile(r"(?:unique_ptr<[^;]*>\s*\w*\s*\(|shared_ptr<[^;]*>\s*\w*\s*\(|[:,]\s*\w+_\()\s*$")


def check(path, text, known=()):
    blanked = blank(text)
    problems = []

    def report(rule, match, message):
        if f"{path} {rule}" not in known:
            problems.append(f"{path}:{line_of(blanked, match.start())}: {message} [{rule}]")

    is_test = path.endswith("_test.cpp")
    for rule, pattern, why, allowed in RULES:
        if any(path.startswith(place) for place in allowed) or (is_test and rule == "throw"):
            continue
        for match in re.finditer(pattern, blanked, re.M):
            report(rule, match, f"{match.group(0).strip()}: {why}")
    for match in TRY.finditer(blanked):
        head = re.split(r"[;{}]", blanked[max(0, match.start() - 400): match.start()])[-1]
        if head.rstrip().endswith("define"):
            continue
        if head.count("(") > head.count(")") or (head.strip() and not BEFORE_TRY.search(head)):
            report("try", match, "TRY is a whole initialiser, statement or return, never an argument")
    for match in LOOP.finditer(blanked):
        call = re.search(r"(\w+)\s*\((?:[^()]|\([^()]*\))*\)\s*$", match.group("range"))
        if call and call.group(1) not in RETURNS_REFERENCE:
            report("loop", match, "loop over a part of a temporary, which g++ 12 ends too early: give it a name")
    for match in NEW.finditer(blanked):
        head = blanked[max(0, match.start() - 120): match.start()]
        if "operator" in head[-12:] or NEW_WRAPPED.search(head) or re.search(r"=\s*$", head) and match.group(0).startswith("delete"):
            continue
        report("new", match, "raw new or delete: std::make_unique, or a container")
    return problems


def test_itself():
    bad = ["std::regex r;", "std::this_thread::sleep_for(1s);", "auto t = std::chrono::steady_clock::now();", "strcpy(a, b);",
           "int n = atoi(s);", "for (const Value& v : parse(a[1]).items()) x();", "throw std::runtime_error(x);", "f(TRY(g()));", "if (TRY(g())) {}", "auto* p = new Thing();", "delete p;x"[:9]]
    for code in bad:
        expect(check("src/app/a.cpp", f"void f() {{\n  {code}\n}}"), code)
    good = ["const auto x = TRY(g());", "TRY(g());", "return TRY(g());", "if (a) TRY(g());", "member_ = TRY(g());", "// std::regex",
            'f("throw strcpy(x)");', "A(const A&) = delete;", "for (auto& v : root[f(1)].at(2).items()) x();", "std::unique_ptr<A> a(new A(1));"]
    for code in good:
        expect(not check("src/app/a.cpp", f"void f() {{\n  {code}\n}}"), f"{code}: {check('src/app/a.cpp', code)}")
    expect(not check("src/base/a.cpp", "auto t = std::chrono::steady_clock::now();"), "now() in base")


def main():
    test_itself()
    known = exceptions("banned-exceptions.txt")
    problems = []
    for path in sources("src"):
        problems += check(path, read(path), known)
    present = set(sources("src"))
    for key, why in known.items():
        if key.split()[0] not in present or not why:
            problems.append(f"tools/banned-exceptions.txt: {key} does not exist or has no reason")
    finish(problems, "banned calls")


main()
