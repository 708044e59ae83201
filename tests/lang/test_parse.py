"""Texts and the trees they become."""

from __future__ import annotations

from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.source import Source


def test_a_program_of_every_statement_parses_without_a_problem():
    text = """
    {attribute 'protective'}
    PROGRAM hot_module
    VAR
        hot : ARRAY[1..STRING_COUNT] OF ANY_ABOVE;
        s   : INT;
    END_VAR
    FOR s := 1 TO STRING_COUNT DO
        hot[s](Values := Strings[s].Temperature, Over := 55.0, Lasting := T#2s, Q => found);
    END_FOR;
    END_PROGRAM
    """
    parsed = parse(Source("a.st", text))
    assert parsed.diagnostics == ()
    assert [pou.name for pou in parsed.file.pous] == ["hot_module"]
    assert isinstance(parsed.file.pous[0].body[0], ast.For)
