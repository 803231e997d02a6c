#!/usr/bin/env python3
"""Coroutines live in adapter/net and keep to the one form that g++ 12 compiles right (STYLE section 7).

One co_await per statement, as the whole statement or the whole initialiser; its arguments are names, moved
names, numbers or literals; no braces, lambdas or ?: around it; no capturing lambda is a coroutine; no TRY in one.
"""

import re

from style_source import blank, expect, finish, functions, line_of, read, sources

HOME = "src/adapter/net/"
KEYWORD = re.compile(r"\bco_(await|return|yield)\b")
CALLEE = r"(?:::)?[A-Za-z_][\w]*(?:(?:::|\.|->)(?:template\s+)?[A-Za-z_]\w*)*(?:<[\w:<>, ]+>)?"
WHOLE = re.compile(
    r"^(?:(?:const\s+)?(?:auto|[A-Za-z_][\w:]*(?:<[\w:<>,\s&*]+>)?)\s*[&*]{0,2}\s*(?:[A-Za-z_]\w*|\[[\w,\s]+\])\s*=\s*|[A-Za-z_][\w.\->]*\s*=\s*|co_return\s+)?"
    r"co_await\s+(?P<call>.+)$",
    re.S,
)
# Nothing is born inside the awaited call but these: they are no aggregates and live in the frame.
WRAPPERS = ("std::move", "asio::buffer", "net::buffer", "boost::asio::buffer", "as_tuple", "asio::as_tuple", "redirect_error",
            "asio::redirect_error", "std::forward", "std::ref", "std::cref")
CAPTURING = re.compile(r"\[[^\]\[]+\]\s*\([^()]*\)\s*(?:mutable\s*)?->\s*[\w:]*awaitable\b")


def statement_around(text, offset):
    begin = max(text.rfind(c, 0, offset) for c in ";{}") + 1
    head = text[begin:offset]
    # Parentheses that open before the keyword belong to a statement such as `if (…)`: told as such below.
    depth, end = 0, offset
    while end < len(text):
        if text[end] in "([{":
            depth += 1
        elif text[end] in ")]}":
            depth -= 1
            if depth < 0:
                break
        elif text[end] == ";" and depth == 0:
            break
        end += 1
    return head + text[offset:end]


def split_arguments(text):
    parts, depth, current = [], 0, ""
    for char in text:
        if char in "(<[{":
            depth += 1
        elif char in ")>]}":
            depth -= 1
        if char == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    return [p.strip() for p in parts + [current] if p.strip()]


def plain(argument):
    argument = " ".join(argument.replace("->", ".").split())
    if re.fullmatch(r"[*&]?[A-Za-z_][\w]*(?:(?:::|\.)[A-Za-z_]\w*)*", argument):
        return True
    if re.fullmatch(r"-?[0-9][\w.']*|\"[^\"]*\"[\w]*|'[^']*'|true|false|nullptr|this|\*this", argument):
        return True
    match = re.fullmatch(r"([\w:]+)\((.*)\)", argument, re.S)
    return bool(match) and match.group(1) in WRAPPERS and all(plain(a) for a in split_arguments(match.group(2)))


def fault_of(statement):
    statement = " ".join(statement.split())
    if statement.count("co_await") > 1:
        return "more than one co_await in a statement"
    match = WHOLE.match(statement)
    if not match:
        return "co_await is not the whole statement or the whole initialiser"
    call = match.group("call").strip()
    if re.fullmatch(r"[A-Za-z_][\w.:]*(?:->\w+)*", call):
        return None  # an awaitable that has a name
    parts = re.fullmatch(rf"(?:std::move\()?({CALLEE})\)?\((.*)\)", call, re.S)
    if not parts:
        return "what is awaited is not one plain call"
    for argument in split_arguments(parts.group(2)):
        if not plain(argument):
            return f'argument "{argument}" is born inside the awaited call: give it a name first'
    return None


def check(path, text):
    blanked = blank(text)
    found = list(KEYWORD.finditer(blanked))
    problems = []
    if found and not path.startswith(HOME):
        return [f"{path}:{line_of(blanked, found[0].start())}: coroutines live only in {HOME}"]
    for match in found:
        if match.group(1) == "await":
            fault = fault_of(statement_around(blanked, match.start()))
            if fault:
                problems.append(f"{path}:{line_of(blanked, match.start())}: {fault}")
    for match in CAPTURING.finditer(blanked):
        problems.append(f"{path}:{line_of(blanked, match.start())}: a capturing lambda is a coroutine: use a named function")
    for name, first, _, body in functions(blanked):
        if KEYWORD.search(body) and re.search(r"\bTRY\(", body):
            problems.append(f"{path}:{first}: {name} is a coroutine and uses TRY")
    return sorted(set(problems))


def test_itself():
    good = """asio::awaitable<void> f(Stream stream) {
  Response response = co_await on_worker(pool, handler, std::move(request));
  co_await write(stream, buffer_, 5);
  auto [error, size] = co_await stream.async_read_some(asio::buffer(data), asio::as_tuple(use_awaitable));
  co_return;
}"""
    expect(not check(HOME + "a.cpp", good), f"the good form: {check(HOME + 'a.cpp', good)}")
    for bad in (
        "auto sent = co_await write(Message{.body = text});",
        "auto body = co_await read([limit] { return limit; });",
        "auto next = more ? co_await read_next() : last;",
        "if ((co_await head()).empty()) co_return;",
        "Agg a{co_await f(), co_await g()};",
        "auto x = co_await f(g(1));",
        "auto x = co_await f() + 1;",
        "use(co_await f());",
    ):
        expect(check(HOME + "a.cpp", "awaitable<void> f() {\n  " + bad + "\n}"), f"the bad form {bad}")
    expect(check(HOME + "a.cpp", "auto f = [x](int a) -> asio::awaitable<void> { co_return; };"), "a capturing lambda")
    expect(check(HOME + "a.cpp", "awaitable<void> f() {\n  TRY(g());\n  co_return;\n}"), "TRY in a coroutine")
    expect(check("src/app/a.cpp", "task f() { co_return; }"), "a coroutine elsewhere")
    expect(not check("src/app/a.cpp", "// co_await\nconst char* t = \"co_await\";"), "comments and strings")


def main():
    test_itself()
    problems = []
    for path in sources("src"):
        problems += check(path, read(path))
    finish(problems, "coroutines")


main()
