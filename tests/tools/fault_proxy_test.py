#!/usr/bin/env python3
"""fault_proxy_test.py FAULT_PROXY: the fault proxy does the harm it is told to, counts it, and no other."""
import contextlib
import email.utils
import http.client
import json
import random
import socket
import subprocess
import sys
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PROXY = sys.argv.pop()
BODY = random.Random(5).randbytes(300_000)
BROKEN = (http.client.HTTPException, OSError)


class Server(ThreadingHTTPServer):
    """Keeps what is put whole, serves it, and remembers who was asked for what."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects, self.asked, self.hosts = {}, [], set()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, request, client_address):
        """That connections break is what this is about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def body(self):
        length = int(self.headers.get("Content-Length", 0))
        data = self.rfile.read(length)
        if len(data) < length:
            self.close_connection = True
            return None
        self.server.asked.append((self.command, self.path))
        self.server.hosts.add(self.headers["Host"])
        return data

    def do_PUT(self):
        data = self.body()
        if data is not None:
            self.server.objects[self.path] = data
            self.answer(200)

    def do_POST(self):
        self.body()
        self.answer(200, b"<CompleteMultipartUploadResult/>")

    def do_GET(self):
        self.body()
        if self.path == "/chunked":
            self.answer(200, b"4\r\nchun\r\n3\r\nked\r\n0\r\n\r\n", Transfer_Encoding="chunked")
        else:
            self.answer(200, self.server.objects.get(self.path, BODY))

    do_HEAD = do_GET


class FaultProxy(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def start(self, *faults, seed=1):
        """The proxy before the server, and the number of its port."""
        self.proxy = subprocess.Popen(
            [PROXY, "--to", f"127.0.0.1:{self.server.server_port}", "--seed", str(seed), "--delay-ms", "1", *faults],
            stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.proxy.stdout.close)
        self.addCleanup(self.proxy.wait)
        self.addCleanup(self.proxy.kill)
        self.port = int(self.proxy.stdout.readline())

    def stop(self):
        """What the proxy says that it did."""
        self.proxy.terminate()
        told = json.loads(self.proxy.stdout.read())
        self.assertEqual(self.proxy.wait(), 0)
        return told

    def connect(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        return connection

    def ask(self, method, path, body=None, connection=None, headers=None):
        """(status, body) of one request."""
        connection = connection or self.connect()
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response.status, response.read()

    def all_that_comes(self, request):
        """What a connection answers until it ends or breaks."""
        came = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(request)
            with contextlib.suppress(ConnectionResetError):
                while piece := connection.recv(65536):
                    came += piece
        return came

    def assert_only(self, told, fault, times):
        self.assertEqual({name: count for name, count in told["faults"].items() if count}, {fault: times})

    def flipped_bits(self, a, b):
        self.assertEqual(len(a), len(b))
        return sum((x ^ y).bit_count() for x, y in zip(a, b))

    def test_passes_everything_unchanged_without_faults(self):
        self.start()
        connection = self.connect()
        for _ in range(3):
            self.assertEqual(self.ask("PUT", "/b/k%20%2B", BODY, connection), (200, b""))
            self.assertEqual(self.ask("GET", "/b/k%20%2B", None, connection), (200, BODY))
            self.assertEqual(self.ask("HEAD", "/b/k%20%2B", None, connection), (200, b""))
            self.assertEqual(self.ask("GET", "/chunked", None, connection), (200, b"chunked"))
        self.assertEqual(self.server.hosts, {f"127.0.0.1:{self.port}"})
        told = self.stop()
        self.assertEqual((told["requests"], told["connections"], sum(told["faults"].values())), (12, 1, 0))

    def test_says_continue_once_to_who_asks_first(self):
        self.start()
        connection = self.connect()
        connection.putrequest("PUT", "/b/k")
        connection.putheader("Content-Length", str(len(BODY)))
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        self.assertEqual(connection.sock.recv(1000), b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.send(BODY)
        self.assertEqual(connection.getresponse().status, 200)
        self.assertEqual(self.server.objects["/b/k"], BODY)

    def test_cut_request_never_reaches_the_server_whole(self):
        self.start("--cut-request", "100")
        for _ in range(20):
            with self.assertRaises(BROKEN):
                self.ask("PUT", "/b/k", BODY)
        self.assertEqual(self.server.objects, {})
        self.assert_only(self.stop(), "cut-request", 20)

    def test_cut_answer_is_lost_after_the_server_did_it(self):
        self.start("--cut-answer", "100")
        for number in range(20):
            # http.client takes half a head for a whole one.
            self.assertNotIn(b"\r\n\r\n", self.all_that_comes(b"PUT /b/%d HTTP/1.1\r\nHost: h\r\n"
                                                               b"Content-Length: 3\r\n\r\nabc" % number))
        self.assertEqual(set(self.server.objects.values()), {b"abc"})
        self.assertEqual(len(self.server.objects), 20)
        self.assert_only(self.stop(), "cut-answer", 20)

    def test_cut_answer_gives_less_than_the_object(self):
        self.start("--cut-answer", "100")
        whole = len(BODY)
        for _ in range(20):
            self.assertLess(len(self.all_that_comes(b"GET /b/k HTTP/1.1\r\nHost: h\r\n\r\n").partition(b"\r\n\r\n")[2]),
                            whole)

    def test_slow_down_refuses_before_or_after_the_body_and_does_nothing(self):
        self.start("--slow-down", "100")
        for _ in range(20):
            status, body = self.ask("PUT", "/b/k", b"short")
            self.assertEqual((status, b"<Code>SlowDown</Code>" in body), (503, True))
        self.assertEqual(self.server.asked, [])
        self.assert_only(self.stop(), "slow-down", 20)

    def test_flips_one_bit_of_a_request(self):
        self.start("--flip-request", "100")
        for _ in range(10):
            self.assertEqual(self.ask("PUT", "/b/k", BODY)[0], 200)
            self.assertEqual(self.flipped_bits(self.server.objects["/b/k"], BODY), 1)
        self.assertEqual(self.ask("GET", "/b/other"), (200, BODY))
        self.assert_only(self.stop(), "flip-request", 10)

    def test_flips_one_bit_of_an_object_and_none_of_a_list(self):
        self.start("--flip-answer", "100")
        for _ in range(10):
            self.assertEqual(self.flipped_bits(self.ask("GET", "/b/k")[1], BODY), 1)
        self.assertEqual(self.ask("GET", "/b?list-type=2"), (200, BODY))
        self.assert_only(self.stop(), "flip-answer", 10)

    def test_error_in_200_is_for_what_finishes_an_object_and_is_not_done(self):
        self.start("--error-in-200", "100")
        status, body = self.ask("POST", "/b/k?uploadId=1", b"<CompleteMultipartUpload/>")
        self.assertEqual((status, b"<Error>" in body), (200, True))
        status, body = self.ask("PUT", "/b/k", None, headers={"x-amz-copy-source": "/b/other"})
        self.assertEqual((status, b"<Error>" in body), (200, True))
        self.assertEqual(self.server.asked, [])
        self.assertEqual(self.ask("PUT", "/b/k", BODY), (200, b""))
        self.assert_only(self.stop(), "error-in-200", 2)

    def test_wrong_date_is_twenty_minutes_ago(self):
        self.start("--wrong-date", "100")
        connection = self.connect()
        connection.request("PUT", "/b/k", BODY)
        response = connection.getresponse()
        said = email.utils.parsedate_to_datetime(response.headers["Date"]).timestamp()
        self.assertTrue(1100 < time.time() - said < 1300)
        self.assertEqual((response.status, b"RequestTimeTooSkewed" in response.read()), (403, True))
        self.assertEqual(self.server.asked, [])

    def test_close_ends_the_connection_after_a_whole_answer(self):
        self.start("--close", "100")
        connection = self.connect()
        self.assertEqual(self.ask("GET", "/b/k", None, connection), (200, BODY))
        self.assertEqual(connection.sock.recv(1), b"")
        self.assert_only(self.stop(), "close", 1)

    def test_delayed_requests_arrive(self):
        self.start("--delay", "100")
        self.assertEqual(self.ask("PUT", "/b/k", BODY), (200, b""))
        self.assertEqual(self.server.objects["/b/k"], BODY)
        self.assert_only(self.stop(), "delay", 1)

    def outcomes(self, seed):
        self.start("--cut-request", "10", "--cut-answer", "10", "--slow-down", "30", "--flip-request", "10",
                   "--wrong-date", "5", seed=seed)
        seen = []
        for _ in range(60):
            try:
                seen.append(self.ask("PUT", "/b/k", b"a body")[0])
            except BROKEN:
                seen.append("broken")
        return seen, self.stop()

    def test_same_seed_same_harm(self):
        first, told = self.outcomes(seed=9)
        self.assertEqual(self.outcomes(seed=9), (first, told))
        self.assertNotEqual(self.outcomes(seed=10)[0], first)
        self.assertGreater(min(told["faults"][name] for name in ("cut-request", "cut-answer", "slow-down")), 0)

    def test_two_faults_share_a_hundred_percent(self):
        for wrong in (["--slow-down", "60", "--close", "50"], ["--close", "x"], ["--what", "1"], ["--close"]):
            done = subprocess.run([PROXY, "--to", "127.0.0.1:1", *wrong], capture_output=True, check=False)
            self.assertEqual(done.returncode, 2, wrong)


if __name__ == "__main__":
    unittest.main()
