"""What an editor is told of TESTs as they are typed, in a program's file and in the one beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plc.core.diagnostic import Severity
from plc.lsp.desk import KEPT, Desk

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"
FAN = "PROGRAM fan\nVAR_OUTPUT\n    on : BOOL;\nEND_VAR\non := NOT on;\nEND_PROGRAM\n"


def told(path: Path, text: str) -> list[tuple[str, str, int]]:
    found = Desk().diagnostics(path, {path: text})
    return [(d.code, Path(d.span.file).name, d.span.line) for d in found]


def test_a_test_in_a_programs_file_is_checked_as_it_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "fan.st"
    path.write_text(FAN)
    assert told(path, FAN + "TEST 'a'\nVAR\n    f : fan;\nEND_VAR\nASSERT(f.of_it);\nEND_TEST\n") == [
        ("S001", "fan.st", 11)
    ]
    assert told(path, FAN + "TEST 'a'\nVAR\n    f : fan;\nEND_VAR\nASSERT(f.on);\nEND_TEST\n") == []


def test_a_test_beside_a_program_sees_it(tmp_path: Path) -> None:
    (tmp_path / "fan.st").write_text(FAN)
    path = tmp_path / "fan.test.st"
    path.write_text("")
    assert told(path, "TEST 'a'\nVAR\n    f : fan;\nEND_VAR\nf();\nASSERT(f.on);\nEND_TEST\n") == [
        ("S038", "fan.test.st", 5)
    ]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(ROOM, tmp_path / "room")
    return tmp_path / "room"


def test_a_site_file_with_an_error_is_the_only_error_a_sound_program_is_told(site: Path) -> None:
    text = (site / "site.yaml").read_text()
    line = text[: text.index("\nsite:")].count("\n") + 2
    (site / "site.yaml").write_text(text.replace("\nsite:", "\nsitee:", 1))
    path = site / "programs" / "room_alarm.st"
    found = Desk().diagnostics(path, {path: path.read_text()})
    assert {Path(d.span.file).name for d in found if d.is_error} == {"site.yaml"}
    (here,) = (d for d in found if d.span.file == str(path))
    assert (here.code, here.severity, here.cure) == ("Y006", Severity.ADVICE, "did you mean 'site'?")
    assert f"site.yaml line {line}: the site file has no key 'sitee'" in here.what


def test_the_grammar_of_a_program_is_checked_beside_a_site_file_with_an_error(site: Path) -> None:
    (site / "site.yaml").write_text("sitee:\n")
    path = site / "programs" / "room_alarm.st"
    found = Desk().diagnostics(path, {path: path.read_text().replace("END_VAR", "", 1)})
    assert any(d.is_error and d.span.file == str(path) for d in found)


def test_names_of_a_site_file_with_an_error_are_offered_from_its_programs(site: Path) -> None:
    (site / "site.yaml").write_text("sitee:\n")
    (site / "programs" / "fan.st").write_text(FAN)
    path = site / "programs" / "room_alarm.st"
    assert str(site / "programs" / "fan.st") in [each.path for each in Desk().set_of(path, {}).sources]


def test_relays_with_two_masters_are_told_as_they_are_typed(site: Path) -> None:
    path = site / "programs" / "airing.st"
    head = "{attribute 'task' := 'protection'}\nPROGRAM airing\n"
    text = head + "Relays.fan := Strings[1].Smoke.Active;\nEND_PROGRAM\n"
    path.write_text(text)
    assert {code for code, _, _ in told(path, text)} == {"Y038"}
    assert "Y038" not in {code for code, _, _ in told(path, text.replace("Relays.fan :=", "// "))}


def test_a_configuration_is_held_against_the_site_as_it_is_typed(site: Path) -> None:
    text = (site / "site.yaml").read_text()
    head, tasks = text.split("\ntasks:", 1)
    rest = tasks[tasks.index("\n\n") :] if "\n\n" in tasks else ""
    (site / "site.yaml").write_text(head + rest)
    path = site / "programs" / "tasks.st"
    task = "TASK fast (INTERVAL := T#300ms, PRIORITY := 4);\nPROGRAM alarm WITH fast : room_alarm;\n"
    sound = f"CONFIGURATION room\n{task}END_CONFIGURATION\n"
    path.write_text(sound)
    assert "Y020" not in {code for code, _, _ in told(path, sound)}
    odd = sound.replace("fast", "slow").replace("300", "77")
    assert ("Y020", "tasks.st", 2) in told(path, odd)


def test_only_so_many_folders_are_remembered(tmp_path: Path) -> None:
    desk = Desk()
    for number in range(KEPT + 5):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "fan.st").write_text(FAN)
        assert desk.diagnostics(folder / "fan.st", {folder / "fan.st": FAN}) == ()
    assert len(desk._gathered) == KEPT
