#!/usr/bin/env python3
"""Objects of a kind of one's own, as kubectl sees them: pruned, defaulted, checked by schema and rules, merged by the
schema's keys. The definition's own life is definitions_test.py. Skips (77) without a kubectl."""

import json
import pathlib
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
sys.path.insert(0, str(ROOT / "tests/kubectl"))
from kubectl_smoke import Kubectl, has, KUBECTL, MINOR_MIN  # noqa: E402
from platform_under_test import Platform  # noqa: E402

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: pumps.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: pumps, singular: pump, kind: Pump}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        required: [spec]
        properties:
          spec:
            type: object
            required: [rate]
            properties:
              rate: {type: integer, minimum: 1, maximum: 10}
              mode: {type: string, enum: [slow, fast], default: slow}
              note: {type: string, nullable: true}
              label: {type: string, default: plain}
              port: {x-kubernetes-int-or-string: true}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
              seal: {type: string, maxLength: 20, x-kubernetes-validations: [{rule: self == oldSelf, message: a seal stays}]}
              inner: {type: object, properties: {deep: {type: integer, default: 7}}}
              tags: {type: array, x-kubernetes-list-type: set, items: {type: string}}
              valves:
                type: array
                maxItems: 5
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties:
                    name: {type: string, maxLength: 20}
                    turns: {type: integer, default: 0}
                  x-kubernetes-validations:
                  - {rule: self.turns >= oldSelf.turns, messageExpression: "self.name + ' turns back'", fieldPath: .turns}
              template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
            x-kubernetes-validations:
            - {rule: "self.mode != 'fast' || self.rate > 5", reason: FieldValueForbidden, fieldPath: .mode, message: fast needs a rate above 5}
          status: {type: object, properties: {flow: {type: integer}}}
    subresources: {status: {}}
"""


def pump(name, **spec):
    return json.dumps({"apiVersion": "example.com/v1", "kind": "Pump", "metadata": {"name": name}, "spec": spec})


def spec_of(kubectl, name):
    return json.loads(kubectl("get", "pump", name, "-o", "json"))["spec"]


def prunes_and_defaults(kubectl):
    kubectl("create", "-f", "-", "--validate=ignore",
            text_in=pump("a", rate=3, bogus=1, note=None, label=None, port="5%", inner={}, free={"x": {"y": None}}))
    spec = spec_of(kubectl, "a")
    assert spec == {"rate": 3, "mode": "slow", "note": None, "label": "plain", "port": "5%", "inner": {"deep": 7},
                    "free": {"x": {"y": None}}}, spec
    has(kubectl("create", "-f", "-", text_in=pump("b", rate=3, bogus=1, inner={"odd": 1}), code=1),
        'strict decoding error: unknown field "spec.bogus", unknown field "spec.inner.odd"')
    done = kubectl.run("create", "-f", "-", "--validate=warn", text_in=pump("b", rate=3, bogus=1))
    assert done.returncode == 0, done.stderr
    has(done.stderr, 'Warning: unknown field "spec.bogus"')


def is_checked_by_its_schema(kubectl):
    def refused(words, **spec):
        has(kubectl("create", "-f", "-", text_in=pump("no", **spec), code=1), *words)

    refused(['The Pump "no" is invalid:', "spec.rate: Required value"], mode="slow")
    refused(['spec.mode: Unsupported value: "odd": supported values: "slow", "fast"'], rate=1, mode="odd")
    refused(['spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"'],
            rate=1, port=True)
    refused(['spec.tags[2]: Duplicate value: "x"'], rate=1, tags=["x", "y", "x"])
    refused(['spec.valves[1]: Duplicate value: map[string]interface {}{"name":"v"}'], rate=1,
            valves=[{"name": "v"}, {"name": "v"}])
    refused(["spec.template.kind: Required value"], rate=1, template={"apiVersion": "v1", "x": 1})
    refused(['spec.template.metadata.labels: Invalid value: "a b"'], rate=1,
            template={"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a b": "c"}}})


def is_checked_by_its_rules(kubectl):
    has(kubectl("create", "-f", "-", text_in=pump("no", rate=5, mode="fast"), code=1),
        "spec.mode: Forbidden: fast needs a rate above 5")
    has(kubectl("create", "-f", "-", text_in=pump("no", rate=50, mode="odd"), code=1),
        "some validation rules were not checked because the object was invalid; correct the existing errors to complete "
        "validation")
    kubectl("create", "-f", "-", text_in=pump("ruled", rate=6, mode="fast", seal="s", valves=[{"name": "v", "turns": 2}]))
    patch = ["patch", "pump", "ruled", "--type=merge", "-p"]
    has(kubectl(*patch, '{"spec":{"seal":"t"}}', code=1), 'spec.seal: Invalid value: "string": a seal stays')
    has(kubectl(*patch, '{"spec":{"valves":[{"name":"new"},{"name":"v","turns":1}]}}', code=1),
        'spec.valves[1].turns: Invalid value: "object": v turns back')
    kubectl(*patch, '{"spec":{"valves":[{"name":"new"},{"name":"v","turns":3}]}}')


def what_was_wrong_may_stay(kubectl):
    kubectl("create", "-f", "-", text_in=pump("old", rate=9))
    kubectl("apply", "--server-side", "-f", "-", text_in=DEFINITION.replace("maximum: 10", "maximum: 5"))
    kubectl("patch", "pump", "old", "--type=merge", "-p", '{"spec":{"label":"other"}}')
    has(kubectl("patch", "pump", "old", "--type=merge", "-p", '{"spec":{"rate":8}}', code=1),
        "spec.rate: Invalid value: 8: spec.rate in body should be less than or equal to 5")
    kubectl("apply", "--server-side", "-f", "-", text_in=DEFINITION)


def merges_by_keys(kubectl):
    kubectl("apply", "--server-side", "--field-manager=one", "-f", "-",
            text_in=pump("m", rate=1, tags=["a"], valves=[{"name": "x", "turns": 1}]))
    kubectl("apply", "--server-side", "--field-manager=two", "-f", "-",
            text_in=pump("m", rate=1, tags=["b"], valves=[{"name": "y", "turns": 2}]))
    spec = spec_of(kubectl, "m")
    assert spec["tags"] == ["a", "b"], spec
    assert [(valve["name"], valve["turns"]) for valve in spec["valves"]] == [("x", 1), ("y", 2)], spec
    has(kubectl("apply", "--server-side", "--field-manager=two", "-f", "-",
                text_in=pump("m", rate=1, valves=[{"name": "x", "turns": 5}]), code=1),
        'conflict with "one": .spec.valves[name="x"].turns')


def reads_by_todays_schema(kubectl):
    kubectl("create", "-f", "-", text_in=pump("stored", rate=1, free={"x": 1}))
    later = DEFINITION.replace("rate: {type: integer", "grade: {type: string, default: A}\n              rate: {type: integer")
    later = later.replace("free: {type: object, x-kubernetes-preserve-unknown-fields: true}", "free: {type: object}")
    kubectl("apply", "--server-side", "-f", "-", text_in=later)
    spec = spec_of(kubectl, "stored")
    assert spec["grade"] == "A" and spec["free"] == {}, spec
    listed = json.loads(kubectl("get", "pumps", "-o", "json"))["items"]
    assert all(item["spec"]["grade"] == "A" for item in listed), listed
    kubectl("apply", "--server-side", "-f", "-", text_in=DEFINITION)


def main():
    if shutil.which(KUBECTL) is None:
        print("no kubectl: skipped")
        return 77
    with tempfile.TemporaryDirectory() as folder, Platform(data=f"{folder}/data") as platform:
        kubectl = Kubectl(platform.ready["kubeconfig"], folder)
        if kubectl.minor < MINOR_MIN:
            print(f"kubectl 1.{kubectl.minor} is too old: skipped")
            return 77
        kubectl("apply", "--server-side", "-f", "-", text_in=DEFINITION)
        kubectl("wait", "--for=condition=Established", "crd/pumps.example.com", "--timeout=20s")
        for step in (prunes_and_defaults, is_checked_by_its_schema, is_checked_by_its_rules, what_was_wrong_may_stay,
                     merges_by_keys, reads_by_todays_schema):
            step(kubectl)
            print(f"ok: {step.__name__.replace('_', ' ')}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
