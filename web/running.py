"""What the page has of the running controller it serves: where it lies, what it shows, the doors it is asked through.

python -m web.serve RUN_DIR STATE SITE ... --Running--> every blueprint, by running()
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec
from flask import current_app

from plc.commands import CommandDoor, SimulatorDoor, StationDoor
from plc.core.plan import Plan
from plc.core.run_paths import RunPaths, StatePaths
from plc.store.running_view import RunningView

EXTENSION = "cellkeeper"


@dataclass(frozen=True, slots=True)
class Running:
    """One controller. ``site`` is the folder with site.yaml; ``plan`` what was compiled from it at the start."""

    run: RunPaths
    state: StatePaths
    site: Path
    plan: Plan
    view: RunningView
    door: CommandDoor
    simulator: SimulatorDoor
    station: StationDoor

    @classmethod
    def of(cls, run: RunPaths, state: Path, site: Path) -> Running:
        """Raises OSError or msgspec.DecodeError where no controller was started."""
        plan = msgspec.json.decode(run.plan.read_bytes(), type=Plan)
        doors = CommandDoor(run), SimulatorDoor(run), StationDoor(run)
        return cls(run, StatePaths(state), site, plan, RunningView(run), *doors)


def running() -> Running:
    """The controller this application serves."""
    return cast("Running", current_app.extensions[EXTENSION])
