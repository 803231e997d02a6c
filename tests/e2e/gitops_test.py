#!/usr/bin/env python3
"""Applications end to end: from a folder and from a real Git repository, to this platform and to another one;
a change by hand is healed, a removed file pruned, a broken source changes nothing; sync, history and rollback."""

import json
import pathlib
import subprocess
import tempfile
import time
import unittest

from platform_under_test import Platform

WAIT_SECONDS = 60
URL = "https://git.example/acme/platform"


def config_map(name, text):
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{text: \"{text}\"}}\n"


def application(name, repo, path, policy="", destination="server: https://kubernetes.default.svc", revision="main"):
    return f"""apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {{name: {name}, namespace: argocd}}
spec:
  project: default
  source: {{repoURL: "{repo}", path: {path}, targetRevision: {revision}}}
  destination: {{{destination}, namespace: shop}}
  syncPolicy: {{syncOptions: [CreateNamespace=true]{policy}}}
"""


AUTOMATIC = ", automated: {prune: true, selfHeal: true}"


class GitOpsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        cls.write("platform.yaml", f"""apiVersion: goldenpath.dev/v1alpha1
kind: Platform
metadata: {{name: acme}}
spec:
  repositories: [{{url: "{URL}", path: .}}]
""")
        cls.write("apps/plain/a.yaml", config_map("plain-a", "1"))
        cls.write("apps/plain/b.yaml", config_map("plain-b", "1"))
        cls.write("apps/custom/kustomization.yaml", "resources: [a.yaml]\nnamePrefix: k-\n"
                  "configMapGenerator: [{name: generated, literals: [x=1]}]\n")
        cls.write("apps/custom/a.yaml", config_map("a", "1"))
        cls.platform = Platform(cls.root).start()
        cls.platform.run("apply", "-f", "-", text_in="apiVersion: v1\nkind: Namespace\nmetadata: {name: argocd}\n")

    @classmethod
    def tearDownClass(cls):
        cls.platform.stop()
        cls.folder.cleanup()

    @classmethod
    def write(cls, name, text):
        path = cls.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def apply(self, text):
        done = self.platform.run("apply", "-f", "-", text_in=text)
        self.assertEqual(done.returncode, 0, done.stderr)

    def get(self, what, *, ns="shop", platform=None):
        done = (platform or self.platform).run("get", what, "-n", ns, "-o", "json")
        return json.loads(done.stdout) if done.returncode == 0 else None

    def text_of(self, name, platform=None):
        found = self.get(f"configmap/{name}", platform=platform)
        return found and found["data"]["text"]

    def status(self, name):
        return self.get(f"application/{name}", ns="argocd").get("status", {})

    def eventually(self, question, wanted):
        end = time.monotonic() + WAIT_SECONDS
        seen = question()
        while seen != wanted and time.monotonic() < end:
            time.sleep(0.05)
            seen = question()
        self.assertEqual(seen, wanted)

    def test_a_folder_is_followed_healed_and_pruned(self):
        self.apply(application("plain", URL, "apps/plain", AUTOMATIC))
        self.eventually(lambda: self.text_of("plain-a"), "1")
        self.eventually(lambda: self.status("plain")["sync"]["status"], "Synced")

        self.write("apps/plain/a.yaml", config_map("plain-a", "2"))
        self.eventually(lambda: self.text_of("plain-a"), "2")
        self.apply(config_map("plain-a", "by hand").replace("{name: plain-a}", "{name: plain-a, namespace: shop}"))
        self.eventually(lambda: self.text_of("plain-a"), "2")
        (self.root / "apps/plain/b.yaml").unlink()
        self.eventually(lambda: self.text_of("plain-b"), None)

        self.write("apps/plain/broken.yaml", "kind: [\n")
        self.eventually(lambda: self.status("plain")["sync"]["status"], "Unknown")
        self.assertIn("broken.yaml", self.status("plain")["conditions"][0]["message"])
        self.assertEqual(self.text_of("plain-a"), "2")
        (self.root / "apps/plain/broken.yaml").unlink()
        self.eventually(lambda: self.status("plain")["sync"]["status"], "Synced")

    def test_sync_and_history_from_the_command_line(self):
        self.apply(application("custom", URL, "apps/custom"))
        self.eventually(lambda: self.status("custom").get("sync", {}).get("status"), "OutOfSync")
        self.assertIsNone(self.text_of("k-a"))
        done = self.platform.run("sync", "custom", "--dry-run")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIsNone(self.text_of("k-a"))
        done = self.platform.run("sync", "custom")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("configmap/k-a created", done.stdout)
        self.assertIn("successfully synced (all tasks run)", done.stdout)
        self.assertEqual(self.text_of("k-a"), "1")
        history = json.loads(self.platform.run("history", "custom", "-o", "json").stdout)
        self.assertEqual([entry["id"] for entry in history], [0])
        self.assertEqual(self.platform.run("sync", "missing").returncode, 1)

    def test_a_git_repository_its_branches_tags_and_the_way_back(self):
        repo = self.root / "origin"

        def git(*arguments):
            return subprocess.run(["git", "-C", str(repo), "-c", "user.name=Ada", "-c", "user.email=ada@example.com",
                                   *arguments], check=True, capture_output=True, text=True).stdout.strip()

        def commit(text):
            self.write("origin/deploy/g.yaml", config_map("from-git", text))
            git("add", "-A")
            git("commit", "-qm", text)
            return git("rev-parse", "HEAD")

        repo.mkdir()
        git("init", "-q", "-b", "main")
        first = commit("1")
        git("tag", "v1.0.0")
        self.apply(application("git", str(repo), "deploy"))
        self.eventually(lambda: self.status("git").get("sync", {}).get("revision"), first)
        self.assertEqual(self.platform.run("sync", "git").returncode, 0)
        self.assertEqual(self.text_of("from-git"), "1")

        second = commit("2")
        git("tag", "v1.1.0")
        self.platform.run("apply", "-f", "-", text_in=application("git", str(repo), "deploy", revision="1.*"))
        self.eventually(lambda: self.status("git")["sync"]["revision"], second)
        self.assertEqual(self.platform.run("sync", "git").returncode, 0)
        self.assertEqual(self.text_of("from-git"), "2")
        done = self.platform.run("rollback", "git", "0")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.text_of("from-git"), "1")

    def test_another_cluster_is_deployed_to(self):
        with Platform() as there:
            added = self.platform.run("cluster", "add", "there", "--kubeconfig", there.ready["kubeconfig"])
            self.assertEqual(added.returncode, 0, added.stderr)
            self.write("apps/remote/a.yaml", config_map("remote-a", "1"))
            self.apply(application("remote", URL, "apps/remote", AUTOMATIC, "name: there"))
            self.eventually(lambda: self.text_of("remote-a", there), "1")
            self.assertIsNone(self.text_of("remote-a"))
            self.write("apps/remote/a.yaml", config_map("remote-a", "2"))
            self.eventually(lambda: self.text_of("remote-a", there), "2")
            self.platform.run("delete", "application", "remote", "-n", "argocd")
            self.platform.run("cluster", "remove", "there")


if __name__ == "__main__":
    unittest.main(verbosity=1)
