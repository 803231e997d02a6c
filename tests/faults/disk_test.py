"""The program when its disk is full or its files are damaged: it says so, loses nothing and goes on when it can."""

import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from platform_under_test import BINARY, Platform  # noqa: E402


def config_map(name, text="x"):
    return json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"text": text}})


def create(platform, name, text="x"):
    """(status, answer) of creating a ConfigMap."""
    status, _, body = platform.portal("/kube/api/v1/namespaces/default/configmaps", "POST",
                                      config_map(name, text).encode(), {"Content-Type": "application/json"})
    return status, json.loads(body)


def names(platform):
    _, _, body = platform.portal("/kube/api/v1/namespaces/default/configmaps")
    return {item["metadata"]["name"] for item in json.loads(body)["items"]}


def up(data):
    return subprocess.run([BINARY, "up", "--data", data, "--port-base", "0"], capture_output=True, text=True,
                          timeout=60, cwd=tempfile.gettempdir())


class FullDiskTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.data = self._folder.name
        if not self.mount("size=6m"):
            self._folder.cleanup()
            self.skipTest("this needs the right to mount")

    def tearDown(self):
        subprocess.run(["umount", self.data], check=True)
        self._folder.cleanup()

    def mount(self, options):
        return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.data],
                              stderr=subprocess.DEVNULL).returncode == 0

    def test_writes_are_refused_until_there_is_room_and_reads_go_on(self):
        with Platform(data=self.data) as platform:
            stored = set()
            for number in range(200):
                status, answer = create(platform, f"n{number:03}", "x" * 100_000)
                if status != 201:
                    break
                stored.add(f"n{number:03}")
            self.assertGreater(len(stored), 5)
            self.assertEqual((status, answer["kind"], answer["status"]), (503, "Status", "Failure"))
            self.assertIn("the disk is full", answer["message"])
            self.assertLessEqual(stored, names(platform))

            self.assertTrue(self.mount("remount,size=64m"))
            self.assertEqual(create(platform, "again")[0], 201)
            stored.add("again")
            platform.stop(signal.SIGKILL)
        with Platform(data=self.data) as platform:
            self.assertLessEqual(stored, names(platform))


class DamagedLogTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.data = self._folder.name
        with Platform(data=self.data) as platform:
            for number in range(10):
                self.assertEqual(create(platform, f"n{number}", "x" * 1000)[0], 201)
            platform.stop(signal.SIGKILL)  # stopping would copy the log into the file
        self.log = pathlib.Path(self.data) / "goldenpath.db-wal"

    def tearDown(self):
        self._folder.cleanup()

    def refused(self):
        done = up(self.data)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"ends at revision \d+, but revision \d+ was acknowledged")
        self.assertIn("goldenpath.db.acknowledged", done.stderr)

    def test_a_flipped_bit_at_its_end_is_named(self):
        content = bytearray(self.log.read_bytes())
        content[-500] ^= 1
        self.log.write_bytes(content)

        self.refused()

    def test_a_log_that_is_cut_is_named_and_one_can_go_on_without_its_end(self):
        self.log.write_bytes(self.log.read_bytes()[:-3000])

        self.refused()

        (pathlib.Path(self.data) / "goldenpath.db.acknowledged").unlink()
        with Platform(data=self.data) as platform:
            self.assertIn("n0", names(platform))


if __name__ == "__main__":
    unittest.main()
