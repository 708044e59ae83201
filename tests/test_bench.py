"""Each benchmark runs with tiny counts and tells what it measured; the figures themselves are for `plc bench`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from benchmarks import bus, lang, programs, safe, scan, trip
from plc import bench
from plc.bench import BenchError, Row, percentile
from tests.processes.conftest import eventually, lives

LIVE: list[tuple[Callable[[], Iterable[Row]], str]] = [
    (lambda: trip.measure(trials=2, dead_trials=1), "trip, p99"),
    (lambda: safe.measure(trials=1, watchdog_trials=1), "engine SIGSTOP: first scan again, longest"),
    (lambda: scan.measure(rounds=1, slice_s=1), "scan starts late, plain, p99"),
    (lambda: bus.measure(seconds=4), "136 modules read once, longest"),
]


@pytest.mark.processes
@pytest.mark.parametrize(("measure", "named"), LIVE, ids=["trip", "safe", "scan", "bus"])
def test_a_live_benchmark_tells_each_figure_once_with_its_unit_and_leaves_no_controller(
    measure: Callable[[], Iterable[Row]], named: str
) -> None:
    rows = list(measure())
    names = [row.name for row in rows]
    assert named in names
    assert len(set(names)) == len(names)
    assert all(row.unit and row.value >= 0 for row in rows)
    assert all(row.against for row in rows if row.ratio is not None)
    assert all(row.goal for row in rows if row.holds is not None)
    assert children_of(os.getpid()) == []


@pytest.mark.processes
def test_ctrl_c_ends_a_benchmark_with_every_process_it_started(tmp_path: Path) -> None:
    as_at_a_terminal = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{as_at_a_terminal}; from benchmarks import trip; list(trip.measure(500, 0))"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    started = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL, env=environment)
    family: set[int] = set()

    def is_trying() -> bool:
        family.update(descendants_of(started.pid))
        return len(family) >= 5

    eventually(is_trying, within_s=30)
    started.send_signal(signal.SIGINT)
    assert started.wait(timeout=20) != 0
    eventually(lambda: not any(lives(pid) for pid in family))


@pytest.mark.processes
def test_the_language_leaves_the_bytes_of_its_c_and_the_values_of_its_python() -> None:
    rows = list(lang.measure(rounds=1, chunk_s=0.001, lines=60, seeds=(1, 2), lengths=(100, 200)))
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    assert {row.against for row in rows if row.name.endswith("checks")} == {"without checks"}
    assert any(name.startswith("relays, 60 lines of ") and name.endswith("seed 1, plain Python") for name in names)
    assert {"200 lines: diagnostics, a line", "engine process, 510 modules: resident"} <= set(names)
    assert all(row.value > 0 for row in rows)
    assert all(row.ratio and row.ratio > 0 for row in rows if row.against)


def test_there_is_a_benchmark_for_each_promise_and_an_unknown_name_is_refused_with_the_known_ones() -> None:
    assert {"bus", "lang", "programs", "safe", "scan", "trip"} <= set(bench.names())
    assert callable(programs.measure)
    with pytest.raises(BenchError, match="there is no benchmark tripp; there are bus, lang, "):
        list(bench.measure(["tripp"]))


def test_every_benchmark_is_found_by_its_name_in_a_process_that_never_imported_it() -> None:
    code = "from plc import bench; print(all(callable(bench.load(name)) for name in bench.names()))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0, 4.0], 0.5) == 2.0
    assert percentile([3.0, 1.0, 2.0, 4.0], 0.99) == 4.0
    assert percentile([1.0], 0.5) == 1.0


def test_cyclictest_is_read_value_by_value_and_what_is_beyond_its_bins_counts_as_the_longest() -> None:
    told = "# Histogram\n000012 000002\n000013 000000\n000040 000001\n# Max Latencies: 00070\n"
    with subprocess.Popen(["printf", told + "# Histogram Overflows: 00001\n"], stdout=-1, text=True) as beside:
        assert scan._told(beside) == [12.0, 12.0, 40.0, 70.0]


def children_of(pid: int) -> list[int]:
    """Processes whose parent it is, zombies too."""
    return [child for child, parent in parents().items() if parent == pid]


def descendants_of(pid: int) -> set[int]:
    """Its children, theirs, and so on."""
    found, known = {pid}, parents()
    for _ in range(4):
        found |= {child for child, parent in known.items() if parent in found}
    return found - {pid}


def parents() -> dict[int, int]:
    """Every process and its parent."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(path.parent.name)] = int(path.read_text().rsplit(")", 1)[1].split()[1])
        except FileNotFoundError:
            continue
    return found
