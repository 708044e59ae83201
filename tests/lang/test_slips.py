"""One slip of the keyboard is told by one message, near it, and hides no other."""

from __future__ import annotations

import pytest

from plc.lang.compile import compile_set
from plc.lang.source import Source
from tests.lang.keyboard import KINDS, Page, slips
from tests.lang.slips import figures, judge, pairs, sample

TEXT = """\
FUNCTION_BLOCK gate
VAR_INPUT
    open, shut : BOOL;
END_VAR
VAR_OUTPUT
    state, count : INT;
END_VAR
VAR
    delay : TON;
    seen : ARRAY[1..3] OF INT;
END_VAR
// how long it takes
delay(IN := open AND NOT shut, PT := T#5s);
IF delay.Q THEN
    state := 1;
ELSE
    state := 2;
END_IF;
seen[1] := MAX(seen[2], state);
FOR count := 1 TO 3 DO
    seen[count] := state + 1;
END_FOR;
END_FUNCTION_BLOCK
"""

# (what stands there, what was typed, the one message)
TOLD = [
    ("shut : BOOL", "shut ; BOOL", "3:16 P024 ; stands where : belongs; write :"),
    ("Q THEN", "Q TEHN", "14:12 P031 TEHN looks like THEN misspelt; write THEN"),
    ("VAR_OUTPUT", "VAR_OUTPPUT", "5:1 P031 VAR_OUTPPUT looks like VAR_OUTPUT misspelt; write VAR_OUTPUT"),
    ("END_IF;", "EDN_IF;", "18:1 P031 EDN_IF looks like END_IF misspelt; write END_IF"),
    ("END_FOR;", "END-FOR;", "22:1 P014 END-FOR has a - in it; write END_FOR"),
    ("[2], state", "[2, state", "19:29 P029 a [ before this place has no ]; write ]"),
    ("open AND", "open ANF", "13:18 P031 ANF looks like AND misspelt; write AND"),
    ("delay.Q", "delay..Q", "14:9 P024 .. stands where . belongs; write ."),
    ("// how", "how", "12:1 P023 how long it ... is a sentence, no statement; write // before a comment"),
    ("FOR count", "count", "20:1 P013 FOR is missing before count; write FOR"),
    ("    delay", "    dealy", "9:5 S001 dealy is declared here, but 2 lines say delay; "
     "write delay here, or dealy in those lines"),
]  # fmt: skip


def told(text: str) -> list[str]:
    found = compile_set([Source("gate.st", text)]).diagnostics
    return [f"{d.span.line}:{d.span.column} {d.code} {d.what}; {d.cure}" for d in found]


def test_the_text_without_a_slip_has_no_problem() -> None:
    assert told(TEXT) == []


@pytest.mark.parametrize(("right", "typed", "wanted"), TOLD, ids=[typed for _, typed, _ in TOLD])
def test_a_slip_has_its_one_message(right: str, typed: str, wanted: str) -> None:
    assert told(TEXT.replace(right, typed, 1)) == [wanted]


def test_two_slips_in_one_unit_are_both_told() -> None:
    both = TEXT.replace("shut : BOOL", "shut ; BOOL").replace("END_FOR;", "EDN_FOR;").replace("MAX(", "MAXX(")
    assert [line.split(" ")[:2] for line in told(both)] == [["3:16", "P024"], ["19:12", "S001"], ["22:1", "P031"]]


def test_a_word_that_stands_elsewhere_in_the_text_is_no_slip_of_another() -> None:
    text = TEXT.replace("state", "thn").replace("delay.Q THEN", "delay.Q thn := 1;")
    assert all("misspelt" not in line for line in told(text))


def test_every_kind_of_slip_changes_the_text_in_one_place() -> None:
    made = list(slips(TEXT, 0))
    assert {slip.kind for slip in made} >= KINDS.keys() - {"quote lost", "decimal comma", "O for 0", "= typed :="}
    assert all(slip.changed != TEXT for slip in made)
    assert {slip.line for slip in made} >= {token.line for token in Page(TEXT).tokens}


def test_a_slip_in_a_shipped_program_is_told_once_and_near() -> None:
    judged = [judge(*each) for each in sample(6, 7)]
    assert [each.fault for each in judged if each.fault] == []
    found = figures(judged)
    assert found.made > 100
    assert found.one >= 0.88, found
    assert found.two >= 0.96, found
    assert found.many <= 0.02, found
    assert found.near >= 0.92, found


def test_of_two_slips_in_two_units_both_are_told() -> None:
    assert all(both for both, *_ in pairs(12, 7))
