"""What goes out beside trips: pulses, UPS commands, validity, read-back."""

from __future__ import annotations

import dataclasses

from plc.core.event import EventKind
from plc.core.plan import Plan
from tests.engine.small import MS, PULSE, SCAN, S, SmallPlant, small_plan


def pulsing() -> Plan:
    plan = small_plan()
    relays = [dataclasses.replace(r, pulse_ns=PULSE) if r.name == "fan" else r for r in plan.relays]
    return dataclasses.replace(plan, relays=tuple(relays))


def test_a_pulse_relay_gives_one_pulse_for_each_wish() -> None:
    plant = SmallPlant(pulsing())
    plant.scan(2)
    plant.watch.fan = True
    plant.scan()
    until = plant.wall_ns + PULSE
    assert plant.coil("fan") == (1.0, until)
    plant.scan(PULSE // SCAN - 1)
    assert plant.coil("fan") == (1.0, until)
    plant.scan(10)
    assert plant.coil("fan") == (0.0, 0)
    plant.watch.fan = False
    plant.scan(2)
    plant.watch.fan = True
    plant.scan()
    assert plant.coil("fan") == (1.0, plant.wall_ns + PULSE)


def test_a_restart_gives_no_second_pulse_for_the_same_wish() -> None:
    plant = SmallPlant(pulsing())
    plant.watch.fan = True
    plant.scan(20)
    plant.start()
    plant.scan(3)
    assert plant.coil("fan") == (0.0, 0)


def test_a_relay_whose_program_did_not_run_yet_is_left_alone() -> None:
    plant = SmallPlant(system=lambda own, site, globals: 1)
    plant.watch.fan = True
    plant.scan(3)
    value, _ = plant.coil("fan")
    assert value != value


def test_a_ups_command_standing_at_the_first_run_is_no_edge() -> None:
    plant = SmallPlant()
    plant.care.start_test = True
    plant.scan(20)
    value = plant.outputs.segments[0].value[6]
    assert value != value


def test_a_ups_command_is_taken_back_when_its_bus_did_not_take_it() -> None:
    plant = SmallPlant()
    plant.scan(2)
    plant.care.start_test = True
    plant.scan(12)
    assert plant.outputs.segments[0].value[6] == 1.0
    assert plant.engine.site.read("UpsCommands.ups.start_test") is True
    plant.scan(6 * S // SCAN)
    value = plant.outputs.segments[0].value[6]
    assert value != value


def test_what_is_committed_is_valid_for_a_while_and_carries_the_epoch() -> None:
    plant = SmallPlant()
    plant.engine.epoch = 7
    plant.scan()
    segment = plant.outputs.segments[0]
    assert (segment.valid_until_ns, segment.epoch) == (plant.wall_ns + 300 * MS, 7)


def test_a_relay_that_reads_back_something_else_is_reported_once() -> None:
    plant = SmallPlant()
    plant.watch.fan = True
    readback = plant.plan.relays[2].readback
    for _ in range(30):
        plant.inputs.sample(readback, 0.0, plant.wall_ns + SCAN)
        plant.scan()
    texts = [event.text for event in plant.events.events if event.kind is EventKind.RELAY]
    assert texts == ["fan on by watch", "fan is commanded on and reads back off; check its unit"]
    assert plant.engine.relays["fan"].read_back.mismatch


def test_a_trip_coil_that_stays_on_after_its_pulse_is_an_urgent_alarm() -> None:
    plant = SmallPlant()
    plant.settle()
    plant.watch.causes[1] = True
    readback = plant.plan.relays[0].readback
    plant.scan()
    plant.opened[1] = True
    for _ in range(35):
        plant.inputs.sample(readback, 1.0, plant.wall_ns + SCAN)
        plant.scan()
    event = plant.last(EventKind.RELAY)
    assert event.text == "Q1_trip is commanded off and reads back on; check its unit"
    assert event.priority == 1


def test_other_programs_read_the_command_in_site() -> None:
    plant = SmallPlant()
    plant.watch.fan = True
    plant.scan()
    assert plant.engine.site.read("Relays.fan") is True
    plant.watch.fan = False
    plant.scan()
    assert plant.engine.site.read("Relays.fan") is False
