#!/usr/bin/env python3
"""How soon the platform is ready, and what memory it takes: empty, with the example, with 100,000 objects.

  bench/start_bench.py         needs a built goldenpath: build/release, or else build/dev
  GP_BENCH_SMALL=1             20,000 objects; the goals that depend on the number are scaled
"""

import base64
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import re
import sqlite3
import ssl
import statistics
import string
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/e2e"))


def choose_binary():
    for kind in ("release", "dev"):
        path = ROOT / f"build/{kind}/goldenpath"
        if path.exists():
            return kind, str(path)
    sys.exit("start_bench: there is no goldenpath in build/release or build/dev; run `make`")


KIND, BINARY = ("given", os.environ["GOLDENPATH_BIN"]) if "GOLDENPATH_BIN" in os.environ else choose_binary()
os.environ["GOLDENPATH_BIN"] = BINARY

from platform_under_test import Platform  # noqa: E402

SMALL = os.environ.get("GP_BENCH_SMALL") == "1"
OBJECTS = 20_000 if SMALL else 100_000
FILL_SECONDS = 60
FILLERS = 4  # processes, each with connections that it keeps
CONNECTIONS = 4
ROUNDS = 7

READY_EMPTY_MS = 100
EMPTY_MB = 40
READY_FULL_S = 1.5  # for 100,000 objects
OVERHEAD_BYTES = 400  # an object, beside its document


def row(what, result, goal="", is_met=None):
    verdict = "" if is_met is None else "ok" if is_met else "MISSED"
    print(f"  {what:<44} {result:<42} {goal:<32} {verdict}".rstrip(), flush=True)


def memory_of(pid):
    """(peak, resident) in bytes."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return tuple(int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024 for name in ("VmHWM", "VmRSS"))


def cpu_of(pid):
    """Seconds of CPU that the process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def start_once(source, data):
    """(seconds until ready, CPU seconds of that, peak, resident) of one start and stop."""
    platform = Platform(source, data=data)
    begun = time.monotonic()
    with platform:
        ready = time.monotonic() - begun
        pid = platform.process.pid
        return (ready, cpu_of(pid), *memory_of(pid))


def starts(source, data=None, rounds=ROUNDS):
    """Medians of several starts, each with a data folder of its own unless one is given."""
    results = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as fresh:
            results.append(start_once(source, data or fresh))
    return [statistics.median(values) for values in zip(*results)]


def client_of(kubeconfig):
    """(host, port, TLS context) of the API, as the kubeconfig says."""
    text = pathlib.Path(kubeconfig).read_text()

    def decoded(field):
        return base64.b64decode(re.search(rf"{field}: (\S+)", text)[1])

    context = ssl.create_default_context(cadata=decoded("certificate-authority-data").decode())
    with tempfile.NamedTemporaryFile() as pair:  # only a file can be loaded; it is ours alone, and goes at once
        pair.write(decoded("client-certificate-data") + b"\n" + decoded("client-key-data"))
        pair.flush()
        context.load_cert_chain(pair.name)
    host, port = re.search(r"server: https://([^:\s]+):(\d+)", text).groups()
    return host, int(port), context


def document(number, letters):
    """About 3.4 KB, like a pod's: four labels, two dozen settings, a long note."""
    def token(length):
        return "".join(letters.choices(string.ascii_letters + string.digits, k=length))

    return json.dumps({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": f"object-{number:06}", "annotations": {"note": token(700)},
                     "labels": {"app": f"app-{number % 500}", "tier": "web", "pod-template-hash": token(8),
                                "app.kubernetes.io/managed-by": "bench"}},
        "data": {f"SETTING_{i}": token(64) for i in range(28)}})


def fill_part(kubeconfig, first, end, seconds, created):
    """Creates objects first, first + 1, … until `end` or until the time is over; pipelines nothing."""
    host, port, context = client_of(kubeconfig)
    connections = [http.client.HTTPSConnection(host, port, context=context, timeout=60) for _ in range(CONNECTIONS)]
    letters = random.Random(first)
    until = time.monotonic() + seconds
    done = 0
    for start in range(first, end, CONNECTIONS):
        if time.monotonic() > until:
            break
        batch = list(zip(connections, range(start, min(start + CONNECTIONS, end))))
        for connection, number in batch:  # all asked before the first is read: this many are under way
            connection.request("POST", f"/api/v1/namespaces/ns-{number % 10}/configmaps", document(number, letters),
                               {"Content-Type": "application/json"})
        for connection, _ in batch:
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 201:
                sys.exit(f"start_bench: {answer.status} instead of 201: {body[:300]!r}")
        done += len(batch)
    created.put(done)


def create_namespaces(kubeconfig):
    host, port, context = client_of(kubeconfig)
    connection = http.client.HTTPSConnection(host, port, context=context, timeout=60)
    for number in range(10):
        body = json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": f"ns-{number}"}})
        connection.request("POST", "/api/v1/namespaces", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in (201, 409):
            sys.exit(f"start_bench: cannot create a namespace: {answer.status}")


def fill(platform):
    """(objects created, seconds)"""
    kubeconfig = platform.ready["kubeconfig"]
    create_namespaces(kubeconfig)
    created = multiprocessing.Queue()
    share = OBJECTS // FILLERS
    fillers = [multiprocessing.Process(target=fill_part,
                                       args=(kubeconfig, i * share, (i + 1) * share, FILL_SECONDS, created))
               for i in range(FILLERS)]
    begun = time.monotonic()
    for filler in fillers:
        filler.start()
    for filler in fillers:
        filler.join()
    if any(filler.exitcode for filler in fillers):
        sys.exit("start_bench: a filler failed")
    return sum(created.get() for _ in fillers), time.monotonic() - begun


def document_bytes(platform):
    """What the stored documents amount to, measured as the API gives them."""
    host, port, context = client_of(platform.ready["kubeconfig"])
    connection = http.client.HTTPSConnection(host, port, context=context, timeout=60)
    total = 0
    for number in range(10):
        connection.request("GET", f"/api/v1/namespaces/ns-{number}/configmaps")
        total += len(connection.getresponse().read())
    return total


def seconds_to_read(data):
    """The peer of a start: SQLite alone reading every row that the store reads, into Python's objects."""
    begun = time.monotonic()
    for file in pathlib.Path(data).glob("*.db"):
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            for name, in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                for _ in database.execute(f'SELECT * FROM "{name}"'):
                    pass
        database.close()
    return time.monotonic() - begun


def seconds_of_a_process():
    """The peer of an empty start: the same program when all it does is say its version."""
    begun = time.monotonic()
    subprocess.run([BINARY, "version"], stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - begun


def megabytes(size):
    return f"{size / 1e6:.1f} MB"


def milliseconds(wall, cpu):
    return f"{wall * 1e3:.0f} ms ({cpu * 1e3:.0f} ms CPU; median of {ROUNDS})"


def memory(resident, peak):
    return f"{megabytes(resident)} (peak {megabytes(peak)})"


def bench_empty():
    process = statistics.median(seconds_of_a_process() for _ in range(ROUNDS))
    row("(starting a process that says its version)", f"{process * 1e3:.0f} ms (median of {ROUNDS})")
    ready, cpu, peak, resident = starts(None)
    row("start to ready, empty store, first time", milliseconds(ready, cpu), f"under {READY_EMPTY_MS} ms",
        ready * 1e3 < READY_EMPTY_MS)
    row("memory, empty store", memory(resident, peak), f"under {EMPTY_MB} MB", peak < EMPTY_MB * 1e6)
    with tempfile.TemporaryDirectory() as data:
        start_once(None, data)
        ready, cpu, _, _ = starts(None, data)
    row("start to ready, empty store, again", milliseconds(ready, cpu), f"under {READY_EMPTY_MS} ms",
        ready * 1e3 < READY_EMPTY_MS)
    return resident


def bench_example():
    ready, cpu, peak, resident = starts(ROOT / "examples/platform")
    row("start to ready, example platform", milliseconds(ready, cpu))
    row("memory, example platform", memory(resident, peak))


def bench_full(empty_resident):
    with tempfile.TemporaryDirectory() as data:
        with Platform(data=data) as platform:
            count, seconds = fill(platform)
            peak, resident = memory_of(platform.process.pid)
            row(f"(creating {count:,} objects through the API)", f"{seconds:.1f} s ({count / seconds:.0f}/s)")
            if count < OBJECTS:
                print(f"  (stopped after {FILL_SECONDS} s; the goals below are for {count:,} objects)")
            row("memory after creating them", memory(resident, peak))
            documents = document_bytes(platform)
        ready, cpu, peak, resident = starts(None, data=data, rounds=3)
        peer = min(seconds_to_read(data) for _ in range(3))
    goal = READY_FULL_S * count / 100_000
    row(f"start to ready, {count:,} objects", f"{ready:.2f} s ({cpu:.2f} s CPU; SQLite alone {peer:.2f} s)",
        f"under {goal:.2f} s", ready < goal)
    row(f"memory, {count:,} objects", memory(resident, peak))
    each, size = (resident - empty_resident) / count, documents / count
    row("memory an object", f"{each:.0f} bytes ({size:.0f} its document)", f"document + {OVERHEAD_BYTES} bytes",
        each < size + OVERHEAD_BYTES)


def main():
    print(f"start: {KIND} build, {OBJECTS:,} objects, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    empty_resident = bench_empty()
    bench_example()
    bench_full(empty_resident)


if __name__ == "__main__":
    main()
