"""The formatter changes the layout of a text and nothing else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plc.core.diagnostic import Severity
from plc.lang import ast
from plc.lang.format.breaking import WIDTH
from plc.lang.format.form import format_source
from plc.lang.format.pieces import pieces, tokens_of
from plc.lang.parse import parse
from plc.lang.print import expression as printed
from plc.lang.source import Source, read_source
from tests.lang.random_trees import grown, leaves
from tests.lang.test_print import EVERYTHING, ROOT, bare
from tests.lang.trees import read


def errors_in(path: Path) -> bool:
    return any(found.severity is Severity.ERROR for found in parse(read_source(path)).diagnostics)


def texts(*tops: str) -> list[Path]:
    return sorted(path for top in tops for path in ROOT.joinpath(top).rglob("*.st"))


SHIPPED = texts("plc", "programs", "examples")
GENERATED = ROOT / "tests/lang/against_c/programs"
READABLE = [
    path
    for path in texts("plc", "programs", "examples", "tests", "benchmarks")
    if path.parent != GENERATED and not errors_in(path)
] + sorted(GENERATED.glob("*.st"))[::13]
"""Of the generated programs, which are alike, one in thirteen: two of these once had lines that were never at rest."""
COMMENTS = [
    "// to the end\n",
    "(* inside *)",
    "/* C's *)*/",
    "(* two\n      lines *)",
    "(* outer (* inner *) *)",
    "//\n",
]


def formatted(text: str) -> str:
    found = format_source(Source("t.st", text))
    assert found.text is not None, [str(each) for each in found.diagnostics]
    return found.text


def comments(text: str) -> list[str]:
    """The comments of a text without the margins inside them."""
    return ["\n".join(row.strip() for row in piece.text.split("\n")) for piece in pieces(text) if piece.comment]


def assert_only_layout_changed(before: str) -> None:
    after = formatted(before)
    assert tokens_of(pieces(after)) == tokens_of(pieces(before))
    assert comments(after) == comments(before)
    was, now = read(before), read(after)
    assert not any(each.is_error for each in was.diagnostics)
    assert [each.code for each in now.diagnostics] == [each.code for each in was.diagnostics]
    assert bare(now.file) == bare(was.file)
    assert formatted(after) == after


def mangled(text: str, seed: int, often: float) -> str:
    """The same tokens with other blanks, line ends and comments between them."""
    chance = random.Random(seed)
    parts = []
    for piece in pieces(text):
        gap = chance.choice([" ", " ", "  ", "\n", "\n\n\n", "\t\r\n"])
        if chance.random() < often:
            gap += chance.choice(COMMENTS) + chance.choice(["", " ", "\n"])
        word = piece.text if not piece.comment else piece.text + "\n"
        parts.append(
            (
                word.lower()
                if piece.kind.isalpha() and piece.kind == word and piece.kind != "FROM" and chance.random() < 0.3
                else word
            )
            + gap
        )
    return "".join(parts)


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name)
def test_every_text_of_the_tree_keeps_its_tokens_and_comments(path: Path) -> None:
    assert_only_layout_changed(read_source(path).text)


@pytest.mark.parametrize("often", [0.0, 0.1, 0.9])
@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name)
def test_blanks_and_comments_in_any_gap_of_any_text_are_kept_in_order(path: Path, often: float) -> None:
    text = read_source(path).text
    assert_only_layout_changed(mangled(text, len(text), often))


@given(st.integers(0, 1 << 32), st.sampled_from([0.0, 0.2, 1.0]))
@settings(max_examples=150, deadline=None)
def test_a_text_of_everything_survives_any_gaps(seed: int, often: float) -> None:
    assert_only_layout_changed(mangled(EVERYTHING, seed, often))


@settings(max_examples=200, deadline=None)
@given(st.recursive(leaves, grown, max_leaves=60), st.integers(0, 1 << 32), st.sampled_from([0.0, 0.3]))
def test_any_expression_is_broken_without_a_change(tree: ast.Expression, seed: int, often: float) -> None:
    assert_only_layout_changed(
        mangled(f"PROGRAM p IF {printed(tree)} THEN x := {printed(tree)}; END_IF; END_PROGRAM", seed, often)
    )


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_text_stands_in_its_layout(path: Path) -> None:
    text = read_source(path).text
    assert formatted(text) == text


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (
            "program p var x:int;END_VAR if x>1 then x:=-x;else x:=x- - -1;end_if;end_program",
            "PROGRAM p\nVAR\n    x : int;\nEND_VAR\n"
            "IF x > 1 THEN\n    x := -x;\nELSE\n    x := x - - -1;\nEND_IF;\nEND_PROGRAM\n",
        ),
        (
            "PROGRAM p\nCASE s OF\n// idle\n1,2 .. 5:a(x:=1,\ny=>b);\nC#RED : ; ELSE ;END_CASE;END_PROGRAM",
            "PROGRAM p\nCASE s OF\n    // idle\n    1, 2..5:\n        a(x := 1,\n          y => b);\n"
            "    C#RED:\n        ;\nELSE\n    ;\nEND_CASE;\nEND_PROGRAM\n",
        ),
        (
            "TYPE t:(A,B:=2):=A;s:STRUCT x:INT(0..9);END_STRUCT END_TYPE",
            "TYPE\n    t : (A, B := 2) := A;\n    s : STRUCT\n        x : INT (0..9);\n    END_STRUCT\nEND_TYPE\n",
        ),
        (
            "VAR_GLOBAL\na:INT; // one\n{attribute 'unit' := 'V'} v:REAL;//two\n\n\n"
            "{attribute 'x'}\nb:INT; (* 3 *)\nEND_VAR",
            "VAR_GLOBAL\n    a : INT;                             // one\n"
            "    {attribute 'unit' := 'V'} v : REAL;  //two\n\n    {attribute 'x'}\n    b : INT;  (* 3 *)\nEND_VAR\n",
        ),
        (
            "FUNCTION f:STRING[8]f:='a';END_FUNCTION FUNCTION g:INT REPEAT EXIT;UNTIL TRUE END_REPEAT;END_FUNCTION",
            "FUNCTION f : STRING[8]\nf := 'a';\nEND_FUNCTION\nFUNCTION g : INT\n"
            "REPEAT\n    EXIT;\nUNTIL TRUE\nEND_REPEAT;\nEND_FUNCTION\n",
        ),
        (
            "FUNCTION_BLOCK f INITIAL_STEP a: horn(L,T#5s);END_STEP step b:END_STEP transition t(PRIORITY:=1)from(a,b)"
            "TO b:=x>3;END_TRANSITION ACTION horn:;END_ACTION END_FUNCTION_BLOCK",
            "FUNCTION_BLOCK f\nINITIAL_STEP a:\n    horn(L, T#5s);\nEND_STEP\nSTEP b:\nEND_STEP\n"
            "TRANSITION t (PRIORITY := 1) FROM (a, b) TO b := x > 3;\nEND_TRANSITION\n"
            "ACTION horn:\n    ;\nEND_ACTION\nEND_FUNCTION_BLOCK\n",
        ),
        (
            "FUNCTION_BLOCK f METHOD public m:INT VAR_INPUT a:INT;END_VAR m:=a;END_METHOD METHOD n;END_METHOD"
            " END_FUNCTION_BLOCK",
            "FUNCTION_BLOCK f\nMETHOD PUBLIC m : INT\n    VAR_INPUT\n        a : INT;\n    END_VAR\n    m := a;\n"
            "END_METHOD\nMETHOD n\n    ;\nEND_METHOD\nEND_FUNCTION_BLOCK\n",
        ),
        (
            "CONFIGURATION c VAR_GLOBAL g:INT;END_VAR resource r on cpu task t(INTERVAL:=T#1s);program p with t:q;"
            "END_RESOURCE VAR_CONFIG r.p.x AT %IX0.0:BOOL;END_VAR END_CONFIGURATION",
            "CONFIGURATION c\n    VAR_GLOBAL\n        g : INT;\n    END_VAR\n    RESOURCE r ON cpu\n"
            "        TASK t (INTERVAL := T#1s);\n        PROGRAM p WITH t : q;\n    END_RESOURCE\n"
            "    VAR_CONFIG\n        r.p.x AT %IX0.0 : BOOL;\n    END_VAR\nEND_CONFIGURATION\n",
        ),
        (
            "TEST 'it' VAR task,from:INT;END_VAR task:=from -1;ADVANCE_TIME(T#1s);END_TEST",
            "TEST 'it'\nVAR\n    task, from : INT;\nEND_VAR\ntask := from - 1;\nADVANCE_TIME(T#1s);\nEND_TEST\n",
        ),
        ("  (* a\n     b\n    c *)\n", "(* a\n   b\n  c *)\n"),
        ("", ""),
    ],
)
def test_a_text_takes_the_one_layout(typed: str, wanted: str) -> None:
    assert formatted(typed) == wanted


def test_a_long_call_is_broken_after_commas_behind_its_bracket() -> None:
    arguments = ", ".join(f"Argument{n} := Strings[s].Settings.Value{n}" for n in range(4))
    rows = formatted(f"PROGRAM p\nwatch[s]({arguments});\nEND_PROGRAM").splitlines()[1:-1]
    assert [len(row) - len(row.lstrip()) for row in rows] == [0, 9]
    assert all(len(row) <= WIDTH for row in rows)


def test_a_long_condition_is_broken_before_its_weakest_operator() -> None:
    condition = "aVeryLongCondition < 10 AND anotherLongCondition OR theThirdLongCondition AND theFourthOfThem > 12"
    rows = formatted(f"PROGRAM p\nfound := {condition} OR theLastCondition;\nEND_PROGRAM").splitlines()
    assert rows[1:-1] == [
        f"found := {condition}",
        "    OR theLastCondition;",
    ]


def test_a_text_with_an_error_is_left_alone_with_its_diagnostics() -> None:
    found = format_source(Source("t.st", "PROGRAM p\nx := ;\nEND_PROGRAM"))
    assert found.text is None
    assert [d.span.line for d in found.diagnostics] == [2]


@pytest.mark.parametrize("text", ["\x00", "(" * 200_000, "a" * 5_000_000, "IF " * 1_000, "(* open", "\ud800"])
def test_hostile_texts_are_left_alone(text: str) -> None:
    found = format_source(Source("t.st", text))
    assert found.text is None
    assert found.diagnostics


def test_line_ends_of_two_characters_and_the_mark_at_the_start_are_kept() -> None:
    assert formatted("\ufeffPROGRAM p\r\nx:=1; (* a\r\n  b *)\r\nEND_PROGRAM") == (
        "\ufeffPROGRAM p\r\nx := 1;  (* a\r\n  b *)\r\nEND_PROGRAM\r\n"
    )


def test_a_sum_of_2_000_terms_is_broken_into_rows() -> None:
    text = formatted("PROGRAM p x := a" + " + b" * 2_000 + "; END_PROGRAM")
    assert max(map(len, text.splitlines())) <= WIDTH


def test_an_operator_called_by_name_stands_before_its_arguments_like_a_function() -> None:
    text = "PROGRAM p\nx := AND( a,b ) OR MOD (5,2)=1 AND (a OR b);\nEND_PROGRAM\n"
    assert "x := AND(a, b) OR MOD(5, 2) = 1 AND (a OR b);" in formatted(text)
