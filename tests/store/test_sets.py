"""Armed texts stand in place of the site folder's, and a controller starts with the set armed last."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plc.core.arming import Arming
from plc.core.run_paths import StatePaths
from plc.store.gather import gather
from plc.store.resolve import SHIPPED_PROGRAMS
from plc.store.sets import HISTORY_MOST, ArmedSets
from plc.store.site_set import ReadySet, compile_site

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"
HASH = "ab" * 32
RULE = """\
{attribute 'task' := '%s'}
PROGRAM my_rule
VAR
    opens : TRIP;
END_VAR
opens(Breaker := Strings[1].Breaker, Cause := Strings[1].Smoke.Ok AND Strings[1].Smoke.Active);
END_PROGRAM
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    shutil.copy(ROOM / "site.yaml", folder)
    shutil.copytree(ROOM / "programs", folder / "programs")
    return folder


def ready(site: Path, armed: dict[str, str]) -> ReadySet:
    found = compile_site(site, armed)
    assert found.ready is not None, found.diagnostics
    return found.ready


def hashes(site: Path, armed: dict[str, str]) -> dict[str, str]:
    return {name: program.source_hash for name, program in ready(site, armed).compiled.programs.items()}


def test_an_armed_text_replaces_a_shipped_program_and_leaves_the_others(site: Path) -> None:
    text = (SHIPPED_PROGRAMS / "hot_module.st").read_text().replace("55.0", "50.0")
    before, after = hashes(site, {}), hashes(site, {"hot_module": text})
    assert {name for name in before if before[name] != after[name]} == {"hot_module"}


def test_an_armed_text_counts_as_if_it_stood_in_the_site_folder(site: Path) -> None:
    text = (site / "programs" / "room_alarm.st").read_text().replace("well := TRUE", "well := NOT FALSE")
    armed = hashes(site, {"room_alarm": text})
    (site / "programs" / "room_alarm.st").write_text(text)
    assert armed == hashes(site, {})


def test_a_new_program_joins_the_task_it_names(site: Path) -> None:
    plan = ready(site, {"my_rule": RULE % "protection"}).plan
    assert next(task for task in plan.tasks if task.name == "protection").programs[-1] == "my_rule"


def test_a_new_program_for_a_task_that_is_not_there_is_told_which_there_are(site: Path) -> None:
    found = compile_site(site, {"my_rule": RULE % "safety"})
    [problem] = [diagnostic for diagnostic in found.diagnostics if diagnostic.code == "Y033"]
    assert problem.span.line == 1
    assert "protection, care" in problem.cure


def test_a_program_of_the_site_folder_that_names_its_task_is_checked_as_one_that_runs(site: Path) -> None:
    rule = site / "programs" / "my_rule.st"
    rule.write_text(RULE % "protection")
    gathered = gather([site])
    assert gathered.instances is not None and "my_rule" in gathered.instances
    rule.write_text(RULE % "safety")
    assert "Y033" in {diagnostic.code for diagnostic in gather([site]).diagnostics}


def test_an_armed_text_without_its_program_does_not_bring_the_shipped_one_back(site: Path) -> None:
    found = compile_site(site, {"hot_module": "// nothing\n"})
    assert [diagnostic.code for diagnostic in found.diagnostics if diagnostic.severity == "error"] == ["Y030"]


def test_what_was_armed_last_is_what_a_controller_starts_with(tmp_path: Path) -> None:
    sets = ArmedSets(StatePaths(tmp_path))
    assert sets.armed() is None
    sets.keep(HASH, {"hot_module": "// Zelle\n"})
    sets.remember(Arming("cd" * 32, "Bob", "first", 1))
    sets.remember(Arming(HASH, "Ada", "8 K", 2))
    sets.remember(Arming(HASH, "Ada", "8 K", 2))
    again = ArmedSets(StatePaths(tmp_path))
    armed = again.armed()
    assert armed == Arming(HASH, "Ada", "8 K", 2)
    assert again.texts(HASH) == {"hot_module": "// Zelle\n"}
    assert [arming.who for arming in again.history()] == ["Ada", "Bob"]


def test_texts_armed_again_with_one_hash_take_the_place_of_the_older_ones(tmp_path: Path) -> None:
    sets = ArmedSets(StatePaths(tmp_path))
    sets.keep(HASH, {"fan": "TEST 'a'\r\n", "lamp": "1"})
    sets.keep(HASH, {"fan": "TEST 'b'\r\n", "lamp": "1"})
    sets.keep(HASH, {"fan": "TEST 'b'\r\n", "lamp": "1"})
    assert ArmedSets(StatePaths(tmp_path)).texts(HASH) == {"fan": "TEST 'b'\r\n", "lamp": "1"}
    assert [path.name for path in (tmp_path / "sets" / HASH).iterdir()] == ["programs.2"]
    sets.keep(HASH, {})
    assert sets.texts(HASH) == {}


def test_texts_that_were_being_written_when_the_supply_was_lost_are_none(tmp_path: Path) -> None:
    sets = ArmedSets(StatePaths(tmp_path))
    sets.keep(HASH, {"fan": "whole"})
    half = tmp_path / "sets" / HASH / ".new.17"
    half.mkdir()
    (half / "fan.st").write_text("ha")
    assert sets.texts(HASH) == {"fan": "whole"}
    sets.keep(HASH, {"fan": "newer"})
    assert sets.texts(HASH) == {"fan": "newer"}


def test_a_wrong_test_is_told_where_it_is_asked_for_and_keeps_no_controller_from_starting(site: Path) -> None:
    text = (site / "programs" / "room_alarm.st").read_text() + "TEST 'a'\nASSERT(nothing.like.it);\nEND_TEST\n"
    assert compile_site(site, {"room_alarm": text}).ready is not None
    found = compile_site(site, {"room_alarm": text}, tests_of=["room_alarm"])
    [problem] = [diagnostic for diagnostic in found.diagnostics if diagnostic.severity == "error"]
    assert (problem.code, problem.span.line) == ("S001", text.count("\n") - 1)
    assert found.ready is None


def test_the_history_has_an_end(tmp_path: Path) -> None:
    sets = ArmedSets(StatePaths(tmp_path))
    for number in range(HISTORY_MOST + 5):
        sets.remember(Arming(HASH, "Ada", "again", number))
    assert len(sets.history()) == HISTORY_MOST


def test_a_name_that_is_no_hash_has_no_texts(tmp_path: Path) -> None:
    sets = ArmedSets(StatePaths(tmp_path))
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "secret.st").write_text("x")
    assert sets.texts("..") == {}
    assert sets.texts("") == {}
