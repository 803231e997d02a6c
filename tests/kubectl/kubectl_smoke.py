#!/usr/bin/env python3
"""Drives the real kubectl through a working day on our own example platform. Skips (77) without a kubectl.

Nothing here needs more than this repository and one kubectl (KUBECTL, or that on the PATH); 1.20, which reads types from
OpenAPI v2 in protobuf, will do.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
from platform_under_test import Platform  # noqa: E402

KUBECTL = os.environ.get("KUBECTL", "kubectl")
SECONDS = 60
MINOR_MIN = 27  # for tests that need what older ones cannot do
DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: ferry, labels: {app: ferry}}
spec:
  replicas: 2
  selector: {matchLabels: {app: ferry}}
  template:
    metadata: {labels: {app: ferry}}
    spec: {containers: [{name: web, image: "registry.example/ferry:1"}]}
"""
SETTINGS = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {colour: blue, size: large}
"""


class Kubectl:
    def __init__(self, kubeconfig, folder):
        self.environment = dict(os.environ, KUBECONFIG=kubeconfig, HOME=folder, KUBECACHEDIR=f"{folder}/cache")
        version = self("version", "--client", "-o", "json")
        self.minor = int(re.sub(r"\D", "", json.loads(version)["clientVersion"]["minor"]))

    def run(self, *arguments, text_in=None, **environment):
        return subprocess.run([KUBECTL, *arguments], input=text_in, capture_output=True, text=True, timeout=SECONDS,
                              env=dict(self.environment, **environment))

    def __call__(self, *arguments, text_in=None, code=0, **environment):
        done = self.run(*arguments, text_in=text_in, **environment)
        said = done.stdout + done.stderr
        assert done.returncode == code, f"kubectl {' '.join(arguments)} ended with {done.returncode}:\n{said}"
        return done.stdout if code == 0 else said


def has(text, *parts):
    for part in parts:
        assert part in text, f"«{part}» is not in:\n{text}"


def reads_the_example(kubectl):
    has(kubectl("get", "components", "-A"), "web-shop", "NAME")
    has(kubectl("get", "namespaces"), "default", "Active")
    has(kubectl("describe", "namespace", "default"), "Name:", "Status:", "Active")
    has(kubectl("api-resources"), "configmaps", "deployments", "components")
    names = json.loads(kubectl("get", "applications.argoproj.io", "-A", "-o", "json"))["items"]
    assert names, "the example has applications"
    has(kubectl("get", "applications.argoproj.io", "-A", "-o", "wide"), "web-shop")


def creates_and_applies(kubectl):
    has(kubectl("apply", "-f", "-", text_in=SETTINGS), "configmap/settings created")
    has(kubectl("apply", "-f", "-", text_in=SETTINGS), "configmap/settings unchanged")
    has(kubectl("apply", "-f", "-", text_in=SETTINGS.replace("blue", "green")), "configmap/settings configured")
    has(kubectl("create", "configmap", "made", "--from-literal=a=b"), "configmap/made created")
    has(kubectl("create", "configmap", "made", "--from-literal=a=b", code=1), '"made" already exists')
    has(kubectl("apply", "--server-side", "-f", "-", text_in=DEPLOYMENT), "deployment.apps/ferry serverside-applied")
    has(kubectl("get", "deploy", "ferry"), "READY", "0/2")
    has(kubectl("get", "deploy", "ferry", "-o", "jsonpath={.spec.strategy.type}"), "RollingUpdate")
    has(kubectl("describe", "deploy", "ferry"), "registry.example/ferry:1", "Replicas:")
    has(kubectl("scale", "deploy/ferry", "--replicas=3"), "deployment.apps/ferry scaled")
    has(kubectl("get", "deploy", "ferry", "-o", "name"), "deployment.apps/ferry")


def changes_what_is_there(kubectl):
    has(kubectl("label", "cm/settings", "tier=web"), "configmap/settings labeled")
    has(kubectl("annotate", "cm/settings", "note=hello"), "configmap/settings annotate")  # 1.27 says no more
    has(kubectl("get", "cm", "-l", "tier=web", "--show-labels"), "settings", "tier=web")
    has(kubectl("label", "cm/settings", "tier-"), "configmap/settings")
    has(kubectl("patch", "cm/settings", "--type=merge", "-p", '{"data":{"size":null}}'), "patched")
    has(kubectl("patch", "cm/settings", "--type=json", "-p",
                '[{"op":"add","path":"/data/speed","value":"slow"}]'), "patched")
    has(kubectl("patch", "deploy/ferry", "-p", '{"spec":{"template":{"spec":{"containers":['
                '{"name":"web","env":[{"name":"A","value":"1"}]}]}}}}'), "patched")
    data = json.loads(kubectl("get", "cm", "settings", "-o", "json"))["data"]
    assert data == {"colour": "green", "speed": "slow"}, data
    container = json.loads(kubectl("get", "deploy", "ferry", "-o", "json"))["spec"]["template"]["spec"]["containers"][0]
    assert container["image"] == "registry.example/ferry:1" and container["env"], container
    has(kubectl("edit", "cm/settings", KUBE_EDITOR="sed -i s/slow/fast/"), "configmap/settings edited")
    has(kubectl("get", "cm", "settings", "-o", "jsonpath={.data.speed}"), "fast")


def compares_and_explains(kubectl):
    has(kubectl("diff", "-f", "-", text_in=DEPLOYMENT.replace("ferry:1", "ferry:2"), code=1),
        "registry.example/ferry:1", "registry.example/ferry:2")
    has(kubectl("explain", "deployment.spec.replicas"), "replicas", "integer")
    has(kubectl("explain", "configmap"), "data", "immutable")
    has(kubectl("apply", "-f", "-", text_in=SETTINGS.replace("\ndata:", "\ndta:"), code=1), "dta")
    has(kubectl("apply", "--dry-run=server", "-f", "-", text_in=SETTINGS), "server dry run")
    has(kubectl("get", "cm", "nothing", code=1), 'configmaps "nothing" not found')


def watches_and_waits(kubectl):
    watch = subprocess.Popen([KUBECTL, "get", "cm", "watched", "-w", "-o", "jsonpath={.data.n}{\"\\n\"}"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=kubectl.environment)
    try:
        assert watch.stdout.readline().strip() == "1"
        kubectl("patch", "cm/watched", "--type=merge", "-p", '{"data":{"n":"2"}}')
        assert watch.stdout.readline().strip() == "2"
    finally:
        watch.kill()
        watch.communicate()
    kubectl("patch", "cm/watched", "--type=merge", "-p", '{"metadata":{"finalizers":["example.com/hold"]}}')
    kubectl("delete", "cm/watched", "--wait=false")
    wait = subprocess.Popen([KUBECTL, "wait", "--for=delete", "cm/watched", "--timeout=30s"], env=kubectl.environment,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    kubectl("patch", "cm/watched", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    said, _ = wait.communicate(timeout=SECONDS)
    # It may have gone before the wait began.
    assert wait.returncode == 0 or "not found" in said or "no matching resources" in said, said


def deletes(kubectl):
    has(kubectl("delete", "cm", "settings", "made"), 'configmap "settings" deleted', 'configmap "made" deleted')
    has(kubectl("delete", "deploy", "ferry"), 'deployment.apps "ferry" deleted')
    has(kubectl("delete", "cm", "settings", code=1), "not found")
    has(kubectl("delete", "cm", "settings", "--ignore-not-found"), "")
    kubectl("create", "namespace", "passing")
    has(kubectl("delete", "namespace", "passing"), 'namespace "passing" deleted')
    has(kubectl("get", "namespace", "passing", code=1), 'namespaces "passing" not found')


def main():
    if not shutil.which(KUBECTL):
        print(f"skipped: {KUBECTL} is not installed")
        return 77
    with tempfile.TemporaryDirectory() as folder, Platform(ROOT / "examples/platform") as platform:
        kubectl = Kubectl(platform.ready["kubeconfig"], folder)
        kubectl("create", "configmap", "watched", "--from-literal=n=1")
        for step in (reads_the_example, creates_and_applies, changes_what_is_there, compares_and_explains,
                     watches_and_waits, deletes):
            step(kubectl)
            print(f"ok  {step.__name__.replace('_', ' ')}", flush=True)
        print(f"kubectl 1.{kubectl.minor}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
