"""What a restart of the engine keeps, and what begins anew."""

from __future__ import annotations

import math

from plc.core.command import CommandKind
from plc.core.event import EventKind
from plc.engine.breaker import Phase
from plc.engine.latches import Latches, TwoCopies, decode, encode
from tests.engine.small import MS, ORDER, SCAN, SmallPlant


def test_a_latch_and_its_first_out_survive_a_restart() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.watch.causes[1] = True
    plant.scan()
    plant.opened[1] = True
    plant.scan(10)
    first_out = plant.engine.breakers["Q1"].sequence.first_out
    plant.watch.causes[1] = False
    plant.start()
    plant.scan()
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.LATCHED
    assert plant.engine.breakers["Q1"].sequence.first_out == first_out
    assert plant.engine.site.read("Breakers.Q1.Latched") is True
    assert "latched before: Q1" in plant.last(EventKind.STARTED).text


def test_a_restart_within_the_pulse_neither_extends_nor_repeats_it() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.watch.causes[1] = True
    plant.scan()
    until = plant.coil("Q1_trip")[1]
    plant.watch.causes[1] = False
    plant.start()
    plant.scan()
    assert plant.coil("Q1_trip") == (1.0, until)
    plant.opened[1] = True
    plant.scan(ORDER // SCAN)
    assert plant.coil("Q1_trip") == (0.0, 0)
    plant.scan(50)
    assert plant.kinds().count(EventKind.TRIP_PULSE) == 1


def test_a_sequence_under_way_retries_after_a_restart_without_waiting_for_the_start_grace() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.watch.causes[1] = True
    plant.scan()
    plant.start()
    plant.wall_ns += 3000 * MS
    plant.scan()
    assert not plant.engine.settled
    assert plant.kinds().count(EventKind.TRIP_PULSE) == 2


def test_a_latch_does_not_become_resettable_before_the_programs_judged_it_again() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.watch.causes[1] = True
    plant.scan()
    plant.opened[1] = True
    plant.scan(10)
    plant.watch.causes[1] = False
    plant.start()
    plant.scan(5)
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.LATCHED
    plant.scan(10)
    assert plant.engine.breakers["Q1"].sequence.phase is Phase.RESETTABLE


def test_a_relay_stays_uncommanded_until_its_program_ran_and_shows_its_read_back() -> None:
    plant = SmallPlant()
    assert math.isnan(plant.engine.coils.segments[0].value[2])
    plant.watch.status = 1
    plant.inputs.sample(plant.plan.relays[2].readback, 1.0, plant.wall_ns)
    plant.scan()
    assert math.isnan(plant.coil("fan")[0])
    assert plant.engine.site.read("Relays.fan") is True


def test_what_a_person_switched_survives_a_restart_with_its_end() -> None:
    plant = SmallPlant()
    plant.settle()
    command = plant.command(CommandKind.SWITCH, "charger_inhibit", state="on", for_ns=2000 * MS)
    plant.scan(1, command)
    plant.start()
    plant.scan()
    assert plant.coil("charger_inhibit") == (1.0, 0)
    plant.scan(20)
    assert plant.coil("charger_inhibit") == (0.0, 0)


def test_a_command_executed_before_a_restart_is_answered_again_and_not_done_again() -> None:
    plant = SmallPlant()
    plant.settle()
    command = plant.command(CommandKind.START, "watch")
    (first,) = plant.scan(1, command)
    plant.start()
    (second,) = plant.scan(1, command)
    assert second == first
    assert plant.engine.sets.running.programs["watch"].loaded.area.read("seen") is False


def test_the_guard_remembers_what_opened_before_the_restart() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.watch.causes[1] = True
    plant.scan()
    plant.opened[1] = True
    plant.scan(5)
    plant.start()
    plant.watch.causes[2] = True
    plant.scan(30)
    assert plant.engine.breakers["Q2"].sequence.phase is Phase.HELD


def test_damage_to_the_newer_copy_leaves_the_older_one() -> None:
    memory = bytearray(4096)
    memo = TwoCopies(memory)
    memo.store(b"one")
    memo.store(b"two")
    assert TwoCopies(memory).load() == b"two"
    memory[memory.index(b"two")] ^= 1
    again = TwoCopies(memory)
    assert again.load() == b"one"
    again.store(b"three")
    assert TwoCopies(memory).load() == b"three"


def test_an_image_of_another_version_is_not_taken() -> None:
    assert decode(encode(Latches(version=0))) is None
    assert decode(b"\xff\xff") is None
    assert decode(encode(Latches())) == Latches()
