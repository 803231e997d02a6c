#!/usr/bin/env python3
"""Runs the public Backstage conformance suite against a running GoldenPath.

The suite's fixtures become a platform (one configured location a file, reading by URL allowed from
the suite's own web server); GoldenPath is started on ephemeral ports, and each test file is run
with the portal's token. Skips (exit code 77) when the suite or its npm packages are not there.

    tests/catalog/run_conformance.py [--only 04] [--reporter dot] [FILE...]
"""

import argparse
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SUITE = ROOT.parent / "shared" / "conformance" / "backstage"
BINARY = os.environ.get("GOLDENPATH_BIN", str(ROOT / "build" / "dev" / "goldenpath"))
CATALOG_FILES = ["01", "02", "03", "04", "05", "06", "07", "10"]
KINDS = ["Component", "API", "Resource", "System", "Domain", "Location", "Group", "User", "Template"]
LOCATIONS = ["all.yaml"] + [
    f"broken/{name}.yaml" for name in ["entities", "kind", "parse", "target", "optional-target"]
]
SKIP = 77


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIP)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def copy_suite(folder):
    """The suite with its npm packages, in a folder that may be written to and is kept."""
    shutil.copytree(SUITE, folder, dirs_exist_ok=True)
    if (folder / "node_modules").is_dir():
        return
    installed = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if installed.returncode != 0:
        skip(f"npm install failed: {installed.stdout.strip()[-300:]}")


def write_platform(folder, fixture_port):
    fixtures = folder / "fixtures"
    shutil.copytree(SUITE / "fixtures", fixtures)
    platform = {
        "apiVersion": "goldenpath.dev/v1alpha1",
        "kind": "Platform",
        "metadata": {"name": "conformance"},
        "spec": {
            "catalog": {
                "locations": [f"fixtures/catalog/{name}" for name in LOCATIONS],
                "rules": [{"allow": KINDS}],
                "reading": [f"localhost:{fixture_port}"],
            }
        },
    }
    (folder / "platform.yaml").write_text(json.dumps(platform, indent=1))


class Platform:
    """goldenpath up, ready; stopped on exit."""

    def __init__(self, folder, data):
        self.folder, self.data = folder, data

    def __enter__(self):
        reader, writer = os.pipe()
        self.log = open(self.data.parent / "goldenpath.log", "w", encoding="utf-8")
        self.process = subprocess.Popen(
            [BINARY, "up", str(self.folder), "--data", str(self.data), "--port-base", "0",
             "--ready-fd", str(writer)],
            pass_fds=[writer], stdout=self.log, stderr=subprocess.STDOUT)
        os.close(writer)
        with os.fdopen(reader) as ready:
            line = ready.readline()
        if not line:
            self.process.wait()
            sys.exit("goldenpath did not come up:\n" +
                     (self.data.parent / "goldenpath.log").read_text(encoding="utf-8"))
        self.addresses = json.loads(line)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def token(self):
        return pathlib.Path(self.addresses["portalTokenFile"]).read_text(encoding="utf-8").strip()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--only", help="a test file's number")
    arguments.add_argument("--reporter", default="spec")
    arguments.add_argument("--suite-copy", default=str(ROOT / "build" / "backstage-conformance"))
    arguments.add_argument("--base-url", help="an already running server")
    arguments.add_argument("--token", default="")
    options = arguments.parse_args()
    if not SUITE.is_dir():
        skip(f"the conformance suite is not at {SUITE}")
    if shutil.which("node") is None or shutil.which("npm") is None:
        skip("node and npm are not installed")
    suite = pathlib.Path(options.suite_copy)
    copy_suite(suite)

    failed = []

    def run(base_url, token, fixture_port):
        for number in [options.only] if options.only else CATALOG_FILES:
            ran = subprocess.run(
                ["node", "run.mjs", "--base-url", base_url, "--token", token, "--only", number,
                 "--fixture-port", str(fixture_port), "--reporter", options.reporter],
                cwd=suite, check=False)
            if ran.returncode != 0:
                failed.append(number)

    if options.base_url:
        run(options.base_url, options.token, 7999)
    else:
        fixture_port = free_port()
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "platform").mkdir()
            write_platform(folder / "platform", fixture_port)
            with Platform(folder / "platform", folder / "data") as platform:
                run(platform.addresses["portal"], platform.token(), fixture_port)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")
    print("every file passed")


if __name__ == "__main__":
    main()
