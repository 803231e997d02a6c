"""Three repositories that other people wrote, brought to life: each definition in them is stored, or refused by name.

Reads ../shared/real beside the repository; without that folder the test is skipped.
"""

import collections
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from platform_under_test import ROOT, Platform  # noqa: E402
from real_files import definitions, without_definitions, yaml_files  # noqa: E402

REAL = ROOT.parent / "shared/real"
CNOE = "cnoe-stacks/ref-implementation"
ENTITIES = f"{CNOE}/backstage-templates/entities"
STACKS = ("argo-workflows", "backstage", "external-secrets", "keycloak")

LOCATIONS = ("backstage-demo/catalog-info.yaml", "backstage-demo/examples/*.yaml",
             "backstage-demo/demo-template/template/template.yaml", f"{ENTITIES}/catalog-info.yaml")
# What the last location leads on to.
LED_ON_TO = (f"{ENTITIES}/*/template*.yaml", f"{ENTITIES}/organization/guests.yaml")
SKELETONS = tuple(f"{ENTITIES}/{name}/skeleton/"
                  for name in ("app-with-bucket", "argo-workflows", "basic", "ray-serve"))
MANIFESTS = ("kube-prometheus/manifests/", f"{CNOE}/*.yaml", *(f"{CNOE}/{name}/" for name in STACKS), *SKELETONS)
REPOSITORIES = {**{f"cnoe://{name}/manifests": f"{CNOE}/{name}/manifests" for name in STACKS},
                "cnoe://backstage-templates/entities": ENTITIES}


SPEC = {"catalog": {"locations": LOCATIONS}, "manifests": MANIFESTS,
        "repositories": [{"url": url, "path": path} for url, path in REPOSITORIES.items()]}


def platform_file(spec):
    return json.dumps({"apiVersion": "goldenpath.dev/v1alpha1", "kind": "Platform", "metadata": {"name": "real"},
                       "spec": spec}, indent=2)  # JSON is YAML


def entity_ref(entity):
    metadata = entity["metadata"]
    return f"{entity['kind']}:{metadata.get('namespace', 'default')}/{metadata['name']}".lower()


class RealInputTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name).resolve() / "real"
        shutil.copytree(REAL, cls.root)
        (cls.root / "platform.yaml").write_text(platform_file(SPEC))
        cls.manifest_files = yaml_files(cls.root, *MANIFESTS)
        cls.manifests = definitions(cls.root, cls.manifest_files)
        cls.entities = definitions(cls.root, yaml_files(cls.root, *LOCATIONS, *LED_ON_TO))
        cls.platform = Platform(cls.root).start()
        cls.manifest_status = cls.items("manifestsources")[0]["status"]
        cls.manifest_problems = cls.manifest_status.get("problems", [])
        cls.catalog_statuses = [source["status"] for source in cls.items("catalogsources")]
        cls.catalog_problems = [one for status in cls.catalog_statuses for one in status.get("problems", [])]

    @classmethod
    def tearDownClass(cls):
        cls.platform.stop()
        cls.folder.cleanup()

    @classmethod
    def items(cls, *resources):
        done = cls.platform.run("get", ",".join(resources), "-A", "-o", "json")
        assert done.returncode == 0, done.stderr
        read = json.loads(done.stdout)
        return read["items"] if "items" in read else [read]

    def catalog(self):
        status, _, body = self.platform.portal("/api/catalog/entities")
        self.assertEqual(status, 200)
        return [entity for entity in json.loads(body) if not entity["metadata"]["name"].startswith("generated-")]

    def line(self, problem):
        """The line of the copied file that a problem points to."""
        lines = (self.root / problem["file"]).read_text().splitlines()
        self.assertTrue(1 <= problem["line"] <= len(lines), problem)
        return lines[problem["line"] - 1]

    def stored(self, *of):
        """Objects that came from files, as Counter of (file, kind)."""
        refused = {one["object"].split(" ")[0] for one in self.manifest_problems
                   if "is served here" in one["message"]}
        names = sorted({f"{one.kind.lower()}.{one.group}".rstrip(".") for one in of if one.kind not in refused})
        files = ((item["metadata"].get("annotations", {}).get("goldenpath.dev/manifest-file"), item["kind"])
                 for item in self.items(*names))
        return collections.Counter(pair for pair in files if pair[0])

    def test_kube_prometheus_is_stored_whole(self):
        monitoring = [one for one in self.manifests if one.file.startswith("kube-prometheus/")]
        expected = collections.Counter((one.file, one.kind) for one in monitoring)
        kinds = collections.Counter(one.kind for one in monitoring)
        self.assertEqual((kinds["PrometheusRule"], kinds["ServiceMonitor"]), (8, 13))
        stored = self.stored(*monitoring)
        self.assertEqual({pair: n for pair, n in stored.items() if pair[0].startswith("kube-prometheus/")}, expected)
        self.assertEqual([one for one in self.manifest_problems if one["file"].startswith("kube-prometheus/")], [])

    def test_a_bare_equals_sign_stays_text(self):
        definition, = self.items("crd/alertmanagerconfigs.monitoring.coreos.com")
        self.assertIn('"enum": ["!=", "=", "=~", "!~"]', json.dumps(definition))

    def test_each_manifest_is_stored_or_named(self):
        named = collections.Counter((one["file"], one["object"].split(" ")[0])
                                    for one in self.manifest_problems if "object" in one)
        in_files = collections.Counter((one.file, one.kind) for one in self.manifests)
        stored = self.stored(*self.manifests)
        self.assertEqual(stored + named, in_files)
        self.assertEqual(self.manifest_status["objects"], sum(stored.values()))
        self.assertEqual(self.manifest_status["problemCount"], len(self.manifest_problems))

    def test_each_file_without_an_object_is_named(self):
        named = {one["file"] for one in self.manifest_problems if "object" not in one}
        self.assertEqual(named, set(without_definitions(self.root, self.manifest_files)))

    def test_manifest_problems_have_file_line_and_message(self):
        for problem in self.manifest_problems:
            self.assertTrue(problem["message"], problem)
            self.line(problem)
            if "object" in problem:
                around = [one for one in self.manifests if one.file == problem["file"]
                          and one.first <= problem["line"] <= one.last]
                self.assertEqual([one.kind for one in around], [problem["object"].split(" ")[0]], problem)

    def test_text_that_is_not_yaml_yet_is_named_with_its_line(self):
        template = f"{ENTITIES}/app-with-bucket/skeleton/kustomize/prod/kustomization.yaml"
        problems = [one for one in self.manifest_problems if one["file"] == template]
        self.assertEqual(len(problems), 1)
        self.assertIn("{%-", self.line(problems[0]))

    def test_a_kind_without_a_definition_is_named(self):
        messages = {one["object"].split(" ")[0]: one["message"] for one in self.manifest_problems if "object" in one}
        for kind in ("Workflow", "RayService"):
            self.assertIn("install its CustomResourceDefinition", messages[kind])

    def test_each_entity_is_in_the_catalog_or_named(self):
        def named(file):
            refused = {one["entityRef"] for one in self.catalog_problems
                       if one["severity"] == "error" and one["file"] == file}
            return collections.Counter(ref.split(":")[0] for ref in refused)

        def kept(file):
            return collections.Counter(
                one["kind"].lower() for one in self.catalog()
                if one["metadata"]["annotations"]["backstage.io/managed-by-location"].endswith("/" + file))

        for file in sorted({one.file for one in self.entities}):
            in_file = collections.Counter(one.kind.lower() for one in self.entities if one.file == file)
            self.assertEqual(kept(file) + named(file), in_file, file)
        self.assertEqual(sum(status["entities"] for status in self.catalog_statuses), len(self.catalog()))

    def test_each_entity_in_the_catalog_is_an_object(self):
        for entity in self.catalog():
            group = entity["apiVersion"].split("/")[0]
            done = self.platform.run("get", f"{entity['kind'].lower()}.{group}", entity["metadata"]["name"],
                                     "-n", entity["metadata"]["namespace"], "-o", "json")
            self.assertEqual(done.returncode, 0, entity_ref(entity) + ": " + done.stderr)
            self.assertEqual(json.loads(done.stdout)["metadata"]["uid"], entity["metadata"]["uid"])

    def test_catalog_problems_have_file_line_and_message(self):
        for status in self.catalog_statuses:
            self.assertEqual(status["problemCount"], len(status["problems"]))
        for problem in self.catalog_problems:
            self.assertTrue(problem["message"], problem)
            self.line(problem)
            self.assertIn(problem["severity"], ("error", "warning"))
            kind = problem["entityRef"].split(":")[0]
            around = [one for one in self.entities if one.file == problem["file"]
                      and one.first <= problem["line"] <= one.last]
            self.assertEqual([one.kind.lower() for one in around], [kind], problem)

    def test_a_kind_that_only_newer_backstages_know_is_named_with_its_line(self):
        refused = [one for one in self.catalog_problems if one["entityRef"].startswith("airesource:")]
        self.assertEqual(len(refused), sum(one.kind == "AiResource" for one in self.entities))
        for problem in refused:
            self.assertEqual(problem["file"], "backstage-demo/examples/ai-resources.yaml")
            self.assertEqual(self.line(problem), "kind: AiResource")
            self.assertIn(f"No processor recognized the entity {problem['entityRef']} as valid", problem["message"])

    def test_an_api_without_its_definition_says_which_field_is_missing(self):
        problem, = [one for one in self.catalog_problems if one["entityRef"] == "api:default/github-mcp-server"]
        self.assertIn("must have required property 'definition'", problem["message"])
        self.assertEqual(self.line(problem), "spec:")

    def test_nothing_is_read_from_the_network_unasked(self):
        problem, = [one for one in self.catalog_problems if one["entityRef"] == "api:default/demo-graphql"]
        self.assertIn("https://demo.backstage.io/api/graphql/schema' is not allowed", problem["message"])
        self.assertEqual(self.line(problem).strip(), "definition:")

    def test_the_summary(self):
        stored, refused = self.manifest_status["objects"], len(self.manifest_problems)
        errors = sum(one["severity"] == "error" for one in self.catalog_problems)
        print(f"\nreal input: {len(self.manifests)} manifests and {len(self.entities)} entities in files; "
              f"{stored} objects stored, {refused} manifest problems; {len(self.catalog())} entities in the catalog, "
              f"{errors} refused, {len(self.catalog_problems) - errors} warnings", file=sys.stderr)
        for problem in self.manifest_problems + self.catalog_problems:
            what = problem.get("object") or problem.get("entityRef") or "file"
            print(f"  {problem['file']}:{problem['line']}: {what}: {problem['message'][:160]}", file=sys.stderr)
        self.assertIn("ready in", self.platform.output())


class RestartTest(unittest.TestCase):
    def test_a_restart_finds_it_all_and_writes_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder).resolve() / "real"
            shutil.copytree(REAL, root)
            spec = {"catalog": {"locations": LOCATIONS}, "manifests": ["kube-prometheus/manifests/"]}
            (root / "platform.yaml").write_text(platform_file(spec))
            kinds = sorted({f"{one.kind.lower()}.{one.group}".rstrip(".")
                            for one in definitions(root, yaml_files(root, "kube-prometheus/manifests/"))})
            kinds += [f"{kind}.backstage.io" for kind in ("component", "group", "location", "user")]
            seen = []
            for _ in range(2):
                with Platform(root, data=folder + "/data") as platform:
                    done = platform.run("get", ",".join(kinds), "-A", "-o", "json")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    seen.append({(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]):
                                 (one["metadata"]["uid"], one["metadata"]["resourceVersion"])
                                 for one in json.loads(done.stdout)["items"]
                                 # The platform's own listeners: each start of this test has other ports.
                                 if one["metadata"].get("namespace") != "goldenpath"})
        self.assertGreater(len(seen[0]), 100)
        changed = sorted(str(key) for key in seen[0].keys() | seen[1].keys() if seen[0].get(key) != seen[1].get(key))
        self.assertEqual(changed, [], "a restart wrote these")


if __name__ == "__main__":
    if not REAL.is_dir():
        print(f"skipped: {REAL} is not here")
        sys.exit(77)
    unittest.main()
