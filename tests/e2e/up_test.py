"""The whole program as a user sees it: up, status, get, describe, apply, delete, stop, and up again."""

import json
import pathlib
import signal
import stat
import subprocess
import tempfile
import unittest

from platform_under_test import BINARY, ROOT, Platform  # noqa: E402

EXAMPLE = ROOT / "examples/platform"


class UpTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.platform = Platform(EXAMPLE).start()

    @classmethod
    def tearDownClass(cls):
        cls.platform.stop()

    def get(self, *arguments):
        done = self.platform.run("get", *arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_the_board_names_each_part_and_how_to_get_in(self):
        output = self.platform.output()
        for part in ("store", "kube", "catalog", "manifests", "portal"):
            self.assertRegex(output, rf"(?m)^  {part} +ready")
        self.assertIn(self.platform.ready["portal"], output)
        self.assertIn(self.platform.ready["kubeconfig"], output)
        self.assertNotIn(self.platform.token(), output)

    def test_status_says_how_each_part_is_doing(self):
        done = self.platform.run("status", "-o", "json")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        states = {part["name"]: part["state"] for part in json.loads(done.stdout)["parts"]}
        self.assertEqual(states["catalog"], "ready")
        self.assertEqual(states["store"], "ready")

    def test_the_catalog_is_objects(self):
        table = self.get("components", "-A")
        self.assertRegex(table, r"(?m)^NAMESPACE +NAME ")
        self.assertRegex(table, r"(?m)^default +ticket-service ")

    def test_the_manifests_are_objects(self):
        self.assertIn("ticket-service-db", self.get("externalsecrets", "-n", "booking"))
        self.assertIn("web-shop", self.get("applications", "-n", "argocd", "-o", "name"))

    def test_an_unknown_type_suggests_the_nearest(self):
        done = self.platform.run("get", "componets")
        self.assertEqual(done.returncode, 1)
        self.assertIn('the platform has no resource type "componets"', done.stderr)
        self.assertIn('did you mean "components"?', done.stderr)

    def test_apply_creates_changes_leaves_alone_and_removes_fields(self):
        def apply(data):
            text = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": data})
            done = self.platform.run("apply", "-f", "-", text_in=text)
            self.assertEqual(done.returncode, 0, done.stderr)
            return done.stdout.strip()

        self.assertEqual(apply({"a": "1", "b": "2"}), "configmap/applied created")
        self.assertEqual(apply({"a": "1", "b": "2"}), "configmap/applied unchanged")
        self.assertEqual(apply({"a": "3"}), "configmap/applied configured")
        self.assertEqual(self.get("cm/applied", "-o", "jsonpath={.data}"), '{"a":"3"}')
        self.assertIn("Data:", self.platform.run("describe", "cm", "applied").stdout)
        self.assertEqual(self.platform.run("delete", "cm", "applied").stdout.strip(), 'configmap "applied" deleted')
        self.assertEqual(self.platform.run("delete", "cm", "applied").returncode, 1)

    def test_what_the_server_refuses_is_named_with_file_and_line(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "two.yaml"
            file.write_text("# first\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: UPPER}\n")
            done = self.platform.run("apply", "-f", str(file))
        self.assertEqual(done.returncode, 1)
        self.assertIn("two.yaml:2: ", done.stderr)
        self.assertIn("a lowercase RFC 1123 subdomain", done.stderr)

    def test_secrets_on_disk_are_for_the_owner_alone(self):
        for name in ("kubeconfig", "portal-token", "pki/ca.key", "goldenpath.db"):
            mode = stat.S_IMODE((pathlib.Path(self.platform.data) / name).stat().st_mode)
            self.assertEqual(mode, 0o600, name)

    def test_the_portal_wants_the_token(self):
        status, _, body = self.platform.portal("/api/catalog/entities?filter=kind=component")
        self.assertEqual(status, 200)
        self.assertGreater(len(json.loads(body)), 5)
        status, _, _ = self.platform.portal("/api/catalog/entities", headers={"Authorization": "Bearer wrong"})
        self.assertEqual(status, 401)

    def test_a_second_process_on_the_same_data_is_told_whose_it_is(self):
        done = subprocess.run([BINARY, "up", str(EXAMPLE), "--data", self.platform.data, "--port-base", "0"],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn(str(self.platform.process.pid), done.stderr)


class RestartTest(unittest.TestCase):
    def test_it_continues_from_where_it_was(self):
        with tempfile.TemporaryDirectory() as data:
            first = Platform(EXAMPLE, data=data).start()
            before = json.loads(first.run("get", "component", "web-shop", "-o", "json").stdout)["metadata"]["uid"]
            self.assertEqual(first.stop(), 0)

            second = Platform(EXAMPLE, data=data).start()
            after = json.loads(second.run("get", "component", "web-shop", "-o", "json").stdout)["metadata"]["uid"]
            second.stop(signal.SIGTERM)
            self.assertEqual(before, after)

    def test_killed_hard_it_comes_back_with_everything(self):
        with tempfile.TemporaryDirectory() as data:
            first = Platform(data=data).start()
            text = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kept"},"data":{"k":"v"}}'
            self.assertEqual(first.run("apply", "-f", "-", text_in=text).returncode, 0)
            first.process.kill()
            first.process.wait()

            second = Platform(data=data).start()
            self.assertEqual(second.run("get", "cm/kept", "-o", "jsonpath={.data.k}").stdout, "v")
            second.stop()


class CommandLineTest(unittest.TestCase):
    def run_alone(self, *arguments):
        return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=60)

    def test_wrong_usage_exits_with_2(self):
        self.assertEqual(self.run_alone("fly").returncode, 2)
        self.assertEqual(self.run_alone("up", "--log-level", "loud").returncode, 2)

    def test_no_platform_exits_with_3_and_says_what_to_do(self):
        with tempfile.TemporaryDirectory() as data:
            for command in (("status",), ("get", "cm")):
                done = self.run_alone(*command, "--data", data)
                self.assertEqual(done.returncode, 3)
                self.assertIn("goldenpath up", done.stderr)

    def test_a_broken_platform_file_names_the_line(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "platform.yaml").write_text(
                "apiVersion: goldenpath.dev/v1alpha1\nkind: Platform\nspec:\n  manifets: [x]\n")
            done = self.run_alone("up", folder, "--data", folder + "/data")
        self.assertEqual(done.returncode, 1)
        self.assertIn('platform.yaml:4: unknown field "spec.manifets"', done.stderr)
        self.assertIn('did you mean "manifests"?', done.stderr)

    def test_version_and_completion_work_anywhere(self):
        self.assertIn("goldenpath 0.", self.run_alone("version").stdout)
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("goldenpath", self.run_alone("completion", shell).stdout)


if __name__ == "__main__":
    unittest.main()
