"""TEST ... END_TEST as text: how it reads, prints, and stays out of what is armed."""

from __future__ import annotations

import pytest

from plc.lang.compile import compile_set
from plc.lang.parse import parse
from plc.lang.print import text_of
from plc.lang.source import Source

PROGRAM = "PROGRAM fan\nVAR_OUTPUT\n    on : BOOL;\nEND_VAR\non := NOT on;\nEND_PROGRAM\n"
TEST = "TEST 'it$'s on & off'\nVAR\n    f : fan;\nEND_VAR\nADVANCE_TIME(T#5s);\nASSERT(f.on, 'on');\nEND_TEST\n"


def problems(text: str) -> list[str]:
    return [f"{d.span.line}:{d.span.column} {d.code} {d.cure}" for d in parse(Source("t.st", text)).diagnostics]


def test_a_test_has_its_name_variables_and_statements() -> None:
    [test] = parse(Source("t.st", PROGRAM + TEST)).file.tests
    assert test.name == "it's on & off"
    assert [variable.name for block in test.blocks for variable in block.variables] == ["f"]
    assert len(test.body) == 2
    assert (test.span.line, test.span.end_line) == (7, 13)


def test_a_test_prints_back_to_the_same_tree() -> None:
    once = text_of(parse(Source("t.st", PROGRAM + TEST)).file)
    assert "TEST 'it$'s on & off'" in once
    assert text_of(parse(Source("t.st", once)).file) == once


@pytest.mark.parametrize("word", ["test", "Test", "TEST"])
def test_test_is_a_name_like_any_other_where_no_text_follows(word: str) -> None:
    text = f"PROGRAM p\nVAR\n    {word} : INT;\nEND_VAR\n{word} := {word} + 1;\nEND_PROGRAM\n"
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("TEST opens at 55\nASSERT(TRUE);\nEND_TEST", ["1:1 P024 write TEST 'opens at 55'"]),
        ("TEST 'a'\nASSERT(TRUE);\nEND TEST", ["3:1 P014 write END_TEST"]),
        ("TEST 'a'\nASSERT(TRUE);\nENDTEST", ["3:1 P014 write END_TEST"]),
        ("TEST 'a'\nASSERT(TRUE);\nEND_PROGRAM", ["3:1 P016 write END_TEST"]),
        ("TEST 'a'\nASSERT(TRUE);\n" + PROGRAM, ["1:1 P016 write END_TEST where it ends"]),
        ("TEST 'a'\nIF b THEN\nASSERT(TRUE);\nEND_TEST", ["2:1 P016 write END_IF; after its last statement"]),
        ("TEST 'a'\nASSERT(TRUE);", ["1:1 P016 write END_TEST where it ends"]),
        ("TEST \"a\"\nASSERT(TRUE);\nEND_TEST", ["1:6 P020 write 'a' in single quotes"]),
        ("TEST 'a'\nASSERT(TRUE)\nEND_TEST", ["2:13 P012 write ;"]),
        ("{attribute 'protective'}\nTEST 'a'\nASSERT(TRUE);\nEND_TEST", ["1:1 P021 take it away"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_its_form_is_told_with_its_cure(text: str, wanted: list[str]) -> None:
    assert problems(text) == wanted


def test_several_problems_around_a_test_are_told_at_once() -> None:
    text = "TEST 'a'\nx := ;\nEND_TEST\nTEST 'b'\nASSERT(1 +);\nEND_TEST\nPROGRAM p\nx := );\nEND_PROGRAM\n"
    assert [line.split(":")[0] for line in problems(text)] == ["2", "5", "8"]


def hash_of(text: str) -> str:
    return compile_set([Source("fan.st", text)]).programs["fan"].source_hash


@pytest.mark.parametrize(
    "text",
    [
        PROGRAM + TEST,
        PROGRAM + "\n\n" + TEST + "\n" + TEST.replace("on & off", "off"),
        PROGRAM + TEST.replace("T#5s", "T#50s"),
        PROGRAM + TEST.rstrip(),
        PROGRAM + "TEST 'a' END_TEST TEST 'b' END_TEST",
    ],
)
def test_what_is_armed_does_not_change_with_its_tests(text: str) -> None:
    assert hash_of(text) == hash_of(PROGRAM)


def test_a_test_before_a_unit_counts_with_its_lines_alone_because_faults_name_lines() -> None:
    before = hash_of(TEST + PROGRAM)
    assert hash_of(TEST.replace("T#5s", "T#50s") + PROGRAM) == before
    assert hash_of("\n" * TEST.count("\n") + PROGRAM) == before
    assert before != hash_of(PROGRAM)
    assert hash_of("\n" + TEST + PROGRAM) != before


def test_what_is_armed_changes_with_anything_else() -> None:
    assert hash_of(PROGRAM.replace("NOT on", "on") + TEST) != hash_of(PROGRAM + TEST)
    assert hash_of(PROGRAM + TEST + "TYPE t : (A, B); END_TYPE") != hash_of(PROGRAM + TEST)
