"""Plant, breakers and devices together, on a virtual clock."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from simulator.world import World

EPOCH_NS = 1000 * 1_000_000_000
ENERGISE_1, RELEASE_1 = "05 0000 FF00", "05 0000 0000"
CONTACTS = "02 0000 0004"
BOTH_CLOSED, Q1_OPEN, Q1_MOVING = "02 01 0A", "02 01 09", "02 01 08"

Ask = Callable[..., str | None]
WorldOf = Callable[..., World]


def at(seconds: float) -> int:
    return EPOCH_NS + round(seconds * 1e9)


def test_a_trip_pulse_opens_its_breaker_after_the_travel_and_no_other(world: World, ask: Ask) -> None:
    assert ask(world, 241, CONTACTS, 1.0) == BOTH_CLOSED
    ask(world, 241, ENERGISE_1, 1.0)
    assert ask(world, 241, CONTACTS, 1.17) == BOTH_CLOSED
    assert ask(world, 241, CONTACTS, 1.19) == Q1_MOVING
    ask(world, 241, RELEASE_1, 1.2)
    assert ask(world, 241, CONTACTS, 1.29) == Q1_MOVING
    assert ask(world, 241, CONTACTS, 1.31) == Q1_OPEN
    world.advance(at(2.0))
    assert world.plant.current_a[0] == 0
    assert world.plant.current_a[1] > 0


def test_a_pulse_shorter_than_the_mechanism_needs_opens_nothing(world: World, ask: Ask) -> None:
    ask(world, 241, ENERGISE_1, 1.0)
    ask(world, 241, RELEASE_1, 1.04)
    assert ask(world, 241, CONTACTS, 5.0) == BOTH_CLOSED


def test_a_stuck_breaker_ignores_its_coil(world: World, ask: Ask) -> None:
    world.breakers["Q1"].stuck = True
    ask(world, 241, ENERGISE_1, 1.0)
    assert ask(world, 241, CONTACTS, 5.0) == BOTH_CLOSED


def test_a_breaker_closed_by_hand_under_an_active_coil_opens_again(world: World, ask: Ask) -> None:
    ask(world, 241, ENERGISE_1, 1.0)
    assert ask(world, 241, CONTACTS, 2.0) == Q1_OPEN
    world.breakers["Q1"].close_by_hand(at(3.0))
    assert ask(world, 241, CONTACTS, 3.01) == BOTH_CLOSED
    assert ask(world, 241, CONTACTS, 4.0) == Q1_OPEN


def test_a_breaker_opened_by_hand_is_open_at_once(world: World, ask: Ask) -> None:
    world.breakers["Q1"].open_by_hand(at(1.0))
    assert ask(world, 241, CONTACTS, 1.0) == Q1_OPEN


def test_the_watchdog_puts_each_relay_in_its_state_and_a_later_write_works_again(world: World, ask: Ask) -> None:
    board = world.boards["gx2"]
    ask(world, 243, "0F 0000 0004 01 0B", 0.0)
    ask(world, 243, "10 008E 0005 0A 0014 0002 0000 0001 0002", 1.0)
    world.advance(at(2.99))
    assert board.relays == [True, True, False, True]
    world.advance(at(3.0))
    assert board.relays == [True, False, True, True]
    assert board.changed_ns[1:3] == [at(3.0), at(3.0)]
    ask(world, 243, "05 0001 FF00", 4.0)
    assert board.relays == [True, True, True, True]
    world.advance(at(5.99))
    assert board.expiries == 1
    world.advance(at(6.0))
    assert board.relays == [True, False, True, True]


@pytest.mark.parametrize(
    ("unit", "pdu", "expires"),
    [
        (243, "01 0000 0004", False),
        (243, "02 0000 0004", False),
        (243, "03 008E 0001", False),
        (243, "05 0000 1234", True),
        (243, "01 0000 0005", True),
        (241, "01 0000 0004", True),
        (0, "06 0029 0000", True),
    ],
)
def test_only_a_valid_request_to_the_board_itself_feeds_its_watchdog(
    world: World, ask: Ask, unit: int, pdu: str, expires: bool
) -> None:
    ask(world, 243, "06 008E 000A", 0.0)
    ask(world, unit, pdu, 0.9)
    world.advance(at(1.5))
    assert world.boards["gx2"].expired == expires


def test_a_watchdog_of_0_never_acts(world: World, ask: Ask) -> None:
    ask(world, 243, "10 008E 0005 0A 000A 0001 0001 0001 0001", 0.0)
    ask(world, 243, "06 008E 0000", 0.5)
    world.advance(at(60))
    assert world.boards["gx2"].relays == [False] * 4


def test_a_board_that_lost_its_supply_reads_watchdog_0_and_relays_released(world: World, ask: Ask) -> None:
    ask(world, 243, "06 008E 0032", 0.0)
    ask(world, 243, ENERGISE_1, 0.0)
    world.boards["gx2"].power_cycle(at(1.0))
    assert ask(world, 243, "03 008E 0001", 1.0) == "03 02 00 00"
    assert ask(world, 243, "01 0000 0004", 1.0) == "01 01 00"


def test_modules_convert_every_half_second_whoever_reads(world: World, ask: Ask) -> None:
    ask(world, 1, "04 0000 0001", 0.1)
    first = [ask(world, 1, "04 0006 0001", seconds) for seconds in (0.2, 0.3, 0.55)]
    assert first == ["04 02 00 01"] * 3
    assert ask(world, 1, "04 0006 0001", 0.6) == "04 02 00 02"
    assert ask(world, 201, "04 0006 0001", 10.0) == ask(world, 1, "04 0006 0001", 10.0) == "04 02 00 14"


def test_a_frozen_device_keeps_its_counter_and_answers(world: World, ask: Ask) -> None:
    world.advance(at(1.0))
    world.bank.frozen[0, 0] = True
    before = ask(world, 1, "04 0000 0007", 1.0)
    assert ask(world, 1, "04 0000 0007", 30.0) == before
    assert ask(world, 2, "04 0006 0001", 30.0) != ask(world, 1, "04 0006 0001", 30.0)


def test_a_broadcast_reaches_every_module_and_is_not_answered(world: World, ask: Ask) -> None:
    assert ask(world, 0, "10 0029 0002 04 34D0 3534", 1.0) is None
    world.advance(at(1.2))
    assert world.plant.target_v[0].tolist() == [13.520] * 4
    assert world.plant.target_v[1].tolist() == [13.620] * 4
    assert ask(world, 0, "04 0000 0001", 1.2) is None


def test_a_unit_that_is_not_there_is_silent(world: World, ask: Ask) -> None:
    assert ask(world, 99, "04 0000 0001") is None
    assert ask(world, 1, "03 0061 0001", bus="lan") is not None
    assert ask(world, 2, "04 0000 0001", bus="battery") is not None


def test_equalization_by_broadcast_brings_a_string_together_and_ends_when_nobody_writes(world_of: WorldOf) -> None:
    world = world_of(speed=60.0)
    spread = []
    for second in range(600):
        target = round(float((world.plant.voltage[0] * world.plant.sense_gain[0]).mean()) * 1000)
        world.respond("battery", 0, bytes.fromhex(f"06 0029 {target:04X}"), at(second))
        spread.append(float(np.ptp(world.plant.voltage[0] * world.plant.sense_gain[0])))
    assert spread[-1] < 0.010 < spread[0]
    assert world.plant.bypass_a[0].max() > 0
    world.advance(at(599 + 61))
    assert world.plant.bypass_a.max() == 0


def test_the_charger_inhibit_relay_stops_the_charge_of_every_string(world: World, ask: Ask) -> None:
    ask(world, 243, "05 0002 FF00", 1.0)
    world.advance(at(1.2))
    assert world.plant.current_a.tolist() == [0, 0]
    ask(world, 243, "05 0002 0000", 1.3)
    world.advance(at(1.5))
    assert (world.plant.current_a > 0).all()


def test_the_fan_relay_cools_its_room(world: World, ask: Ask) -> None:
    ask(world, 243, ENERGISE_1, 1.0)
    world.advance(at(1.2))
    assert world.plant.airflow.tolist() == [1.5, 1.5]


def test_smoke_closes_the_string_s_contact(world: World, ask: Ask) -> None:
    world.smoke["S2"] = True
    assert ask(world, 243, CONTACTS, 1.0) == "02 01 02"


def test_a_battery_test_discharges_the_strings_for_its_plant_time(world_of: WorldOf, ask: Ask) -> None:
    world = world_of(speed=60.0)
    assert ask(world, 1, "05 0000 FF00", 1.0, bus="lan") == "05 00 00 FF 00"
    world.advance(at(2.0))
    watts = float((world.plant.current_a * world.plant.voltage.sum(axis=1)).sum())
    assert watts == pytest.approx(-2000, rel=0.01)
    assert ask(world, 1, "04 006D 0001", 10.9, bus="lan") == "04 02 00 44"
    assert ask(world, 1, "04 006D 0001", 11.3, bus="lan") == "04 02 00 04"
    world.advance(at(12.0))
    assert (world.plant.current_a > 0).all()


def test_an_aborted_battery_test_returns_to_charge(world: World, ask: Ask) -> None:
    ask(world, 1, "05 0000 FF00", 1.0, bus="lan")
    world.advance(at(2.0))
    assert (world.plant.current_a < 0).all()
    ask(world, 1, "05 0001 FF00", 2.0, bus="lan")
    world.advance(at(2.2))
    assert (world.plant.current_a > 0).all()


def test_failed_mains_put_the_load_on_the_closed_strings_and_end_a_test(world: World, ask: Ask) -> None:
    ask(world, 1, "05 0000 FF00", 1.0, bus="lan")
    assert world.ups is not None
    world.ups.set_mains(False)
    world.breakers["Q1"].open_by_hand(at(1.0))
    world.advance(at(2.0))
    assert world.plant.current_a[0] == 0
    assert world.plant.current_a[1] < -30
    assert ask(world, 1, "04 006D 0001", 2.0, bus="lan") == "04 02 00 0C"
    assert ask(world, 1, "04 0072 0001", 2.0, bus="lan") == "04 02 00 01"


def test_an_empty_battery_fails_the_test(world_of: WorldOf, ask: Ask) -> None:
    world = world_of(speed=60.0)
    world.plant.charge[:] = 0.02
    ask(world, 1, "05 0000 FF00", 0.0, bus="lan")
    world.advance(at(9.0))
    assert ask(world, 1, "02 0085 0006", 9.0, bus="lan") == "02 01 01"


def test_the_scenario_strikes_the_drawn_string_and_its_ghost_follows_until_the_trip(
    world_of: WorldOf, ask: Ask
) -> None:
    world = world_of("dry_out", seed=1, speed=600.0)
    world.advance(at(10))
    assert world.plant.ambient_degc.tolist() == [40, 40]
    assert world.plant.k[1] == pytest.approx(8 * world_of(seed=1).plant.k[1])
    assert world.ghost.temperature[0] == pytest.approx(world.plant.temperature[1], abs=0.01)
    ask(world, 241, "05 0001 FF00", 10.0)
    world.advance(at(40))
    assert world.plant.temperature[1].max() < 60 < 100 < world.ghost.temperature.max()
    assert world.plant.temperature[0].max() < 45


def test_a_calm_start_waits_for_burn(world_of: WorldOf) -> None:
    world = world_of("dry_out", calm=True)
    world.advance(at(5))
    assert world.plant.ambient_degc[0] == 25
    world.burn()
    world.advance(at(6))
    assert world.plant.ambient_degc[0] == 40


def test_burning_another_string_gives_it_the_fault_now(world_of: WorldOf) -> None:
    world = world_of("dry_out", seed=0, calm=True)
    sound_k = world.plant.k[1].copy()
    world.burn(1)
    assert world.plant.k[1] == pytest.approx(8 * sound_k)
    assert world.faulty == 1


def test_starting_again_brings_back_the_plant_and_closes_the_breakers(world_of: WorldOf, ask: Ask) -> None:
    world = world_of("dry_out", speed=60.0)
    began = world.plant.temperature.copy()
    ask(world, 241, ENERGISE_1, 1.0)
    ask(world, 241, RELEASE_1, 2.0)
    world.advance(at(60))
    world.start_again(at(60))
    assert (world.plant.temperature == began).all()
    assert ask(world, 241, CONTACTS, 60.0) == BOTH_CLOSED
    world.advance(at(61))
    assert world.plant.ambient_degc[0] == 40


def test_two_worlds_of_one_seed_answer_the_same_bytes(world_of: WorldOf, ask: Ask) -> None:
    def run() -> list[str | None]:
        world = world_of("dry_out", speed=60.0)
        units = (1, 5, 8, 201, 217)
        return [ask(world, unit, "04 0000 0007", 0.37 * second) for second in range(40) for unit in units]

    assert run() == run()


@pytest.mark.parametrize("step_s", [0.1, 0.033, 7.0])
def test_how_often_the_world_is_asked_does_not_change_the_plant(world_of: WorldOf, step_s: float) -> None:
    world, other = world_of("dry_out", speed=60.0), world_of("dry_out", speed=60.0)
    world.advance(at(21.0))
    for step in range(int(21.0 / step_s) + 1):
        other.advance(at(step * step_s))
    other.advance(at(21.0))
    assert (world.plant.temperature == other.plant.temperature).all()
    assert (world.bank.words == other.bank.words).all()


def test_speeds_of_1_60_and_120_reach_the_same_temperatures(world_of: WorldOf) -> None:
    ends = []
    for speed in (1.0, 60.0, 120.0):
        world = world_of("dry_out", speed=speed)
        world.advance(at(360 / speed))
        ends.append(float(world.plant.temperature.max()))
    assert ends == pytest.approx([ends[0]] * 3, abs=0.02)


def test_a_forced_temperature_is_converted_at_once_and_given_back(world: World, ask: Ask) -> None:
    world.advance(at(1.0))
    before = ask(world, 1, "04 0006 0001", 1.0)
    world.bank.force_temperature(0, 0, 61.3)
    assert ask(world, 1, "04 0003 0001", 1.0) == "04 02 02 65"
    assert ask(world, 1, "04 0006 0001", 1.0) != before
    assert ask(world, 2, "04 0003 0001", 1.0) != "04 02 02 65"
    world.bank.force_temperature(0, 0, None)
    assert ask(world, 1, "04 0003 0001", 1.0) != "04 02 02 65"
