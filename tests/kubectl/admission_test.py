#!/usr/bin/env python3
"""Policies and webhooks as kubectl sees them, with a webhook of our own over TLS on loopback. Skips (77) without kubectl."""

import base64
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
sys.path.insert(0, str(ROOT / "tests/kubectl"))
from kubectl_smoke import Kubectl, has, KUBECTL  # noqa: E402
from platform_under_test import Platform  # noqa: E402

POLICY = """
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: small-deployments}
spec:
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
  validations:
  - {expression: object.spec.replicas <= 3}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: small-deployments-here}
spec: {policyName: small-deployments, validationActions: [%s]}
"""
REFUSED = ("ValidatingAdmissionPolicy 'small-deployments' with binding 'small-deployments-here' denied request: "
           "failed expression: object.spec.replicas <= 3")
BAD_POLICY = POLICY.split("---")[0].replace("object.spec.replicas <= 3", "object.spec.replicas <= 'three' &&")
WEBHOOK = """
apiVersion: admissionregistration.k8s.io/v1
kind: {kind}WebhookConfiguration
metadata: {{name: {name}}}
webhooks:
- name: {name}.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  timeoutSeconds: 2
  failurePolicy: {policy}
  clientConfig: {{url: "{url}/{name}", caBundle: {ca}}}
  rules:
  - {{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE, DELETE], resources: [configmaps]}}
"""


class Hooks(http.server.BaseHTTPRequestHandler):
    """/label adds a label, /deny refuses what is named bad, /slow never answers in time, /broken answers 500."""

    reviews = []
    going = threading.Event()

    def do_POST(self):
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.reviews.append((self.path, review))
        request, name = review["request"], self.path.split("?")[0][1:]
        response = {"uid": request["uid"], "allowed": True}
        if name == "slow":
            self.going.wait(30)
        if name == "label" and request["object"]:
            patch = [{"op": "add", "path": "/metadata/labels", "value": {"by": "hook"}}]
            response |= {"patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(patch).encode()).decode()}
        if name == "deny":
            response["warnings"] = ["a word of warning"]
            if request["name"] == "bad":
                response |= {"allowed": False, "status": {"code": 403, "message": "bad is bad"}}
        body = json.dumps({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}).encode()
        try:
            self.send_response(500 if name == "broken" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(b"x" * len(body) if name == "broken" else body)
        except OSError:
            pass  # the caller did not wait

    def log_message(self, *arguments):
        pass


def start_hooks(folder):
    """A TLS server on an ephemeral port, and the certificate that vouches for it."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hooks",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
                   check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hooks)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, pathlib.Path(folder, "cert.pem").read_bytes()


def refuses_by_policy(kubectl):
    kubectl("apply", "-f", "-", text_in=POLICY % "Deny")
    has(kubectl("create", "deploy", "big", "--image=i", "--replicas=5", code=1),
        f'error: failed to create deployment: deployments.apps "big" is forbidden: {REFUSED}')
    kubectl("create", "deploy", "small", "--image=i", "--replicas=2")
    has(kubectl("patch", "deploy", "small", "-p", '{"spec":{"replicas":9}}', code=1), "denied request: failed expression")
    has(kubectl("apply", "--server-side", "-f", "-", code=1, text_in=kubectl(
        "create", "deploy", "large", "--image=i", "--replicas=4", "--dry-run=client", "-o", "yaml")),
        f'The deployments "large" is invalid: : {REFUSED}')
    has(kubectl("get", "validatingadmissionpolicies"), "NAME", "VALIDATIONS", "small-deployments")


def warns_by_policy(kubectl):
    kubectl("apply", "-f", "-", text_in=POLICY % "Warn")
    done = kubectl.run("create", "deploy", "big", "--image=i", "--replicas=5")
    assert done.returncode == 0, done.stderr
    has(done.stderr, "Warning: Validation failed for " + REFUSED.replace(" denied request", ""))
    kubectl("delete", "validatingadmissionpolicy,validatingadmissionpolicybinding", "--all")


def refuses_what_does_not_compile(kubectl):
    has(kubectl("apply", "-f", "-", text_in=BAD_POLICY, code=1),
        "spec.validations[0].expression: Invalid value:", "compilation failed: ERROR: <input>:1:", "Syntax error")


def asks_webhooks(kubectl, url, ca):
    def hook(kind, name, policy="Fail", authority=ca):
        kubectl("apply", "-f", "-", text_in=WEBHOOK.format(
            kind=kind, name=name, policy=policy, url=url, ca=base64.b64encode(authority).decode()))

    hook("Mutating", "label")
    kubectl("create", "configmap", "made", "--from-literal=a=b")
    has(kubectl("get", "configmap", "made", "--show-labels"), "by=hook")

    hook("Validating", "deny")
    has(kubectl("create", "configmap", "bad", code=1),
        'admission webhook "deny.example.com" denied the request: bad is bad')
    done = kubectl.run("create", "configmap", "good")
    has(done.stderr, "Warning: a word of warning")
    path, review = Hooks.reviews[-1]
    assert path == "/deny?timeout=2s" and review["request"]["object"]["metadata"]["labels"] == {"by": "hook"}, review
    kubectl("delete", "configmap", "good")
    assert Hooks.reviews[-1][1]["request"]["operation"] == "DELETE"

    hook("Validating", "broken")
    has(kubectl("create", "configmap", "x", code=1), 'Internal error occurred: failed '
        'calling webhook "broken.example.com": failed to call webhook: an error on the server')
    hook("Validating", "broken", policy="Ignore")
    kubectl("create", "configmap", "x")

    hook("Validating", "slow")
    has(kubectl("create", "configmap", "y", code=1), "context deadline exceeded")
    kubectl("delete", "validatingwebhookconfiguration", "slow", "broken")


def checks_certificates(kubectl, url, folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other",
                    "-keyout", f"{folder}/other.key", "-out", f"{folder}/other.pem"], check=True, capture_output=True)
    other = base64.b64encode(pathlib.Path(folder, "other.pem").read_bytes()).decode()
    kubectl("apply", "-f", "-", text_in=WEBHOOK.format(kind="Validating", name="wrong", policy="Fail", url=url, ca=other))
    has(kubectl("create", "configmap", "z", code=1),
        "tls: failed to verify certificate: x509: certificate signed by unknown authority")
    kubectl("delete", "validatingwebhookconfiguration", "wrong")


def main():
    if shutil.which(KUBECTL) is None or shutil.which("openssl") is None:
        print("no kubectl or no openssl: skipped")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        server, ca = start_hooks(folder)
        url = f"https://127.0.0.1:{server.server_address[1]}"
        with Platform(data=f"{folder}/data") as platform:
            kubectl = Kubectl(platform.ready["kubeconfig"], folder)
            refuses_by_policy(kubectl)
            warns_by_policy(kubectl)
            refuses_what_does_not_compile(kubectl)
            asks_webhooks(kubectl, url, ca)
            checks_certificates(kubectl, url, folder)
        Hooks.going.set()
        server.shutdown()
    print("policies and webhooks work as kubectl expects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
