"""What the page costs: 20 live pages over 510 modules, the way of a sample to a page, and what the engine feels of it.

feeder (all modules new ten times a second) --rings--> web process --5 Hz--> 20 clients
a running room --with and without 20 pages, five times each, by turns--> lateness of its scans
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plc.bench import Row, percentile
from plc.core.run_paths import RunPaths, StatePaths
from plc.processes.runtime_dir import claim
from plc.run import lay_out

sys.path.insert(0, str(Path(__file__).parent))
from _live import Live, await_that, note, running, temporary_folder
from _room import write_room
from _site510 import site_text

HERE = Path(__file__).parent
PAGES = 20
MEASURED_S = 20.0
PAIRS, PAIR_S = 5, 10.0
CORE_MOST = 3.0
SAMPLE_WITHIN_MS = 1000.0
P50_WITHIN, P99_WITHIN = 1.10, 1.5
TICKS = os.sysconf("SC_CLK_TCK")


def measure(measured_s: float = MEASURED_S, pairs: int = PAIRS, pair_s: float = PAIR_S) -> Iterator[Row]:
    """Share of a core, bytes, ms; then the lateness of the scans."""
    with temporary_folder() as folder:
        yield from _cost(folder, measured_s)
    with temporary_folder() as folder:
        yield from _lateness(folder, pairs, pair_s)


# ------------------------------------------------------------ 510 modules, 20 pages


def _cost(folder: Path, measured_s: float) -> Iterator[Row]:
    note(f"page: {PAGES} live pages over 510 modules for {measured_s:g} s")
    site, state, stamps = folder / "site", folder / "state", folder / "stamps"
    site.mkdir()
    (site / "site.yaml").write_text(site_text())
    run, lock = claim(state)
    try:
        lay_out(site, state, run, None, 0.0)
        with _feeding(run, stamps), _serving(run, state, site) as (web, base):
            yield from _loaded(base)
            idle = _share(web, measured_s / 2)
            told, share = _watched(web, base, measured_s)
    finally:
        os.close(lock)
        shutil.rmtree(StatePaths(state).run_dir(), ignore_errors=True)
    yield Row("page: no page open, 510 modules", idle, "% of a core")
    against = "a core"
    yield Row(
        f"page: {PAGES} live pages, 510 modules at 5 Hz",
        share,
        "% of a core",
        against,
        share / 100,
        "< 3 %",
        share < CORE_MOST,
    )
    yield Row("page: live values, one page", told["bytes"] / PAGES / measured_s / 1000, "kB/s")
    published = dict(tuple(map(int, line.split())) for line in stamps.read_text().splitlines())
    ways = [(at_ns - published[scan]) / 1e6 for scan, at_ns in told["seen"] if scan in published]
    for name, value in (("median", statistics.median(ways)), ("p99", percentile(ways, 0.99))):
        yield Row(f"page: scan to page, {name}", value, "ms", goal="< 1 s", holds=value < SAMPLE_WITHIN_MS)


def _loaded(base: str) -> Iterator[Row]:
    """What a browser fetches before the overview shows."""
    began = time.monotonic()
    text = _get(f"{base}/")
    parts = [base + part for part in re.findall(r'(?:src|href)="(/static/[^"]+)"', text.decode())]
    script = next(part for part in parts if part.endswith("overview.js"))
    chunks = {f"{base}/static/chunks/{name}" for name in re.findall(r'"\./chunks/([\w.-]+)"', _get(script).decode())}
    size = len(text) + sum(len(_get(part)) for part in (*parts, *sorted(chunks)))
    took_ms = (time.monotonic() - began) * 1000
    yield Row("page: overview with its scripts", size / 1000, "kB")
    yield Row("page: overview fetched one after the other", took_ms, "ms")


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return bytes(answer.read())


def _watched(web: int, base: str, measured_s: float) -> tuple[dict[str, object], float]:
    with _clients(base, measured_s + 1.0) as clients:
        share = _share(web, measured_s)
        out, _ = clients.communicate(timeout=measured_s + 30)
    return json.loads(out), share


@contextmanager
def _clients(base: str, seconds: float) -> Iterator[subprocess.Popen[str]]:
    host, port = base.removeprefix("http://").split(":")
    command = [sys.executable, str(HERE / "_clients.py"), host, port, str(PAGES), str(seconds)]
    clients = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert clients.stdout is not None
        clients.stdout.readline()
        yield clients
    finally:
        clients.kill()
        clients.communicate()


@contextmanager
def _feeding(run: RunPaths, stamps: Path) -> Iterator[None]:
    feeder = subprocess.Popen(
        [sys.executable, str(HERE / "_feeder.py"), str(run.root), str(stamps)], stdout=subprocess.PIPE
    )
    try:
        assert feeder.stdout is not None
        feeder.stdout.readline()
        yield
    finally:
        feeder.kill()
        feeder.communicate()


@contextmanager
def _serving(run: RunPaths, state: Path, site: Path) -> Iterator[tuple[int, str]]:
    """(the web process, its address)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = (str(run.root), str(state), str(site), "127.0.0.1", str(port))
    web = subprocess.Popen([sys.executable, "-P", "-m", "web.serve", *where])
    base = f"http://127.0.0.1:{port}"
    try:
        await_that(lambda: _answers(base), "the web process serves")
        yield web.pid, base
    finally:
        web.terminate()
        web.wait(5)


def _answers(base: str) -> bool:
    try:
        return len(_get(f"{base}/status.json")) > 0
    except OSError:
        return False


def _share(web: int, seconds: float) -> float:
    """Percent of a core that the web process and its worker take."""
    pids = [web, *map(int, Path(f"/proc/{web}/task/{web}/children").read_text().split())]
    before, began = _cpu_s(pids), time.monotonic()
    time.sleep(seconds)
    return 100 * (_cpu_s(pids) - before) / (time.monotonic() - began)


def _cpu_s(pids: list[int]) -> float:
    fields = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in pids]
    return sum(int(field[11]) + int(field[12]) for field in fields) / TICKS


# ------------------------------------------------------------ what the engine feels


def _lateness(folder: Path, pairs: int, pair_s: float) -> Iterator[Row]:
    note(f"page: {pairs} pairs of {pair_s:g} s with and without {PAGES} pages")
    site = write_room(folder / "site", 10, 100)
    ratios: dict[str, list[float]] = {"p50": [], "p99": []}
    alone: dict[str, list[float]] = {"p50": [], "p99": []}
    with running(site, folder / "state") as live, _serving(live.run, folder / "state", site) as (_, base):
        for _ in range(pairs):
            without = _late_us(live, pair_s)
            with _clients(base, pair_s + 1.0):
                beside = _late_us(live, pair_s)
            for name, share in (("p50", 0.5), ("p99", 0.99)):
                alone[name].append(percentile(without, share))
                ratios[name].append(percentile(beside, share) / max(1.0, percentile(without, share)))
    for name, most in (("p50", P50_WITHIN), ("p99", P99_WITHIN)):
        ratio, before = statistics.median(ratios[name]), statistics.median(alone[name])
        text = f"page: scan late {name} with {PAGES} pages"
        yield Row(text, ratio * before, "us", "without a page", ratio, f"<= {most:g} x", ratio <= most)


def _late_us(live: Live, seconds: float) -> list[float]:
    """How late each scan of the next seconds began."""
    found: dict[int, float] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        engine = live.view.engine()
        if engine is not None:
            found[engine["engine"]["scan"]] = engine["engine"]["late_ns"] / 1000
        time.sleep(0.03)
    return list(found.values())
