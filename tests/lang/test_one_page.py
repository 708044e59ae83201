"""The integrator's language is one page: all of it compiles, and procedures are written in it alone."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.source import Source
from tests.lang.machine import compiled

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "language-in-one-page.md").read_text("utf-8")
PROCEDURES = sorted((ROOT / "programs" / "procedures").glob("*.st"))
LISTS = {name: frozenset(words.replace("\\", "").split()) for name, words in re.findall(r"- (\w+): (.+)", PAGE)}
STATEMENTS = {ast.Assign: ":=", ast.If: "IF", ast.Case: "CASE", ast.For: "FOR", ast.Exit: "EXIT", ast.Return: "RETURN"}


def programs() -> str:
    """Everything the page shows, in a row."""
    return "\n".join(re.findall(r"```st\n(.*?)```", PAGE, re.DOTALL))


def nodes(node: Any) -> Iterator[Any]:
    """A node of the syntax tree and all below it."""
    if dataclasses.is_dataclass(node):
        yield node
        for field in dataclasses.fields(node):
            yield from nodes(getattr(node, field.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from nodes(part)


def outside(text: str) -> list[str]:
    """What a text uses that the page does not have, with its line."""
    file = parse(Source("procedure.st", text)).file
    own = {pou.name.upper() for pou in file.pous}
    own |= {node.name.upper() for node in nodes(file) if isinstance(node, ast.Variable | ast.Action)}
    return [f"line {node.span.line}: {word}" for node in nodes(file) for word in _foreign(node, own)]


def _foreign(node: Any, own: set[str]) -> Iterator[str]:
    match node:
        case ast.Pou(kind=ast.PouKind.FUNCTION) | ast.Method() | ast.Configuration() | ast.TypeDeclaration():
            yield type(node).__name__
        case ast.VariableBlock() if node.section not in LISTS["Sections"]:
            yield str(node.section)
        case ast.TypeName() if node.name.upper() not in LISTS["Types"] | LISTS["Blocks"] | own:
            yield node.name
        case ast.StringType() | ast.StructType() | ast.EnumType() | ast.SubrangeType():
            yield type(node).__name__
        case ast.While() | ast.Repeat() | ast.Continue():
            yield type(node).__name__.upper()
        case ast.Binary() if node.operator not in LISTS["Operators"]:
            yield node.operator
        case ast.Call(target=ast.Name(name=name)) if name.upper() not in LISTS["Functions"] | own:
            yield name
        case ast.Variable() if node.address is not None:
            yield "AT"
        case ast.Association() if node.qualifier not in LISTS["Steps"]:
            yield node.qualifier
        case ast.BitAccess():
            yield "a bit"
        case _:
            pass


def test_everything_the_page_shows_compiles_without_a_word_of_advice():
    assert [str(d) for d in compiled(programs(), plant=True, idle=True).diagnostics] == []


def test_the_page_uses_what_it_lists_and_nothing_else():
    assert outside(programs()) == []
    file = parse(Source("page.st", programs())).file
    used = {STATEMENTS.get(type(node), "") for node in nodes(file)} | {"RETURN"}
    assert used - {""} == LISTS["Statements"]
    written = set(re.findall(r"\w+", programs().upper()))
    assert (LISTS["Functions"] | LISTS["Blocks"] | LISTS["Types"]) - written == set()


def test_the_page_fits_on_one_printed_page():
    assert PAGE.count("\n") <= 150
    assert max(len(line) for line in programs().split("\n")) <= 120


@pytest.mark.parametrize("path", PROCEDURES, ids=[path.stem for path in PROCEDURES])
def test_a_procedure_is_written_in_the_pages_language_alone(path: Path):
    assert outside(path.read_text("utf-8")) == []


FOREIGN = {
    "WHILE a DO ; END_WHILE;": "WHILE",
    "REPEAT ; UNTIL a END_REPEAT;": "REPEAT",
    "x := y MOD 2;": "MOD",
    "x := y ** 2;": "**",
    "x := Sqrt(y);": "Sqrt",
    "a := w.3;": "a bit",
    "a := b AND_THEN c;": "AND_THEN",
    "FOR i := 1 TO 3 DO CONTINUE; END_FOR;": "CONTINUE",
}


@pytest.mark.parametrize(("statement", "word"), FOREIGN.items(), ids=FOREIGN.values())
def test_what_the_page_does_not_have_is_found(statement: str, word: str):
    assert outside(f"PROGRAM p\nVAR a : BOOL; END_VAR\n{statement}\nEND_PROGRAM") == [f"line 3: {word}"]


def test_types_and_sections_the_page_does_not_have_are_found():
    text = "PROGRAM p VAR_TEMP a : LREAL; END_VAR VAR b : STRING; t : TP; END_VAR ; END_PROGRAM"
    assert outside(text) == ["line 1: VAR_TEMP", "line 1: LREAL", "line 1: StringType", "line 1: TP"]
