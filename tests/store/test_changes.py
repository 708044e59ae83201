"""What a draft changes, said in plant words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plc.store.changes import set_changes, value_changes
from plc.store.resolve import program_text
from plc.store.site_set import ReadySet, compile_site

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    shutil.copy(ROOM / "site.yaml", folder)
    shutil.copytree(ROOM / "programs", folder / "programs")
    return folder


def shipped(name: str) -> str:
    text = program_text(ROOM, name)
    assert text is not None
    return text


def ready(site: Path, armed: dict[str, str]) -> ReadySet:
    found = compile_site(site, armed)
    assert found.ready is not None, found.diagnostics
    return found.ready


def test_a_limit_is_named_with_its_old_and_its_new_value() -> None:
    text = shipped("hot_module")
    changed = text.replace("Over := 55.0", "Over := 50.0").replace("T#2s", "T#5s")
    assert value_changes("hot_module", text, changed) == [
        "Over: 55.0 → 50.0 (hot_module line 9)",
        "Lasting: T#2s → T#5s (hot_module line 9)",
    ]


def test_a_setting_replaced_by_a_number_is_named_by_what_it_is_given_to() -> None:
    text = shipped("thermal_runaway")
    changed = text.replace("Reference + Battery.Settings.Dt,", "Reference + 8.0,")
    [change] = value_changes("thermal_runaway", text, changed)
    assert change.startswith("Limit: Battery.Settings.Dt → 8.0 (thermal_runaway line ")


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param("// PROGRAM hot_module\n", id="nothing left"),
        pytest.param("x := 1;\n" * 20_000, id="all new"),
    ],
)
def test_a_text_written_anew_lists_no_values(changed: str) -> None:
    assert value_changes("hot_module", shipped("hot_module"), changed) == []


def test_layout_and_comments_change_nothing() -> None:
    text = shipped("hot_module")
    assert value_changes("hot_module", text, "// a remark\n" + text.replace("    ", "\t")) == []


def test_a_relay_that_gets_another_writer_and_a_new_program_are_told(site: Path) -> None:
    text = "{attribute 'task' := 'care'}\nPROGRAM cool\nRelays.fan := TRUE;\nEND_PROGRAM\n"
    changes = set_changes(ready(site, {}), ready(site, {"cool": text}))
    assert {"program cool is new", "cool writes Relays.fan", "cool runs in task care"} <= set(changes)


def test_state_that_goes_on_and_state_that_is_lost_are_told(site: Path) -> None:
    text = shipped("room_alarm")
    same = text.replace("well := TRUE", "well := NOT FALSE")
    assert set_changes(ready(site, {}), ready(site, {"room_alarm": same})) == [
        "room_alarm keeps all its state: timers, latches, retained values"
    ]
    renamed = text.replace("well", "fine")
    assert set_changes(ready(site, {}), ready(site, {"room_alarm": renamed})) == [
        "room_alarm: fine start anew",
        "room_alarm: well are forgotten",
    ]


def test_protection_that_is_no_longer_protective_is_told(site: Path) -> None:
    text = shipped("hot_module").replace("{attribute 'protective'}\n", "")
    [first, *_] = set_changes(ready(site, {}), ready(site, {"hot_module": text}))
    assert "no longer protective" in first
