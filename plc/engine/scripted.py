"""Running a TEST: its script, step by step, on a bench of its own.

Test + compiled set --bind--> engine on a virtual clock and the test's code --steps--> failures

Where the test holds PROGRAMs, ADVANCE_TIME runs whole scans at the site's base interval, each PROGRAM in its task;
where it holds none, one scan at the new time fills the plant's readings. In between, time stands still.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from plc.core.plan import Plan, TaskPlan
from plc.engine.area import Area, Cell, Spot, UnknownPath, Value
from plc.engine.assemble import BackEnd, bind_unit, load_compiled
from plc.engine.loaded import LoadedSet
from plc.engine.table import Bench, Marks, bench_plan
from plc.engine.task import values_of
from plc.engine.value_text import show_time, show_value
from plc.lang import script
from plc.lang.ir import BUDGET_OFFSET
from plc.lang.program import Compiled, Way
from plc.lang.runner import Runner

STEPS_MOST = 100_000
SCANS_MOST = 200_000
FAILURES_MOST = 20


@dataclass(frozen=True, slots=True)
class Unmet:
    """What did not hold, at its line of the test's file."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Ran:
    name: str
    line: int
    failures: tuple[Unmet, ...]
    took_s: float


@dataclass(frozen=True, slots=True)
class AllRan:
    """``gone`` are the ways that decisions went, in a set compiled to tell them."""

    tests: tuple[Ran, ...]
    gone: frozenset[Way]


def run_tests(compiled: Compiled, plan: Plan, back_end: BackEnd = BackEnd.NATIVE) -> AllRan:
    """Run every test of a set compiled without errors, each with a fresh engine, plant and memory."""
    loaded = load_compiled(compiled, _test_plan(plan, compiled), back_end)
    try:
        marks = Marks(compiled.cover, loaded)
        results = []
        for test in compiled.tests:
            results.append(_run_test(loaded, test, back_end))
            marks.take()
        return AllRan(tuple(results), frozenset(marks.gone))
    finally:
        loaded.close()


def _test_plan(plan: Plan, compiled: Compiled) -> Plan:
    """As a table's, but a PROGRAM under test runs in the task that the site gives its type."""
    types = {name: program.type_name.upper() for name, program in compiled.programs.items() if not program.system}
    tasks: list[TaskPlan] = []
    for task in plan.tasks:
        wanted = {name.upper() for name in task.programs}
        tasks.append(replace(task, programs=tuple(name for name, kind in types.items() if kind in wanted)))
    return bench_plan(replace(plan, tasks=tuple(tasks)), compiled)


def _run_test(loaded: LoadedSet, test: script.Test, back_end: BackEnd) -> Ran:
    began = time.perf_counter()
    area = Area(test.area)
    bench = Bench(loaded, "")
    runner, close = bind_unit(
        test.unit, back_end, area.memory, loaded.site.memory, loaded.globals.memory, loaded.context
    )
    try:
        run = _TestRun(bench, test, area, runner)
        failures = run.failures()
    finally:
        close()
    return Ran(test.name, test.span.line, failures, time.perf_counter() - began)


class _Ended(Exception):
    """The test cannot go on: a fault, a limit, or too many failures."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.failure = Unmet(line, text)


class _Left(Exception):
    """EXIT, CONTINUE or RETURN on its way out."""

    def __init__(self, kind: script.LeaveKind) -> None:
        super().__init__(kind)
        self.kind = kind


class _TestRun:
    """One test on its bench. Memory of the PROGRAMs under test is copied into the test's area around each piece."""

    def __init__(self, bench: Bench, test: script.Test, area: Area, runner: Runner) -> None:
        self._bench, self._test, self._area, self._runner = bench, test, area, runner
        self._piece = self._cell(test.piece)
        programs = bench.loaded.programs
        self._programs = [
            (programs[p.name].area.view[: p.size], area.view[p.offset : p.offset + p.size]) for p in test.programs
        ]
        self._found: list[Unmet] = []
        self._steps = self._scans = 0
        self._line = test.span.line

    def failures(self) -> tuple[Unmet, ...]:
        """Run the whole test."""
        try:
            self._bench.look()
            self._stopped()
            self._run(self._test.steps)
        except _Left:
            pass
        except _Ended as ended:
            self._found.append(ended.failure)
        return tuple(self._found)

    def _cell(self, slot: script.Slot) -> Cell:
        return Cell(self._area.memory, Spot(slot.offset, slot.type))

    def _run(self, steps: tuple[script.Step, ...]) -> None:
        for step in steps:
            self._count()
            _DO[type(step)](self, step)

    def _count(self) -> None:
        self._steps += 1
        if self._steps > STEPS_MOST:
            raise _Ended(self._line, f"the test takes more than {STEPS_MOST} steps; does its loop end?")

    # ------------------------------------------------------------ code

    def code(self, piece: int) -> None:
        if not piece:
            return
        for own, here in self._programs:
            here[:] = own
        self._piece.set(piece)
        budget = self._bench.loaded.plan.loop_budget
        self._bench.loaded.context[BUDGET_OFFSET : BUDGET_OFFSET + 8] = budget.to_bytes(8, "little")
        status = self._runner()
        for own, here in self._programs:
            own[:] = here
        if status:
            site = self._test.unit.faults[status - 1]
            values = ", ".join(f"{name} = {value}" for name, value in values_of(self._area, site.text))
            own_line = site.span.file == self._test.span.file and site.span.line >= self._test.span.line
            where = "" if own_line else f"; {PurePath(site.span.file).name} line {site.span.line}"
            what = f"{site.kind.value} in {site.text}" + (f" with {values}" if values else "")
            raise _Ended(site.span.line if own_line else self._line, f"the test stopped: {what}{where}")

    # ------------------------------------------------------------ steps

    def plain(self, step: script.Run) -> None:
        self.code(step.piece)

    def advance(self, step: script.Advance) -> None:
        self._line = step.span.line
        self.code(step.piece)
        by_ns = int(self._cell(step.by).get())
        if by_ns <= 0:
            raise _Ended(self._line, f"ADVANCE_TIME by {show_time(by_ns)}: time only goes forward")
        goal_ns, base_ns = self._bench.t_ns + by_ns, self._bench.loaded.plan.scan_ns
        self._scans += -(-by_ns // base_ns) if self._programs else 1
        if self._scans > SCANS_MOST:
            raise _Ended(self._line, f"the test takes more than {SCANS_MOST} scans; does its loop end?")
        while self._programs and self._bench.t_ns + base_ns < goal_ns:
            self._bench.scan(self._bench.t_ns + base_ns)
            self._stopped()
        self._bench.scan(goal_ns)
        self._stopped()

    def _stopped(self) -> None:
        """A program that stopped ends the test."""
        sentence = next(self._bench.faults(), "")
        if sentence:
            raise _Ended(self._line, f"{self._now()}: {sentence}")

    def _now(self) -> str:
        return f"at {show_time(max(0, self._bench.t_ns))}"

    def claim(self, step: script.Claim) -> None:
        self._line = step.span.line
        self.code(step.piece)
        cells = [self._cell(slot) for slot in step.values]
        if _HOLDS[step.kind](*[cell.get() for cell in cells]):
            return
        told = "" if step.told is None else f"{self._cell(step.told).get()}: "
        self._found.append(Unmet(self._line, f"{told}{step.said}: {_shown(step, cells)} {self._now()}"))
        if len(self._found) >= FAILURES_MOST:
            raise _Ended(self._line, f"after {FAILURES_MOST} failures the test is given up")

    def set_input(self, step: script.SetInput) -> None:
        self._line = step.span.line
        self.code(step.piece)
        path = step.path.format(*(self._cell(slot).get() for slot in step.indices))
        try:
            cell, take = self._bench.plant.setter(path)
            take(self._cell(step.value).get())
            cell.set(self._cell(step.value).get())
        except UnknownPath as exc:
            raise _Ended(self._line, f"{exc.what}; {exc.cure}") from exc

    def pick(self, step: script.Pick) -> None:
        self.code(step.piece)
        self._run(step.ways[int(self._cell(step.number).get())])

    def count(self, step: script.Count) -> None:
        self._line = step.span.line
        self.code(step.piece)
        first, last, by = (int(self._cell(slot).get()) for slot in (step.first, step.last, step.step))
        if by == 0:
            raise _Ended(self._line, "the test stopped: FOR step of 0")
        runs = max(0, (last - first) // by + 1)
        variable = self._cell(step.variable)
        variable.set(first)
        for number in range(runs):
            self._count()
            variable.set(first + number * by)
            if not self._body(step.body):
                break

    def repeat(self, step: script.Repeat) -> None:
        self._line = step.span.line
        condition = self._cell(step.condition)
        going = True
        if step.test_first:
            self.code(step.piece)
            going = bool(condition.get())
        while going:
            self._count()
            if not self._body(step.body):
                break
            self.code(step.piece)
            going = bool(condition.get()) is step.test_first

    def _body(self, steps: tuple[script.Step, ...]) -> bool:
        """One run of a loop's body; False where it left the loop."""
        try:
            self._run(steps)
        except _Left as left:
            if left.kind is script.LeaveKind.RETURN:
                raise
            return left.kind is script.LeaveKind.CONTINUE
        return True

    def leave(self, step: script.Leave) -> None:
        raise _Left(step.kind)


_DO: dict[type, Callable[[_TestRun, Any], None]] = {
    script.Run: _TestRun.plain,
    script.Advance: _TestRun.advance,
    script.Claim: _TestRun.claim,
    script.SetInput: _TestRun.set_input,
    script.Pick: _TestRun.pick,
    script.Count: _TestRun.count,
    script.Repeat: _TestRun.repeat,
    script.Leave: _TestRun.leave,
}


def _equal(got: Value, wanted: Value) -> bool:
    """As tables compare: two NaN are equal."""
    return got == wanted or (_is_nan(got) and _is_nan(wanted))


def _near(got: Value, wanted: Value, within: Value) -> bool:
    return _equal(got, wanted) or abs(float(got) - float(wanted)) <= float(within)


def _is_nan(value: Value) -> bool:
    return isinstance(value, float) and math.isnan(value)


_HOLDS: dict[script.ClaimKind, Callable[..., bool]] = {
    script.ClaimKind.ASSERT: lambda condition, *compared: bool(condition),
    script.ClaimKind.EQUAL: _equal,
    script.ClaimKind.NEAR: _near,
}


def _shown(step: script.Claim, cells: list[Cell]) -> str:
    """The values of an assertion that does not hold."""
    if step.kind is script.ClaimKind.ASSERT:
        values = list(_named(step.names[1:], cells[1:]))
        return f"does not hold, {', '.join(values)}" if values else "does not hold"
    within = f" within {show_value(cells[2])}" if len(cells) == 3 else ""
    return f"got {show_value(cells[0])}, wanted {show_value(cells[1])}{within}"


def _named(names: tuple[str, ...], cells: list[Cell]) -> Iterator[str]:
    for name, cell in zip(names, cells, strict=True):
        yield f"{name} = {show_value(cell)}"
