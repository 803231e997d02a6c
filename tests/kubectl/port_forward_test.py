#!/usr/bin/env python3
"""`kubectl port-forward` to the platform's own listeners. Skips (77) without kubectl."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
sys.path.insert(0, str(ROOT / "tests/kubectl"))
from kubectl_smoke import Kubectl, has, KUBECTL  # noqa: E402
from platform_under_test import Platform  # noqa: E402


class Forward:
    """A running port-forward; `port` is the local one."""

    def __init__(self, kubectl, what, remote):
        self.process = subprocess.Popen([KUBECTL, "port-forward", "-n", "goldenpath", what, f":{remote}"], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=kubectl.environment)
        line = self.process.stdout.readline()
        found = re.search(r"127\.0\.0\.1:(\d+) ->", line)
        assert found, line + self.process.stderr.read()
        self.port = int(found.group(1))

    def stop(self):
        self.process.terminate()
        return self.process.communicate(timeout=20)[1]


def wait_until_published(kubectl):
    """The platform says it is ready before its own Pods and Services are there; the last one is this."""
    watch = subprocess.Popen([KUBECTL, "get", "services", "-n", "goldenpath", "--watch", "--no-headers"], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=kubectl.environment)
    assert any(line.startswith("portal ") for line in watch.stdout)
    watch.kill()
    watch.communicate()


def get(port, path="/"):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return answer.status, answer.read()


def forwards_the_portal(kubectl, platform):
    direct = urllib.request.urlopen(platform.ready["portal"] + "/", timeout=30).read()
    for what, remote in (("svc/portal", 80), ("pod/portal", platform.ready["portal"].rsplit(":", 1)[1])):
        forward = Forward(kubectl, what, remote)
        assert get(forward.port) == (200, direct)
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: get(forward.port), range(64)))
        assert all(answer == (200, direct) for answer in answers)
        forward.stop()


def says_what_is_not_there(kubectl):
    forward = Forward(kubectl, "pod/portal", 81)
    try:
        get(forward.port)
        raise AssertionError("nothing listens there")
    except OSError:
        pass
    has(forward.stop(), "error forwarding port 81 to pod portal:", "does not listen on port 81")
    kubectl("run", "lonely", "--image=nginx")
    done = kubectl.run("port-forward", "pod/lonely", "18080:80", "--pod-running-timeout=1s")
    assert done.returncode != 0 and "Pending" in done.stderr, done.stderr
    has(kubectl("get", "--raw", "/api/v1/namespaces/default/pods/lonely/portforward", code=1),
        "pod lonely does not have a host assigned")


def survives_clients_that_go(kubectl):
    for _ in range(5):
        forward = Forward(kubectl, "svc/portal", 80)
        forward.process.kill()
        forward.process.communicate()
    forward = Forward(kubectl, "svc/portal", 80)
    assert get(forward.port)[0] == 200
    forward.stop()


def main():
    if shutil.which(KUBECTL) is None:
        print(f"skipped: {KUBECTL} is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder, Platform(data=f"{folder}/data") as platform:
        kubectl = Kubectl(platform.ready["kubeconfig"], folder)
        wait_until_published(kubectl)
        has(kubectl("get", "pods,services", "-n", "goldenpath"), "pod/portal", "Running", "service/kube")
        forwards_the_portal(kubectl, platform)
        says_what_is_not_there(kubectl)
        survives_clients_that_go(kubectl)
        print(f"port-forward works with kubectl 1.{kubectl.minor}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
