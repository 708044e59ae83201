"""`plc test` as it is typed: what it prints, what it returns."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from plc.cli import app

PROGRAM = """\
PROGRAM fan
VAR_INPUT
    hot : BOOL;
END_VAR
VAR_OUTPUT
    on : BOOL;
END_VAR
IF hot THEN
    on := TRUE;
END_IF;
END_PROGRAM
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "fan.st").write_text(PROGRAM)
    (tmp_path / "fan.test.csv").write_text("t_ms,hot,?on\n# rests\n0,FALSE,FALSE\n# runs\n0,TRUE,TRUE\n")
    return tmp_path


def plc_test(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["test", "--backend", "reference", *map(str, arguments)])


def test_all_cases_hold_and_the_command_succeeds(folder: Path) -> None:
    found = plc_test(folder)
    assert found.exit_code == 0
    assert found.output.splitlines()[-1] == "2 cases hold"


def test_a_failed_case_is_named_with_line_and_values(folder: Path) -> None:
    (folder / "fan.test.csv").write_text("t_ms,hot,?on\n# rests\n0,FALSE,TRUE\n# runs\n0,TRUE,TRUE\n")
    found = plc_test(folder)
    assert found.exit_code == 1
    assert found.output.splitlines()[1:] == [
        "  FAILED rests (line 2)",
        "    line 3: t = 0 ms: ?on wanted TRUE, got FALSE",
        "2 cases, 1 failed",
    ]


def test_only_runs_the_cases_asked_for(folder: Path) -> None:
    assert plc_test(folder, "--only", "RES").output.splitlines()[-1] == "1 case holds"
    assert plc_test(folder, "--only", "r*s").output.splitlines()[-1] == "2 cases hold"
    nothing = plc_test(folder, "--only", "nothing of that name")
    assert nothing.output.splitlines()[-1].startswith("no case was found; write NAME.test.csv")
    assert nothing.exit_code == 1


def test_cover_below_what_is_wanted_fails(folder: Path) -> None:
    assert plc_test(folder, "--cover-min", "100").exit_code == 0
    less = plc_test(folder, "--only", "rests", "--cover-min", "100")
    assert less.exit_code == 1
    assert "    line 8: IF was never TRUE" in less.output.splitlines()
    assert less.output.splitlines()[-1] == "branch cover is below 100 %"


def test_a_program_that_does_not_compile_fails_with_its_problem(folder: Path) -> None:
    (folder / "fan.st").write_text(PROGRAM.replace("on := TRUE", "onn := TRUE"))
    found = plc_test(folder)
    assert found.exit_code == 1
    assert "there is no onn here" in found.output
    assert found.output.splitlines()[-1] == "not run: fan.test.csv"


def test_json_holds_all_of_it(folder: Path) -> None:
    found = json.loads(plc_test(folder, "--json", "--cover", "--only", "rests").output)
    assert found["passed"] is True
    assert [case["name"] for file in found["files"] for case in file["cases"]] == ["rests"]
    assert found["percent"] == 50.0
    assert found["cover"][0]["missed"] == [{"line": 8, "column": 1, "text": "IF was never TRUE"}]


def test_cover_lines_prints_the_program(folder: Path) -> None:
    found = plc_test(folder, "--cover-lines", "--only", "runs").output.splitlines()
    assert "    8 MISSED  IF hot THEN" in found
    assert "              ^ IF was never FALSE" in found


def test_junit_is_written(folder: Path) -> None:
    plc_test(folder, "--junit", folder / "out.xml")
    assert '<testcase name="rests"' in (folder / "out.xml").read_text()


def test_a_report_that_cannot_be_written_is_said_in_a_sentence(folder: Path) -> None:
    found = plc_test(folder, "--junit", folder / "no" / "folder" / "out.xml")
    assert found.exit_code == 1
    assert found.output.splitlines()[-1].endswith("No such file or directory; name a file that can be written")


def test_an_unknown_back_end_is_refused(folder: Path) -> None:
    found = CliRunner().invoke(app, ["test", "--backend", "quick", str(folder)])
    assert found.exit_code == 1
    assert "write native or reference" in found.output


def test_check_tells_what_is_wrong_in_a_test_and_in_the_tests_beside(folder: Path) -> None:
    (folder / "fan.st").write_text(PROGRAM + "TEST 'a'\nASSERT(nothing);\nEND_TEST\n")
    (folder / "fan.test.st").write_text("TEST 'b'\nEND_TEST\n")
    found = CliRunner().invoke(app, ["check", str(folder)])
    assert found.exit_code == 1
    told = [line.partition(": error ")[2][:4] for line in found.output.splitlines() if ": error " in line]
    assert told == ["S001", "S081"]


def test_check_of_a_site_looks_at_its_tests_beside_all_of_its_programs(tmp_path: Path) -> None:
    site = tmp_path / "room"
    shutil.copytree(Path(__file__).parents[2] / "examples" / "ups_room", site)
    (site / "programs" / "half.st").write_text(
        "FUNCTION half : INT VAR_INPUT n : INT; END_VAR half := n / 2; END_FUNCTION\n"
    )
    test = "TEST 'half'\nASSERT_EQUAL(half(4), 2);\nASSERT(%s);\nEND_TEST\n"
    (site / "programs" / "whole.st").write_text(test % "TRUE")
    (site / "programs" / "half.test.st").write_text(test % "TRUE")
    assert CliRunner().invoke(app, ["check", str(site)]).exit_code == 0
    (site / "programs" / "whole.st").write_text(test % "halv(4) = 2")
    (site / "programs" / "half.test.st").write_text(test % "4")
    found = CliRunner().invoke(app, ["check", str(site)])
    told = [line.partition(": error ") for line in found.output.splitlines() if ": error " in line]
    assert [(Path(where).name, what[:4]) for where, _, what in told] == [
        ("half.test.st:3:8", "S008"),
        ("whole.st:3:8", "S001"),
    ]


def test_a_program_without_tests_that_does_not_compile_is_not_covered(folder: Path) -> None:
    (folder / "broken.st").write_text("PROGRAM broken\nx := 1;\nEND_PROGRAM\n")
    assert plc_test(folder).exit_code == 0
    found = plc_test(folder, "--cover")
    assert found.exit_code == 1
    assert any("broken.st" in line and "it does not compile" in line for line in found.output.splitlines())
    assert json.loads(plc_test(folder, "--cover", "--json").output.splitlines()[0])["percent"] == 0.0


def test_a_test_that_cannot_be_read_is_told_of(folder: Path) -> None:
    (folder / "fan.test.csv").unlink()
    (folder / "fan.test.st").write_text("TEST runs\nASSERT(TRUE);\nEND_TEST\n")
    found = plc_test(folder)
    assert found.exit_code == 1
    assert found.output.startswith(f"{folder}/fan.test.st:1:1: error P024: the name of a TEST stands in quotes")
    assert found.output.splitlines()[-1] == "not run: fan.test.st"
