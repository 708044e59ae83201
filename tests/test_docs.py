"""What the pages show is true: examples no other test compiles, commands and options they name, and their links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from plc.cli import app
from plc.core.diagnostic import Severity
from plc.lang.parse import parse
from plc.lang.source import Source
from tests.lang.machine import compiled

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
PROSE = [page for page in PAGES if page.parent.name != "problems" and page.name not in ("mistakes.md",)]
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def shown(text: str) -> Iterator[str]:
    """What stands indented or fenced on a page."""
    yield from re.findall(r"^ {4,}(\S.*)$", text, re.MULTILINE)
    for block in re.findall(r"^```[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"`((?:\.venv/bin/)?plc [^`]+)`", text)


def typed(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each `plc COMMAND` of a page, with the options behind it."""
    for line in shown(text):
        for name, rest in re.findall(r"(?:^|[ /,])plc ([a-z]+)\b([^,;|&]*)", line):
            yield name, re.findall(r"(--[a-z][a-z-]*)", rest)


@pytest.mark.parametrize("page", PROSE, ids=map(named, PROSE))
def test_every_command_and_option_a_page_names_exists(page: Path) -> None:
    for name, options in typed(page.read_text("utf-8")):
        assert name in COMMANDS, f"plc {name}"
        known = {option for parameter in COMMANDS[name].params for option in parameter.opts}
        assert set(options) <= known | {"--help"}, f"plc {name}"


def test_the_readme_names_every_command() -> None:
    assert {name for name, _ in typed((ROOT / "README.md").read_text("utf-8"))} == set(COMMANDS)


@pytest.mark.parametrize("page", PAGES, ids=map(named, PAGES))
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose)):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not anchor or anchor in anchors(file), target


def anchors(page: Path) -> set[str]:
    """The headings of a page, as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


CHART = """PROGRAM example
VAR smoke, horn : BOOL; n : INT; END_VAR
{}
END_PROGRAM
"""


def test_the_examples_of_the_language_page_are_read_without_an_error() -> None:
    blocks = re.findall(r"(?:^ {4}.*\n|^\n)+", (ROOT / "docs" / "language.md").read_text("utf-8"), re.MULTILINE)
    texts = [re.sub(r"^ {4}", "", block, flags=re.MULTILINE).strip() for block in blocks if block.strip()]
    assert len(texts) == 2
    chart, configuration = sorted(texts, key=lambda text: text.startswith("CONFIGURATION"))
    chart = CHART.format(chart.replace("...", "n := n + 1;"))
    errors = [str(each) for each in compiled(chart).diagnostics if each.severity is Severity.ERROR]
    assert errors == []
    assert parse(Source("room.st", configuration)).diagnostics == ()
