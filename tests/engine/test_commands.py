"""Commands: each once, in time, judged where they act."""

from __future__ import annotations

import dataclasses

from plc.core.command import CommandKind
from plc.core.event import EventKind
from tests.engine.small import SCAN, SEQUENCE, S, SmallPlant


def settled() -> SmallPlant:
    plant = SmallPlant()
    plant.settle()
    return plant


def test_a_second_command_with_the_same_id_gets_the_first_answer() -> None:
    plant = settled()
    command = plant.command(CommandKind.SWITCH, "charger_inhibit", state="on")
    (first,) = plant.scan(1, command)
    (second,) = plant.scan(1, dataclasses.replace(command, kind=CommandKind.RELEASE))
    assert second == first
    assert plant.coil("charger_inhibit") == (1.0, 0)
    assert plant.kinds().count(EventKind.COMMAND) == 1


def test_a_late_command_is_refused() -> None:
    plant = settled()
    command = dataclasses.replace(plant.command(CommandKind.START, "watch"), expires_ns=plant.wall_ns)
    (answer,) = plant.scan(1, command)
    assert not answer.accepted
    assert "too late" in answer.text


def test_what_is_beyond_32_commands_comes_again() -> None:
    plant = settled()
    commands = [plant.command(CommandKind.START, "watch", f"c{n}") for n in range(40)]
    answers = plant.scan(1, *commands)
    assert len(answers) == 40
    assert sum(answer.accepted for answer in answers) == 32


def test_nobody_switches_a_trip_relay() -> None:
    plant = settled()
    (answer,) = plant.scan(1, plant.command(CommandKind.SWITCH, "Q1_trip", state="on"))
    assert not answer.accepted
    assert "only a trip moves it" in answer.text
    assert plant.coil("Q1_trip") == (0.0, 0)


def test_a_person_cannot_switch_what_a_running_program_writes() -> None:
    plant = settled()
    (answer,) = plant.scan(1, plant.command(CommandKind.SWITCH, "fan", state="on"))
    assert "written by program watch" in answer.text


def test_a_person_may_switch_a_relay_whose_program_stopped() -> None:
    plant = settled()
    plant.watch.status = 1
    plant.scan()
    (answer,) = plant.scan(1, plant.command(CommandKind.SWITCH, "fan", state="on"))
    assert answer.accepted
    assert plant.coil("fan") == (1.0, 0)


def test_only_listed_states_may_be_asked() -> None:
    plant = settled()
    (answer,) = plant.scan(1, plant.command(CommandKind.SWITCH, "charger_inhibit", state="off"))
    assert "ask for on" in answer.text


def test_a_switch_for_a_time_ends_by_itself() -> None:
    plant = settled()
    plant.scan(1, plant.command(CommandKind.SWITCH, "charger_inhibit", state="on", for_ns=S))
    assert plant.coil("charger_inhibit") == (1.0, 0)
    plant.scan(S // SCAN)
    assert plant.coil("charger_inhibit") == (0.0, 0)


def test_the_backup_of_a_failed_trip_wins_over_people() -> None:
    plant = settled()
    plant.watch.causes[1] = True
    plant.scan(SEQUENCE)
    (answer,) = plant.scan(1, plant.command(CommandKind.RELEASE, "charger_inhibit", "x"))
    assert not answer.accepted
    (answer,) = plant.scan(1, plant.command(CommandKind.SWITCH, "charger_inhibit", "y", state="on"))
    assert "did not open" in answer.text
    assert plant.coil("charger_inhibit") == (1.0, 0)


def test_unknown_names_list_the_known_ones() -> None:
    plant = settled()
    texts = [
        plant.scan(1, plant.command(kind, "nothing", kind.value))[0].text
        for kind in (CommandKind.RESET, CommandKind.SWITCH, CommandKind.START, CommandKind.LEARN)
    ]
    assert texts[0] == "there is no breaker 'nothing'; known: Q1, Q2"
    assert "fan" in texts[1]
    assert "watch" in texts[2]
    assert "S1" in texts[3]


def test_a_swap_to_a_set_nobody_prepared_is_refused() -> None:
    plant = settled()
    (answer,) = plant.scan(1, plant.command(CommandKind.SWAP, "f" * 64))
    assert "no set is" in answer.text


def test_a_reset_of_what_is_not_latched_is_refused() -> None:
    plant = settled()
    (answer,) = plant.scan(1, plant.command(CommandKind.RESET, "Q1"))
    assert "no latched trip" in answer.text
