"""Programs in their tasks: which are due, what a run does, what a fault leaves behind.

    due -> copy the memory aside -> run -> status 0: read its requests | else: restore the copy, latch the fault

A program that faulted stays down until a person restarts it warm; after three faults in 60 s only a new set helps.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from plc.core.plan import TaskPlan
from plc.engine.area import Area, Cell, UnknownPath
from plc.engine.events import Reporter
from plc.engine.loaded import LoadedProgram, LoadedSet
from plc.engine.manifest import FaultFacts
from plc.engine.request import AlarmRequest, Request
from plc.lang.ir import BUDGET_OFFSET
from plc.lang.types import BOOL, REAL, Array

FAULTS_MOST = 3
FAULTS_WITHIN_NS = 60 * 1_000_000_000

_BUDGET = struct.Struct("<q")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


class ProgramState(StrEnum):
    RUNNING = "running"
    FAULTED = "faulted"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why and where a program stopped. ``values`` are the variables of the expression, as far as they are its own."""

    program: str
    kind: str
    file: str
    line: int
    text: str
    values: tuple[tuple[str, str], ...]
    wall_ns: int

    @property
    def sentence(self) -> str:
        where = f"; {PurePath(self.file).name} line {self.line}" if self.file else ""
        held = ", ".join(f"{name} = {value}" for name, value in self.values)
        return f"{self.program} stopped: {self.kind} in {self.text}" + (f" with {held}" if held else "") + where


class ProgramRun:
    """A program instance as it runs, scan after scan."""

    def __init__(self, loaded: LoadedProgram, of: LoadedSet) -> None:
        self.loaded = loaded
        self.name = loaded.name
        self.state = ProgramState.RUNNING
        self.fault: Fault | None = None
        self.runs = 0
        facts, area = loaded.facts, loaded.area
        self.requests = [Request(self.name, area, trip) for trip in facts.trips]
        self.alarms = [AlarmRequest(self.name, area, alarm, of.plan.strings) for alarm in facts.alarms]
        self.slots = {slot.tag: slot for slot in facts.outputs}
        self._reals = _real_outputs(loaded, of)
        self._memory = tuple((a.view, memoryview(bytearray(len(a.memory)))) for a in (area, of.globals))
        self._context, self._budget = of.context, of.plan.loop_budget
        self._faults_ns: list[int] = []
        self._asked: list[tuple[Cell, bool | float]] = []

    def ask(self, name: str, value: bool | float = True) -> bool:
        """Set an input such as Start to ``value`` for the next run alone; False when the program has none."""
        try:
            self._asked.append((self.loaded.area.cell(name), value))
        except UnknownPath:
            return False
        return True

    def run(self, wall_ns: int) -> bool:
        """One run; False when it faulted (now latched in ``fault``, the memory as before)."""
        for memory, copy in self._memory:
            copy[:] = memory
        for cell, value in self._asked:
            cell.set(value)
        _BUDGET.pack_into(self._context, BUDGET_OFFSET, self._budget)
        status = self.loaded.runner()
        if status or (self._reals and not self._finite()):
            self._stop(status, wall_ns)
        else:
            self.runs += 1
            for request in self.requests:
                request.read()
        for cell, value in self._asked:
            cell.set(type(value)())
        self._asked.clear()
        return self.state is ProgramState.RUNNING

    def restart(self) -> None:
        """Run again, warm: with the memory as it was before the run that faulted."""
        self.state, self.fault = ProgramState.RUNNING, None

    def begin_again(self, reporter: Reporter) -> None:
        """Forget everything since the start: memory, alarms, faults, what was asked."""
        for alarm in self.alarms:
            alarm.end(reporter)
        self.loaded.area.begin_again()
        self.state, self.fault, self.runs = ProgramState.RUNNING, None, 0
        self._faults_ns.clear()
        self._asked.clear()
        for request in self.requests:
            request.read()

    def takes(self, name: str) -> bool:
        """Whether the program has a BOOL of that name, which can be asked."""
        try:
            return self.loaded.area.cell(name).type == BOOL
        except UnknownPath:
            return False

    def carry(self, before: ProgramRun) -> None:
        """Go on where the same instance of another set stood."""
        self.runs = before.runs
        known = {alarm.key: alarm for alarm in before.alarms}
        for alarm in self.alarms:
            if alarm.key in known:
                alarm.carry(known[alarm.key])
        for request in self.requests:
            request.read()
        if self.loaded.facts.program_hash == before.loaded.facts.program_hash:
            self.state, self.fault = before.state, before.fault

    def _finite(self) -> bool:
        return all(math.isfinite(sum(view)) for view in self._reals)

    def _stop(self, status: int, wall_ns: int) -> None:
        self.fault = self._describe(status, wall_ns)
        for memory, copy in self._memory:
            memory[:] = copy
        self._faults_ns = [at for at in self._faults_ns if wall_ns - at < FAULTS_WITHIN_NS] + [wall_ns]
        down = len(self._faults_ns) >= FAULTS_MOST
        self.state = ProgramState.DOWN if down else ProgramState.FAULTED

    def _describe(self, status: int, wall_ns: int) -> Fault:
        sites = self.loaded.facts.faults
        if status == 0:
            site = FaultFacts("no finite number at an output", "", 0, " or ".join(self.slots))
        elif status <= len(sites):
            site = sites[status - 1]
        else:
            site = FaultFacts(f"unknown fault site {status}", "", 0, self.loaded.facts.type_name)
        values = tuple(values_of(self.loaded.area, site.text))
        return Fault(self.name, site.kind, site.file, site.line, site.text, values, wall_ns)


def _real_outputs(loaded: LoadedProgram, of: LoadedSet) -> list[memoryview[float]]:
    views: list[memoryview[float]] = []
    for slot in loaded.facts.outputs:
        found = of.types[slot.type]
        element = found.element if isinstance(found, Array) else found
        if element == REAL:
            views.append(loaded.area.view[slot.offset : slot.offset + found.size].cast("f"))
    return views


def values_of(area: Area, text: str) -> Iterable[tuple[str, str]]:
    """The program's own elementary variables an expression names, with what they hold."""
    for name in dict.fromkeys(_NAME.findall(text)):
        try:
            yield name, str(area.read(name))
        except UnknownPath:
            continue


Trigger = Callable[[str], Cell]
"""Finds the BOOL at whose rising edge a task runs, by its path."""


class Timetable:
    """When each task is due, in wall time. A late task skips what it missed, it never bursts.

    A task with ``single`` is due in the first scan that finds its BOOL TRUE after FALSE, or TRUE at the start, as
    R_TRIG would; a pulse between two scans is not seen.
    """

    def __init__(
        self, tasks: Sequence[TaskPlan], programs: Mapping[str, ProgramRun], scan_ns: int, trigger: Trigger
    ) -> None:
        self._tasks = tuple(tasks)
        self._programs = programs
        self._slack_ns = scan_ns // 2
        self._next_ns: list[int | None] = [None] * len(self._tasks)
        self._triggers = [trigger(task.single) if task.single else None for task in self._tasks]
        self._levels = [False] * len(self._tasks)
        self._orders: dict[int, tuple[ProgramRun, ...]] = {}
        self.mask = 0

    def due(self, wall_ns: int) -> tuple[ProgramRun, ...]:
        """The programs to run now, by priority of their task, then name; ``mask`` has a bit for each task due.

        A scan that starts early by less than half a base scan counts as on time.
        """
        at = wall_ns + self._slack_ns
        mask = 0
        for number, task in enumerate(self._tasks):
            cell = self._triggers[number]
            if cell is not None:
                before, self._levels[number] = self._levels[number], bool(cell.get())
                mask |= (self._levels[number] and not before) << number
                continue
            due_ns = self._next_ns[number]
            if due_ns is None or at >= due_ns:
                start = wall_ns if due_ns is None else due_ns
                self._next_ns[number] = start + ((at - start) // task.every_ns + 1) * task.every_ns
                mask |= 1 << number
        self.mask = mask
        found = self._orders.get(mask)
        return self._order(mask) if found is None else found

    def _order(self, mask: int) -> tuple[ProgramRun, ...]:
        due = [(task.priority, name) for n, task in enumerate(self._tasks) if mask >> n & 1 for name in task.programs]
        self._orders[mask] = tuple(self._programs[name] for _, name in sorted(due))
        return self._orders[mask]

    def carry(self, before: Timetable) -> None:
        """Keep the phase of tasks that go on under the same name and interval, and the level of triggers."""
        known = {(t.name, t.every_ns): at for t, at in zip(before._tasks, before._next_ns, strict=True)}
        self._next_ns = [known.get((task.name, task.every_ns)) for task in self._tasks]
        levels = {(t.name, t.single): level for t, level in zip(before._tasks, before._levels, strict=True)}
        self._levels = [levels.get((task.name, task.single), False) for task in self._tasks]
