#!/usr/bin/env python3
"""Runs the shared kubectl scenarios against a GoldenPath of its own and compares with the list of those that pass.

    run_conformance.py [-j N] [NN-name.sh …]   some, or (without names) all of expected_pass.txt
    run_conformance.py [-j N] --all            every scenario; tells which ones the list should gain

KUBECTL names another kubectl than that on the PATH. Skips (77) when the scenarios or a kubectl they can use are not on
this machine.
"""

import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import re
import shutil
import signal
import socket
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
MINOR_MIN = 27  # the oldest kubectl that passes them on the real server
MINOR_OLD = 20  # Debian 12's: it passes those of expected_pass_old.txt, as it needs OpenAPI v2 alone


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def expected(minor):
    name = "expected_pass.txt" if minor >= MINOR_MIN else "expected_pass_old.txt"
    lines = (HERE / name).read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def kubectl_minor():
    kubectl = os.environ.get("KUBECTL", "kubectl")
    if not shutil.which(kubectl):
        skip(f"{kubectl} is not installed")
    version = subprocess.run([kubectl, "version", "--client", "-o", "json"], capture_output=True, text=True, timeout=60)
    return int(re.sub(r"\D", "", json.loads(version.stdout)["clientVersion"]["minor"]))


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextlib.contextmanager
def oidc_issuer(folder):
    """An OpenID Connect issuer for scenario 100: (flags of the server, variables of the scenario)."""
    if not (shutil.which("node") and shutil.which("openssl")):
        yield [], {}
        return
    certificate, key, jwk = (str(pathlib.Path(folder, name)) for name in ("oidc.crt", "oidc.key", "oidc-jwk.pem"))
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 60}
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=oidc", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key,
                    "-out", certificate], **quiet)
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", jwk], **quiet)
    script, port = str(SCENARIOS / "oidc-issuer.mjs"), free_port()
    issuer = f"https://127.0.0.1:{port}"
    server = subprocess.Popen(["node", script, "serve", "--port", str(port), "--cert", certificate, "--key", key,
                               "--jwk", jwk], stdout=subprocess.PIPE, text=True)
    try:
        server.stdout.readline()  # "ready"
        yield (["--oidc-issuer-url", issuer, "--oidc-client-id", "kubernetes", "--oidc-ca-file", certificate,
                "--oidc-username-claim", "email", "--oidc-username-prefix", "oidc:",
                "--oidc-groups-claim", "groups", "--oidc-groups-prefix", "oidc:"],
               {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "kubernetes", "OIDC_MINT": f"node {script} mint --jwk {jwk}"})
    finally:
        server.terminate()
        server.wait()


def run_one(name, environment):
    """(passed | skipped | failed, the last words)"""
    process = subprocess.Popen(["bash", str(SCENARIOS / name)], env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=SECONDS_EACH)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # and what it has started in the background
        process.wait()
        return "failed", "timed out"
    words = output.strip().splitlines()
    return {0: "passed", 77: "skipped"}.get(process.returncode, "failed"), "\n    ".join(words[-4:])


def run_all(names, environment, at_once):
    results = {}
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        running = {pool.submit(run_one, name, environment): name for name in names}
        for done in concurrent.futures.as_completed(running):
            name = running[done]
            results[name], words = done.result()
            print(f"{results[name]:8} {name}" + (f"\n    {words}" if results[name] == "failed" else ""), flush=True)
    return results


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("names", nargs="*")
    arguments.add_argument("-j", type=int, default=1, dest="at_once", help="scenarios at once")
    arguments.add_argument("--all", action="store_true")
    arguments = arguments.parse_args()
    if not SCENARIOS.is_dir():
        skip("../shared/conformance/kubectl is not here")
    if not (shutil.which("curl") and shutil.which("bash")):
        skip("curl or bash is not installed")
    minor = kubectl_minor()
    if minor < MINOR_OLD:
        skip(f"the scenarios need kubectl 1.{MINOR_OLD}, this is 1.{minor}")
    everything = sorted((path.name for path in SCENARIOS.glob("[0-9]*.sh")),
                        key=lambda name: int(re.match(r"\d+", name)[0]))
    names = everything if arguments.all else arguments.names or expected(minor)

    with tempfile.TemporaryDirectory() as folder:
        tokens = pathlib.Path(folder, "tokens.csv")
        tokens.write_text(TOKENS)
        with oidc_issuer(folder) as (flags, variables), \
                Platform(extra=["--tokens-file", str(tokens), *flags]) as platform:
            environment = dict(os.environ, KUBECONFIG=platform.ready["kubeconfig"], ALICE_TOKEN="alice-token",
                               BOB_TOKEN="bob-token", SCENARIO_HAS=os.environ.get("SCENARIO_HAS", "gc namespace apps"),
                               **variables)
            results = run_all(names, environment, arguments.at_once)

    failed = [name for name in names if results[name] == "failed"]
    must = set(arguments.names or expected(minor))
    print(f"{sum(r == 'passed' for r in results.values())} passed, {len(failed)} failed, "
          f"{sum(r == 'skipped' for r in results.values())} skipped")
    new = [name for name in names if results[name] == "passed" and name not in set(expected(minor))]
    if new:
        print("expected_pass.txt may gain:", *new)
    return 1 if any(name in must for name in failed) else 0


if __name__ == "__main__":
    sys.exit(main())
