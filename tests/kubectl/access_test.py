#!/usr/bin/env python3
"""Who may do what, and what is told of it, as kubectl sees it: escalation, aggregated roles, the audit log, probes,
OpenAPI for old clients. Skips (77) without kubectl."""

import concurrent.futures
import json
import pathlib
import shutil
import ssl
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
sys.path.insert(0, str(ROOT / "tests/kubectl"))
from kubectl_smoke import Kubectl, has, KUBECTL  # noqa: E402
from platform_under_test import Platform  # noqa: E402

TOKENS = 'carol-token,carol,u-carol,"devs"\nflood-token,flood,u-flood,"devs"\n'
POLICY = """
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: RequestResponse, resources: [{group: "", resources: [configmaps]}]}
- {level: Metadata, resources: [{group: "", resources: [secrets]}]}
- {level: None}
"""
WIDGETS = """
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: widgets-view, labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}}
rules: [{apiGroups: [example.com], resources: [widgets], verbs: [get]}]
"""
SECONDS = 30


def until(look):
    end = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < end, f"{look.__name__} did not come true"
        time.sleep(0.1)


def grants_no_more_than_held(kubectl, carol):
    kubectl("create", "ns", "shop")
    kubectl("create", "role", "roles", "-n", "shop", "--verb=create", "--resource=roles,rolebindings,pods")
    kubectl("create", "rolebinding", "roles", "-n", "shop", "--role=roles", "--user=carol")
    carol("create", "role", "same", "-n", "shop", "--verb=create", "--resource=pods")
    has(carol("create", "role", "more", "-n", "shop", "--verb=get", "--resource=secrets", code=1),
        'roles.rbac.authorization.k8s.io "more" is forbidden: user "carol" '
        '(groups=["devs" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'
        '{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}')
    has(carol("create", "rolebinding", "all", "-n", "shop", "--clusterrole=cluster-admin", "--user=carol", code=1),
        'rolebindings.rbac.authorization.k8s.io "all" is forbidden: user "carol"',
        '{APIGroups:["*"], Resources:["*"], Verbs:["*"]}', '{NonResourceURLs:["*"], Verbs:["*"]}')


def aggregates_roles(kubectl, carol):
    has(kubectl("get", "clusterroles"), "admin", "edit", "view", "system:kube-scheduler", "system:controller:job-controller")
    kubectl("create", "rolebinding", "view", "-n", "shop", "--clusterrole=view", "--user=carol")
    carol("get", "pods", "-n", "shop")
    kubectl("apply", "-f", "-", text_in=WIDGETS)

    def view_holds_widgets():
        return "widgets" in kubectl("get", "clusterrole", "view", "-o", "jsonpath={.rules[*].resources}")
    until(view_holds_widgets)
    has(kubectl("get", "clusterrole", "admin", "-o", "jsonpath={.rules[*].resources}"), "widgets", "rolebindings")


def tells_of_requests(kubectl, carol, log):
    kubectl("create", "cm", "told", "-n", "shop", "--from-literal=a=visible")
    kubectl("create", "secret", "generic", "kept", "-n", "shop", "--from-literal=a=hunter2")
    kubectl("get", "cm", "told", "-n", "shop", "--as=dora", code=1)

    def events():
        return [json.loads(line) for line in log.read_text().splitlines()]

    def all_are_told():
        return any(event.get("impersonatedUser", {}).get("username") == "dora" for event in events())
    until(all_are_told)
    made = next(event for event in events() if event["verb"] == "create" and (event.get("requestObject") or {}).get("metadata", {}).get("name") == "told")
    assert made["requestObject"]["data"] == {"a": "visible"}, made
    assert made["stage"] == "ResponseComplete" and made["responseStatus"]["code"] == 201, made
    refused = next(event for event in events() if "impersonatedUser" in event)
    assert refused["annotations"]["authorization.k8s.io/decision"] == "forbid", refused
    assert "hunter2" not in log.read_text() and "aHVudGVyMg" not in log.read_text()


def answers_probes(kubectl, carol):
    has(kubectl("get", "--raw", "/readyz?verbose"), "[+]ping ok\n", "[+]store ok\n", "readyz check passed")
    has(kubectl("get", "--raw", "/livez?verbose&exclude=store"), "[+]store excluded: ok\n")
    assert kubectl("get", "--raw", "/readyz/store") == "ok"
    has(kubectl("get", "--raw", "/metrics"), "apiserver_flowcontrol_dispatched_requests_total{priority_level=\"workload\"}")


def serves_old_clients(kubectl, carol):
    """What kubectl before 1.27 needs of OpenAPI v2: validation, diff, explain."""
    def map_of(name, rest):
        return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, namespace: shop}}\n{rest}\n"

    kubectl("apply", "-f", "-", text_in=map_of("old", "data: {a: '1'}"))
    has(kubectl("diff", "-f", "-", code=1, text_in=map_of("old", "data: {a: '2'}")), '-  a: "1"', '+  a: "2"')
    kubectl("apply", "--server-side", "-f", "-", text_in=map_of("new", "data: {}"))
    has(kubectl("explain", "deployment.spec.replicas"), "replicas", "How many pods.")
    has(kubectl("apply", "-f", "-", code=1, text_in=map_of("bad", "dta: {}")), 'unknown field "')


def one_flood_leaves_room(platform, kubectl):
    """A user with hundreds of requests at once is slowed down or refused; the administrator is served meanwhile."""
    context = ssl._create_unverified_context()

    def ask(number):
        request = urllib.request.Request(f"{platform.ready['kube']}/api/v1/namespaces/shop/configmaps",
                                         headers={"Authorization": "Bearer flood-token"})
        try:
            with urllib.request.urlopen(request, context=context, timeout=SECONDS) as answer:
                return answer.status, ""
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("Retry-After", "")

    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        flood = [pool.submit(ask, number) for number in range(600)]
        kubectl("get", "ns", "shop")
        answers = [one.result() for one in flood]
    assert {status for status, _ in answers} <= {403, 429}, answers  # flood may nothing
    assert all(retry == "1" for status, retry in answers if status == 429), answers


def main():
    if not shutil.which(KUBECTL):
        print(f"skipped: {KUBECTL} is not installed")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        (home / "tokens.csv").write_text(TOKENS)
        (home / "policy.yaml").write_text(POLICY)
        log = home / "audit.log"
        extra = ["--tokens-file", str(home / "tokens.csv"), "--audit-policy-file", str(home / "policy.yaml"),
                 "--audit-log-path", str(log)]
        with Platform(extra=extra) as platform:
            kubectl = Kubectl(platform.ready["kubeconfig"], folder)
            config = kubectl("config", "view", "--raw", "--minify", "-o", "json")
            carols = json.loads(config)
            carols["users"][0]["user"] = {"token": "carol-token"}
            (home / "carol.json").write_text(json.dumps(carols))
            carol = Kubectl(str(home / "carol.json"), folder)
            for check in (grants_no_more_than_held, aggregates_roles, answers_probes, serves_old_clients):
                check(kubectl, carol)
                print(f"ok  {check.__name__}")
            tells_of_requests(kubectl, carol, log)
            print("ok  tells_of_requests")
            one_flood_leaves_room(platform, kubectl)
            print("ok  one_flood_leaves_room")


if __name__ == "__main__":
    main()
