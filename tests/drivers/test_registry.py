"""Drivers by name: built in, or brought by an installed package."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drivers.errors import DriverUnknown
from drivers.frames import FrameLog
from drivers.line import WallClock
from drivers.registry import make_driver
from plc.core.plan import BusPlan


def test_a_name_nobody_brought_is_refused_with_those_there_are() -> None:
    bus = BusPlan("lan", "modbus_udp", (), (), (), 0, 0)
    with pytest.raises(DriverUnknown, match="bus lan: no driver 'modbus_udp'; there are modbus_rtu, modbus_tcp"):
        make_driver(bus, WallClock(), FrameLog.in_memory(0))


def test_an_installed_package_brings_a_driver_by_its_entry_point(tmp_path: Path) -> None:
    (tmp_path / "canbus.py").write_text("def make(bus, clock, frames):\n    return f'CAN driver of {bus.name}'\n")
    package = tmp_path / "canbus-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: canbus\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[plc.drivers]\ncan = canbus:make\n")
    code = (
        "from drivers.registry import make_driver; from plc.core.plan import BusPlan\n"
        "print(make_driver(BusPlan('b7', 'can', (), (), (), 0, 0), None, None))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stdout == "CAN driver of b7\n", run.stderr
