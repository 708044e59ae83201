"""docs/testing.md shows a whole example: it is run here as it stands, and prints what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plc.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^```\w+ ([^\n]+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
LEFT_OUT = "Strings[1].Temperature.Ok[1] := FALSE;\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cabinet_fan.st", "cabinet_fan.test.st"):
        (tmp_path / name).write_text(BLOCKS[name])
    return tmp_path


def printed(folder: Path, *options: str) -> str:
    result = CliRunner().invoke(app, ["test", str(folder / "cabinet_fan.st"), *options])
    lines = result.output.replace(f"{folder}/", "").splitlines(keepends=True)
    return "".join(re.sub(r"  +(?=\d+ %)", "    ", line) for line in lines)


def test_the_example_prints_what_the_page_shows(folder: Path) -> None:
    assert printed(folder, "--cover") == BLOCKS["plc test cabinet_fan.st --cover"]


def test_the_example_without_one_line_fails_as_the_page_shows(folder: Path) -> None:
    text = BLOCKS["cabinet_fan.test.st"]
    assert text.count(LEFT_OUT) == 1
    (folder / "cabinet_fan.test.st").write_text(text.replace(LEFT_OUT, ""))
    assert printed(folder) == BLOCKS["without plc test cabinet_fan.st"]


def test_the_table_of_the_page_holds(folder: Path) -> None:
    (folder / "cabinet_fan.test.st").unlink()
    (folder / "cabinet_fan.test.csv").write_text(BLOCKS["cabinet_fan.test.csv"])
    assert printed(folder, "--cover-min", "100").splitlines()[0] == "cabinet_fan.test.csv: 2 of 2 cases hold"
    assert printed(folder).splitlines()[-1] == "2 cases hold"
