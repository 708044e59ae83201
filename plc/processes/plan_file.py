"""The plan as it travels between processes."""

from __future__ import annotations

from pathlib import Path

import msgspec

from plc.core.plan import BusPlan, Plan
from plc.core.run_paths import RunPaths


class PlanError(ValueError):
    """The plan cannot be read or lacks something; the text says what to do."""


def read_plan(path: Path) -> Plan:
    """A plan as the compiler wrote it. Raises PlanError."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError) as exc:
        raise PlanError(f"the plan {path} cannot be read ({exc}); compile the set again") from exc


def find_bus(run: RunPaths, name: str) -> BusPlan:
    """A bus of the running controller. Raises PlanError."""
    for bus in read_plan(run.plan).buses:
        if bus.name == name:
            return bus
    raise PlanError(f"{run.plan} has no bus {name}; start the controller again")
