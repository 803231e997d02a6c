#!/usr/bin/env python3
"""What the shared scenarios leave out of CustomResourceDefinitions: several versions, deprecation, names that clash,
fields to select by, lists that merge, deletion, kinds that the platform brings along, and all of it after a restart.
Skips (77) without a kubectl."""

import json
import pathlib
import shutil
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/e2e"))
sys.path.insert(0, str(ROOT / "tests/kubectl"))
from kubectl_smoke import Kubectl, has, KUBECTL  # noqa: E402
from platform_under_test import Platform  # noqa: E402

MINOR_MIN = 27  # the oldest kubectl that speaks --subresource and explains by OpenAPI v3
GEARS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gears.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: gears, kind: Gear, shortNames: [gr], categories: [machines]}
  versions:
  - name: v1
    served: true
    storage: true
    schema: &schema
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            properties:
              teeth: {type: integer, default: 12, description: How many teeth it has.}
              colour: {type: string}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties: {name: {type: string}, size: {type: integer}}
    additionalPrinterColumns:
    - {name: Teeth, type: integer, jsonPath: .spec.teeth}
    - {name: Colour, type: string, jsonPath: .spec.colour, priority: 1}
    selectableFields: [{jsonPath: .spec.colour}]
  - name: v1alpha1
    served: true
    storage: false
    deprecated: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {colour: {type: string}}}}}}
"""
COGS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: cogs.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: cogs, kind: Cog, shortNames: [gr]}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
"""
APPLICATIONS = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: applications.argoproj.io}
spec:
  group: argoproj.io
  scope: Namespaced
  names: {plural: applications, kind: Application, shortNames: [app, apps]}
  versions:
  - name: v1alpha1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {novelty: {type: string, description: Newer than ours.}}}
"""


def gear(name, spec, version="v1"):
    return json.dumps({"apiVersion": f"example.com/{version}", "kind": "Gear", "metadata": {"name": name}, "spec": spec})


def field(kubectl, what, path):
    return kubectl("get", *what.split(), "-o", f"jsonpath={{{path}}}")


def serves_at_once(kubectl):
    kubectl("create", "-f", "-", text_in=GEARS)
    kubectl("create", "-f", "-", text_in=gear("big", {"colour": "red"}))  # nobody waited for Established
    has(kubectl("get", "gr"), "TEETH", "12")
    has(kubectl("get", "machines", "-o", "wide"), "COLOUR", "red")
    has(kubectl("explain", "gears.spec.teeth"), "How many teeth it has.", "integer")
    has(kubectl("api-resources", "--api-group=example.com", "-o", "wide"),
        "delete,deletecollection,get,list,patch,create,update,watch")


def converts_between_versions(kubectl):
    done = kubectl.run("create", "-f", "-", text_in=gear("old", {"colour": "blue"}, "v1alpha1"))
    assert done.returncode == 0, done.stderr
    has(done.stderr, "Warning: example.com/v1alpha1 Gear is deprecated; use example.com/v1 Gear")
    has(field(kubectl, "gears.v1.example.com old", ".apiVersion"), "example.com/v1")
    has(field(kubectl, "gears.v1.example.com big", ".spec.teeth"), "12")
    assert field(kubectl, "gears.v1alpha1.example.com big", ".spec.teeth") == "", "the older version has no teeth"
    lines = kubectl("get", "gears.v1alpha1.example.com", "-o", "jsonpath={.items[*].apiVersion}").split()
    assert lines == ["example.com/v1alpha1"] * 2, lines


def merges_lists_by_key(kubectl):
    for manager, size in (("a", 1), ("b", 2)):
        kubectl("apply", "--server-side", "--field-manager", manager, "-f", "-",
                text_in=gear("merged", {"parts": [{"name": manager, "size": size}]}))
    has(field(kubectl, "gear merged", ".spec.parts[*].name"), "a b")
    has(kubectl("apply", "--server-side", "--field-manager", "c", "-f", "-", code=1,
                text_in=gear("merged", {"parts": [{"name": "a", "size": 9}]})),
        'conflict with "a": .spec.parts[name="a"].size')
    has(kubectl("patch", "gear", "merged", "--type=strategic", "-p", "{}", code=1), "is not supported by example.com/v1")


def selects_by_field(kubectl):
    has(kubectl("get", "gears", "--field-selector", "spec.colour=red", "-o", "name"), "gear.example.com/big")
    assert kubectl("get", "gears", "--field-selector", "spec.colour=red", "-o", "name").count("gear.") == 1
    has(kubectl("get", "gears", "--field-selector", "spec.teeth=1", code=1), "field label not supported: spec.teeth")


def gives_each_name_once(kubectl):
    kubectl("create", "-f", "-", text_in=COGS)
    condition = '.status.conditions[?(@.type=="NamesAccepted")]'
    has(field(kubectl, "crd cogs.example.com", f"{condition}.reason"), "ShortNamesConflict")
    has(field(kubectl, "crd cogs.example.com", f"{condition}.message"), '"gr" is already in use')
    has(kubectl("get", "cogs", code=1), "the server doesn't have a resource type")


def describes_others_kinds_anew(kubectl):
    kubectl("create", "-f", "-", text_in=APPLICATIONS)
    has(kubectl("explain", "applications.spec.novelty"), "Newer than ours.")
    kubectl("delete", "crd", "applications.argoproj.io")
    has(kubectl("explain", "applications.spec"), "source")


def deletes_with_its_objects(kubectl):
    kubectl("patch", "gear", "big", "--type=merge", "-p", '{"metadata":{"finalizers":["example.com/hold"]}}')
    kubectl("delete", "crd", "gears.example.com", "--wait=false")
    kubectl("wait", "crd/gears.example.com", "--for",
            "jsonpath={.status.conditions[?(@.type==\"Terminating\")].reason}=InstanceDeletionInProgress")
    has(kubectl("create", "--validate=false", "-f", "-", text_in=gear("late", {}), code=1),
        "create not allowed while custom resource definition is terminating")
    kubectl("patch", "gear", "big", "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
    kubectl("wait", "crd/gears.example.com", "--for=delete")
    has(kubectl("get", "gears", code=1), "the server could not find the requested resource")
    # Whose name it had is next.
    kubectl("wait", "crd/cogs.example.com", "--for=condition=Established")
    done = kubectl.run("get", "cogs")
    has(done.stdout + done.stderr, "No resources found")


def main():
    if shutil.which(KUBECTL) is None:
        print("no kubectl: skipped")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/data"
        with Platform(data=data) as platform:
            kubectl = Kubectl(platform.ready["kubeconfig"], folder)
            if kubectl.minor < MINOR_MIN:
                print(f"kubectl 1.{kubectl.minor} is too old: skipped")
                return 77
            serves_at_once(kubectl)
            converts_between_versions(kubectl)
            merges_lists_by_key(kubectl)
            selects_by_field(kubectl)
            gives_each_name_once(kubectl)
            describes_others_kinds_anew(kubectl)
        with Platform(data=data) as platform:
            kubectl = Kubectl(platform.ready["kubeconfig"], folder)
            has(kubectl("get", "gr"), "big", "merged")
            selects_by_field(kubectl)
            deletes_with_its_objects(kubectl)
    print("definitions work as kubectl expects")
    return 0


if __name__ == "__main__":
    sys.exit(main())
