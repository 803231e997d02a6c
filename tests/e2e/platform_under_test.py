"""Starts a GoldenPath of its own for a test: ephemeral ports, a data folder that goes away, stopped by its id."""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("GOLDENPATH_BIN", str(ROOT / "build/dev/goldenpath"))
START_SECONDS = 60


class Platform:
    """with Platform("examples/platform") as platform: …"""

    def __init__(self, source=None, data=None, extra=()):
        self._own_data = tempfile.TemporaryDirectory() if data is None else None
        self.data = data or self._own_data.name
        self.source = source
        self.extra = list(extra)
        self.process = None
        self.ready = {}
        self.log = ""

    def start(self):
        read_end, write_end = os.pipe()
        command = [BINARY, "up", *([str(self.source)] if self.source else []), "--data", self.data,
                   "--port-base", "0", "--ready-fd", str(write_end), *self.extra]
        self._output = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(command, stdout=self._output, stderr=subprocess.STDOUT,
                                        pass_fds=[write_end], cwd=tempfile.gettempdir())
        os.close(write_end)
        with os.fdopen(read_end) as pipe:
            line = pipe.readline()  # ends at once when the process dies
        if not line:
            self.process.wait(START_SECONDS)
            raise AssertionError(f"goldenpath did not start:\n{self.output()}")
        self.ready = json.loads(line)
        return self

    def output(self):
        self._output.flush()
        self._output.seek(0)
        return self._output.read()

    def stop(self, how=signal.SIGINT):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"goldenpath did not stop:\n{self.output()}")
        return self.process.returncode

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            self._output.close()
            if self._own_data:
                self._own_data.cleanup()

    def run(self, *arguments, text_in=None):
        """One of our own commands against this platform."""
        return subprocess.run([BINARY, *arguments, "--data", self.data], input=text_in, capture_output=True, text=True,
                              timeout=START_SECONDS)

    def token(self):
        return pathlib.Path(self.ready["portalTokenFile"]).read_text().strip()

    def portal(self, path, method="GET", body=None, headers=None):
        """(status, headers, body) of a request to the portal's listener, signed in."""
        request = urllib.request.Request(self.ready["portal"] + path, method=method, data=body)
        request.add_header("Authorization", "Bearer " + self.token())
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()
