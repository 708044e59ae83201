"""An armed set goes back by itself unless a person confirms it in time."""

from __future__ import annotations

from plc.core.command import Answer, CommandKind
from plc.core.event import EventKind
from plc.engine.loaded import LoadedSet
from plc.engine.status import StatusWriter
from plc.engine.trial import AFTER_TRIP_NS
from tests.engine.small import S, SmallPlant, small_set
from tests.engine.test_swap import CHANGED, NEW, new_set

FIVE_MINUTES = 300
SCANS_A_SECOND = 10
OTHER = "c" * 64


def armed(plant: SmallPlant, within_s: int = FIVE_MINUTES) -> LoadedSet:
    plant.settle()
    fresh = new_set(plant)
    plant.engine.sets.prepare(fresh)
    (answer,) = plant.scan(1, plant.command(CommandKind.SWAP, NEW, "arm", for_ns=within_s * S))
    assert answer.accepted
    return fresh


def seconds(plant: SmallPlant, count: int) -> None:
    plant.scan(count * SCANS_A_SECOND)


def hash_of(plant: SmallPlant) -> str:
    return plant.engine.sets.running.loaded.set_hash


def confirm(plant: SmallPlant, kind: CommandKind = CommandKind.CONFIRM_SET, subject: str = NEW) -> Answer:
    (answer,) = plant.scan(1, plant.command(kind, subject, f"{kind} {plant.wall_ns}"))
    return answer


def test_a_set_nobody_confirms_goes_back_with_its_state_after_a_warning() -> None:
    plant = SmallPlant()
    armed(plant)
    seconds(plant, FIVE_MINUTES - 70)
    assert EventKind.SET_WAITS not in plant.kinds()
    seconds(plant, 20)
    assert "goes back in 1 min" in plant.last(EventKind.SET_WAITS).text
    seconds(plant, 49)
    assert hash_of(plant) == NEW
    seconds(plant, 2)
    assert hash_of(plant) == "a" * 64
    assert "nobody confirmed it within 5 min" in plant.last(EventKind.SWAP_REVERTED).text
    assert plant.engine.sets.running.loaded.programs["watch"].area.read("count") == plant.engine.now.scan
    assert plant.kinds().count(EventKind.SET_WAITS) == 1


def test_a_confirmed_set_stays_and_says_who_armed_it() -> None:
    plant = SmallPlant()
    armed(plant)
    seconds(plant, 60)
    status = StatusWriter(plant.engine).after_scan(0, 0)
    assert status.confirm is not None
    assert status.confirm.left_s == FIVE_MINUTES - 60
    assert confirm(plant).accepted
    seconds(plant, 2 * FIVE_MINUTES)
    status = StatusWriter(plant.engine).after_scan(0, 0)
    assert (status.set_hash, status.confirm) == (NEW, None)
    assert (status.armed.who, status.armed.reason, status.armed.set_hash) == ("Ada", "test", NEW)
    assert plant.engine.sets.trial is None


def test_a_fault_takes_an_unconfirmed_set_back_long_after_its_first_scans() -> None:
    plant = SmallPlant()
    armed(plant)
    seconds(plant, 120)
    plant.watch.status = 1
    plant.scan()
    assert hash_of(plant) == "a" * 64
    assert plant.engine.sets.arming.who == ""


def test_a_person_takes_a_set_back() -> None:
    plant = SmallPlant()
    armed(plant)
    answer = confirm(plant, CommandKind.REVERT_SET)
    assert answer.accepted
    assert hash_of(plant) == "a" * 64
    assert "Ada took it back" in plant.last(EventKind.SWAP_REVERTED).text


def test_an_unconfirmed_set_never_goes_back_while_a_trip_is_under_way() -> None:
    plant = SmallPlant()
    armed(plant)
    plant.watch.causes[1] = True
    seconds(plant, 2 * FIVE_MINUTES)
    assert hash_of(plant) == NEW
    status = StatusWriter(plant.engine).after_scan(0, 0)
    assert status.confirm is not None and status.confirm.held
    plant.opened[1], plant.watch.causes[1] = True, False
    seconds(plant, AFTER_TRIP_NS // S - 2)
    assert hash_of(plant) == NEW
    assert EventKind.SET_WAITS in plant.kinds()
    seconds(plant, 4)
    assert hash_of(plant) == "a" * 64
    assert plant.engine.breakers["Q1"].sequence.latched


def test_while_one_set_waits_no_other_is_armed() -> None:
    plant = SmallPlant()
    armed(plant)
    other = small_set(plant.plan, plant.watch.body, plant.care.body, OTHER, CHANGED, plant.engine.site)
    plant.engine.sets.prepare(other)
    (answer,) = plant.scan(1, plant.command(CommandKind.SWAP, OTHER, "second", for_ns=FIVE_MINUTES * S))
    assert not answer.accepted
    assert "confirm it or take it back first" in answer.text
    assert hash_of(plant) == NEW


def test_only_the_set_that_waits_can_be_confirmed_or_taken_back() -> None:
    plant = SmallPlant()
    plant.settle()
    assert "confirmed or went back" in confirm(plant).text
    armed(plant)
    for kind in (CommandKind.CONFIRM_SET, CommandKind.REVERT_SET):
        answer = confirm(plant, kind, OTHER)
        assert not answer.accepted
        assert NEW[:12] in answer.text
    assert confirm(plant).accepted
    assert not confirm(plant, CommandKind.REVERT_SET).accepted


def test_a_senseless_time_to_confirm_is_refused() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.engine.sets.prepare(new_set(plant))
    for number, for_ns in enumerate((-1, S, 48 * 3600 * S)):
        (answer,) = plant.scan(1, plant.command(CommandKind.SWAP, NEW, str(number), for_ns=for_ns))
        assert not answer.accepted
        assert "from 10 s to 1 d" in answer.text


def test_an_engine_that_starts_again_says_that_the_unconfirmed_set_is_gone() -> None:
    plant = SmallPlant()
    armed(plant)
    seconds(plant, 20)
    plant.start()
    plant.scan()
    assert "before anybody confirmed it" in plant.last(EventKind.SWAP_REVERTED).text
    assert StatusWriter(plant.engine).after_scan(0, 0).confirm is None
