#!/usr/bin/env python3
"""One platform adds another as a cluster: the look, the object's status, a crash and return of the other, removal."""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from platform_under_test import BINARY, Platform  # noqa: E402

WAIT_SECONDS = 90
failures = []


def check(is_so, what):
    if not is_so:
        failures.append(what)
        print("FAILED:", what)


def condition(platform, kind="Ready"):
    shown = platform.run("get", "clusters/there", "-o", "json")
    if shown.returncode != 0:
        return shown.stderr
    for one in json.loads(shown.stdout).get("status", {}).get("conditions", []):
        if one["type"] == kind:
            return f"{one['status']} {one['reason']}"
    return "none"


def eventually(question, wanted, what):
    end = time.monotonic() + WAIT_SECONDS
    seen = question()
    while seen != wanted and time.monotonic() < end:
        time.sleep(0.2)
        seen = question()
    check(seen == wanted, f"{what}: {seen!r} instead of {wanted!r}")



def main():
    with tempfile.TemporaryDirectory() as there_data, Platform() as here:
        there = Platform(data=there_data).start()
        kubeconfig = str(pathlib.Path(there_data, "kubeconfig"))
        try:
            looked = subprocess.run([BINARY, "cluster", "check", "--kubeconfig", kubeconfig, "-o", "json"],
                                    capture_output=True, text=True, timeout=60)
            check(looked.returncode == 0, "a look at a good cluster is fine: " + looked.stdout + looked.stderr)
            check(json.loads(looked.stdout)["user"] == "admin", "it knows who we are there")

            added = here.run("cluster", "add", "there", "--kubeconfig", kubeconfig)
            check(added.returncode == 0, "it can be added: " + added.stderr)
            eventually(lambda: condition(here), "True Ready", "the added cluster is ready")
            listed = here.run("cluster", "list")
            check("there" in listed.stdout and "True" in listed.stdout, "it is listed: " + listed.stdout)

            there.stop(signal.SIGKILL)
            looked = here.run("cluster", "check", "there")
            check(looked.returncode == 3, f"one that is gone is not reached: {looked.returncode}")
            check("connection refused" in looked.stdout, "and that is said: " + looked.stdout)
            eventually(lambda: condition(here), "False NotReachable", "the status tells")
        finally:
            there.stop()

        removed = here.run("cluster", "remove", "there")
        check(removed.returncode == 0, "it can be removed: " + removed.stderr)
        secrets = here.run("get", "secrets", "-n", "goldenpath-system", "-o", "name")
        check("cluster-there" not in secrets.stdout, "its Secret is gone too")
        again = here.run("cluster", "remove", "there")
        check(again.returncode == 1 and "has no cluster" in again.stderr, "twice is once too often")
    print(f"{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
