#!/usr/bin/env python3
"""Runs the public Helm suite: eval.jsonl through `goldenpath helm eval`, each chart through
`goldenpath helm template`. Prints how many pass in each group.

A case passes when its output is the same byte for byte, or when it fails at the same stage with the
same message; in the group `schema` only the charts named must be the same, as the suite asks.
Skips (exit code 77) when the suite is not there.

    tests/helm/run_conformance.py [--group sprig-math] [--show 5] [--charts | --eval]
"""

import argparse
import base64
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUITE = ROOT.parent / "shared" / "conformance" / "helm"
BINARY = os.environ.get("GOLDENPATH_BIN", str(ROOT / "build" / "dev" / "goldenpath"))
SKIP = 77


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--group", help="only groups whose name contains this")
    parser.add_argument("--show", type=int, default=10, help="how many failures to show")
    parser.add_argument("--eval", action="store_true", help="only the cases")
    parser.add_argument("--charts", action="store_true", help="only the charts")
    return parser.parse_args()


def output_of(answer):
    if "output_b64" in answer:
        return base64.b64decode(answer["output_b64"])
    return answer["output"].encode() if "output" in answer else None


def verdict(case, answer):
    """"exact", "message" (the whole text differs, the message does not) or "wrong"."""
    wanted = output_of(case)
    if wanted is not None:
        return "exact" if output_of(answer) == wanted else "wrong"
    got = answer.get("error")
    if got is None or answer.get("stage") != case["stage"]:
        return "wrong"
    if case["group"] == "schema":
        charts = [line for line in case["error"].splitlines()[1:] if re.fullmatch(r"[\w.-]+:", line)]
        return "exact" if all(f"\n{name}\n" in got + "\n" for name in charts) else "wrong"
    whole = case.get("error")
    if (whole is not None and got == whole) or (whole is None and got.endswith(case["error_tail"])):
        return "exact"
    return "message" if got.endswith(case.get("message", "\0")) else "wrong"


def run_eval(only, show):
    lines = (SUITE / "eval.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [json.loads(line) for line in lines if line]
    if only:
        cases = [case for case in cases if only in case["group"]]
    text = "".join(json.dumps(case) + "\n" for case in cases)
    done = subprocess.run([BINARY, "helm", "eval"], input=text.encode(), stdout=subprocess.PIPE, check=False)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    counts, passed = collections.Counter(), collections.Counter()
    failures = []
    for index, case in enumerate(cases):
        answer = answers[index] if index < len(answers) else {"error": "no answer"}
        result = verdict(case, answer)
        counts[case["group"]] += 1
        passed[case["group"]] += result == "exact"
        if result != "exact":
            failures.append((result, case, answer))
    for group in sorted(counts):
        print(f"{group:24} {passed[group]:4} of {counts[group]}")
    for result, case, answer in failures[:show]:
        print(f"\n{case['id']} ({result}): {case['template'][:300]!r}")
        print(f"  want {(case.get('output') or case.get('error') or case.get('error_tail'))!r}")
        print(f"  got  {(answer.get('output') if 'output' in answer else answer.get('error'))!r}")
    print(f"cases: {sum(passed.values())} of {sum(counts.values())}")
    return len(failures)


def run_chart(folder):
    case = json.loads((folder / "case.json").read_text())
    command = [BINARY, "helm", "template", case["release"], "chart", "-n", case["namespace"]]
    for name in case["values"]:
        command += ["-f", name]
    done = subprocess.run(command + case["args"], cwd=folder, capture_output=True, check=False)
    expected = folder / "expected.yaml"
    if expected.exists():
        got, want = done.stdout.decode(), expected.read_text()
    else:
        got, want = done.stderr.decode(), (folder / "expected-error.txt").read_text()
        got = got[got.find("Error: "):]
    return got, want


def run_charts(show):
    folders = sorted(path for path in (SUITE / "charts").iterdir() if path.is_dir())
    failed = 0
    for folder in folders:
        got, want = run_chart(folder)
        if got.strip() == want.strip():
            continue
        failed += 1
        if failed <= show:
            print(f"\nchart {folder.name}\n--- want\n{want}\n--- got\n{got}")
    print(f"charts: {len(folders) - failed} of {len(folders)}")
    return failed


def main():
    arguments = parse_arguments()
    if not SUITE.exists():
        print("skipped: the conformance suite is not here")
        sys.exit(SKIP)
    failed = 0
    if not arguments.charts:
        failed += run_eval(arguments.group, arguments.show)
    if not arguments.eval and not arguments.group:
        failed += run_charts(arguments.show)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
