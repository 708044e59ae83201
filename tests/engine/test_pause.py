"""A program held in its pause, and where that ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.core.command import Answer, CommandKind
from plc.core.event import EventKind
from plc.engine.area import Area
from plc.lang.types import BOOL, DINT, Array
from tests.engine.small import ALARM, SCAN, TRIP, S, SmallPlant, Wishes, struct

LAYOUT = struct(
    "watch", opens=Array(TRIP, ((1, 2),)), warns=ALARM, fan=BOOL, count=DINT, Start=BOOL, seen=BOOL, Pause=BOOL
)


@dataclass
class Pausing(Wishes):
    """Notes what its input Pause was in each run."""

    paused: list[bool] = field(default_factory=list)

    def body(self, own: Area, site: Area, globals: Area) -> int:
        self.paused.append(bool(own.read("Pause")))
        return super().body(own, site, globals)


class PausingPlant(SmallPlant):
    def __init__(self) -> None:
        super().__init__(watch_layout=LAYOUT)
        self.watch: Pausing = Pausing()
        self.settle()
        self.watch.paused.clear()

    def ask(self, kind: CommandKind, id: str = "1", subject: str = "watch", for_ns: int = 0) -> Answer:
        (answer,) = self.scan(1, self.command(kind, subject, id, for_ns=for_ns))
        return answer


def test_a_pause_lasts_for_its_time_and_ends_by_itself() -> None:
    plant = PausingPlant()
    answer = plant.ask(CommandKind.PAUSE, for_ns=S)
    assert (answer.accepted, answer.text) == (True, "watch: Pause is TRUE for 1 s")
    plant.scan(S // SCAN)
    assert plant.watch.paused == [True] * (S // SCAN) + [False]
    assert plant.last(EventKind.PAUSE).text == "watch goes on: its pause is over"


def test_a_pause_goes_on_after_a_restart_of_the_engine_and_keeps_its_end() -> None:
    plant = PausingPlant()
    plant.ask(CommandKind.PAUSE, for_ns=S)
    plant.start()
    plant.scan(S // SCAN)
    assert plant.watch.paused == [True] * (S // SCAN) + [False]


def test_a_person_ends_a_pause() -> None:
    plant = PausingPlant()
    plant.ask(CommandKind.PAUSE, for_ns=3600 * S)
    assert plant.ask(CommandKind.RESUME, "2").accepted
    assert plant.watch.paused == [True, False]
    assert plant.ask(CommandKind.RESUME, "3").text == "watch does not pause; there is nothing to end"


def test_a_second_pause_does_not_shorten_the_first() -> None:
    plant = PausingPlant()
    plant.ask(CommandKind.PAUSE, for_ns=S)
    answer = plant.ask(CommandKind.PAUSE, "2", for_ns=SCAN)
    assert answer.accepted
    assert "a longer pause goes on already" in answer.text
    plant.scan(S // SCAN - 1)
    assert plant.watch.paused == [True] * (S // SCAN) + [False]


def test_a_pause_without_an_end_is_refused() -> None:
    plant = PausingPlant()
    assert "a pause has an end" in plant.ask(CommandKind.PAUSE).text
    assert not plant.ask(CommandKind.PAUSE, "2", for_ns=367 * 86_400 * S).accepted
    assert plant.watch.paused == [False, False]


def test_a_program_without_the_input_cannot_pause() -> None:
    plant = PausingPlant()
    assert plant.ask(CommandKind.PAUSE, subject="care", for_ns=S).text == (
        "care has no input Pause; give it VAR_INPUT Pause : BOOL"
    )


def test_a_repeated_pause_is_carried_out_once() -> None:
    plant = PausingPlant()
    first = plant.ask(CommandKind.PAUSE, for_ns=S)
    plant.scan(20)
    assert plant.ask(CommandKind.PAUSE, for_ns=S) == first
    assert plant.watch.paused[-1] is False
