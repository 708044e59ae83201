"""Reading an edited text with what is kept of earlier ones gives what reading it for the first time gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from plc.lang.parse import Parsed, parse_with
from plc.lang.parse.kept import Kept
from plc.lang.source import Source

ROOT = Path(__file__).parents[2]
FILES = ("programs/thermal_runaway.st", "programs/equalization.st", "plc/lang/library/timers.st", "tests/lang/plant.st")
TEXT = "\n".join((ROOT / name).read_text("utf-8") for name in FILES)
PIECES = (
    "\n", "\n\n", " ", "(*", "*)", "//", "'", "END_IF;", "END_PROGRAM", "END IF", "PROGRAM p", "IF a THEN",
    "x := a AND b OR c;", "VAR", "END_VAR", "FUNCTION f : INT f := 1; END_FUNCTION\n", "{attribute 'protective'}",
    "x := 55C;", ";", "END_TYPE", ":=",
)  # fmt: skip


def edited(text: str, chance: random.Random) -> str:
    """The text after one edit of a person: something typed, taken away, moved or doubled, near one place."""
    at = chance.randrange(len(text))
    end = min(len(text), at + chance.choice((1, 3, 20, 200)))
    match chance.randrange(5):
        case 0 | 1:
            return text[:at] + chance.choice(PIECES) + text[at:]
        case 2:
            return text[:at] + text[end:]
        case 3:
            return text[:at] + text[at:end] * 2 + text[end:]
        case _:
            line = text.find("\n", at) + 1
            return text[:line] + "// a remark\n" + text[line:]


def read(text: str, known: Kept) -> Parsed:
    return parse_with(Source("edited.st", text), known)


@pytest.mark.parametrize("seed", range(12))
def test_a_text_edited_again_and_again_reads_as_if_for_the_first_time(seed: int) -> None:
    chance, known, text = random.Random(seed), Kept(), TEXT
    for _ in range(12):
        assert read(text, known) == read(text, Kept())
        text = edited(text if chance.random() < 0.7 else TEXT, chance)


def test_units_that_moved_stand_where_they_stand_now() -> None:
    known = Kept()
    read(TEXT, known)
    moved = read("// one\n// two\n" + TEXT, known)
    assert moved == read("// one\n// two\n" + TEXT, Kept())
    assert moved.file.pous[0].span.line == read(TEXT, Kept()).file.pous[0].span.line + 2


def test_a_unit_that_did_not_change_is_not_read_again() -> None:
    known = Kept()
    first = read(TEXT, known)
    again = read(TEXT.replace("okTemperatures + 1", "okTemperatures + 2"), known)
    same = [one is other for one, other in zip(first.file.pous, again.file.pous, strict=True)]
    assert same.count(False) == 1


def test_advice_of_a_unit_that_moved_moves_with_it() -> None:
    text = "PROGRAM p\nVAR a, b, c, d : BOOL; END_VAR\nd := a AND b OR c;\nEND_PROGRAM\n"
    known = Kept()
    assert [d.span.line for d in read(text, known).diagnostics] == [3]
    assert [d.span.line for d in read("\n\n" + text, known).diagnostics] == [5]
    assert [d.span.line for d in read(text, known).diagnostics] == [3]


def test_a_very_long_expression_in_a_unit_that_moved_is_read_again() -> None:
    text = f"PROGRAM p\nVAR a : INT; END_VAR\na := {' + '.join(['a'] * 2_000)};\nEND_PROGRAM\n"
    known = Kept()
    read(text, known)
    assert read("\n" + text, known).file.pous[0].span.line == 2


def test_what_was_not_used_for_longest_is_forgotten_first() -> None:
    known, texts = Kept(100), [f"PROGRAM p{n} // {'x' * 30}\nEND_PROGRAM\n" for n in range(5)]
    trees = [read(text, known).file.pous[0] for text in texts]
    assert known.characters <= 100
    assert read(texts[4], known).file.pous[0] is trees[4]
    assert read(texts[0], known).file.pous[0] is not trees[0]
