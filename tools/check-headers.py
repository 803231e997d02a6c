#!/usr/bin/env python3
"""Each header compiles alone, and begins with what it is for.

A header is compiled (-fsyntax-only) as the only include of a file, with the flags of a source beside it. Those
bring the precompiled header (common parts of the standard library), without which nothing is ever built and
every header would take seconds. Results are kept in the build folder by content, so that only what changed is
compiled again.

    check-headers.py BUILD_FOLDER
"""

import concurrent.futures
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys

from style_source import ROOT, expect, finish, read, sources

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def opening_fault(path, text):
    lines = text.split("\n")
    if lines[0] != "#pragma once":
        return [f'{path}:1: a header begins with "#pragma once"']
    if len(lines) < 2 or not lines[1].startswith("//"):
        return [f"{path}:2: a header says in its second line what it is for"]
    return []


def flags_by_folder(build):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = json.load(file)
    flags = {}
    for entry in commands:
        path = os.path.relpath(entry["file"], ROOT)
        if not path.startswith("src/"):
            continue
        words = shlex.split(entry["command"])
        while words and os.path.basename(words[0]) in ("cmake", "ccache", "env") or (words and ("=" in words[0] or words[0] == "-E")):
            words.pop(0)
        kept, skip = [words[0]], 0
        for i, word in enumerate(words[1:], 1):
            if skip:
                skip -= 1
            elif word in ("-o", "-MT", "-MF", "-c"):
                skip = 1
            elif word == "-MD" or word == entry["file"]:
                pass
            else:
                kept.append(word)
        flags.setdefault(os.path.dirname(path), kept)
    return flags


def flags_for(path, flags):
    folder = os.path.dirname(path)
    while folder:
        for known in sorted(flags):
            if known == folder or known.startswith(folder + "/"):
                return flags[known]
        folder = os.path.dirname(folder)
    return None


def closure_digest(path, seen=None):
    """Of the header and of every header of ours that it includes."""
    seen = set() if seen is None else seen
    stack, texts = [path], []
    while stack:
        current = stack.pop()
        if current in seen or not os.path.exists(os.path.join(ROOT, current)):
            continue
        seen.add(current)
        text = read(current)
        texts.append(current + "\n" + text)
        stack += ["src/" + name for name in INCLUDE.findall(text)]
    return "\n".join(sorted(texts))


def compile_alone(path, command):
    source = f'#include "{path[len("src/"):]}"\n'
    run = subprocess.run(command + ["-fsyntax-only", "-x", "c++", "-"], input=source, text=True, capture_output=True, cwd=ROOT)
    if run.returncode == 0:
        return []
    first = next((line for line in run.stderr.split("\n") if "error" in line), run.stderr[:200])
    return [f"{path}: does not compile alone: {first}"]


def main():
    expect(opening_fault("a.hpp", "#include <x>\n"), "no pragma")
    expect(opening_fault("a.hpp", "#pragma once\n\n#include <x>\n"), "no word of what it is for")
    expect(not opening_fault("a.hpp", "#pragma once\n// For x.\n"), "a good opening")

    build = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build", "dev")
    if not os.path.exists(os.path.join(build, "compile_commands.json")):
        print(f"skipped: {build} has no compile_commands.json")
        sys.exit(77)
    flags = flags_by_folder(build)
    stamps = os.path.join(build, "header-check")
    os.makedirs(stamps, exist_ok=True)

    problems, work = [], []
    for path in sources("src", suffixes=(".hpp",)):
        problems += opening_fault(path, read(path))
        command = flags_for(path, flags)
        if command is None:
            continue
        key = hashlib.sha256("\n".join([" ".join(command), read("cmake/pch.hpp"), closure_digest(path)]).encode()).hexdigest()
        stamp = os.path.join(stamps, key)
        if not os.path.exists(stamp):
            work.append((path, command, stamp))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (path, _, stamp), found in zip(work, pool.map(lambda w: compile_alone(w[0], w[1]), work)):
            problems += found
            if not found:
                open(stamp, "w").close()
    print(f"{len(work)} headers compiled")
    finish(problems, "headers")


main()
