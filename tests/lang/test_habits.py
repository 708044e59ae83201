"""What people bring along from other controllers, languages and editors: one message each, and the text reads on."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.lang.compile import compile_set
from plc.lang.parse import parse_with
from plc.lang.parse.kept import Kept
from plc.lang.source import Source, read_source
from tests.lang.machine import compiled, problems

TEXT = """PROGRAM p
VAR_INPUT hot : BOOL; END_VAR
VAR_OUTPUT fan : BOOL; END_VAR
fan := hot; // lüfter
END_PROGRAM
"""
GERMAN = """PROGRAM p
VAR_INPUT hot, cold : BOOL; si, als, dan, tot : INT; END_VAR
VAR_OUTPUT fan : BOOL; n : INT; END_VAR
WENN hot UND NICHT cold DANN
    fan := TRUE;
SONST_WENN cold DANN
    fan := FALSE;
SONST
    n := si + als;
ENDE_WENN;
n := n + dan + tot;
END_PROGRAM
"""


def told(path: Path, content: bytes) -> list[str]:
    path.write_bytes(content)
    return [f"{d.span.line}:{d.span.column} {d.code} {d.what}" for d in compile_set([read_source(path)]).diagnostics]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (TEXT.encode(), []),
        (b"\xef\xbb\xbf" + TEXT.encode(), []),
        (TEXT.replace("\n", "\r\n").encode(), []),
        (TEXT.replace(" ", "\t").encode(), []),
        (TEXT.encode("utf-16"), ["1:1 P002 this file is saved as UTF-16, not as UTF-8"]),
        (TEXT.encode("utf-16-le"), ["1:2 P002 this file is saved as UTF-16, not as UTF-8"]),
        (
            TEXT.encode("latin-1"),
            ["4:17 P002 a byte stands here that is no character of UTF-8: ü, as older editors save it"],
        ),
        (TEXT.encode("utf-8") + b"\x84", ["6:1 P002 bytes stand here that are no character of UTF-8"]),
        (
            TEXT.replace("\n", "\r").encode(),
            ["1:1 P002 the lines of this text end in a lone CR, which makes them one line"],
        ),
        (TEXT.replace("hot;", "hot;\x00").encode(), ["4:12 P002 a zero byte stands here, which no text has"]),
    ],
)
def test_a_file_as_an_editor_saves_it(tmp_path: Path, content: bytes, wanted: list[str]) -> None:
    assert told(tmp_path / "fan.st", content) == wanted


def test_a_unit_in_german_is_told_once_and_its_words_are_understood() -> None:
    [found] = compiled(GERMAN).diagnostics
    assert (found.span.line, found.code, found.cure) == (4, "P031", "write IF, and so on")


def test_words_that_are_german_french_or_dutch_may_be_names() -> None:
    text = GERMAN.replace("WENN hot UND NICHT cold DANN", "IF hot AND NOT cold THEN").replace("SONST_WENN", "ELSIF")
    text = text.replace("DANN", "THEN").replace("SONST", "ELSE").replace("ENDE_WENN", "END_IF")
    assert problems(text) == []


def test_each_unit_in_german_is_told_and_the_one_behind_it_is_read_as_if_alone() -> None:
    english = "PROGRAM q VAR_OUTPUT und, sonst : INT; END_VAR und := sonst; sonst := und + 1; END_PROGRAM\n"
    again = GERMAN.replace("PROGRAM p", "PROGRAM r")
    assert [d.span.line for d in compiled(GERMAN + english + again).diagnostics] == [4, 17]
    known = Kept()
    for text in (GERMAN + english, english, GERMAN + english + again):
        source = Source("edited.st", text)
        assert parse_with(source, known) == parse_with(source, Kept())


def test_an_output_that_cannot_change_is_told_once_and_not_at_each_write() -> None:
    text = TEXT.replace("VAR_OUTPUT", "VAR_OUTPUT CONSTANT").replace("// lüfter", "fan := NOT fan;")
    assert problems(text) == ["3:1 S034"]


def test_a_name_with_an_umlaut_is_told_where_it_first_stands() -> None:
    text = TEXT.replace("fan", "lüfter")
    assert [f"{d.span.line}:{d.span.column} {d.cure}" for d in compiled(text).diagnostics] == [
        "3:12 use the letters A to Z, digits and _ in names, as in luefter"
    ]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("#fan := hot;", ["4:1 P004"]),
        ("fan := #hot;", ["4:8 P004"]),
        ("#fan of the room", ["4:1 P004"]),
        ('"fan" := hot;', ["4:1 P004"]),
        ('fan := "hot";', ["4:8 P020"]),
    ],
)
def test_signs_around_names(line: str, wanted: list[str]) -> None:
    assert problems(TEXT.replace("fan := hot; // lüfter", line)) == wanted
