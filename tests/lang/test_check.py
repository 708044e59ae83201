"""What is right and wrong in a program: each case is a text and the problems it has."""

from __future__ import annotations

import pytest
from machine import PLANT, compiled, problems

from plc.lang.compile import compile_set
from plc.lang.source import Source


def body(statements: str, variables: str = "") -> str:
    """A PROGRAM of two lines: line 1 declares, line 2 does."""
    return f"PROGRAM p VAR {variables} END_VAR\n{statements}\nEND_PROGRAM"


RIGHT = {
    "literals take the type they meet": (
        "r := 5; r := 1.5; i := 5; w := 16#FF; b := 1;",
        "r:REAL; i:INT; w:WORD; b:BOOL;",
    ),
    "a narrower integer becomes wider": (
        "d := i; l := d; i := u; r := i; x := d;",
        "i:INT; u:USINT; d:DINT; l:LINT; r:REAL; x:LREAL;",
    ),
    "a negative literal fits": ("i := -32768;", "i:INT;"),
    "signed takes a narrower unsigned": ("i := i + u;", "i:INT; u:USINT;"),
    "TIME and LTIME mix": ("t := l - T#1s; l := t * 2; l := t * 1.5 / 3;", "t:TIME; l:LTIME;"),
    "bits widen": ("d := w; w := w AND 16#0F;", "d:DWORD; w:WORD;"),
    "an enumerator is found by the other side": (
        "IF s = FLOAT THEN s := OPEN; END_IF; b := OPEN = s;",
        "s:StringState; b:BOOL;",
    ),
    "a qualified enumerator": ("s := StringState#OPEN; s := StringState.FLOAT;", "s:StringState;"),
    "texts compare and copy": ("b := t = 'abc' OR u < t; t := u; t := 'x';", "b:BOOL; t:STRING[4]; u:STRING;"),
    "conversions": (
        "i := REAL_TO_INT(r); i := TO_INT(d); r := LREAL_TO_REAL(x); x := TIME_TO_LREAL(t); t := LINT_TO_TIME(i6);",
        "i:INT; r:REAL; d:DINT; x:LREAL; t:TIME; i6:LINT;",
    ),
    "an enumeration has a number": (
        "i := TO_INT(s); i := StringState_TO_INT(s); s := TO_StringState(i);",
        "i:INT; s:StringState;",
    ),
    "bits of a word": ("b := w.3 AND d.31; w.15 := b; i.0 := TRUE;", "b:BOOL; w:WORD; d:DINT; i:INT;"),
    "a constant that fits is no narrowing": (
        "u := N; i := N + u;",
        "u:UINT; i:UINT; END_VAR VAR CONSTANT N : INT := 4;",
    ),
    "a function beside a variable of its name": ("limit := LIMIT(0.0, limit, 5.0);", "limit : REAL;"),
    "a conversion beside a variable of its name": ("to_int := TO_INT(x);", "to_int : INT; x : REAL;"),
    "all comparisons": ("b := (i < 5) = (i >= 3) AND (i <> 4 OR i = 2 OR i <= 1 OR i > 9);", "b:BOOL; i:INT;"),
    "short circuits": ("b := (i > 0 AND_THEN 10 / i > 2) OR_ELSE i = 0;", "b:BOOL; i:INT;"),
    "SEL, MUX, MIN and MAX take many types": (
        "r := SEL(b, 0.0, r); i := MUX(i, 1, 2, 3); t := MAX(t, T#1s, u); s := SEL(b, OPEN, s);",
        "r:REAL; b:BOOL; i:INT; t:TIME; u:LTIME; s:StringState;",
    ),
    "functions with names": (
        "r := LIMIT(MN := 0.0, IN := r, MX := 9); b := SEL(G := b, IN0 := TRUE, IN1 := FALSE);",
        "r:REAL; b:BOOL;",
    ),
    "operators as functions": (
        "i := ADD(i, 2, 3); b := GT(i, 4) ; r := DIV(MUL(r, 2.0), SUB(r, 1.0));",
        "i:INT; r:REAL; b:BOOL;",
    ),
    "arrays fold": ("r := SUM(a) + AVG(a, n) + MINIMUM(a) + MAXIMUM(a, 2);", "r:REAL; a:ARRAY[1..4] OF REAL; n:INT;"),
    "shifts": ("w := SHL(w, 3) OR ROR(IN := w, N := i);", "w:WORD; i:INT;"),
    "age and validity": ("b := AGE(m) > T#5s OR NOT IS_VALID(m.Value) OR NOT m.Ok;", "b:BOOL; m:Measurement;"),
    "powers": ("r := r ** 2; r := EXPT(r, 0.5); x := 2.0 ** 10;", "r:REAL; x:LREAL;"),
    "the loop goes down": ("FOR i := 10 TO 1 BY -2 DO n := n + i; END_FOR;", "i:INT; n:INT;"),
}


@pytest.mark.parametrize(("statements", "variables"), RIGHT.values(), ids=RIGHT.keys())
def test_right_programs_have_no_problem(statements: str, variables: str):
    assert [str(d) for d in compiled(body(statements, variables)).diagnostics] == []


WRONG = {
    "an unknown name": ("x := 1;", "y : INT;", "2:1 S001"),
    "an unknown name is reported at each use and drags nothing along": ("y := x + 1.5;", "y : INT;", "2:6 S001"),
    "an unknown field": ("m.Vlaue := 1.0;", "m : Measurement;", "2:1 S001"),
    "an unknown function": ("y := SQTR(4.0);", "y : REAL;", "2:6 S001"),
    "an unknown type": ("y := 1;", "y : REEL;", "1:19 S003"),
    "an unknown enumerator": ("s := FLOTE;", "s : StringState;", "2:6 S001"),
    "a name twice": ("y := 1;", "y : INT; Y : REAL;", "1:24 S002"),
    "a number too large": ("y := 300;", "y : SINT;", "2:6 S007"),
    "a number too large for a comparison": ("b := y > 40000;", "b : BOOL; y : INT;", "2:10 S007"),
    "a fraction for an integer": ("y := 1.5;", "y : INT;", "2:6 S008"),
    "a REAL for an integer": ("y := x;", "y : INT; x : REAL;", "2:6 S008"),
    "a wider for a narrower integer": ("y := x;", "y : INT; x : DINT;", "2:6 S008"),
    "a number for a time": ("y := 5;", "y : TIME;", "2:6 S008"),
    "a time for a number": ("y := T#5s;", "y : DINT;", "2:6 S008"),
    "a number as a condition": ("IF y THEN ; END_IF;", "y : INT;", "2:4 S008"),
    "a text for a number": ("y := '5';", "y : INT;", "2:6 S008"),
    "a text too long": ("y := 'hello';", "y : STRING[4];", "2:6 S007"),
    "signed beside unsigned of one width": ("b := y > x;", "b : BOOL; y : INT; x : UINT;", "2:6 S010"),
    "AND of numbers": ("b := y AND b;", "b : BOOL; y : INT;", "2:6 S009"),
    "plus of bits": ("y := y + 1;", "y : WORD;", "2:6 S009"),
    "NOT of a number too large": ("b := NOT 300;", "b : BYTE;", "2:6 S009"),
    "a time taken into a bit": ("t(IN := b, PT := T#1s, ET => w.3);", "b : BOOL; t : TON; w : WORD;", "2:24 S008"),
    "a text for a number that begins": (";", "END_VAR VAR CONSTANT c : INT := 'x';", "1:47 S008"),
    "a text for a bound": (";", "y : ARRAY[1..'x'] OF INT;", "1:28 S008"),
    "a text for a label": ("CASE y OF 'x': ; END_CASE;", "y : INT;", "2:11 S008"),
    "a constant that nobody uses": (";", "END_VAR VAR CONSTANT c : INT := 70000;", "1:47 S007"),
    "a comparison chain": ("b := 1 < y < 5;", "b : BOOL; y : INT;", "2:12 P018"),
    "two enumerations": ("b := x = y;", "b : BOOL; x : StringState; y : BreakerState;", "2:6 S009"),
    "an order of enumerators": ("b := x > OPEN;", "b : BOOL; x : StringState;", "2:6 S009"),
    "structures compared": ("b := x = y;", "b : BOOL; x, y : Measurement;", "2:6 S009"),
    "MOD of REAL": ("y := y MOD 2.0;", "y : REAL;", "2:6 S009"),
    "a time divided by a time": ("y := y / T#1s;", "y : TIME;", "2:6 S009"),
    "a constant written": ("N := 5;", "y : INT; END_VAR VAR CONSTANT N : INT := 4;", "2:1 S020"),
    "the loop variable written": ("FOR y := 1 TO 5 DO y := 3; END_FOR;", "y : INT;", "2:20 S032"),
    "a loop over REAL": ("FOR y := 1 TO 5 DO ; END_FOR;", "y : REAL;", "2:5 S041"),
    "a loop over an element": ("FOR y[1] := 1 TO 5 DO ; END_FOR;", "y : ARRAY[1..2] OF INT;", "2:5 S041"),
    "a step of 0": ("FOR y := 1 TO 5 BY 0 DO ; END_FOR;", "y : INT;", "2:20 S041"),
    "EXIT outside a loop": ("EXIT;", "y : INT;", "2:1 S042"),
    "a label twice": ("CASE y OF 1..5: ; 3: ; END_CASE;", "y : INT;", "2:19 S039"),
    "a range over an earlier label": ("CASE y OF 7: ; 3: ; 1..5: ; END_CASE;", "y : INT;", "2:21 S039"),
    "a label inside an earlier range": ("CASE y OF 1..9: ; 20: ; 9: ; END_CASE;", "y : INT;", "2:25 S039"),
    "a label that changes": ("CASE y OF y: ; END_CASE;", "y : INT;", "2:11 S006"),
    "an index outside": ("y[5] := 1;", "y : ARRAY[1..4] OF INT;", "2:3 S030"),
    "an index too few": ("y[1] := 1;", "y : ARRAY[1..4, 0..1] OF INT;", "2:1 S029"),
    "an index that is no number": ("y[1.5] := 1;", "y : ARRAY[1..4] OF INT;", "2:3 S029"),
    "an index on no array": ("y[1] := 1;", "y : INT;", "2:1 S029"),
    "a field of no structure": ("y.z := 1;", "y : INT;", "2:1 S028"),
    "a field of a whole array": ("y.Ok := TRUE;", "y : ARRAY[1..2] OF Measurement;", "2:1 S028"),
    "a bit too high": ("y.16 := TRUE;", "y : WORD;", "2:1 S030"),
    "division by a written zero": ("y := y / 0;", "y : INT;", "2:6 S007"),
    "an output of a block written": ("t(IN := TRUE); t.Q := TRUE;", "t : TON;", "2:16 S024"),
    "the inside of a block": ("t(IN := TRUE); y := t.began;", "t : TON; y : LTIME;", "2:21 S027"),
    "an input that does not exist": ("t(INN := TRUE);", "t : TON;", "2:3 S037"),
    "an output taken with :=": ("t(Q := y);", "t : TON; y : BOOL;", "2:3 S037"),
    "an input taken with =>": ("t(IN => y);", "t : TON; y : BOOL;", "2:3 S037"),
    "an input given twice": ("t(IN := y, IN := y);", "t : TON; y : BOOL;", "2:12 S037"),
    "names and positions mixed": ("t(y, PT := T#1s);", "t : TON; y : BOOL;", "2:3 S037"),
    "a block called in an expression": ("t(IN := y); y := t(IN := y);", "t : TON; y : BOOL;", "2:18 S038"),
    "a block without an instance": ("TON(IN := y);", "y : BOOL;", "2:1 S038"),
    "a variable called": ("y(1);", "y : INT;", "2:1 S038"),
    "a block copied": ("t(); u(); t := u;", "t, u : TON;", "2:11 S018"),
    "NOT of a number": ("b := NOT y;", "b : BOOL; y : INT;", "2:6 S009"),
    "minus of an unsigned": ("y := -y;", "y : UINT;", "2:6 S009"),
    "a function given too little": ("y := LIMIT(0, y);", "y : INT;", "2:6 S037"),
    "a conversion that does not exist": ("y := INT_TO_TIME(5);", "y : TIME;", "2:6 S011"),
    "an ambiguous enumerator": ("y := TO_INT(OPEN);", "y : INT;", "2:13 S035"),
    "NaN compared": ("b := y = NaN;", "b : BOOL; y : REAL;", "2:6 S014"),
    "a letter": ("y := 1;", "y : INT; d : CHAR;", "1:28 P020"),
    "an array from high to low": ("y[1] := 1;", "y : ARRAY[4..1] OF INT;", "1:25 S016"),
    "an array beyond all memory": ("y[1] := 1;", "y : ARRAY[0..2000000000] OF LREAL;", "1:19 S016"),
    "too many initial values": ("y[1] := 1;", "y : ARRAY[1..2] OF INT := [1, 2, 3];", "1:48 S015"),
    "an initial value that does not fit": ("y := 1;", "y : SINT := 200;", "1:27 S007"),
    "an initial value that changes": ("y := 1;", "x : INT; y : INT := x;", "1:35 S006"),
    "a constant without a value": ("y := N;", "y : INT; END_VAR VAR CONSTANT N : INT;", "1:45 S015"),
    "a constant that needs itself": ("y := N;", "y : INT; END_VAR VAR CONSTANT N : INT := N;", "1:45 S004"),
}


@pytest.mark.parametrize(("statements", "variables", "problem"), WRONG.values(), ids=WRONG.keys())
def test_wrong_programs_have_one_problem_at_its_place(statements: str, variables: str, problem: str):
    assert problems(body(statements, variables)) == [problem]


def test_a_problem_says_what_stands_there_and_what_to_type():
    (found,) = compiled(body("y := x;", "y : INT; x : REAL;")).errors
    assert str(found) == ("test.st:2:6: error S008: x is REAL, but INT is wanted here; write REAL_TO_INT(x)")


def test_a_misspelt_name_gets_the_near_one():
    (found,) = compiled(body("b := Strings[1].Temprature.Ok[1];", "b : BOOL;"), plant=True).errors
    assert found.cure == "did you mean Temperature?"


def test_all_problems_come_at_once():
    text = body("x := 1;\ny := 1.5;\nIF y THEN z(); END_IF;", "y : INT;")
    assert problems(text) == ["2:1 S001", "3:6 S008", "4:4 S008", "4:11 S001"]


def test_recursion_shows_its_circle():
    text = """FUNCTION a : INT VAR_INPUT n : INT; END_VAR
a := b(n); END_FUNCTION
FUNCTION b : INT VAR_INPUT n : INT; END_VAR
b := a(n); END_FUNCTION
PROGRAM p VAR y : INT; END_VAR y := a(1); END_PROGRAM"""
    (found,) = compiled(text).errors
    assert (found.code, found.span.line) == ("S005", 4)
    assert "a -> b -> a" in found.what


def test_a_function_that_calls_itself_is_recursion():
    text = "FUNCTION f : INT VAR_INPUT n : INT; END_VAR\nf := n * f(n - 1);\nEND_FUNCTION"
    assert problems(text) == ["2:10 S005"]


def test_a_block_that_contains_itself_is_refused():
    text = "FUNCTION_BLOCK b VAR\nx : b;\nEND_VAR x(); END_FUNCTION_BLOCK"
    assert problems(text) == ["2:5 S004"]


def test_a_structure_that_contains_itself_is_refused():
    text = "TYPE a : STRUCT\nx : b; END_STRUCT END_TYPE\nTYPE b : STRUCT y : a; END_STRUCT END_TYPE"
    assert problems(text) == ["3:21 S004"]


def test_a_reference_needs_exactly_its_type():
    text = """FUNCTION_BLOCK b VAR_IN_OUT x : INT; END_VAR x := x + 1; END_FUNCTION_BLOCK
PROGRAM p VAR f : b; i : INT; d : DINT; END_VAR
f(x := d); f(x := i + 1); f(); f(x := i);
END_PROGRAM"""
    assert problems(text) == ["3:8 S008", "3:19 S026", "3:27 S037"]


def test_a_read_only_reference_takes_what_is_read_only_and_passes_it_no_further():
    text = """FUNCTION_BLOCK reads VAR_IN_OUT CONSTANT x : Measurement; END_VAR VAR_OUTPUT y : BOOL; END_VAR
y := x.Ok; END_FUNCTION_BLOCK
FUNCTION_BLOCK writes VAR_IN_OUT x : Measurement; END_VAR x.Value := 0.0; END_FUNCTION_BLOCK
PROGRAM p VAR r : reads; w : writes; END_VAR
r(x := Strings[1].Current);
w(x := Strings[1].Current);
END_PROGRAM"""
    assert problems(text, plant=True) == ["6:8 S021"]


def test_a_read_only_reference_is_not_written():
    text = "FUNCTION_BLOCK b VAR_IN_OUT CONSTANT x : INT; END_VAR\nx := 1;\nEND_FUNCTION_BLOCK"
    assert problems(text) == ["2:1 S023"]


def test_an_input_is_not_written_from_inside():
    assert problems("FUNCTION_BLOCK b VAR_INPUT x : INT; END_VAR\nx := 1;\nEND_FUNCTION_BLOCK") == ["2:1 S022"]


def test_a_global_of_the_user_cannot_change_what_the_plant_means():
    text = "VAR_GLOBAL FLOAT : BOOL; END_VAR\n" + body("y := FLOAT;", "y : BOOL;")
    assert problems(text, plant=True) == []
    assert problems("VAR_GLOBAL Strings : INT; END_VAR", plant=True) == ["1:12 S002"]


def test_two_instances_of_one_program_cannot_write_one_output():
    source = Source("test.st", "PROGRAM p\nRelays.fan := TRUE;\nEND_PROGRAM")
    (found,) = compile_set([source], PLANT, {"one": "p", "two": "p"}).errors
    assert found.code == "S050"
    assert "two" in found.what
    assert "one" in found.what


def test_a_function_needs_a_result_type():
    assert "S033" in " ".join(problems("FUNCTION f VAR_INPUT x : INT; END_VAR ; END_FUNCTION"))


def test_a_program_has_no_references():
    assert problems("PROGRAM p VAR_IN_OUT\nx : INT; END_VAR x := 1; END_PROGRAM") == ["2:1 S034"]


def test_a_functions_structure_is_not_used_inside_an_expression():
    text = """FUNCTION cell : Measurement cell.Ok := TRUE; END_FUNCTION
FUNCTION fine : BOOL VAR_INPUT m : Measurement; END_VAR fine := m.Ok; END_FUNCTION
PROGRAM p VAR b : BOOL; END_VAR
b := fine(cell());
END_PROGRAM"""
    assert problems(text) == ["4:11 S036"]


def test_a_group_of_outputs_is_written_field_by_field():
    text = """PROGRAM p VAR own : SiteRelays; END_VAR
Relays := own;
Relays.fan := TRUE;
own := Relays;
END_PROGRAM"""
    assert problems(text, plant=True) == ["2:1 S031", "4:8 S031"]


def test_units_and_types_have_names_of_their_own():
    text = """FUNCTION_BLOCK TON ; END_FUNCTION_BLOCK
FUNCTION max : INT max := 1; END_FUNCTION
PROGRAM p ; END_PROGRAM
PROGRAM p ; END_PROGRAM"""
    assert problems(text) == ["1:16 S002", "2:10 S002", "4:9 S002"]


def test_a_variable_declared_twice_says_where_the_first_stands():
    text = "PROGRAM p\nVAR fan : BOOL; END_VAR\nVAR fan : INT; END_VAR\nfan := TRUE;\nEND_PROGRAM"
    assert [d.what for d in compiled(text).diagnostics] == ["fan is declared twice, first in line 2"]


def test_a_global_named_twice_in_a_program_says_the_line_of_the_program():
    variables = "VAR_EXTERNAL CONSTANT g : INT; END_VAR\nVAR g : INT; END_VAR"
    text = f"VAR_GLOBAL g : INT; END_VAR\nPROGRAM p\n{variables}\n;\nEND_PROGRAM"
    assert [d.what for d in compiled(text).diagnostics] == ["g is declared twice, first in line 3"]


ADVICE = {
    "a measurement used and never judged": ("b := Strings[1].Current.Value > 5.0;", "b : BOOL;", ["2:6 S051"]),
    "a column used and never judged": ("b := Strings[1].Voltage.Value[2] > 5.0;", "b : BOOL;", ["2:6 S051"]),
    "a measurement judged": (
        "IF Strings[1].Current.Ok THEN b := Strings[1].Current.Value > 5.0; END_IF;",
        "b : BOOL;",
        [],
    ),
    "REALs compared": ("b := x = 1.5;", "b : BOOL; x : REAL;", ["2:6 S052"]),
    "REAL compared with 0": ("b := x = 0.0;", "b : BOOL; x : REAL;", []),
    "a block never called": ("b := t.Q;", "b : BOOL; t : TON;", ["1:25 S053"]),
    "integers divided for a REAL": ("x := i / 2;", "x : REAL; i : INT;", ["2:6 S012"]),
    "a product too narrow for its goal": ("d := i * i;", "d : DINT; i : INT;", ["2:6 S013"]),
    "an enumerator left out": ("CASE s OF OPEN, CLOSED: ; END_CASE;", "s : BreakerState;", ["2:6 S040"]),
}


def test_a_block_handed_to_another_counts_as_called():
    text = """FUNCTION_BLOCK user VAR_IN_OUT t : TON; END_VAR t(IN := TRUE, PT := T#1s); END_FUNCTION_BLOCK
PROGRAM p VAR t : TON; u : user; END_VAR u(t := t); END_PROGRAM"""
    assert problems(text) == []


@pytest.mark.parametrize(("statements", "variables", "wanted"), ADVICE.values(), ids=ADVICE.keys())
def test_advice_does_not_keep_a_program_from_running(statements: str, variables: str, wanted: list[str]):
    found = compiled(body(statements, variables), plant=True)
    assert [f"{d.span.line}:{d.span.column} {d.code}" for d in found.diagnostics] == wanted
    assert "p" in found.programs


def test_a_variable_may_be_as_large_as_the_limit_and_no_larger():
    whole = 16 * 1024 * 1024
    assert problems(f"TYPE t : ARRAY[1..{whole}] OF BYTE; END_TYPE") == []
    assert problems(f"TYPE t :\nARRAY[1..{whole + 1}] OF BYTE; END_TYPE") == ["2:1 S016"]
    assert problems(f"TYPE t :\nARRAY[0..{whole // 4}] OF REAL; END_TYPE") == ["2:1 S016"]


def test_every_error_at_once_in_a_text_of_nonsense_is_still_no_crash():
    text = body("x := ; IF THEN y( := 3) END_IF; a[ := 5; END_CASE; FOR := TO DO", "y : INT")
    assert compiled(text).errors


def test_a_sum_of_very_many_parts_is_refused_not_run_into_the_ground():
    assert problems(body("y := " + " + ".join(["y"] * 300) + ";", "y : INT;")) == ["2:6 S019"]
    assert problems(body("y := " + " + ".join(["y"] * 240) + ";", "y : INT;")) == []


def test_every_mistake_of_a_first_value_is_named():
    text = "PROGRAM p VAR\nm : Measurement := (Valu := 1.0, Ok := 5, Value := 'x');\nEND_VAR m.Ok := TRUE; END_PROGRAM"
    assert problems(text, plant=True) == ["2:21 S001", "2:40 S008", "2:52 S008"]


@pytest.mark.parametrize("initial", ["[0(1), 2(7), 3]", "[7, 7, 3]", "[2(7), 0(9), 3]", "[7]", "[3(7)]"])
def test_a_list_of_first_values_may_be_as_long_as_its_array_or_shorter(initial: str):
    assert problems(body("a[1] := 1;", f"a : ARRAY[1..3] OF INT := {initial};")) == []


def test_a_type_of_nothing_known_has_one_problem_whatever_it_begins_with():
    assert problems("TYPE t :\nnowhere := 5; END_TYPE PROGRAM p VAR x : t; END_VAR x := 1; END_PROGRAM") == ["2:1 S003"]
    assert problems("TYPE t : STRUCT a :\nnowhere := 5; END_STRUCT := (a := 1); END_TYPE") == ["2:1 S003"]


@pytest.mark.parametrize("count", range(4))
def test_a_sum_may_be_of_as_many_elements_as_there_are(count: int):
    assert problems(body(f"r := SUM(a, {count});", "r : REAL; a : ARRAY[1..3] OF REAL;")) == []


def test_of_very_many_wrong_names_the_first_twenty_are_guessed():
    found = compiled(body("\n".join(f"numb{n}r := 1;" for n in range(30)), "number : INT;")).diagnostics
    assert [d.cure.startswith("did you mean number?") for d in found] == [True] * 20 + [False] * 10


def test_what_the_plant_brings_is_no_part_of_a_tests_cover():
    text = "PROGRAM p VAR i : INT; END_VAR IF i > 1 THEN i := 0; END_IF; END_PROGRAM"
    cover = compile_set([Source("test.st", text)], PLANT, cover=True).cover
    assert cover is not None
    assert {way.file for way in cover.ways} == {"test.st"}


def test_every_program_depends_on_the_sources_of_the_types_inside_its_types():
    units = {
        "inner.st": "TYPE inner : STRUCT x : INT; END_STRUCT END_TYPE TYPE kind : (A, B); END_TYPE",
        "outer.st": "TYPE outer : STRUCT i : inner; k : kind; END_STRUCT END_TYPE",
        "p.st": "PROGRAM p VAR o : outer; END_VAR o.i.x := 1; END_PROGRAM",
        "q.st": "PROGRAM q VAR o : outer; END_VAR o.i.x := 2; END_PROGRAM",
        "r.st": "PROGRAM r VAR o : INT; END_VAR o := 2; END_PROGRAM",
    }
    programs = compile_set([Source(name, text) for name, text in units.items()]).programs
    own = {name: [path for path in program.closure if "/" not in path] for name, program in programs.items()}
    assert own == {"p": ["inner.st", "outer.st", "p.st"], "q": ["inner.st", "outer.st", "q.st"], "r": ["r.st"]}


def nested(levels: int) -> str:
    return f"{'1 + y * (' * levels}y{')' * levels}"


def test_an_expression_is_nested_as_deeply_as_the_limit_and_no_deeper():
    assert problems(body(f"y := {nested(59)}; y := {nested(59)};", "y : INT;")) == []
    assert problems(body(f"y := ({nested(57)}) + ({nested(57)});", "y : INT;")) == []
    assert "S019" in " ".join(problems(body(f"y := {nested(60)};", "y : INT;")))


def test_a_chain_of_declarations_is_refused_where_it_is_too_long():
    types = [f"TYPE t{number} : STRUCT f : t{number + 1}; END_STRUCT END_TYPE" for number in range(300)]
    assert "S019" in " ".join(problems("\n".join([*types, "TYPE t300 : INT; END_TYPE"])))
    constants = " ".join(f"c{number} : INT := c{number + 1};" for number in range(300))
    text = f"VAR_GLOBAL CONSTANT {constants} c300 : INT := 1; END_VAR\n" + body("y := c0;", "y : INT;")
    assert "S019" in " ".join(problems(text))


def test_calls_that_go_too_deep_are_refused():
    functions = [f"FUNCTION f{n} : INT VAR_INPUT x : INT; END_VAR f{n} := f{n + 1}(x); END_FUNCTION" for n in range(60)]
    last = "FUNCTION f60 : INT VAR_INPUT x : INT; END_VAR f60 := x; END_FUNCTION"
    assert [problem.split()[1] for problem in problems("\n".join([*functions, last]))] == ["S054"]


def test_frames_have_a_bound():
    assert problems("PROGRAM p VAR_TEMP\nx : ARRAY[1..40000] OF LREAL; END_VAR x[1] := 0.0; END_PROGRAM") == [
        "2:1 S054"
    ]
    text = """FUNCTION f : INT VAR a : ARRAY[1..16000] OF LREAL; END_VAR f := LREAL_TO_INT(a[1]); END_FUNCTION
PROGRAM p VAR y : INT; END_VAR
y := f() + f() + f();
END_PROGRAM"""
    assert problems(text) == ["3:18 S054"]


def test_a_chain_of_calls_is_as_deep_as_the_limit_and_no_deeper():
    def chain(length: int) -> str:
        units = [f"FUNCTION f{n} : INT f{n} := f{n + 1}(); END_FUNCTION" for n in range(1, length)]
        return "\n".join([*units, f"FUNCTION f{length} : INT f{length} := 1; END_FUNCTION"])

    assert problems(chain(50)) == []
    assert problems(chain(51)) == ["1:10 S054"]
    assert problems(chain(53)) == ["3:10 S054"]


@pytest.mark.parametrize(("own", "called", "wanted"), [(16384, 16384, []), (16385, 16384, ["2:9 S054"])])
def test_the_frames_of_a_chain_of_calls_fill_what_there_is_and_no_more(own: int, called: int, wanted: list[str]):
    block = f"FUNCTION_BLOCK f VAR_TEMP x : ARRAY[1..{called}] OF LREAL; END_VAR x[1] := 0.0; END_FUNCTION_BLOCK"
    temporary = f"VAR_TEMP y : ARRAY[1..{own}] OF LREAL; END_VAR"
    assert problems(f"{block}\nPROGRAM p VAR one : f; END_VAR {temporary} one(); y[1] := 0.0; END_PROGRAM") == wanted


def test_only_the_plants_own_system_programs_write_its_readings():
    write = "Strings[1].Smoke.Active := TRUE;"
    assert problems(f"{{attribute 'system'}} PROGRAM p\n{write} END_PROGRAM", plant=True)[-1:] == ["2:1 S021"]
    allowed, refused = (
        Source("plant.st", f"{PLANT.text}\n{head} PROGRAM fills {write} END_PROGRAM")
        for head in ("{attribute 'system'}", "{attribute 'text' := 'x'}")
    )
    assert problems("PROGRAM p ; END_PROGRAM", plant=allowed) == []
    assert [found.split()[1] for found in problems("PROGRAM p ; END_PROGRAM", plant=refused)] == ["S021"]


def test_very_many_branches_are_refused():
    branches = " ".join(f"ELSIF y = {number} THEN ;" for number in range(200))
    assert problems(body(f"IF y = 300 THEN ; {branches} END_IF;", "y : INT;")) == ["2:1 S019"]
