"""Sleeping until an instant, skipping what is missed, and saying what the machine did not grant."""

from __future__ import annotations

import subprocess
import sys
import time

from plc.engine.clock import ProgramClock, Sleeper, next_start


def test_it_wakes_at_the_instant_and_never_before() -> None:
    sleeper = Sleeper()
    for _ in range(20):
        instant = time.monotonic_ns() + 2_000_000
        assert sleeper.until(instant)
        assert time.monotonic_ns() >= instant


def test_an_instant_gone_by_returns_at_once() -> None:
    before = time.monotonic_ns()
    assert Sleeper().until(before - 5_000_000_000)
    assert time.monotonic_ns() - before < 1_000_000_000


def test_a_scan_in_time_is_followed_by_the_next_interval() -> None:
    assert next_start(1000, 100, now_ns=1040) == 1100


def test_a_late_scan_skips_to_the_next_instant_of_the_same_grid() -> None:
    assert next_start(1000, 100, now_ns=1100) == 1200
    assert next_start(1000, 100, now_ns=1350) == 1400
    assert next_start(1000, 100, now_ns=1_000_001_050) == 1_000_001_100


def test_program_time_advances_by_the_speed() -> None:
    assert ProgramClock(epoch_ns=500, speed=60).at(501) == 60


def test_a_process_without_permission_says_what_is_missing_and_the_cure() -> None:
    code = (
        "import os, resource;"
        "from plc.engine.clock import claim_real_time;"
        "resource.setrlimit(resource.RLIMIT_RTPRIO, (0, 0));"
        "os.geteuid() == 0 and os.setuid(65534);"
        "print([(g.granted, g.text) for g in claim_real_time(70, scans=True)])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "(False, 'no real-time priority (Operation not permitted); give the user rtprio 80" in shown
    assert "(True, 'frozen and off')" in shown
