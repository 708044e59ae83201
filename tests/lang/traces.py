"""Cycle traces as tables: one scan a row, with its time, its inputs and what is expected after it.

    after_ms | go | lamp run.X run.T
    100      | 1  | 1    1     0

A field that is ``.`` is not set, or not looked at; times are in ms.
"""

from __future__ import annotations

from tests.lang.machine import MS, Machine
from tests.lang.units import BACK_ENDS

_TIMES = (".T", ".ET")


def run_trace(text: str, table: str, back_end: str) -> Machine:
    """Runs the table's rows as scans of the text's last program, and fails at the first row that differs."""
    machine = Machine(text, bind=BACK_ENDS[back_end])
    head, *rows = [line for line in table.strip().splitlines() if line.strip()]
    _, inputs, outputs = (part.split() for part in head.split("|"))
    for number, row in enumerate(rows, 1):
        (after_ms,), given, wanted = (part.split() for part in row.split("|"))
        for name, field in zip(inputs, given, strict=True):
            if field != ".":
                machine[name] = int(field)
        assert machine.scan(after_ms=int(after_ms)) == 0
        found = [_shown(machine, name, field) for name, field in zip(outputs, wanted, strict=True)]
        assert found == wanted, f"row {number}: {row.strip()}\nfound {' '.join(found)}"
    return machine


def _shown(machine: Machine, name: str, wanted: str) -> str:
    if wanted == ".":
        return "."
    value = machine[name]
    return str(int(value // MS if name.endswith(_TIMES) else value))
