#!/usr/bin/env python3
"""Service-account tokens, credential plug-ins and OpenID Connect with the real kubectl. Skips (77) without kubectl or openssl."""

import base64
import contextlib
import http.server
import json
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
sys.path.insert(0, str(ROOT / "tests/kubectl"))
from kubectl_smoke import Kubectl, has, KUBECTL  # noqa: E402
from platform_under_test import Platform  # noqa: E402

SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: bot-token, annotations: {kubernetes.io/service-account.name: bot}}
type: kubernetes.io/service-account-token
"""
REVIEW = """
apiVersion: authentication.k8s.io/v1
kind: TokenReview
spec: {token: "%s", audiences: %s}
"""


def b64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Issuer:
    """An OpenID Connect issuer on loopback; keys can be changed while it runs."""

    def __init__(self, folder):
        self.folder = folder
        self.rotate("one")
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps(issuer.documents().get(self.path, {})).encode()
                self.send_response(200 if self.path in issuer.documents() else 404)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def rotate(self, name):
        self.kid, self.key = name, str(pathlib.Path(self.folder, f"{name}.pem"))
        subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-out", self.key], check=True, capture_output=True)
        modulus = subprocess.run(["openssl", "rsa", "-in", self.key, "-noout", "-modulus"], check=True,
                                 capture_output=True, text=True).stdout.strip().split("=")[1]
        self.jwk = {"kty": "RSA", "kid": name, "use": "sig", "alg": "RS256", "e": "AQAB",
                    "n": b64url(bytes.fromhex(modulus))}

    def documents(self):
        return {"/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": self.url + "/keys"},
                "/keys": {"keys": [self.jwk]}}

    def token(self, **claims):
        now = int(time.time())
        said = {"iss": self.url, "aud": "kubernetes", "sub": "s1", "exp": now + 600, **claims}
        text = ".".join(b64url(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": self.kid}, said))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(), check=True,
                                   capture_output=True).stdout
        return f"{text}.{b64url(signature)}"


def me(kubectl, token):
    """Who the server takes the bearer for: the kubeconfig's certificate would win, so without it."""
    return json.loads(kubectl.bare("auth", "whoami", "-o", "json", "--token", token))["status"]["userInfo"]


class Client(Kubectl):
    """kubectl; `bare` uses the cluster of its kubeconfig but none of its users."""

    def __init__(self, kubeconfig, folder):
        super().__init__(kubeconfig, folder)
        config = json.loads(self("config", "view", "--raw", "-o", "json"))
        config["users"] = [{"name": "goldenpath", "user": {}}]
        self.bare_config = pathlib.Path(folder, "bare.json")
        self.bare_config.write_text(json.dumps(config))

    def bare(self, *arguments, **more):
        return self(*arguments, KUBECONFIG=str(self.bare_config), **more)


def makes_tokens(kubectl, _issuer):
    kubectl("create", "serviceaccount", "bot")
    user = me(kubectl, kubectl("create", "token", "bot", "--duration", "15m").strip())
    assert user["username"] == "system:serviceaccount:default:bot", user
    assert user["groups"] == ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"], user
    assert user["extra"]["authentication.kubernetes.io/credential-id"][0].startswith("JTI="), user
    has(kubectl("create", "token", "bot", "--duration", "5m", code=1), "may not specify a duration less than 10 minutes")
    has(kubectl("create", "token", "nobody", code=1), 'serviceaccounts "nobody" not found')


def reviews_tokens(kubectl, _issuer):
    token = kubectl("create", "token", "bot", "--audience", "vault").strip()
    review = lambda audiences: json.loads(kubectl("create", "-o", "json", "-f", "-", text_in=REVIEW % (token, audiences)))
    good = review("[vault, db]")["status"]
    assert good["authenticated"] and good["audiences"] == ["vault"], good
    bad = review("[]")["status"]
    assert not bad.get("authenticated"), bad
    has(bad["error"], 'token audiences ["vault"] is invalid for the target audiences')


def fills_secrets(kubectl, _issuer):
    kubectl("apply", "-f", "-", text_in=SECRET)
    kubectl("wait", "--for=jsonpath={.data.token}", "secret/bot-token", "--timeout=30s")
    data = json.loads(kubectl("get", "secret", "bot-token", "-o", "json"))["data"]
    token = base64.b64decode(data["token"]).decode()
    assert base64.b64decode(data["namespace"]) == b"default" and "ca.crt" in data, list(data)
    assert me(kubectl, token)["username"] == "system:serviceaccount:default:bot"
    kubectl("delete", "secret", "bot-token")
    has(kubectl.bare("auth", "whoami", "--token", token, code=1), "Unauthorized")


def runs_plug_ins(kubectl, _issuer):
    folder = pathlib.Path(kubectl.environment["HOME"])
    token = kubectl("create", "token", "bot").strip()
    plug_in = folder / "plug-in"
    answer = {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": token}}
    plug_in.write_text(f"#!/bin/sh\ncat <<'E'\n{json.dumps(answer)}\nE\n")
    plug_in.chmod(plug_in.stat().st_mode | stat.S_IXUSR)
    config = json.loads(kubectl.bare_config.read_text())
    config["users"][0]["user"] = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(plug_in),
                                           "interactiveMode": "Never"}}
    path = folder / "exec.json"
    path.write_text(json.dumps(config))
    has(kubectl("auth", "whoami", KUBECONFIG=str(path)), "system:serviceaccount:default:bot")


def trusts_an_issuer(kubectl, issuer):
    user = me(kubectl, issuer.token(groups=["a"], email="eve@example.com"))
    assert user["username"] == "idp:s1" and user["groups"] == ["idp:a", "system:authenticated"], user
    assert user["extra"]["example.com/mail"] == ["eve@example.com"], user
    has(kubectl.bare("auth", "whoami", "--token", issuer.token(aud="other"), code=1), "Unauthorized")
    review = kubectl("create", "-o", "json", "-f", "-", text_in=REVIEW % (issuer.token(exp=1), "[]"))
    has(json.loads(review)["status"]["error"], "oidc: token is expired")


def follows_a_new_key(kubectl, issuer):
    issuer.rotate("two")
    token = issuer.token()
    until = time.monotonic() + 60  # at most one look every ten seconds
    while kubectl.run("auth", "whoami", "--token", token, KUBECONFIG=str(kubectl.bare_config)).returncode != 0:
        assert time.monotonic() < until, "the new key is never fetched"
        time.sleep(1)


def keeps_tokens_over_a_new_key(data, folder, extra):
    with Platform(data=data, extra=extra) as platform:
        kubectl = Client(platform.ready["kubeconfig"], folder)
        token = kubectl("create", "token", "bot").strip()
    pathlib.Path(data, "pki/sa.key").rename(pathlib.Path(data, "pki/sa-old.key"))
    with Platform(data=data, extra=extra) as platform:
        kubectl = Client(platform.ready["kubeconfig"], folder)
        assert me(kubectl, token)["username"] == "system:serviceaccount:default:bot"
        keys = json.loads(kubectl("get", "--raw", "/openid/v1/jwks"))["keys"]
        assert len(keys) == 2 and keys[0]["kid"] != keys[1]["kid"], keys
        assert kubectl("create", "token", "bot").split(".")[0] != token.split(".")[0]


def main():
    if not (shutil.which(KUBECTL) and shutil.which("openssl")):
        print("skipped: kubectl or openssl is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as data, contextlib.ExitStack() as stack:
        issuer = Issuer(folder)
        stack.callback(issuer.server.shutdown)
        config = pathlib.Path(folder, "authentication.yaml")
        config.write_text(json.dumps({
            "apiVersion": "apiserver.config.k8s.io/v1beta1", "kind": "AuthenticationConfiguration",
            "jwt": [{"issuer": {"url": issuer.url, "audiences": ["kubernetes"]},
                     "claimMappings": {"username": {"claim": "sub", "prefix": "idp:"},
                                       "groups": {"claim": "groups", "prefix": "idp:"},
                                       "extra": [{"key": "example.com/mail",
                                                  "valueExpression": "has(claims.email) ? claims.email : ''"}]}}]}))
        extra = ["--authentication-config", str(config)]
        with Platform(data=data, extra=extra) as platform:
            kubectl = Client(platform.ready["kubeconfig"], folder)
            if kubectl.minor < 28:
                print("skipped: needs kubectl 1.28")
                sys.exit(77)
            for step in (makes_tokens, reviews_tokens, fills_secrets, runs_plug_ins, trusts_an_issuer,
                         follows_a_new_key):
                step(kubectl, issuer)
                print("ok", step.__name__, flush=True)
        keeps_tokens_over_a_new_key(data, folder, extra)
        print("ok keeps_tokens_over_a_new_key")


if __name__ == "__main__":
    main()
