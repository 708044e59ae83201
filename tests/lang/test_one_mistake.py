"""One slip among declarations gives one message, two at most: never a word about every use of what it hides."""

from __future__ import annotations

import pytest

from plc.core.diagnostic import Diagnostic
from plc.lang.compile import compile_set
from plc.lang.parse.tokens import kinds
from plc.lang.source import Source

TEXT = """\
FUNCTION_BLOCK latch
VAR_INPUT
    on, off : BOOL; @1
    hold @2 : TIME := T#5s;
    most : INT;
END_VAR @3
VAR_OUTPUT
    Q, late : BOOL;
END_VAR
VAR
    runs : TON; @4
    used, left : @5 ARRAY[1..3] OF INT;
    total @6, sum : REAL;
    state : INT @7;
END_VAR
runs(IN := on AND NOT off, PT := hold);
IF runs.Q AND (state < most) THEN Q := TRUE; state := state + 1; END_IF;
used[state] := left[1] + state;
left[2] := used[3];
sum := sum + total * INT_TO_REAL(used[1]);
total := sum / 2.0;
late := sum > 3.0;
END_FUNCTION_BLOCK
PROGRAM room
VAR
    door : latch;
    open : BOOL;
END_VAR
door(on := open, off := NOT open, hold := T#1s, most := 3);
open := door.Q OR door.late;
END_PROGRAM
"""
WORDS = sorted(
    kinds("""
    ' " ` ´ # $ @ % & ? ! \\ ~ ^ , : . ( ) [ ] { } = + - * <> IF THEN ELSE ELSIF END_IF FOR END_FOR DO OF TO BY WHILE
    REPEAT CASE RETURN EXIT PROGRAM END_PROGRAM FUNCTION FUNCTION_BLOCK END_FUNCTION TYPE END_TYPE END_STRUCT ARRAY
    TRUE 5 5s 55C T#5s 'abc' "abc" AND OR NOT STEP TRANSITION ACTION METHOD TEST CONFIGURATION TASK EXTENDS POINTER
    VAR_INPUT VAR_OUTPUT END_VAR STRING foo REAL ; := 16#GG %MW10 (**) (*""")
)
PLACES = [f"@{number}" for number in range(1, 8)]


def text(**typed: str) -> str:
    found = TEXT
    for place in PLACES:
        found = found.replace(place, typed.get(place[1:], typed.get(f"at{place[1:]}", "")))
    return found


def told(written: str) -> tuple[Diagnostic, ...]:
    return compile_set([Source("room.st", written)]).diagnostics


def test_the_text_itself_has_no_mistake() -> None:
    assert told(text()) == ()


@pytest.mark.parametrize("word", WORDS)
def test_a_word_that_slipped_in_among_variables_gives_at_most_two_messages(word: str) -> None:
    for place in PLACES:
        found = told(text(**{f"at{place[1:]}": word}))
        assert len(found) <= 2, (place, [str(each) for each in found])


@pytest.mark.parametrize(
    "word", [word for word in WORDS if word not in (";", "(**)", "VAR_INPUT", "VAR_OUTPUT", "END_VAR")]
)
def test_it_is_told_at_its_line_or_at_the_next(word: str) -> None:
    for number, line in ((1, 3), (2, 4), (4, 11), (6, 13)):
        [first, *_] = told(text(**{f"at{number}": word}))
        assert first.span.line in (line, line + 1), (number, str(first))


@pytest.mark.parametrize(
    ("place", "word", "wanted"),
    [
        ("at1", "IF", "3:21 P024 IF stands among the variables, where it means nothing -> take IF away"),
        ("at4", "END_VAR", "11:17 P016 END_VAR stands here, but declarations follow it -> "
         "take it away: used is declared after it"),
        ("at3", ";", "6:9 P024 no ; belongs between END_VAR and VAR_OUTPUT -> take it away"),
        ("at5", "PROGRAM", "12:18 P024 PROGRAM stands among the variables, where it means nothing -> "
         "take PROGRAM away"),
        ("at2", "'", "4:10 P006 this text has no closing quote -> write ' where the text ends"),
        ("at6", "(", "13:11 P024 ( stands among the variables, where it means nothing -> take ( away"),
    ],
)  # fmt: skip
def test_what_is_told(place: str, word: str, wanted: str) -> None:
    [found] = told(text(**{place: word}))
    assert f"{found.span.line}:{found.span.column} {found.code} {found.what} -> {found.cure}" == wanted


def test_a_second_mistake_is_told_beside_the_first() -> None:
    wrong = text(at1="IF", at4="'").replace("total * INT", "totl * INT").replace("door.late", "door.lat")
    assert [(d.span.line, d.code) for d in told(wrong)] == [(3, "P024"), (11, "P006"), (20, "S001"), (30, "S001")]


def test_where_a_section_is_not_closed_it_is_still_told_so() -> None:
    first, second = text().split("END_VAR \nVAR_OUTPUT")
    assert [(d.span.line, d.code) for d in told(f"{first}VAR_OUTPUT{second}")] == [(2, "P016")]
    unclosed = text().replace("END_VAR\nruns(", "runs(")
    assert [d.code for d in told(unclosed)] == ["P016"]
