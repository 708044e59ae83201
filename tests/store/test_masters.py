"""A relay has one master: what a program writes is not for schedules, nor for people."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from plc.core.diagnostic import Diagnostic, Severity
from plc.store.changes import set_changes
from plc.store.gather import compile_gathered, gather
from plc.store.site_set import compile_site

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"
FAN = "{attribute 'task' := 'protection'}\nPROGRAM airing\nRelays.fan := Strings[1].Smoke.Active;\nEND_PROGRAM\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    shutil.copytree(ROOM, tmp_path / "room")
    return tmp_path / "room"


def masters(site: Path) -> list[Diagnostic]:
    """What is said of masters, the same at a check and at a start."""
    checked = compile_gathered(gather([site])).diagnostics
    found = [d for d in compile_site(site).diagnostics if d.code == "Y038"]
    assert [d for d in checked if d.code == "Y038"] == found
    return found


def line_of(site: Path, start: str) -> int:
    lines = (site / "site.yaml").read_text().split("\n")
    return next(number for number, line in enumerate(lines, 1) if line.strip().startswith(start))


def test_what_no_program_writes_is_for_people_and_schedules(site: Path) -> None:
    assert masters(site) == []
    assert compile_site(site).ready is not None


def test_people_and_schedules_that_switch_what_a_program_writes_are_named(site: Path) -> None:
    (site / "programs" / "airing.st").write_text(FAN)
    people, schedule = masters(site)
    assert {(d.code, d.severity) for d in (people, schedule)} == {("Y038", Severity.ADVICE)}
    assert (people.span.line, schedule.span.line) == (line_of(site, "fan:"), line_of(site, "air:"))
    assert people.what == "people may switch relay fan, which program airing writes: it does nothing while airing runs"
    assert schedule.what.startswith("schedule air switches relay fan, which program airing writes")
    assert (people.cure, schedule.cure) == (
        "remove 'people:', or do not run airing",
        "remove the schedule, or do not run airing",
    )
    assert compile_site(site).ready is not None


def test_without_them_there_is_nothing_to_say(site: Path) -> None:
    (site / "programs" / "airing.st").write_text(FAN)
    lines = (site / "site.yaml").read_text().split("\n")
    text = "\n".join(line for line in lines if not line.strip().startswith("air:"))
    (site / "site.yaml").write_text(text)
    assert len(masters(site)) == 1
    (site / "site.yaml").write_text(text.replace("on_fault: hold, people: [on, off]}", "on_fault: hold}"))
    assert masters(site) == []


def test_whoever_arms_such_a_program_is_told_before(site: Path) -> None:
    old, new = compile_site(site).ready, compile_site(site, {"airing": FAN}).ready
    assert old is not None and new is not None
    told = "relay fan: airing takes it over from people and schedule air while it runs"
    assert told in set_changes(old, new)
    assert told not in set_changes(new, new)


def test_the_shipped_procedure_takes_its_relays_over(site: Path) -> None:
    text = (site / "site.yaml").read_text()
    (site / "site.yaml").write_text(text.replace("hot_module", "hot_module, smoke_in_room", 1))
    assert [(d.code, "program smoke_in_room" in d.what) for d in masters(site)] == [("Y038", True)] * 2
