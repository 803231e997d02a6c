#!/usr/bin/env python3
"""Every C++ file is as clang-format-19 would write it."""

import shutil
import subprocess
import sys

from style_source import ROOT, finish, sources

TOOL = "clang-format-19"


def main():
    if shutil.which(TOOL) is None:
        print(f"skipped: {TOOL} is not installed")
        sys.exit(77)
    untidy = subprocess.run([TOOL, "--dry-run", "-Werror", "--style=file", "-"], input="int  x ;\n", text=True, capture_output=True, cwd=ROOT)
    if untidy.returncode == 0:
        print("the check itself is broken: untidy code passes")
        sys.exit(2)
    paths = sources("src", "bench", "fuzz", "tests")
    problems = []
    for start in range(0, len(paths), 50):
        run = subprocess.run([TOOL, "--dry-run", *paths[start: start + 50]], text=True, capture_output=True, cwd=ROOT)
        found = [line.split(": warning")[0] for line in run.stderr.split("\n") if ": warning" in line]
        problems += sorted({place.split(":")[0] for place in found})
    finish([f"{path}: run {TOOL} -i" for path in problems], "format")


main()
