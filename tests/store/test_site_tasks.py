"""What a site runs: by its site file, or by a CONFIGURATION among its programs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from plc.core.diagnostic import Severity
from plc.core.plan import TaskPlan
from plc.store.gather import compile_gathered, gather
from plc.store.site_set import compile_site

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"
RULE = "PROGRAM rule\nVAR n : INT; END_VAR\nn := n + 1;\nEND_PROGRAM\n"
TASKS = """CONFIGURATION room
TASK fast (INTERVAL := T#300ms, PRIORITY := 4);
TASK smoke (SINGLE := gx3.input1.Active);
PROGRAM first WITH fast : rule;
PROGRAM heat WITH fast : hot_module;
PROGRAM second WITH smoke : rule;
END_CONFIGURATION
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The room without its tasks, with a program and a configuration of its own."""
    shutil.copy(ROOM / "warm.json", tmp_path)
    text = (ROOM / "site.yaml").read_text()
    (tmp_path / "site.yaml").write_text(re.sub(r"^(tasks|schedules):\n(?:[ #].*\n|\n)*", "", text, flags=re.MULTILINE))
    (tmp_path / "programs").mkdir()
    (tmp_path / "programs" / "rule.st").write_text(RULE)
    (tmp_path / "programs" / "tasks.st").write_text(TASKS)
    return tmp_path


def errors(site: Path) -> list[tuple[str, int, str]]:
    """Code, line and what of each error, the same for a start and for a check."""
    found = [(d.code, d.span.line, d.what) for d in compile_site(site).diagnostics if d.severity is Severity.ERROR]
    gathered = gather([site])
    checked = (*gathered.diagnostics, *compile_gathered(gathered).diagnostics)
    assert {(d.code, d.span.line, d.what) for d in checked if d.severity is Severity.ERROR} == set(found)
    return found


def test_a_configuration_gives_the_plan_its_tasks(site: Path):
    assert errors(site) == []
    ready = compile_site(site).ready
    assert ready is not None
    assert ready.plan.tasks == (
        TaskPlan("fast", 300_000_000, ("first", "heat"), 4),
        TaskPlan("smoke", 0, ("second",), 0, "gx3.input1.Active"),
    )
    assert {"first", "second", "heat"} <= set(ready.compiled.programs)


def test_a_site_file_with_tasks_beside_a_configuration_is_told_of_both(site: Path):
    with (site / "site.yaml").open("a") as file:
        file.write("tasks:\n  care: {every: 1 s, programs: [equalization]}\n")
    [(code, line, what)] = errors(site)
    assert (code, line) == ("Y035", 1)
    assert "CONFIGURATION room" in what and "(care)" in what


def test_a_site_without_either_is_told_where_tasks_stand(site: Path):
    (site / "programs" / "tasks.st").unlink()
    assert [code for code, _, _ in errors(site)] == ["Y035"]


def test_an_interval_that_is_no_whole_number_of_scans_is_refused(site: Path):
    (site / "programs" / "tasks.st").write_text(TASKS.replace("300ms", "250ms"))
    assert [(code, line) for code, line, _ in errors(site)] == [("Y020", 2)]


def test_a_schedule_names_a_program_of_the_configuration(site: Path):
    with (site / "site.yaml").open("a") as file:
        file.write('schedules:\n  a: {cron: "0 1 * * *", run: heat}\n  b: {cron: "0 1 * * *", run: hot_module}\n')
    [(code, line, what)] = errors(site)
    assert (code, line) == ("Y013", 1)
    assert "schedule b" in what


def test_a_program_that_asks_for_a_task_beside_a_configuration_is_told_to_join_it(site: Path):
    (site / "programs" / "more.st").write_text("{attribute 'task' := 'fast'}\nPROGRAM more ; END_PROGRAM\n")
    assert [(code, line) for code, line, _ in errors(site)] == [("Y033", 1)]


def test_a_configuration_names_a_program_that_no_file_declares(site: Path):
    (site / "programs" / "tasks.st").write_text(TASKS.replace(": hot_module", ": hot_modul"))
    assert {code for code, _, _ in errors(site)} == {"Y030", "S003"}


def test_an_error_elsewhere_is_not_told_as_a_schedule_without_its_program(site: Path):
    with (site / "site.yaml").open("a") as file:
        file.write('schedules:\n  nightly: {cron: "30 2 * * *", run: heat}\n')
    assert errors(site) == []
    (site / "programs" / "rule.st").write_text(RULE.replace("n + 1", "n + true"))
    assert [code for code, _, _ in errors(site)] == ["S009"]
