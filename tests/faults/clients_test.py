"""Clients that are slow, stop half-way, say nonsense or go: the program answers the others and lets these go."""

import contextlib
import pathlib
import re
import socket
import ssl
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
from platform_under_test import Platform  # noqa: E402

WAIT_SECONDS = 60  # for what must come; a good program needs far less
CONNECTIONS = 200


def address(url):
    host, port = re.match(r"https?://([^:/]+):(\d+)", url).groups()
    return host, int(port)


def descriptors(platform):
    return len(list(pathlib.Path(f"/proc/{platform.process.pid}/fd").iterdir()))


def threads(platform):
    return int(re.search(r"Threads:\s+(\d+)", pathlib.Path(f"/proc/{platform.process.pid}/status").read_text())[1])


class ClientsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.platform = Platform().start()
        cls.portal = address(cls.platform.ready["portal"])
        cls.kube = address(cls.platform.ready["kube"])

    @classmethod
    def tearDownClass(cls):
        cls.platform.stop()

    def connect(self, where=None):
        return socket.create_connection(where or self.portal, timeout=WAIT_SECONDS)

    def connect_tls(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(self.connect(self.kube))

    def answers(self):
        """Another client, in time."""
        status, _, _ = self.platform.portal("/")
        self.assertEqual(status, 200)

    def ends(self, connection):
        """What comes until the other side has closed."""
        received = b""
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                received += part
        return received

    def test_a_client_that_never_finishes_its_request_is_told_and_let_go(self):
        with self.connect() as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
            self.answers()
            self.assertRegex(self.ends(slow), rb"^(HTTP/1\.1 408 |$)")
        self.answers()

    def test_clients_that_never_finish_their_bodies_hold_nobody_up(self):
        with contextlib.ExitStack() as stack:
            for _ in range(20):  # more than there are workers
                slow = stack.enter_context(self.connect_tls())
                slow.sendall(b"POST /api/v1/namespaces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
            self.answers()
        self.answers()

    def test_a_client_that_has_said_all_gets_its_answer_through_a_half_closed_connection(self):
        with self.connect() as half:
            half.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            half.shutdown(socket.SHUT_WR)
            self.assertTrue(self.ends(half).startswith(b"HTTP/1.1 200 "))

    def test_a_client_that_closes_within_its_request_is_forgotten(self):
        with self.connect() as half:
            half.sendall(b"POST /api HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
            half.shutdown(socket.SHUT_WR)
            self.assertRegex(self.ends(half), rb"^(HTTP/1\.1 4\d\d |$)")
        self.answers()

    def test_a_client_that_does_not_read_its_answers_holds_nobody_up(self):
        # A window of almost nothing, and requests for more than the sockets' buffers hold.
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(self.portal)
            deaf.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                for _ in range(2000):
                    deaf.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.answers()

    def test_nonsense_is_answered_or_cut(self):
        for nonsense in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\0" * 64, b"GET / HTTP/9.9\r\n\r\n",
                         b"A" * 100_000 + b"\r\n\r\n"):
            with self.connect() as connection:
                with contextlib.suppress(ConnectionResetError, BrokenPipeError):
                    connection.sendall(nonsense)
                    connection.shutdown(socket.SHUT_WR)
                self.assertRegex(self.ends(connection), rb"^(HTTP/1\.1 [45]\d\d |$)")
        with self.connect(self.kube) as plain:  # where TLS is spoken
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            self.assertRegex(self.ends(plain), rb"^(HTTP/1\.1 400 |\x15\x03|$)")
        self.answers()

    def test_many_idle_connections_cost_no_thread_and_give_their_descriptors_back(self):
        # The program may have begun threads that it keeps, such as its workers: those come first.
        self.answers()
        before = descriptors(self.platform)
        with contextlib.ExitStack() as stack:
            opened = [stack.enter_context(self.connect()) for _ in range(CONNECTIONS)]
            busy = threads(self.platform)
            for connection in opened:
                connection.sendall(b"GET /")
            self.answers()
            self.assertLess(threads(self.platform) - busy, CONNECTIONS // 10)
            for connection in opened:
                connection.shutdown(socket.SHUT_WR)
            for connection in opened:
                self.ends(connection)
        self.answers()
        self.assertLess(descriptors(self.platform), before + CONNECTIONS // 10)


if __name__ == "__main__":
    unittest.main()
