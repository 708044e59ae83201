"""What is refused before or while it is read, however large or deep: one diagnostic, soon, and no exception."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from plc.lang.parse import parse
from plc.lang.source import Source, read_source
from tests.lang.trees import errors


def body(text: str) -> str:
    return f"PROGRAM p\n{text}\nEND_PROGRAM"


HOSTILE = [
    ("ten million letters", lambda: "a" * 10_000_000, "P001"),
    ("ten million brackets", lambda: "(" * 10_000_000, "P001"),
    ("six megabytes in three million letters", lambda: "é" * 3_000_000, "P001"),
    ("four million brackets", lambda: body("x := " + "(" * 4_000_000), "P003"),
    ("square brackets", lambda: body("VAR x : INT := " + "[" * 100_000), "P003"),
    ("comments in comments", lambda: "(*" * 100_000, "P003"),
    ("other comments in comments", lambda: "/* " * 100_000, "P003"),
    ("IF in IF", lambda: body("IF a THEN " * 100_000), "P003"),
    ("FOR in FOR", lambda: body("FOR i := 1 TO 2 DO " * 100_000), "P003"),
    ("STRUCT in STRUCT", lambda: "TYPE a : " + "STRUCT x : " * 100_000, "P003"),
    ("arrays of arrays", lambda: body("VAR x : " + "ARRAY[1..2] OF " * 100_000 + "INT; END_VAR"), "P003"),
    ("signs", lambda: body("x := " + "NOT " * 10_000 + "a;"), "P026"),
    ("members of members", lambda: body("x" + ".a" * 10_000 + " := 1;"), "P026"),
    ("indices of indices", lambda: body("x" + "[i + 1]" * 10_000 + " := 1;"), "P026"),
    ("calls of calls", lambda: body("x := f" + "()" * 10_000 + ";"), "P026"),
    ("a sum of a hundred thousand terms", lambda: body("x := 1" + " + 1" * 100_000 + ";"), "P026"),
    ("a number of a million digits", lambda: body("x := " + "9" * 1_000_000 + ";"), "P009"),
    ("a time of a million digits", lambda: body("x := T#1." + "9" * 1_000_000 + "s;"), "P009"),
]


@pytest.mark.parametrize(("text", "code"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_too_much_of_anything_gives_one_diagnostic_within_seconds(text, code: str):
    source = Source("t.st", text())
    started = time.process_time()
    (only,) = parse(source).diagnostics
    assert only.code == code
    assert time.process_time() - started < 3


def test_ten_megabytes_are_refused_within_a_second():
    source = Source("t.st", "x := 1;\n" * 1_300_000)
    started = time.process_time()
    (only,) = parse(source).diagnostics
    assert only.code == "P001"
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("PROGRAM p\nx := \x001;\nEND_PROGRAM", "2:6 P002", "zero byte"),
        ("PROGRAM p\n  (* \udc80 *)\nEND_PROGRAM", "2:6 P002", "UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_in_its_place(text: str, place: str, words: str):
    (error,) = errors(text)
    assert error.startswith(place)
    assert words in error


def test_a_file_in_another_encoding_is_refused_where_it_shows(tmp_path: Path):
    path = tmp_path / "alt.st"
    path.write_bytes(b"PROGRAM p\n// zu hei\xdf\nEND_PROGRAM")
    (found,) = parse(read_source(path)).diagnostics
    assert (found.code, found.span.line, found.span.column) == ("P002", 2, 10)
    assert "UTF-8" in found.cure


def test_a_hundred_levels_are_allowed_and_one_more_is_not():
    assert errors(body("x := " + "(" * 100 + "a" + ")" * 100 + ";")) == []
    (error,) = errors(body("x := " + "(" * 101 + "a" + ")" * 101 + ";"))
    assert error.startswith("2:106 P003")
    assert errors(body("IF a THEN " * 100 + "END_IF; " * 100)) == []


def test_nesting_begins_anew_with_each_pou_and_closing_word():
    flat = "IF a THEN x := (1); END_IF; " * 300
    assert errors(body(flat) + "\n" + body(flat).replace("PROGRAM p", "PROGRAM q")) == []


def test_flat_texts_of_any_length_are_read():
    assert errors(body("x := a" + " + b" * 1999 + ";")) == []
    assert errors(body("IF a THEN " + "ELSIF b THEN " * 20_000 + "END_IF;")) == []
    assert errors(body("CASE x OF " + "1, " * 5_000 + "2: END_CASE;")) == []
    assert errors(body("f(" + "a, " * 5_000 + "b);")) == []
