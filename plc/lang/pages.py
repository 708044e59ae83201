"""The library's pages: docs/library/NAME.md, made from a block's declaration and the comment before it.

    (* purpose, paragraphs, facts, example *)          -> sentences, table of facts, example
    FUNCTION_BLOCK NAME  VAR_INPUT x : REAL;  // A     -> table of what goes in and comes out

``python -m plc.lang.pages FOLDER`` writes them. A comment that begins with ``As OTHER,`` takes OTHER's facts over.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.unit import Unit
from plc.lang.compile import library

FACTS = ("Bad quality", "First scan", "Restart", "Source")
UNITS = ("A", "Ah", "A/Ah", "V", "V/cell", "K", "K/h", "degC", "s", "1/s", "1/min", "1/h")
"""What a declaration's comment may begin with, up to a comma or its end, to state the unit."""

_FACT = re.compile(rf"({'|'.join(FACTS)}): ")
_AS = re.compile(r"As (\w+),")
_SECTIONS = {
    ast.Section.IN_OUT: "in, by reference",
    ast.Section.INPUT: "in",
    ast.Section.OUTPUT: "out",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One input or output. ``way`` is "in", "in, by reference" or "out"; ``initial`` is empty where the type has it."""

    name: str
    way: str
    type: str
    initial: str
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """What is told of one block or function. ``example`` is Structured Text: VAR blocks, then statements."""

    name: str
    kind: str
    result: str
    source: str
    text: tuple[str, ...]
    facts: dict[str, str]
    example: str
    rows: tuple[Row, ...]

    @property
    def purpose(self) -> str:
        """The first sentence."""
        return re.split(r"(?<=[.:;])\s", self.text[0] + " ", maxsplit=1)[0].rstrip(".:; ") if self.text else ""

    @property
    def like(self) -> str:
        """The block whose text holds for this one too, or empty."""
        found = _AS.match(self.text[0]) if self.text else None
        return found.group(1) if found else ""


STANDARD_FUNCTIONS = ("library/bcd.st", "library/texts.st")
"""Sources of functions of the standard, of which docs/language.md tells."""


def pages() -> tuple[Page, ...]:
    """Every block and function of the library, in order of their names."""
    units = [unit for unit in library() if unit.source.path not in STANDARD_FUNCTIONS]
    found = [_page(pou, unit) for unit in units for pou in unit.file.pous]
    return tuple(sorted(found, key=lambda page: page.name.upper()))


def write(folder: Path) -> None:
    """Writes all pages and their index into a folder, and takes away pages of blocks that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = texts()
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def texts() -> dict[str, str]:
    """The text of each file by its name."""
    known = pages()
    return {"README.md": _index(known)} | {f"{page.name}.md": _markdown(page) for page in known}


# ---------------------------------------------------------------- from the source


def _page(pou: ast.Pou, unit: Unit) -> Page:
    lines = unit.source.text.splitlines()
    paragraphs, example = _parts(_comment("\n".join(lines[: pou.span.line - 1])))
    facts = {name: text for name, text in map(_fact, paragraphs) if name}
    sentences = tuple(text for name, text in map(_fact, paragraphs) if not name)
    rows = tuple(_rows(pou, unit, lines))
    result = "" if pou.result is None else _text(unit, pou.result.span)
    return Page(pou.name, pou.kind.value, result, unit.source.path, sentences, facts, example, rows)


def _comment(before: str) -> str:
    """The inside of the block comment that a text ends with, or nothing."""
    return before.rstrip()[before.rindex("(*") + 2 : -2] if before.rstrip().endswith("*)") else ""


def _parts(comment: str) -> tuple[list[str], str]:
    """The paragraphs of a comment, each on one line but for tables, and its example."""
    told, _, example = comment.partition("Example:\n")
    lines = [line.strip() for line in told.splitlines()]
    paragraphs = [""]
    for line in lines:
        if not line or _FACT.match(line):
            paragraphs.append(line)
        elif re.search(r"\S {2,}\S", line):
            paragraphs.append(f"    {line}")
        else:
            paragraphs[-1] = f"{paragraphs[-1]} {line}" if paragraphs[-1] else line
    indent = min((len(line) - len(line.lstrip()) for line in example.splitlines() if line.strip()), default=0)
    return [p for p in paragraphs if p], "\n".join(line[indent:] for line in example.rstrip().splitlines())


def _fact(paragraph: str) -> tuple[str, str]:
    found = _FACT.match(paragraph)
    return (found.group(1), paragraph[found.end() :]) if found else ("", paragraph)


def _rows(pou: ast.Pou, unit: Unit, lines: list[str]) -> Iterator[Row]:
    for way in _SECTIONS:
        for block in pou.blocks:
            if block.section is way:
                for variable in block.variables:
                    yield _row(variable, way, unit, lines)


def _row(variable: ast.Variable, way: ast.Section, unit: Unit, lines: list[str]) -> Row:
    type_text = _text(unit, variable.type.span)
    initial = "" if variable.initial is None else _text(unit, variable.initial.span)
    _, _, note = lines[variable.type.span.line - 1].partition("//")
    first, comma, rest = note.strip().partition(",")
    stated = [a.value or "" for a in variable.attributes if a.name.lower() == "unit"]
    if stated:
        return Row(variable.name, _SECTIONS[way], type_text, initial, stated[0], note.strip())
    if first in UNITS:
        return Row(variable.name, _SECTIONS[way], type_text, initial, first, rest.strip() if comma else "")
    return Row(variable.name, _SECTIONS[way], type_text, initial, "", note.strip())


def _text(unit: Unit, span: Span) -> str:
    """What stands between two places of one line."""
    line = unit.source.text.splitlines()[span.line - 1]
    return line[span.column - 1 : span.end_column - 1] if span.end_line == span.line else line[span.column - 1 :]


# ---------------------------------------------------------------- to Markdown


def _markdown(page: Page) -> str:
    parts = [f"# {page.name}", "", *_prose(page.text), *_table(page)]
    if page.like:
        parts += [f"Facts and example: [{page.like}]({page.like}.md).", ""]
    if page.facts:
        parts += [
            "| case | what happens |",
            "|---|---|",
            *(f"| {name} | {_cell(text)} |" for name, text in page.facts.items()),
            "",
        ]
    if page.example:
        parts += ["```", page.example, "```", ""]
    return "\n".join([*parts, f"`{page.source}`; [all blocks](README.md)", ""])


def _prose(text: tuple[str, ...]) -> Iterator[str]:
    for paragraph, after in zip(text, [*text[1:], ""], strict=False):
        yield paragraph
        if not (paragraph.startswith("    ") and after.startswith("    ")):
            yield ""


def _table(page: Page) -> Iterator[str]:
    yield "| way | name | type | initially | unit | meaning |"
    yield "|---|---|---|---|---|---|"
    for row in page.rows:
        initial = f"`{row.initial}`" if row.initial else ""
        yield f"| {row.way} | `{row.name}` | `{row.type}` | {initial} | {row.unit} | {_cell(row.text)} |"
    if page.result:
        yield f"| result | `{page.name}` | `{page.result}` | | | |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _index(known: tuple[Page, ...]) -> str:
    lines = ["# The library", "", "Made by `python -m plc.lang.pages docs/library` from the declarations.", ""]
    for source in dict.fromkeys(unit.source.path for unit in library()):
        here = [page for page in known if page.source == source]
        if here:
            lines += [f"## {source.removeprefix('library/').removesuffix('.st').replace('_', ' ')}", ""]
            lines += [f"- [{page.name}]({page.name}.md): {page.purpose}" for page in here]
            lines += [""]
    return "\n".join(lines)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
