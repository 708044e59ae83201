"""What lowered programs compute: each text runs on the reference back end."""

from __future__ import annotations

import math
import struct

import pytest
from machine import Machine, compiled

from plc.lang import native
from plc.lang.ir import FaultKind
from plc.lang.runner import new_context


def single(number: float) -> float:
    """A number as REAL holds it."""
    return float(struct.unpack("<f", struct.pack("<f", number))[0])


def after(statements: str, variables: str, **inputs: object) -> Machine:
    """A PROGRAM with these statements, run once."""
    return Machine(f"PROGRAM p VAR {variables} END_VAR\n{statements}\nEND_PROGRAM").run(**inputs)


RESULTS = {
    "precedence": ("y := 2 + 3 * 4 - 10 / 5;", "y : INT;", 12),
    "left to right": ("y := x - 3 - 2;", "x : INT := 10; y : INT;", 5),
    "powers bind before products": ("y := 2.0 * x ** 2;", "x : REAL := 3.0; y : REAL;", 18.0),
    "division cuts towards zero": ("y := x / 2;", "x : INT := -7; y : INT;", -3),
    "MOD has the sign of the dividend": ("y := x MOD 4;", "x : INT := -7; y : INT;", -3),
    "integers wrap": ("y := x + 1;", "x : INT := 32767; y : INT;", -32768),
    "width of the wider operand": ("y := x + z;", "x : INT := 32767; z : DINT := 1; y : DINT;", 32768),
    "constants compute exactly": ("y := (100000 * 100000) / 100000;", "y : DINT;", 100000),
    "REAL rounds after every operation": (
        "y := x / 3.0 * 3.1;",
        "x : REAL := 1.0; y : REAL;",
        single(single(1 / 3) * single(3.1)),
    ),
    "LREAL keeps all": ("y := x / 3.0;", "x : LREAL := 1.0; y : LREAL;", 1 / 3),
    "REAL to INT rounds half to even": ("y := REAL_TO_INT(x);", "x : REAL := 2.5; y : INT;", 2),
    "a constant rounds as a variable": ("y := REAL_TO_INT(2.5) + REAL_TO_INT(3.5);", "y : INT;", 6),
    "TRUNC cuts": ("y := TRUNC(x);", "x : REAL := -2.9; y : INT;", -2),
    "conversion saturates": ("y := DINT_TO_INT(x);", "x : DINT := 70000; y : INT;", 32767),
    "bits keep their pattern": ("y := WORD_TO_INT(x);", "x : WORD := 16#FFFF; y : INT;", -1),
    "INT to WORD keeps the pattern": ("y := INT_TO_WORD(x);", "x : INT := -2; y : WORD;", 0xFFFE),
    "BOOL to a number": ("y := BOOL_TO_INT(x) + BOOL_TO_INT(NOT x);", "x : BOOL; y : INT;", 1),
    "BOOL to REAL": ("y := BOOL_TO_REAL(x);", "x : BOOL := TRUE; y : REAL;", 1.0),
    "TIME is nanoseconds": ("y := TIME_TO_LINT(x * 3);", "x : TIME := T#1.5ms; y : LINT;", 4_500_000),
    "TIME times REAL": ("y := TIME_TO_LINT(x * 0.25);", "x : TIME := T#2s; y : LINT;", 500_000_000),
    "TIME by REAL": ("y := TIME_TO_LINT(x / 0.5);", "x : TIME := T#2s; y : LINT;", 4_000_000_000),
    "a number before TIME": ("y := TIME_TO_LINT(2 * x);", "x : TIME := T#2s; y : LINT;", 4_000_000_000),
    "an enumeration is its number": ("y := TO_INT(x);", "x : BreakerState := MOVING; y : INT;", 3),
    "a number becomes an enumerator": ("y := TO_BreakerState(x);", "x : INT := 3; y : BreakerState;", 3),
    "a number that is no enumerator becomes the first": (
        "y := TO_BreakerState(x);",
        "x : INT := 9; y : BreakerState;",
        0,
    ),
    "a bit is read": ("y := x.3 AND NOT x.2;", "x : INT := 8; y : BOOL;", True),
    "a bit is set": ("y.15 := TRUE; y.0 := FALSE;", "y : INT := 1;", -32768),
    "LIMIT below": ("y := LIMIT(2.0, x, 4.0);", "x : REAL := 1.0; y : REAL;", 2.0),
    "LIMIT above": ("y := LIMIT(2.0, x, 4.0);", "x : REAL := 5.0; y : REAL;", 4.0),
    "MIN of many": ("y := MIN(x, 3, 7, 1);", "x : INT := 2; y : INT;", 1),
    "SEL": ("y := SEL(x > 1, 10, 20);", "x : INT := 2; y : INT;", 20),
    "MUX": ("y := MUX(x, 10, 20, 30);", "x : INT := 2; y : INT;", 30),
    "SHL drops what falls out": ("y := SHL(x, 9);", "x : WORD := 16#0181; y : WORD;", 0x0200),
    "a shift by the width gives 0": ("y := SHR(x, 16);", "x : WORD := 16#FFFF; y : WORD;", 0),
    "ROL": ("y := ROL(x, 4);", "x : WORD := 16#1234; y : WORD;", 0x2341),
    "SQRT of a small integer is REAL": ("y := SQRT(x);", "x : INT := 2; y : REAL;", single(math.sqrt(2))),
    "ATAN2": ("y := ATAN2(x, -1.0);", "x : LREAL := 1.0; y : LREAL;", math.atan2(1.0, -1.0)),
    "ABS": ("y := ABS(x);", "x : INT := -5; y : INT;", 5),
    "EXPT": ("y := EXPT(x, 3);", "x : REAL := 2.0; y : REAL;", 8.0),
    "a power of literals": ("y := 2 ** 10;", "y : REAL;", 1024.0),
    "SUM of an array": ("y := SUM(a);", "a : ARRAY[1..3] OF INT := [1, 2, 3]; y : INT;", 6),
    "AVG of the first": ("y := AVG(a, n);", "a : ARRAY[1..3] OF REAL := [1.0, 2.0, 9.0]; n : INT := 2; y : REAL;", 1.5),
    "MAXIMUM": ("y := MAXIMUM(a);", "a : ARRAY[1..3] OF REAL := [1.0, 9.0, 2.0]; y : REAL;", 9.0),
    "NaN is not valid": ("y := IS_VALID(x);", "x : REAL := NaN; y : BOOL;", False),
    "a number is valid": ("y := IS_VALID(x);", "x : REAL := 1.0E30; y : BOOL;", True),
    "AND_THEN protects": ("y := x <> 0 AND_THEN 10 / x > 1;", "x : INT; y : BOOL;", False),
    "texts compare bytewise": ("y := a < 'abd';", "a : STRING[5] := 'abc'; y : BOOL;", True),
    "text is cut to its place": ("a := b; y := a = 'hell';", "a : STRING[4]; b : STRING := 'hello'; y : BOOL;", True),
    "two dimensions, the last runs fastest": (
        "y := a[2, 0];",
        "a : ARRAY[1..2, 0..1] OF INT := [1, 2, 3, 4]; y : INT;",
        3,
    ),
    "repeated initial values": ("y := a[5];", "a : ARRAY[1..6] OF INT := [2(7), 3(8), 9]; y : INT;", 8),
    "a structure's initial values": ("y := m.Value;", "m : Measurement := (Value := 2.5, Ok := TRUE); y : REAL;", 2.5),
    "a block's initial inputs": ("t(IN := TRUE); y := t.Q;", "t : TON := (PT := T#0s); y : BOOL;", True),
    "FOR keeps the last value": ("FOR i := 1 TO 9 BY 3 DO y := y + i; END_FOR; y := y * 100 + i;", "i, y : INT;", 1207),
    "FOR downwards": ("FOR i := 3 TO 1 BY -1 DO y := y * 10 + i; END_FOR;", "i, y : INT;", 321),
    "EXIT and CONTINUE": (
        "FOR i := 1 TO 9 DO IF i = 2 THEN CONTINUE; END_IF; IF i = 5 THEN EXIT; END_IF; y := y + i; END_FOR;",
        "i, y : INT;",
        8,
    ),
    "WHILE": ("WHILE y < 10 DO y := y + 3; END_WHILE;", "y : INT;", 12),
    "REPEAT runs once at least": ("REPEAT y := y + 1; UNTIL TRUE END_REPEAT;", "y : INT;", 1),
    "CASE with ranges": ("CASE x OF 1, 2: y := 1; 3..5: y := 2; ELSE y := 3; END_CASE;", "x : INT := 4; y : INT;", 2),
    "CASE of an enumeration": (
        "CASE x OF OPEN: y := 1; CLOSED, MOVING: y := 2; ELSE y := 3; END_CASE;",
        "x : BreakerState := CLOSED; y : INT;",
        2,
    ),
    "ELSIF": ("IF x = 1 THEN y := 1; ELSIF x = 2 THEN y := 2; ELSE y := 3; END_IF;", "x : INT := 2; y : INT;", 2),
    "RETURN ends the run": ("y := 1; RETURN; y := 2;", "y : INT;", 1),
    "a whole structure is copied": (
        "m := n; y := m.Sequence;",
        "m : Measurement; n : Measurement := (Sequence := 7); y : UDINT;",
        7,
    ),
}


@pytest.mark.parametrize(("statements", "variables", "wanted"), RESULTS.values(), ids=RESULTS.keys())
def test_a_program_computes(statements: str, variables: str, wanted: object):
    assert after(statements, variables)["y"] == wanted


@pytest.mark.parametrize(("statements", "variables", "wanted"), RESULTS.values(), ids=RESULTS.keys())
def test_machine_code_computes_the_same(statements: str, variables: str, wanted: object):
    machine = after(statements, variables)
    program = machine.program
    area, site = bytearray(program.area.initial), bytearray(machine.site)
    globals_ = bytearray(program.unit.globals.initial)
    loaded = native.load(native.compile_object(native.emit(program.unit)), program.unit.entry)
    status = loaded.bind(area, site, globals_, new_context(1_000_000))()
    loaded.close()
    assert (status, area, globals_) == (0, machine.area, machine.globals)


def test_a_limited_nan_stays_nan():
    assert math.isnan(after("y := LIMIT(1.0, x, 2.0);", "x : REAL := NaN; y : REAL;")["y"])


def test_conversions_that_saturate_are_counted():
    machine = after("y := REAL_TO_INT(x); y := DINT_TO_INT(z);", "x : REAL := 1.0E9; z : DINT := -70000; y : INT;")
    assert machine.conversion_faults == 2


def test_a_function_starts_anew_at_each_call():
    text = """FUNCTION f : INT VAR_INPUT x : INT; pace : INT := 2; END_VAR VAR n : INT := 10; END_VAR
    n := n + pace * x; f := n; END_FUNCTION
    PROGRAM p VAR a, b : INT; END_VAR a := f(x := f(1)); b := f(1, 3); END_PROGRAM"""
    machine = Machine(text).run()
    assert (machine["a"], machine["b"]) == (34, 13)
    assert machine.run()["a"] == 34


def test_a_function_gives_outputs_and_changes_references():
    text = """FUNCTION divide : BOOL VAR_INPUT a, b : INT; END_VAR VAR_OUTPUT rest : INT; END_VAR
    VAR_IN_OUT count : INT; END_VAR
    rest := a MOD b; count := count + 1; divide := rest = 0; END_FUNCTION
    PROGRAM p VAR exact : BOOL; r : DINT; n : INT; END_VAR
    exact := divide(a := 17, b := 5, rest => r, count := n); divide(9, 3, n); END_PROGRAM"""
    machine = Machine(text).run()
    assert (machine["exact"], machine["r"], machine["n"]) == (0, 2, 2)


def test_a_function_may_give_a_structure_or_a_text():
    text = """FUNCTION made : Measurement VAR_INPUT v : REAL; END_VAR made.Value := v; made.Ok := TRUE; END_FUNCTION
    FUNCTION amount : STRING[8] VAR_INPUT n : INT; END_VAR IF n > 1 THEN amount := 'many'; ELSE amount := 'one'; END_IF;
    END_FUNCTION
    PROGRAM p VAR m : Measurement; t : STRING[8]; END_VAR m := made(2.5); t := amount(3); END_PROGRAM"""
    machine = Machine(text).run()
    assert (machine["m.Value"], machine["m.Ok"], machine["t"]) == (2.5, True, "many")


def test_blocks_in_arrays_remember_each_their_own():
    text = """FUNCTION_BLOCK counter VAR_INPUT pace : INT := 1; END_VAR VAR_OUTPUT n : INT; END_VAR
    n := n + pace; END_FUNCTION_BLOCK
    PROGRAM p VAR c : ARRAY[1..3] OF counter; i, all : INT; END_VAR
    FOR i := 1 TO 3 DO c[i](pace := i); c[4 - i](); END_FOR; all := c[1].n + c[2].n * 10 + c[3].n * 100; END_PROGRAM"""
    assert Machine(text).run()["all"] == 2 + 4 * 10 + (1 + 3) * 100


def test_a_block_inside_a_block_keeps_its_state():
    text = """FUNCTION_BLOCK outer VAR_INPUT go : BOOL; END_VAR VAR_OUTPUT rises : INT; END_VAR
    VAR edge : R_TRIG; END_VAR
    edge(CLK := go); IF edge.Q THEN rises := rises + 1; END_IF;
    END_FUNCTION_BLOCK
    PROGRAM p VAR o : outer; go : BOOL; END_VAR o(go := go); END_PROGRAM"""
    machine = Machine(text)
    rises = [machine.run(go=go)["o.rises"] for go in (True, True, False, True)]
    assert rises == [1, 1, 1, 2]


def test_a_block_is_passed_by_reference():
    text = """FUNCTION_BLOCK user VAR_IN_OUT t : TON; END_VAR t(IN := TRUE, PT := T#1s); END_FUNCTION_BLOCK
    PROGRAM p VAR t : TON; u : user; END_VAR u(t := t); END_PROGRAM"""
    machine = Machine(text).run()
    assert machine.scan(after_ms=1000) == 0
    assert machine["t.Q"]


def test_temporaries_start_anew_and_variables_stay():
    text = """PROGRAM p VAR kept : INT; seen : INT; END_VAR VAR_TEMP t : INT := 5; END_VAR
    t := t + 1; kept := kept + 1; seen := t; END_PROGRAM"""
    machine = Machine(text).run().run()
    assert (machine["kept"], machine["seen"]) == (2, 6)


def test_retained_variables_are_marked():
    fields = compiled("PROGRAM p VAR RETAIN a : INT; END_VAR VAR b : INT; END_VAR a := b; END_PROGRAM")
    assert {f.name: f.retain for f in fields.programs["p"].area.fields} == {"a": True, "b": False}


def test_constant_tables_can_be_indexed():
    text = """VAR_GLOBAL CONSTANT scale : ARRAY[1..3] OF REAL := [1.0, 2.0, 4.0]; N : INT := 3; END_VAR
    PROGRAM p VAR CONSTANT own : ARRAY[1..N] OF INT := [10, 20, 30]; END_VAR VAR i : INT := 3; y : REAL; END_VAR
    y := scale[i] + own[i - 1]; END_PROGRAM"""
    assert Machine(text).run()["y"] == 24.0


def test_external_names_the_global():
    text = """VAR_GLOBAL total : DINT; END_VAR
    PROGRAM p VAR_EXTERNAL total : DINT; END_VAR total := total + 1; END_PROGRAM"""
    assert Machine(text).run()["total"] == 1


FAULTS = {
    "division by zero": ("y := 10 / y;", "y : INT;", FaultKind.DIVISION, "10 / y"),
    "an index out of range": ("a[y] := 1;", "y : INT := 5; a : ARRAY[1..4] OF INT;", FaultKind.INDEX, "y"),
    "a FOR step of 0": ("FOR i := 1 TO 5 BY y DO ; END_FOR;", "i, y : INT;", FaultKind.STEP, "y"),
    "an endless loop": ("WHILE y < 5 DO ; END_WHILE;", "y : INT;", FaultKind.BUDGET, "y < 5"),
    "a MUX without that input": ("y := MUX(x, 1, 2);", "x : INT := 2; y : INT;", FaultKind.INDEX, "x"),
    "a count beyond the array": (
        "y := SUM(a, n);",
        "n : INT := 3; a : ARRAY[1..2] OF INT; y : INT;",
        FaultKind.INDEX,
        "SUM(a, n)",
    ),
}


@pytest.mark.parametrize(("statements", "variables", "kind", "text"), FAULTS.values(), ids=FAULTS.keys())
def test_what_cannot_go_on_stops_at_its_place(statements: str, variables: str, kind: FaultKind, text: str):
    machine = Machine(f"PROGRAM p VAR {variables} END_VAR\n{statements}\nEND_PROGRAM")
    fault = machine.program.unit.faults[machine.scan() - 1]
    assert (fault.kind, fault.text, fault.span.line) == (kind, text, 2)
