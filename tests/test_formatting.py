"""``plc format`` on files: what it writes, what it leaves alone, what it exits with."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from plc.cli import app

UGLY = "program p var x:INT;end_var x:=1;end_program"
GOOD = "PROGRAM p\nVAR\n    x : INT;\nEND_VAR\nx := 1;\nEND_PROGRAM\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["format", *arguments])


@pytest.fixture
def ugly(tmp_path: Path) -> Path:
    path = tmp_path / "ugly.st"
    path.write_text(UGLY)
    path.chmod(0o640)
    return path


def test_a_folder_of_programs_is_written_in_its_layout(ugly: Path) -> None:
    result = run(str(ugly.parent))
    assert (result.exit_code, ugly.read_text()) == (0, GOOD)
    assert ugly.stat().st_mode & 0o777 == 0o640
    assert list(ugly.parent.iterdir()) == [ugly]
    assert run(str(ugly), "--check").exit_code == 0


def test_a_link_stays_a_link(ugly: Path) -> None:
    link = ugly.with_name("link.st")
    link.symlink_to(ugly)
    assert run(str(link)).exit_code == 0
    assert link.is_symlink()
    assert ugly.read_text() == GOOD


def test_check_writes_nothing_and_fails_where_something_would_change(ugly: Path) -> None:
    result = run(str(ugly), "--check")
    assert (result.exit_code, ugly.read_text()) == (1, UGLY)
    assert result.output == f"{ugly} would change\n"


def test_diff_shows_what_would_change_and_writes_nothing(ugly: Path) -> None:
    result = run(str(ugly), "--diff")
    assert (result.exit_code, ugly.read_text()) == (0, UGLY)
    assert "-program p var x:INT" in result.output
    assert "+    x : INT;\n" in result.output


def test_a_file_with_an_error_is_left_alone_and_the_others_are_written(ugly: Path) -> None:
    broken = ugly.with_name("a_broken.st")
    broken.write_text("PROGRAM p x := ; END_PROGRAM")
    result = run(str(ugly.parent))
    assert result.exit_code == 1
    assert f"{broken}:1:16: error P" in result.output
    assert broken.read_text() == "PROGRAM p x := ; END_PROGRAM"
    assert ugly.read_text() == GOOD


def test_bytes_that_are_no_text_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "odd.st"
    path.write_bytes(b"PROGRAM p (* \xff *) END_PROGRAM")
    assert run(str(path)).exit_code == 1
    assert path.read_bytes() == b"PROGRAM p (* \xff *) END_PROGRAM"


def test_a_path_that_is_not_there_is_an_error_with_its_cure(tmp_path: Path) -> None:
    result = run(str(tmp_path / "no.st"))
    assert result.exit_code == 1
    assert "cannot be read (No such file or directory); give a program (.st)" in result.output
