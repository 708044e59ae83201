"""What processes load, since a new engine has a second to its first scan and the supervisor is to be small."""

from __future__ import annotations

import subprocess
import sys

import pytest

COMPILING = {"lark", "plc.lang.parse", "plc.lang.compile"}
HEAVY = COMPILING | {"pydantic", "yaml", "typer", "rich", "numpy", "flask"}


def loaded_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout
    return set(shown.split())


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("plc.processes.engine", HEAVY | {"plc.processes.compiler", "pymodbus", "serial"}),
        ("plc.processes.driver", (HEAVY | {"llvmlite", "plc.engine.scan"}) - {"yaml"}),
        ("plc.processes.supervisor", HEAVY | {"llvmlite", "plc.engine.scan", "serial"}),
        ("plc.processes.compiler", HEAVY | {"llvmlite"}),
        # the frames of a trip are told in the words of the device maps
        ("plc.processes.station", (HEAVY | {"llvmlite", "serial"}) - {"yaml"}),
        ("web.serve", (HEAVY | {"llvmlite"}) - {"flask", "yaml"}),
    ],
)
def test_a_process_loads_only_what_its_work_needs(module: str, absent: set[str]) -> None:
    assert loaded_by(module) & absent == set()
