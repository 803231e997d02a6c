#!/usr/bin/env python3
"""Runs the shared kubectl scenarios against a GoldenPath of its own and compares with the list of those that pass.

    run_conformance.py [NN-name.sh …]     some, or (without names) all of expected_pass.txt
    run_conformance.py --all              every scenario; tells which ones the list should gain

Skips (77) when the scenarios or kubectl are not on this machine.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from platform_under_test import Platform  # noqa: E402

SCENARIOS = ROOT.parent / "shared/conformance/kubectl"
TOKENS = 'alice-token,alice,u-alice,"devs,qa"\nbob-token,bob,u-bob,"devs"\n'
SECONDS_EACH = 90


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def expected():
    lines = (HERE / "expected_pass.txt").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def run_one(name, environment):
    """(passed | skipped | failed, the last words)"""
    try:
        done = subprocess.run(["bash", str(SCENARIOS / name)], env=environment, capture_output=True, text=True,
                              timeout=SECONDS_EACH, errors="replace")
    except subprocess.TimeoutExpired:
        return "failed", "timed out"
    words = (done.stdout + done.stderr).strip().splitlines()
    return {0: "passed", 77: "skipped"}.get(done.returncode, "failed"), "\n".join(words[-4:])


def main():
    if not SCENARIOS.is_dir():
        skip("../shared/conformance/kubectl is not here")
    if not (shutil.which("kubectl") and shutil.which("curl") and shutil.which("bash")):
        skip("kubectl, curl or bash is not installed")
    everything = sorted((path.name for path in SCENARIOS.glob("[0-9]*.sh")),
                        key=lambda name: int(re.match(r"\d+", name)[0]))
    wanted = [name for name in sys.argv[1:] if not name.startswith("-")]
    names = everything if "--all" in sys.argv else wanted or expected()

    results = {}
    with tempfile.TemporaryDirectory() as folder:
        tokens = pathlib.Path(folder, "tokens.csv")
        tokens.write_text(TOKENS)
        with Platform(extra=["--tokens-file", str(tokens)]) as platform:
            environment = dict(os.environ, KUBECONFIG=platform.ready["kubeconfig"], ALICE_TOKEN="alice-token",
                               BOB_TOKEN="bob-token", SCENARIO_HAS=os.environ.get("SCENARIO_HAS", "gc namespace"))
            for name in names:
                results[name], words = run_one(name, environment)
                print(f"{results[name]:8} {name}" + (f"\n    {words}" if results[name] == "failed" else ""), flush=True)

    failed = [name for name in names if results[name] == "failed"]
    must = set(names if wanted else expected())
    print(f"{sum(r == 'passed' for r in results.values())} passed, {len(failed)} failed, "
          f"{sum(r == 'skipped' for r in results.values())} skipped")
    new = [name for name in names if results[name] == "passed" and name not in set(expected())]
    if new and not wanted:
        print("expected_pass.txt may gain:", *new)
    return 1 if any(name in must for name in failed) else 0


if __name__ == "__main__":
    sys.exit(main())
