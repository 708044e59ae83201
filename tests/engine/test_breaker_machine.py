"""Whatever happens in whatever phase of the pulse: the latch never drops, no pulse grows or comes without a reason."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from plc.core.command import CommandKind
from plc.engine.breaker import BreakerState, Phase
from tests.engine.small import MS, ORDER, SCAN, TRAVEL, SmallPlant, small_set


class BreakerMachine(RuleBasedStateMachine):
    """One breaker, with a world that swaps, faults, restarts and moves contacts as it likes.

    The coil is followed as the driver sees it: on from a command until its ``until``.
    """

    @initialize(graceful=st.booleans())
    def begin(self, graceful: bool) -> None:
        self.plant = SmallPlant()
        self.pulses: list[tuple[int, int]] = []
        self.seen_open = False
        self.latched = False
        self.commands = 0
        self.sets = 0
        if graceful:
            self.plant.settle()

    def follow(self) -> None:
        value, until = self.plant.coil("Q1_trip")
        if value == 1.0 and until > self.plant.wall_ns and (not self.pulses or self.pulses[-1][1] != until):
            early = bool(self.pulses) and self.plant.wall_ns < self.pulses[-1][1] + TRAVEL
            assert self.seen_open or not early, "a second pulse although the contacts had their time"
            self.pulses.append((self.plant.wall_ns, until))
            self.seen_open = False
        self.seen_open = self.seen_open or self.plant.engine.breakers["Q1"].state is BreakerState.OPEN

    def scans(self, count: int) -> None:
        for _ in range(count):
            self.plant.scan()
            self.follow()
            self.watch_latch()

    def watch_latch(self) -> None:
        latched = self.plant.engine.breakers["Q1"].sequence.latched
        assert latched or not self.latched, "the latch dropped without a reset"
        self.latched = latched

    def command(self, kind: CommandKind, subject: str) -> bool:
        self.commands += 1
        (answer,) = self.plant.scan(1, self.plant.command(kind, subject, str(self.commands)))
        if kind is CommandKind.RESET and answer.accepted:
            self.latched = False
            self.seen_open = True
        self.follow()
        self.watch_latch()
        return answer.accepted

    @rule(count=st.sampled_from([1, 1, 2, 3, 5, 8, 30]))
    def time_passes(self, count: int) -> None:
        self.scans(count)

    @rule(cause=st.booleans())
    def the_program_asks(self, cause: bool) -> None:
        self.plant.watch.causes[1] = cause

    @rule(opened=st.booleans())
    def the_breaker_moves(self, opened: bool) -> None:
        self.plant.opened[1] = opened

    @rule(good=st.booleans())
    def the_contacts_come_and_go(self, good: bool) -> None:
        self.plant.good = good

    @rule()
    def the_engine_is_killed(self) -> None:
        self.plant.start()

    @rule(gap=st.sampled_from([SCAN, ORDER, TRAVEL]))
    def the_engine_hangs(self, gap: int) -> None:
        self.plant.wall_ns += gap
        self.scans(1)

    @rule(status=st.sampled_from([0, 1]))
    def the_program_faults(self, status: int) -> None:
        self.plant.watch.status = status
        self.scans(1)

    @rule()
    def a_person_restarts_the_program(self) -> None:
        self.command(CommandKind.RESTART, "watch")

    @rule()
    def another_set_takes_over(self) -> None:
        self.sets += 1
        name = f"{self.sets:064x}"
        plant = self.plant
        fresh = small_set(
            plant.plan,
            lambda *areas: plant.watch.body(*areas),
            lambda *areas: plant.care.body(*areas),
            name,
            site=plant.engine.site,
        )
        plant.engine.sets.prepare(fresh)
        assert self.command(CommandKind.SWAP, name)

    @rule()
    def a_person_resets(self) -> None:
        before = self.plant.engine.breakers["Q1"].sequence.phase
        if self.command(CommandKind.RESET, "Q1"):
            assert before is Phase.RESETTABLE

    @invariant()
    @precondition(lambda self: hasattr(self, "plant"))
    def no_order_stands_longer_than_a_pulse_and_its_margin(self) -> None:
        assert all(until - start <= ORDER for start, until in self.pulses)

    @invariant()
    @precondition(lambda self: hasattr(self, "plant"))
    def an_energised_trip_coil_has_an_end(self) -> None:
        if self.plant.outputs.segments:
            value, until = self.plant.coil("Q1_trip")
            assert value == 0.0 or self.plant.wall_ns < until <= self.plant.wall_ns + ORDER


BreakerMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestTheBreakerSequence = BreakerMachine.TestCase


def test_at_every_scan_of_the_sequence_a_kill_changes_nothing_that_matters() -> None:
    for killed_at in range(1, (ORDER + TRAVEL) // SCAN * 3 + 5):
        plant = SmallPlant()
        plant.settle()
        plant.watch.causes[1] = True
        pulses = set()
        for scan in range((ORDER + TRAVEL) // SCAN * 3 + 10):
            if scan == killed_at:
                plant.start()
            plant.scan()
            value, until = plant.coil("Q1_trip")
            if value == 1.0:
                pulses.add(until)
        assert len(pulses) == 3
        assert all(b - a >= ORDER + TRAVEL - MS for a, b in zip(sorted(pulses), sorted(pulses)[1:], strict=False))
