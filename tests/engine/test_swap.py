"""A new set takes over between two scans, with the state of the old one, and goes back on a fault."""

from __future__ import annotations

import dataclasses

import pytest

from plc.core.command import CommandKind
from plc.core.event import EventKind
from plc.engine.area import Area
from plc.engine.breaker import Phase
from plc.engine.loaded import LoadedSet
from plc.engine.manifest import ManifestError
from plc.engine.swap import moves
from plc.lang.types import BOOL, DINT, INT, REAL, Array
from tests.engine.small import ALARM, TRIP, SmallPlant, small_set, struct

NEW = "b" * 64
CHANGED = struct(
    "watch", opens=Array(TRIP, ((1, 2),)), added=REAL, count=DINT, warns=ALARM, seen=BOOL, Start=BOOL, fan=BOOL
)


def new_set(plant: SmallPlant) -> LoadedSet:
    return small_set(
        plant.plan,
        lambda *areas: plant.watch.body(*areas),
        lambda *areas: plant.care.body(*areas),
        NEW,
        CHANGED,
        plant.engine.site,
    )


def swapped(plant: SmallPlant) -> LoadedSet:
    fresh = new_set(plant)
    plant.engine.sets.prepare(fresh)
    (answer,) = plant.scan(1, plant.command(CommandKind.SWAP, NEW, NEW))
    assert answer.accepted
    return fresh


def test_variables_keep_their_values_by_name_and_type() -> None:
    plant = SmallPlant()
    plant.scan(5)
    fresh = swapped(plant)
    assert fresh.programs["watch"].area.read("count") == 6
    plant.scan()
    assert fresh.programs["watch"].area.read("count") == 7
    assert fresh.programs["watch"].area.read("added") == 0.0
    assert plant.engine.sets.running.programs["watch"].runs == 7
    assert plant.last(EventKind.SWAPPED).set_hash == NEW


def test_a_swap_moves_no_relay_and_keeps_the_latch() -> None:
    plant = SmallPlant()
    plant.watch.fan = True
    plant.settle()
    plant.watch.causes[1] = True
    plant.scan()
    until = plant.coil("Q1_trip")[1]
    swapped(plant)
    assert plant.coil("Q1_trip") == (1.0, until)
    plant.scan()
    assert plant.coil("Q1_trip") == (1.0, until)
    assert plant.coil("fan") == (1.0, 0)
    plant.opened[1] = True
    plant.scan(10)
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.LATCHED
    assert plant.kinds().count(EventKind.TRIP_PULSE) == 1


def test_a_fault_within_100_scans_brings_the_old_set_back_with_the_state_of_the_new() -> None:
    plant = SmallPlant()
    plant.scan(5)
    old = plant.engine.sets.running.loaded
    fresh = swapped(plant)
    plant.scan(50)
    plant.watch.status = 1
    plant.scan()
    plant.watch.status = 0
    assert plant.engine.sets.running.loaded is old
    assert old.programs["watch"].area.read("count") == 56
    assert plant.engine.sets.retired == [fresh]
    assert "index out of range" in plant.last(EventKind.SWAP_REVERTED).text
    plant.scan(3)
    assert old.programs["watch"].area.read("count") == 59


def test_a_fault_after_100_scans_stays_a_fault() -> None:
    plant = SmallPlant()
    plant.scan(5)
    old = plant.engine.sets.running.loaded
    fresh = swapped(plant)
    plant.scan(100)
    assert plant.engine.sets.retired == [old]
    plant.watch.status = 1
    plant.scan()
    assert plant.engine.sets.running.loaded is fresh


def test_moves_join_neighbours_and_leave_other_types() -> None:
    old = struct("Old", a=INT, b=INT, c=REAL, d=Array(INT, ((1, 3),)))
    new = struct("New", x=INT, a=INT, b=INT, c=DINT, d=Array(INT, ((2, 5),)))
    before, after = Area(old), Area(new)
    for path, value in (("a", 1), ("b", 2), ("c", 3.0), ("d[2]", 12), ("d[3]", 13)):
        before.write(path, value)
    for move in moves(old, new):
        after.view[move.target : move.target + move.length] = before.view[move.source : move.source + move.length]
    assert [after.read(path) for path in ("x", "a", "b", "c", "d[2]", "d[3]", "d[4]")] == [0, 1, 2, 0, 12, 13, 0]
    assert len(moves(old, new)) == 2


def test_a_set_for_another_wiring_is_refused() -> None:
    plant = SmallPlant()
    plant.scan()
    other = dataclasses.replace(plant.plan, relays=plant.plan.relays[:3])
    fresh = dataclasses.replace(new_set(plant), plan=other)
    with pytest.raises(ManifestError, match="wired otherwise"):
        plant.engine.sets.prepare(fresh)
