"""Texts of bad form: each mistake is named in its place, with its cure, and all of them are found at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plc.lang import ast
from plc.lang.parse.tables import tables
from tests.lang.trees import errors, read

BODY = "PROGRAM p\nVAR\n  x, y : INT;\nEND_VAR\n{}\nEND_PROGRAM\n"

# (the body, starting in line 5; where; code; a word of what; a word of the cure)
MISTAKES = [
    ("x = 5;", "5:3", "P011", "= compares", "write :="),
    ("IF x := 5 THEN y := 1; END_IF;", "5:6", "P011", ":= assigns", "write ="),
    ("CASE x OF\n 1: y = 1;\n 2: y := 2;\nEND_CASE;", "6:7", "P011", "= compares", "write :="),
    ("FOR i = 1 TO 5 DO y := 1; END_FOR;", "5:7", "P011", "= compares", "write :="),
    ("x := 5\ny := 6;", "5:7", "P012", "; is missing after 5", "write ;"),
    ("x := 5 y := 6;", "5:7", "P012", "; is missing after 5", "write ;"),
    ("IF x THEN y := 1; END_IF\nx := 2;", "5:25", "P012", "; is missing after END_IF", "write ;"),
    ("EXIT", "5:5", "P012", "; is missing", "write ;"),
    ("IF x > 5\n  y := 3;\nEND_IF;", "5:9", "P013", "THEN is missing", "write THEN"),
    ("IF x > 5 y := 3; END_IF;", "5:9", "P013", "THEN is missing", "write THEN"),
    ("IF x THEN y := 1; ELSIF y\n  y := 3;\nEND_IF;", "5:26", "P013", "THEN is missing", "write THEN"),
    ("FOR i := 1 TO 5\n  y := 1;\nEND_FOR;", "5:16", "P013", "DO is missing", "write DO"),
    ("x > 5 THEN y := 1; END_IF;", "5:1", "P013", "a condition stands here", "write IF"),
    ("NOT x THEN\n  y := 1;\nELSE ; END_IF;", "5:1", "P013", "a condition stands here", "write IF"),
    ("a.b[3] DO\n  y := 1;\nEND_WHILE;", "5:1", "P013", "a condition stands here", "write WHILE"),
    ("hot[](IN := 5);", "5:5", "P024", "] stands after [", "write a value"),
    ("WHILE x y := 1; END_WHILE;", "5:8", "P013", "DO is missing", "write DO"),
    ("CASE x\n 1: y := 1;\nEND_CASE;", "5:7", "P013", "OF is missing", "write OF"),
    ("WHILE x THEN y := 1; END_WHILE;", "5:9", "P013", "THEN stands where DO belongs", "write DO"),
    ("FOR i := 1..5 DO\n  y := 1;\nEND_FOR;", "5:11", "P013", "..", "write TO"),
    ("FOR i := 1, 5 DO\n  y := 1;\nEND_FOR;", "5:11", "P013", ",", "write TO"),
    ("IF x THEN\n y := 3;\nEND IF;", "7:1", "P014", "END IF", "write END_IF"),
    ("IF x THEN\n y := 3;\nENDIF;", "7:1", "P014", "ENDIF", "write END_IF"),
    ("IF x THEN\n y := 3;\nELSEIF y THEN y := 2; END_IF;", "7:1", "P014", "ELSEIF", "write ELSIF"),
    ("IF x THEN\n y := 1;\nELSE IF y THEN\n y := 2;\nEND_IF;", "7:6", "P015", "ELSE IF", "ELSIF"),
    ("IF x THEN\n y := 1;", "5:1", "P016", "this IF is not closed before END_PROGRAM", "END_IF;"),
    ("FOR i := 1 TO 5 DO\n  IF x THEN\n    y := 1;\nEND_FOR;", "6:3", "P016", "this IF", "END_IF;"),
    ("IF x THEN\n  FOR i := 1 TO 2 DO\n    y := 1;\nEND_IF;", "6:3", "P016", "this FOR", "END_FOR;"),
    ("REPEAT\n  y := 1;", "5:1", "P016", "this REPEAT", "END_REPEAT;"),
    ("IF x THEN\n  IF y THEN\n    y := 1;\n\nEND_IF;\nIF x THEN\n  y := 1;\nEND_IF;", "6:3", "P016", "IF", "END_IF;"),
    ("END_IF;", "5:1", "P016", "no IF is open", "take it away"),
    ("IF x THEN ; ELSE ; ELSE ; END_IF;", "5:20", "P016", "after the ELSE", "one ELSE"),
    ("x := 55C;", "5:6", "P007", "55C", "write 55.0"),
    ("IF x > 55.5degC THEN y := 1; END_IF;", "5:8", "P007", "55.5degC", "write 55.5"),
    ("x := 10%;", "5:6", "P007", "10%", "write 10.0"),
    ("t(PT := 2s);", "5:9", "P008", "2s looks like a time", "write T#2s"),
    ("t(PT := 1h30m);", "5:9", "P008", "1h30m", "write T#1h30m"),
    ("t(PT := 5min);", "5:9", "P008", "5min", "write T#5m"),
    ("x := 0x1F;", "5:6", "P009", "0x1F", "write 16#1F"),
    ("x := .5;", "5:6", "P009", ".5", "write 0.5"),
    ("x := 5.;", "5:6", "P009", "5.", "write 5.0"),
    ("x := 1,5;", "5:6", "P010", "comma", "write 1.5"),
    ("IF x > 1,5 THEN y := 1; END_IF;", "5:8", "P010", "comma", "write 1.5"),
    ("(* open\nx := 1;", "5:1", "P005", "never closed", "write *)"),
    ("x := 'abc;\ny := 5;", "5:6", "P006", "no closing quote", "write '"),
    ("f(a := 'abc);\ny := 5;", "5:8", "P006", "no closing quote", "write '"),
    ("IF x == 5 THEN y := 1; END_IF;", "5:6", "P017", "==", "write ="),
    ("IF x != 5 THEN y := 1; END_IF;", "5:6", "P017", "!=", "write <>"),
    ("z := a && b;", "5:8", "P017", "&&", "write &"),
    ("z := a || b;", "5:8", "P017", "||", "write OR"),
    ("z := !b;", "5:6", "P017", "!", "write NOT"),
    ("IF x => 5 THEN y := 1; END_IF;", "5:6", "P017", "=>", "write >="),
    ("IF x =< 5 THEN y := 1; END_IF;", "5:6", "P017", "= <", "write <="),
    ("IF x > = 5 THEN y := 1; END_IF;", "5:6", "P017", "> =", "write >="),
    ("x : = 5;", "5:3", "P017", ": =", "write :="),
    ("IF x ≤ 5 THEN y := 1; END_IF;", "5:6", "P017", "≤", "write <="),
    ("x += 1;", "5:3", "P017", "+=", "write x := x + ..."),
    ("x++;", "5:2", "P017", "++", "write x := x + 1"),
    ("x := “a;", "5:6", "P004", "typographic quote", "write '"),
    ("x := y @ 3;", "5:8", "P004", "'@'", "take it away"),
    ("größe := 5;", "5:1", "P004", "größe", "A to Z"),
    ("x :=\xa05;", "5:5", "P004", "blank", "ordinary blank"),
    ('x := "abc";', "5:6", "P020", "later version", "'abc'"),
    ("x := D#2026-02-30;", "5:6", "P009", "2026-02 has no day 30", "write 01 to 28"),
    ("x := TOD#24:30:00;", "5:6", "P009", "no hour 24", "write 00 to 23"),
    ("x := r^;", "5:7", "P020", "later version", "leave it out"),
    ("METHOD m : INT\n x := 1;\nEND_METHOD", "5:1", "P032", "METHOD stands in a PROGRAM", "in a FUNCTION_BLOCK"),
    ("x := 1;\nSTEP s:\nEND_STEP", "5:1", "P033", "beside the steps", "in an ACTION"),
    ("STEP s:\n a(N);\nTRANSITION FROM s TO t := x; END_TRANSITION", "5:1", "P016", "this STEP", "write END_STEP"),
    ("INITIAL_STEP s:\n a(N);\nSTEP t: END_STEP", "5:1", "P016", "this INITIAL_STEP", "write END_STEP"),
    ("STEP s:\n a(N);", "5:1", "P016", "this STEP is not closed before END_PROGRAM", "write END_STEP"),
    ("STEP s:\n a(N);\nEND_ACTION", "7:1", "P016", "END_ACTION stands at the end of a STEP", "write END_STEP"),
    ("STEP s\n a(N);\nEND_STEP", "5:7", "P024", ": is missing after s", "write :"),
    ("STEP s:\n a;\nEND_STEP", "6:2", "P024", "without its qualifier", "write a(N);"),
    ("STEP s:\n a(N)\nEND_STEP", "6:6", "P012", "; is missing", "write ;"),
    ("STEP s:\n a(D T#5s);\nEND_STEP", "6:5", "P024", ", is missing after D", "write ,"),
    ("STEP s:\n x := 1;\nEND_STEP", "6:4", "P024", ":= stands after x", "write"),
    ("TRANSITION FROM s TO t x; END_TRANSITION", "5:23", "P024", "no := before it", "write :="),
    ("TRANSITION FROM s TO t : x; END_TRANSITION", "5:24", "P011", ": stands before the condition", "write :="),
    ("TRANSITION FROM s TO t = x; END_TRANSITION", "5:24", "P011", "= ", "write :="),
    ("TRANSITION FROM s TO t := x END_TRANSITION", "5:28", "P012", "; is missing", "write ;"),
    ("TRANSITION s TO t := x; END_TRANSITION", "5:12", "P024", "FROM is missing before s", "write FROM"),
    ("TRANSITION FROM s TO t := x;\nSTEP t: END_STEP", "5:1", "P016", "this TRANSITION", "write END_TRANSITION"),
    ("TRANSITION FROM s t := x; END_TRANSITION", "5:18", "P024", "TO is missing after s", "write TO"),
    ("TRANSITION (URGENCY := 2) FROM s TO t := x; END_TRANSITION", "5:13", "P024", "URGENCY", "(PRIORITY := 2)"),
    ("ACTION a\n x := 1;\nEND_ACTION", "5:9", "P024", ": is missing after a", "write :"),
    ("ACTION a:\n x := 1;\nACTION b:\nEND_ACTION", "5:1", "P016", "this ACTION", "write END_ACTION"),
    ("ACTION a:\n IF x THEN\nEND_ACTION", "6:2", "P016", "this IF is not closed before END_ACTION", "END_IF;"),
    ("STEP s:\n Relays.fan(N);\nEND_STEP", "6:2", "P024", "a step controls an ACTION", "in an ACTION"),
    ("STEP s:\n a(L, T#5s, b);\nEND_STEP", "6:11", "P020", "indicator variables", "leave it out"),
    ("END_STEP", "5:1", "P016", "no STEP is open", "take it away"),
    ("STEP s:\n END_STEP\nEND_STEP", "7:1", "P016", "no STEP is open", "take it away"),
    ("{attribute 'a'} x := 5;", "5:1", "P021", "describes nothing", "before a PROGRAM"),
    ("IF x THEN { y := 2; } END_IF;", "5:11", "P021", "attributes here, not statements", "between THEN and END_IF"),
    ("ACTION := 5;", "5:8", "P024", ":= stands after ACTION", "a name"),
    ("at := 5;", "5:1", "P022", "at is a word of the language", "at_1"),
    ("x;", "5:1", "P023", "x alone does nothing", "x();"),
    ("f(1) := 2;", "5:1", "P023", "result of a call", "left of :="),
    ("x := a b;", "5:6", "P024", "a and b stand side by side", "write an operator"),
    ("x := y + * 3;", "5:10", "P024", "* stands after +", "write a value"),
    ("x := ;", "5:6", "P024", "; stands after :=", "write a value"),
    ("5 := x;", "5:1", "P024", "5 stands after END_VAR", "write a statement"),
    ("REPEAT x := 1; UNTIL x > 5; END_REPEAT;", "5:27", "P024", "no ; belongs", "take it away"),
    ("x := f(a; b);", "5:9", "P024", "; stands inside brackets", "write ,"),
    ("VAR_TEMP z : INT; END_VAR x := 1; VAR w : INT; END_VAR", "5:35", "P027", "after the first statement", "before"),
    ("x := (y + 1;\ny := 2;", "5:12", "P029", "( before this place has no )", "write )"),
    ("x := f(y, g(1;\ny := 2;", "5:14", "P029", "( before this place has no )", "write )"),
    ("x := a[1;\ny := 2;", "5:9", "P029", "[ before this place has no ]", "write ]"),
    ("IF (a > 1) AND (b < 2 THEN y := 1; END_IF;", "5:22", "P029", "( before", "write )"),
    ("x := y + 1);", "5:11", "P029", "closes nothing", "take it away"),
    ("WHLIE x DO y := 1; END_WHILE;", "5:1", "P031", "WHLIE looks like WHILE", "write WHILE"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "place", "code", "what", "cure"), MISTAKES)
def test_a_usual_mistake_is_named_once_in_its_place(body: str, place: str, code: str, what: str, cure: str):
    (error,) = errors(BODY.format(body))
    assert error.startswith(f"{place} {code} ")
    assert what in error
    assert cure in error


WHOLE_TEXTS = [
    ("PROGRAM p\nVAR\n x : INT\n y : INT;\nEND_VAR\nEND_PROGRAM", "3:9 P012", "; is missing after INT"),
    ("PROGRAM p\nVAR\n x : INT;\n x := 5;\nEND_PROGRAM", "4:2 P016", "write END_VAR before it"),
    ("PROGRAM p\nVAR\n x : INT;\nIF x THEN END_IF;\nEND_PROGRAM", "2:1 P016", "write END_VAR"),
    ("PROGRAM p\nVAR x : INT = 5; END_VAR END_PROGRAM", "2:13 P011", "write :="),
    ("PROGRAM p\nVAR At : INT; END_VAR END_PROGRAM", "2:5 P022", "At is a word of the language"),
    ("PROGRAM p\nVAR z : ARRAY[1..3] INT; END_VAR END_PROGRAM", "2:20 P013", "OF is missing"),
    ("PROGRAM p\nVAR z : ARRAY[1,3] OF INT; END_VAR END_PROGRAM", "2:16 P013", "write .."),
    ("PROGRAM p\nVAR z : STRING(20); END_VAR END_PROGRAM", "2:15 P024", "write STRING[20]"),
    ("FUNCTION f REAL VAR_INPUT x : INT; END_VAR f := x; END_FUNCTION", "1:12 P024", "write FUNCTION f : REAL"),
    ("PROGRAM\nVAR x : INT; END_VAR END_PROGRAM", "2:1 P024", "a name"),
    ("PROGRAM a\nx := 1;\nPROGRAM b END_PROGRAM", "1:1 P016", "write END_PROGRAM"),
    ("PROGRAM a\nx := 1;\nEND_FUNCTION\nPROGRAM b END_PROGRAM", "3:1 P016", "write END_PROGRAM"),
    ("PROGRAM a\nx := 1;\n", "1:1 P016", "the end of the text"),
    ("x := 1;\ny := 2;", "1:1 P028", "outside any PROGRAM"),
    ("VAR x : INT; END_VAR\nx := 1;", "1:1 P028", "outside any PROGRAM"),
    ("PROGRAM p\nx, y : INT;\nz : BOOL; END_VAR\nx := 1; END_PROGRAM", "2:1 P028", "write VAR before it"),
    ("PROGRAM p\nVAR_GLOBAL x : INT; END_VAR\nx := 1; END_PROGRAM", "2:1 P027", "VAR_GLOBAL stands inside a PROGRAM"),
    ("END_PROGRAM", "1:1 P016", "no PROGRAM is open"),
    ("FUNCTION_BLOCK b METHOD FINAL m END_METHOD END_FUNCTION_BLOCK", "1:25 P020", "take it away"),
    ("FUNCTION_BLOCK b METHOD PUBLIC PRIVATE m END_METHOD END_FUNCTION_BLOCK", "1:32 P024", "keep one"),
    ("FUNCTION_BLOCK b METHOD m END_FUNCTION_BLOCK", "1:18 P016", "this METHOD is not closed"),
    ("TYPE a : STRUCT x : INT; END_TYPE", "1:10 P016", "write END_STRUCT"),
    ("TYPE a : (A, B) END_TYPE", "1:16 P012", "; is missing"),
    ("TYPE a : (A; B); END_TYPE", "1:12 P024", "write ,"),
    ("TYPE a : (A, B);\nPROGRAM p END_PROGRAM", "1:1 P016", "write END_TYPE"),
    ("INTERFACE i METHOD m END_METHOD END_INTERFACE", "1:1 P020", "later version"),
    ("NAMESPACE n PROGRAM p END_PROGRAM END_NAMESPACE", "1:1 P020", "later version"),
    ("FUNCTION_BLOCK b EXTENDS c END_FUNCTION_BLOCK", "1:18 P020", "later version"),
    ("PROGRAM p VAR x : REF_TO INT; END_VAR END_PROGRAM", "1:19 P020", "VAR_IN_OUT"),
    ("PROGRAM p VAR x : POINTER TO INT; END_VAR END_PROGRAM", "1:19 P020", "VAR_IN_OUT"),
    ("PROGRAM p VAR x : WSTRING[20]; END_VAR END_PROGRAM", "1:19 P020", "use STRING"),
    ("PROGRAM p VAR x : WCHAR; END_VAR END_PROGRAM", "1:19 P020", "WCHAR comes with a later version"),
    ("PROGRAM p VAR PERSISTENT NON_RETAIN x : INT; END_VAR END_PROGRAM", "1:26 P024", "keep one"),
    ("PROGRAM p VAR_INPUT x : BOOL R_EDGE; END_VAR END_PROGRAM", "1:30 P020", "call R_TRIG"),
    ("PROGRAM p VAR CONSTANT RETAIN x : INT; END_VAR END_PROGRAM", "1:24 P024", "keep one"),
    ("{region a}\nPROGRAM p END_PROGRAM", "1:1 P021", "{attribute 'name' := 'value'}"),
    ("{attribute 'a'}\nVAR_GLOBAL x : INT; END_VAR", "1:1 P021", "before the variable"),
    ("{attribute\nPROGRAM p END_PROGRAM", "1:1 P004", "no partner"),
]


@pytest.mark.parametrize(("text", "place", "words"), WHOLE_TEXTS)
def test_a_mistake_around_the_statements_is_named_once_in_its_place(text: str, place: str, words: str):
    (error,) = errors(text)
    assert error.startswith(place)
    assert words in error


def test_every_mistake_of_a_text_is_found_at_once():
    text = """PROGRAM first
VAR
    a : INT
    b : REAL := 1,5;
END_VAR
IF a > 5
    b = 2.0;
END IF;
a := (b + 1;
FOR a := 1 TO 3 DO
    c(PT := 2s, Q = );
END_FOR
END_PROGRAM
FUNCTION_BLOCK second
x := y z;
METHOD m END_METHOD
t := 0 < x < 3;
END_FUNCTION_BLOCK
"""
    assert [error.split()[:2] for error in errors(text)] == [
        ["3:12", "P012"], ["4:17", "P010"], ["6:9", "P013"], ["7:7", "P011"], ["8:1", "P014"], ["9:12", "P029"],
        ["11:13", "P008"], ["11:21", "P024"], ["12:8", "P012"], ["15:6", "P024"], ["17:12", "P018"],
    ]  # fmt: skip


def test_what_could_be_read_beside_a_mistake_is_kept():
    parsed = read("PROGRAM a\nx := 1;\ny := 2 +;\nz := 3;\nEND_PROGRAM\nTYPE T : ; U : INT; END_TYPE")
    (pou,) = parsed.file.pous
    assert [shown.target.name for shown in pou.body if isinstance(shown, ast.Assign)] == ["x", "y", "z"]
    assert [each.name for each in parsed.file.types] == ["T", "U"]


def test_more_than_a_hundred_mistakes_are_not_all_listed():
    found = read("PROGRAM p\n" + "x = 1;\n" * 300 + "END_PROGRAM").diagnostics
    assert len(found) == 100
    assert found[-1].code == "P030"


TERMINALS = re.compile(r"\b(NAME|INTEGER|LITERAL|ENUMERATOR|ADDRESS|PRAGMA|ERROR|LATER|__ANON\w*|\$END)\b")


def test_no_message_names_what_only_the_grammar_knows():
    texts = [BODY.format(body) for body, *_ in MISTAKES] + [text for text, *_ in WHOLE_TEXTS]
    said = [error for text in texts for error in errors(text)]
    assert [error for error in said if TERMINALS.search(error)] == []


PIECES = [
    *sorted(tables().keywords),
    "x", "y1", "Step", "METHOD", "END", "1", "2.5", "16#FF", "T#1s", "'a'", "'b", "Color#RED", "%IX0.0",
    "{attribute 'a'}", "(*", "*)", "//", "\n", "(", ")", "[", "]", ",", ";", ":", ":=", "=", "..", ".", "=>", "**", "-",
    "+", "<", "55C", "@", "é",
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_row_of_words_and_signs_is_read_without_an_exception(pieces: list[str]):
    parsed = read(" ".join(pieces))
    assert all(d.what and d.cure and d.span.line >= 1 and d.span.column >= 1 for d in parsed.diagnostics)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_without_an_exception(text: str):
    read(text)
    read(f"PROGRAM p VAR {text} END_VAR {text} END_PROGRAM")


GOOD = """{attribute 'protective'}
PROGRAM hot VAR a, b : ARRAY[1..3, 0..N] OF T := [2((x := 1)), 3]; t AT %IX0.0 : TIME := T#1h; END_VAR
FOR i := 1 TO n BY -1 DO
  f[i](In := s[i].q, Q => y);
  IF a > 5 AND NOT b.3 THEN x := -5 + 3 * (2 - 1); ELSIF d THEN ; ELSE RETURN; END_IF;
  CASE s OF 1, 2..5: a := 1; Color#RED: b(); ELSE EXIT; END_CASE;
END_FOR;
END_PROGRAM
FUNCTION g : REAL VAR_INPUT a : REAL; END_VAR g := a ** 2; END_FUNCTION
"""
GOOD_PIECES = re.findall(r"\{[^}]*\}|[A-Za-z_]\w*(?:#\w+)?|%\w+\.\w+|\d+(?:\.\d+)?|:=|=>|\*\*|\.\.|\S|\n", GOOD)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD_PIECES) - 1), st.sampled_from(["", *PIECES]))
def test_one_wrong_piece_in_a_good_text_is_read_without_an_exception(place: int, piece: str):
    pieces = [*GOOD_PIECES[:place], piece, *GOOD_PIECES[place + 1 :]]
    assert len(read(" ".join(pieces)).diagnostics) <= 30


@pytest.mark.parametrize(
    "typed",
    [
        "CASE i OF 1: d := TRUE; a AND b OR c THEN d := TRUE; END_IF; END_CASE;",
        "a AND b OR c THEN d := TRUE; END_IF;",
        "IF a THEN d := TRUE; ELSE a AND b OR c THEN d := FALSE; END_IF;",
    ],
)
def test_advice_at_a_place_never_hides_the_error_there(typed: str):
    text = f"PROGRAM p VAR_INPUT i : INT; a, b, c : BOOL; END_VAR VAR_OUTPUT d : BOOL; END_VAR {typed} END_PROGRAM"
    assert errors(text) != []
