"""What goes wrong around the program: a damaged store, a taken port, a folder that cannot be written."""

import os
import pathlib
import socket
import subprocess
import tempfile
import unittest

from platform_under_test import BINARY, Platform


def up(*arguments):
    return subprocess.run([BINARY, "up", *arguments], capture_output=True, text=True, timeout=60,
                          cwd=tempfile.gettempdir())


class FaultsTest(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.data = self._folder.name

    def tearDown(self):
        self._folder.cleanup()

    def fill(self, objects=50):
        platform = Platform(data=self.data).start()
        documents = "\n---\n".join(
            '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"filled-%d"},"data":{"k":"%s"}}' % (i, "x" * 2000)
            for i in range(objects))
        self.assertEqual(platform.run("apply", "-f", "-", text_in=documents).returncode, 0)
        platform.stop()
        return pathlib.Path(self.data) / "goldenpath.db"

    def test_a_damaged_store_is_named_and_not_started(self):
        database = self.fill()
        content = bytearray(database.read_bytes())
        middle = content.rindex(b"x" * 2000) + 1000
        content[middle:middle + 4] = b"YYYY"
        database.write_bytes(content)

        done = up("--data", self.data, "--port-base", "0")

        self.assertEqual(done.returncode, 1)
        self.assertIn("goldenpath.db", done.stderr)
        self.assertIn("filled-", done.stderr)

    def test_a_file_that_is_no_store_is_named(self):
        (pathlib.Path(self.data) / "goldenpath.db").write_bytes(b"this is not a database at all" * 1000)

        done = up("--data", self.data, "--port-base", "0")

        self.assertEqual(done.returncode, 1)
        self.assertIn("goldenpath.db", done.stderr)

    def test_a_taken_port_is_named(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            done = up("--data", self.data, "--port-base", str(port))

        self.assertEqual(done.returncode, 1)
        # The next port of the range may be another test's just now, and then is the one named.
        self.assertRegex(done.stderr, r"cannot listen on 127\.0\.0\.1:\d+ .*in use")
        self.assertIn("--port-base", done.stderr)

    def test_a_data_folder_that_cannot_be_made_is_named(self):
        done = up("--data", "/proc/nowhere", "--port-base", "0")

        self.assertEqual(done.returncode, 1)
        self.assertIn("/proc/nowhere", done.stderr)
        self.assertIn("--data", done.stderr)


if __name__ == "__main__":
    unittest.main()
