"""The rules beyond typing: what each says something about, and what it lets pass."""

from __future__ import annotations

import cProfile
import pstats
import re

import pytest

from plc.lang.compile import compile_set
from plc.lang.source import Source
from tests.lang.machine import compiled

HEAD = """PROGRAM p
VAR_INPUT hot, smoke : BOOL; n : INT; x : REAL; END_VAR
VAR_OUTPUT fan, lamp : BOOL; y : REAL; m : INT; END_VAR
VAR {} END_VAR
"""
FIRST = HEAD.count("\n") + 1


def said(statements: str, variables: str = "") -> list[str]:
    """The rules' words about a PROGRAM, as ``line:column code`` with lines counted from the first statement.

    Its outputs that the statements leave alone are assigned after them.
    """
    rest = [f"{name} := {value};" for name, value in REST.items() if not re.search(rf"(?<![.\w]){name} :=", statements)]
    text = f"{HEAD.format(variables)}{statements}\n{' '.join(rest)} {USES}\nEND_PROGRAM"
    found = compiled(text, plant=True, idle=True).diagnostics
    return [f"{d.span.line - FIRST + 1}:{d.span.column} {d.code}" for d in found]


PAIR = (
    "PROGRAM a VAR_OUTPUT x : BOOL; n : INT; END_VAR {} END_PROGRAM "
    "PROGRAM b VAR_OUTPUT x : BOOL; END_VAR {} END_PROGRAM"
)
GLOBAL = [
    ("wish : BOOL;", "x := wish;", "wish := TRUE; x := FALSE;", ""),
    ("wish : BOOL;", "x := wish;", "x := wish;", "writes the global wish"),
    ("wish : BOOL;", "wish := x; x := TRUE;", "x := FALSE;", "reads the global wish"),
    ("wish : BOOL;", "x := TRUE;", "x := FALSE;", "uses the global wish"),
    ("wish : ARRAY[1..2] OF INT;", "wish[1] := n; x := TRUE;", "x := wish[2] > 1;", ""),
    ("END_VAR VAR_GLOBAL CONSTANT Most : INT := 3;", "x := n > Most;", "x := TRUE;", ""),
    ("END_VAR VAR_GLOBAL CONSTANT Most : INT := 3;", "x := n > 3;", "x := TRUE;", "uses the global Most"),
    ("END_VAR VAR_GLOBAL CONSTANT Most : INT := 3; END_VAR TYPE t : INT (0..Most); END_TYPE VAR_GLOBAL g : t;",
     "g := 1; x := TRUE;", "x := g > 0;", ""),
    ("END_VAR VAR_GLOBAL RETAIN wish : BOOL;", "x := TRUE;", "x := TRUE;", ""),
    ("wish AT %MX3.0 : BOOL;", "x := TRUE;", "x := TRUE;", ""),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "one", "other", "wanted"), GLOBAL)
def test_a_global_is_written_by_some_program_and_read_by_some(declared: str, one: str, other: str, wanted: str) -> None:
    text = f"VAR_GLOBAL {declared} END_VAR " + PAIR.format(one + " n := 1;", other)
    told = [d.what for d in compiled(text, whole=True).diagnostics if d.code == "S100"]
    assert told == ([f"no program of this site {wanted}"] if wanted else [])
    assert compiled(text).errors == compiled(text, whole=True).errors == ()
    assert "S100" not in {d.code for d in compiled(text).diagnostics}


def test_nothing_is_said_of_globals_beside_an_error() -> None:
    text = "VAR_GLOBAL wish : BOOL; END_VAR " + PAIR.format("x := nothing; n := 1;", "x := TRUE;")
    assert [d.code for d in compiled(text, whole=True).diagnostics] == ["S001"]


REST = {"fan": "hot", "lamp": "smoke", "y": "x", "m": "n"}
USES = "y := SEL(hot AND smoke, y, x + INT_TO_REAL(n));"

IDLE = [
    ("a : INT;", "", ["0:5 S091"]),
    ("a : INT;", "a := 1;", ["0:5 S093"]),
    ("a : INT;", "m := a;", ["0:5 S092"]),
    ("a : INT; b : INT;", "m := a + b; a := m;", ["0:14 S092"]),
    ("a : INT;", "a := m; m := a;", []),
    ("a : ARRAY[1..3] OF INT;", "a[n] := 1; m := a[2];", []),
    ("a : Measurement;", "a.Value := 1.0; y := a.Value;", ["1:22 S051"]),
    ("t : TON;", "t(IN := hot, PT := T#1s);", []),
    ("END_VAR VAR_OUTPUT a : INT;", "", ["0:24 S092"]),
    ("END_VAR VAR_OUTPUT a : INT;", "m := a;", ["0:24 S092"]),
    ("END_VAR VAR_OUTPUT a : INT;", "a := n;", []),
    ("END_VAR VAR_TEMP a : INT;", "a := n;", ["0:22 S093"]),
    ("END_VAR VAR CONSTANT a : INT := 5;", "m := n;", ["0:26 S091"]),
    ("END_VAR VAR CONSTANT a : INT := 5;", "m := a;", []),
    ("b : ARRAY[1..a] OF INT; END_VAR VAR CONSTANT a : INT := 5;", "b[1] := m; m := b[n];", []),
    ("b : INT := a; END_VAR VAR CONSTANT a : INT := 5;", "b := m + b; m := b;", []),
    ("b : ARRAY[1..2] OF INT := [2(a)]; END_VAR VAR CONSTANT a : INT := 5;", "b[1] := m; m := b[n];", []),
    ("b : STRING[a]; END_VAR VAR CONSTANT a : INT := 5;", "b := 'x'; fan := b = 'y';", []),
    ("b : INT (0..a); END_VAR VAR CONSTANT a : INT := 5;", "b := 2; m := b;", []),
    ("END_VAR VAR RETAIN a : INT;", "a := n;", []),
    ("A : INT;", "m := a; a := m;", []),
    ("a : INT := 3;", "FOR a := 1 TO 3 DO m := n; END_FOR;", []),
    ("b : BOOL; t : TON;", "t(IN := hot, PT := T#1s, Q => b); fan := b;", []),
    ("w : WORD; b : BOOL;", "w.3 := hot; b := w.4; fan := b;", []),
]


@pytest.mark.parametrize(("variables", "statements", "wanted"), IDLE)
def test_a_variable_is_written_by_someone_and_read_by_someone(variables: str, statements: str, wanted: list[str]):
    assert said(statements, variables) == wanted


@pytest.mark.parametrize(
    ("variable", "cure"),
    [
        ("VAR a : INT := 3;", "declare it in VAR CONSTANT, or assign it"),
        ("VAR a : INT;", "assign it, or take it away"),
        ("VAR_OUTPUT a : INT := 3;", "assign it, or take it away"),
    ],
)
def test_what_never_changes_is_a_constant_only_inside(variable: str, cure: str):
    text = f"PROGRAM p {variable} END_VAR VAR_OUTPUT b : INT; END_VAR b := a; END_PROGRAM"
    assert [d.cure for d in compiled(text, idle=True).diagnostics] == [cure]


def test_what_a_block_takes_by_reference_it_may_write_and_read():
    text = """FUNCTION_BLOCK ADD_UP VAR_IN_OUT total : REAL; END_VAR VAR_IN_OUT CONSTANT one : REAL; END_VAR
total := total + one;
END_FUNCTION_BLOCK
PROGRAM p VAR adds : ADD_UP; sum, more : REAL; END_VAR
adds(total := sum, one := more);
END_PROGRAM"""
    found = compiled(text, idle=True).diagnostics
    assert [(d.code, d.span.column) for d in found] == [("S092", 35)]


def test_the_result_of_a_function_gets_a_value():
    text = "FUNCTION f : INT VAR_INPUT a : INT; END_VAR VAR_TEMP b : INT; END_VAR b := a; END_FUNCTION"
    assert [d.code for d in compiled(text, idle=True).diagnostics] == ["S092", "S093"]


def test_a_text_with_an_error_gets_no_advice_about_what_is_missing():
    text = "PROGRAM p VAR a : INT; t : TON; END_VAR\na := 1\nEND_PROGRAM"
    assert [d.code for d in compiled(text, idle=True).diagnostics] == ["P012"]


ONE_WAY = [
    ("IF hot THEN Relays.fan := TRUE; END_IF;", ["1:13 S094"]),
    ("IF hot THEN fan := TRUE; END_IF;", ["1:13 S094"]),
    ("IF hot THEN Relays.fan := TRUE; ELSE Relays.fan := FALSE; END_IF;", []),
    ("IF hot THEN Relays.fan := TRUE; END_IF; IF smoke THEN Relays.fan := FALSE; END_IF;", []),
    ("Relays.fan := FALSE; IF hot THEN Relays.fan := TRUE; END_IF;", []),
    ("IF hot THEN Relays.fan := hot; END_IF;", []),
    ("Relays.fan := TRUE;", []),
    ("CASE n OF 1: Relays.fan := TRUE; 2: Relays.lamp := TRUE; 3: Relays.lamp := FALSE; END_CASE;", ["1:14 S094"]),
    ("CASE n OF 1: ; ELSE Relays.fan := TRUE; END_CASE;", ["1:21 S094"]),
    ("IF hot THEN ; ELSIF smoke THEN Relays.fan := TRUE; END_IF;", ["1:32 S094"]),
    ("IF hot THEN ; ELSE Relays.fan := TRUE; END_IF;", ["1:20 S094"]),
    ("WHILE hot DO Relays.fan := TRUE; EXIT; END_WHILE;", ["1:14 S094"]),
    ("FOR m := 1 TO 3 DO Relays.fan := TRUE; END_FOR;", []),
    ("REPEAT Relays.fan := TRUE; UNTIL hot END_REPEAT;", []),
    ("IF hot THEN FOR m := 1 TO 3 DO Relays.fan := TRUE; END_FOR; END_IF;", ["1:32 S094"]),
    ("IF hot THEN REPEAT Relays.fan := TRUE; UNTIL smoke END_REPEAT; END_IF;", ["1:20 S094"]),
    ("IF hot THEN Relays.fan := TRUE; Relays.lamp := TRUE; END_IF;", ["1:13 S094", "1:33 S094"]),
]


@pytest.mark.parametrize(("statements", "wanted"), ONE_WAY)
def test_a_rule_has_its_way_back(statements: str, wanted: list[str]):
    assert said(statements) == wanted


def test_a_flag_inside_a_unit_may_go_one_way():
    assert said("IF hot THEN seen := TRUE; END_IF; fan := seen;", "seen : BOOL;") == []


NEVER = [
    ("IF smoke THEN m := 1; RETURN; m := 2; END_IF;", ["1:31 S095"]),
    ("IF smoke THEN m := 1; RETURN; ; END_IF;", []),
    ("WHILE smoke DO m := 1; EXIT; m := 2; m := 3; END_WHILE;", ["1:30 S095"]),
    ("WHILE smoke DO IF hot THEN CONTINUE; END_IF; m := 2; END_WHILE;", []),
    ("IF FALSE THEN m := 1; END_IF;", ["1:4 S096"]),
    ("IF NOT FALSE OR hot AND FALSE THEN m := 1; END_IF;", ["1:17 P025"]),
    ("IF 5 > 3 THEN m := 1; END_IF;", ["1:4 S096"]),
    ("WHILE TRUE DO EXIT; END_WHILE;", []),
]


@pytest.mark.parametrize(("statements", "wanted"), NEVER)
def test_what_is_written_can_run(statements: str, wanted: list[str]):
    assert said(statements) == wanted


def test_a_part_may_be_switched_off_by_a_named_constant():
    assert said("IF Debug THEN m := 1; END_IF;", "END_VAR VAR CONSTANT Debug : BOOL := FALSE;") == []


def test_a_label_is_one_that_the_selector_can_have():
    text = """PROGRAM p VAR_INPUT n : INT (0..10); END_VAR VAR_OUTPUT y : INT; END_VAR
CASE n OF
    1: y := 1;
    8..20: y := 2;
    30, 31..40, -5: y := 3;
END_CASE;
END_PROGRAM"""
    found = [(d.code, d.span.line, d.span.column) for d in compiled(text).diagnostics]
    assert found == [("S095", 5, 5), ("S095", 5, 9), ("S095", 5, 17)]


SETTLED = [
    ("USINT", "a < 0", True),
    ("USINT", "a >= 0", True),
    ("USINT", "0 <= a", True),
    ("USINT", "a > 0", False),
    ("USINT", "a <= 255", True),
    ("USINT", "a < 255", False),
    ("USINT", "a > DINT#300", True),
    ("USINT", "a = DINT#300", True),
    ("USINT", "a <> DINT#5", False),
    ("INT", "a < 0", False),
    ("INT", "a >= -32768", True),
    ("INT", "a > -32768", False),
    ("SINT", "a < LINT#200", True),
    ("BYTE", "a >= BYTE#0", True),
    ("INT (0..10)", "a > 10", True),
    ("INT (0..10)", "a > 9", False),
    ("INT (0..10)", "a < 0", True),
    ("INT (0..10)", "11 = a", True),
]


@pytest.mark.parametrize(("kind", "comparison", "settled"), SETTLED)
def test_a_comparison_can_have_both_answers(kind: str, comparison: str, settled: bool):
    text = f"PROGRAM p VAR_INPUT a : {kind}; END_VAR VAR_OUTPUT b : BOOL; END_VAR\nb := {comparison};\nEND_PROGRAM"
    assert [(d.code, d.span.column) for d in compiled(text).diagnostics] == ([("S096", 6)] if settled else [])


SAME = [
    ("fan := hot OR hot;", ["1:8 S097"]),
    ("fan := hot AND Hot AND smoke;", ["1:8 S097"]),
    ("fan := x > x;", ["1:8 S097"]),
    ("y := x - x;", ["1:6 S097"]),
    ("y := x * x + x + x;", []),
    ("fan := Strings[1].Ambient.Ok = Strings[1].Ambient.Ok;", ["1:8 S097"]),
    ("fan := Strings[1].Ambient.Ok = Strings[2].Ambient.Ok;", []),
    ("fan := Strings[n].Ambient.Ok = Strings[n].Ambient.Ok;", ["1:8 S097"]),
    ("fan := n > 5 OR n > 5;", []),
]


@pytest.mark.parametrize(("statements", "wanted"), SAME)
def test_an_operator_joins_two_different_things(statements: str, wanted: list[str]):
    assert [line for line in said(statements) if "S052" not in line] == wanted


TIMERS = [
    ("t(IN := hot, PT := T#2s);", []),
    ("t(hot, T#2s);", []),
    ("t(IN := TRUE, PT := T#2s);", []),
    ("t(IN := FALSE, PT := T#2s);", ["1:9 S098"]),
    ("t(IN := hot, PT := T#0s);", ["1:20 S098"]),
    ("t(IN := hot);", ["1:1 S098"]),
    ("t.PT := T#2s; t(IN := hot);", []),
    ("t(IN := hot); IF t.Q THEN t(IN := FALSE, PT := T#1s); END_IF;", ["1:35 S098"]),
    ("o(IN := TRUE, PT := T#2s); t(IN := hot, PT := T#2s);", ["1:9 S098"]),
]


def test_a_timer_may_begin_with_its_time():
    assert said("t(IN := hot);", "t : TON := (PT := T#2s);") == []


def test_a_timer_may_get_its_time_from_the_configuration():
    program = "PROGRAM p VAR_INPUT hot : BOOL; END_VAR VAR_OUTPUT fan : BOOL; END_VAR VAR t : TON; END_VAR\n"
    program += "t(IN := hot); fan := t.Q; END_PROGRAM\n"
    tasks = "TASK k (INTERVAL := T#1s); PROGRAM a WITH k : p;"
    values = "VAR_CONFIG a.t.PT : TIME := T#5s; END_VAR"
    assert [d.code for d in compiled(program).diagnostics] == ["S098"]
    assert compiled(f"{program}CONFIGURATION c {tasks} {values} END_CONFIGURATION").diagnostics == ()


@pytest.mark.parametrize(("statements", "wanted"), TIMERS)
def test_a_timer_has_a_time_and_an_input_that_changes(statements: str, wanted: list[str]):
    variables = "t : TON;" + (" o : TOF;" if "o(" in statements else "")
    assert said(statements, variables) == wanted


UNITS = [
    ("{attribute 'unit' := 'A'} a : REAL; {attribute 'unit' := 'V'} b : REAL;", "a := b;", ["1:6 S090"]),
    ("{attribute 'unit' := 'A'} a : REAL; {attribute 'unit' := 'V'} b : REAL;", "y := a + b;", ["1:6 S090"]),
    ("{attribute 'unit' := 'A'} a : REAL; {attribute 'unit' := 'V'} b : REAL;", "y := a * b;", []),
    ("{attribute 'unit' := 'A'} a : REAL; {attribute 'unit' := 'V'} b : REAL;", "y := a / b + 1.0;", []),
    ("{attribute 'unit' := 'A'} a : REAL; {attribute 'unit' := 'mA'} b : REAL;", "fan := a > b;", ["1:8 S090"]),
    ("{attribute 'unit' := 'A'} a : REAL; b : REAL;", "a := b; a := 5.0; fan := a > 3.0 OR a > b;", []),
    ("{attribute 'unit' := 'degC'} a, b : REAL; {attribute 'unit' := 'K'} c : REAL;", "c := a - b; a := b + c;", []),
    ("{attribute 'unit' := 'degC'} a : REAL; {attribute 'unit' := 'K'} c : REAL;", "fan := a > c;", ["1:8 S090"]),
    ("{attribute 'unit' := 'degC'} a, b : REAL;", "a := a - b;", ["1:6 S090"]),
    ("{attribute 'unit' := 'degC'} a, b : REAL;", "a := (a + b) / 2.0;", []),
    ("{attribute 'unit' := 'A'} a : REAL; {attribute 'unit' := 'V'} b : REAL;", "a := MAX(a, b);", ["1:13 S090"]),
    ("{attribute 'unit' := 'A'} a : REAL; {attribute 'unit' := 'V'} b : REAL;", "a := SEL(b > 5.0, a, 0.0);", []),
    ("{attribute 'unit' := 'A'} a : REAL; {attribute 'unit' := 'V'} b : REAL;", "a := ABS(-b);", ["1:6 S090"]),
    ("{attribute 'unit' := 'A'} a : ARRAY[1..2] OF REAL; {attribute 'unit' := 'V'} b : REAL;",
     "a[1] := b;", ["1:9 S090"]),
    ("{attribute 'unit' := 'V'} a : Measurement; {attribute 'unit' := 'A'} b : REAL;",
     "IF a.Ok THEN b := a.Value; END_IF;", ["1:19 S090"]),
    ("{attribute 'unit' := '°C'} a : REAL; {attribute 'unit' := 'degC'} b : REAL;", "a := b;", []),
    ("{attribute 'unit' := 'V'} a : REAL; END_VAR VAR CONSTANT {attribute 'unit' := 'A'} C : REAL := 5.0;",
     "fan := a > C;", ["1:8 S090"]),
]  # fmt: skip


@pytest.mark.parametrize(("variables", "statements", "wanted"), UNITS)
def test_units_go_together(variables: str, statements: str, wanted: list[str]):
    assert [line for line in said(statements, variables) if "S09" not in line or "S090" in line] == wanted


def test_a_field_of_a_structure_has_its_unit():
    text = """TYPE feed : STRUCT {attribute 'unit' := 'A'} i : REAL; {attribute 'unit' := 'V'} v : REAL; END_STRUCT
END_TYPE PROGRAM p VAR f : feed; rows : ARRAY[1..2] OF feed; END_VAR
f.i := f.i + 1.0; f.v := f.i; rows[1].v := rows[2].i; rows[1].v := rows[2].v;
END_PROGRAM"""
    assert [f"{d.span.column} {d.code}" for d in compiled(text).diagnostics] == ["26 S090", "44 S090"]


def test_a_unit_is_followed_into_a_block():
    text = """FUNCTION_BLOCK WATCH VAR_INPUT {attribute 'unit' := 'V'} v : REAL; END_VAR VAR_OUTPUT q : BOOL; END_VAR
q := v > 14.0;
END_FUNCTION_BLOCK
PROGRAM p VAR w : WATCH; END_VAR VAR_INPUT {attribute 'unit' := 'mV'} m : REAL; END_VAR
w(v := m);
END_PROGRAM"""
    (found,) = compiled(text).diagnostics
    assert str(found) == (
        "test.st:5:8: error S090: a value in mV goes into v, which is in V; convert it to V: multiply by 0.001"
    )


ATTRIBUTES = [
    ("{attribute 'protectiv'}", "did you mean protective?"),
    ("{attribute 'Protective'}", ""),
    ("{attribute 'text' := 'a'}", ""),
    ("{attribute 'colour' := 'red'}", "the known ones are protective, task, text"),
]


@pytest.mark.parametrize(("attribute", "cure"), ATTRIBUTES)
def test_an_attribute_nobody_knows_is_named(attribute: str, cure: str):
    found = compiled(f"{attribute}\nPROGRAM p ; END_PROGRAM").diagnostics
    assert [d.code for d in found] == (["S099"] if cure else [])
    assert all(d.cure.startswith(cure) for d in found)


SHARE_MOST = 0.10
PART = """IF a{0} > {0}.5 AND NOT b{0} AND c{0} THEN
    x{0} := MAX(a{0}, x{0}) + 1.5;
    d{0}(IN := b{0}, PT := T#2s);
ELSIF d{0}.Q THEN
    x{0} := a{0} - x{0};
END_IF;
"""


def thousand_lines() -> str:
    numbers = range(160)
    inputs = "\n".join(f"a{n} : REAL; b{n}, c{n} : BOOL;" for n in numbers)
    outputs, timers = "".join(f"x{n} : REAL; " for n in numbers), "".join(f"d{n} : TON; " for n in numbers)
    body = "".join(PART.format(n) for n in numbers)
    head = f"PROGRAM p VAR_INPUT\n{inputs}\nEND_VAR VAR_OUTPUT {outputs} END_VAR VAR {timers} END_VAR\n"
    return f"{head}{body}END_PROGRAM\n"


def test_the_rules_take_at_most_a_tenth_of_compiling_a_thousand_lines():
    text = thousand_lines()
    assert text.count("\n") > 1_000
    profile = cProfile.Profile()
    found = profile.runcall(compile_set, [Source("long.st", text)])
    assert found.diagnostics == ()
    seconds = {key[2]: row[3] for key, row in pstats.Stats(profile).stats.items()}  # type: ignore[attr-defined]
    assert 0.0 < seconds["_apply_rules"] < SHARE_MOST * seconds["compile_set"]


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("y := TIME_TO_REAL(t) / 1000.0;", "1:6"),
        ("y := 1.0 + LREAL_TO_REAL(TIME_TO_LREAL(t) / 3_600_000.0) * 2.0;", "1:26"),
        ("fan := TIME_TO_LINT(t) > 500;", "1:8"),
        ("fan := 5.0E3 <= TIME_TO_LREAL(t);", "1:8"),
        ("t := REAL_TO_TIME(x * 1000.0);", "1:6"),
        ("t := LINT_TO_TIME(500);", "1:6"),
        ("y := TIME_TO_REAL(t) / 1.0E9;", ""),
        ("fan := TIME_TO_LINT(t) > 0;", ""),
        ("fan := TIME_TO_LREAL(t) / TIME_TO_LREAL(T#5s) > 0.5;", ""),
        ("t := LINT_TO_TIME(INT_TO_LINT(n) * 1_000_000);", ""),
        ("y := LTIME_TO_REAL(t) / 1000.0;", ""),
    ],
)
def test_a_time_counted_in_milliseconds_is_told_that_it_is_in_nanoseconds(statement: str, place: str):
    told = [each for each in said(statement, "t : TIME := T#1s;") if each.endswith("S101")]
    assert told == ([f"{place} S101"] if place else [])


@pytest.mark.parametrize(
    ("call", "place"),
    [
        ("MIN(x, 1,5)", "1:13"),
        ("MAX(1,5, x)", "1:10"),
        ("MIN(MAX(x, 10,25), 40.0)", "1:17"),
        ("MIN(x, 1, 5)", ""),
        ("MIN(x, 1.5)", ""),
        ("MIN(x,5)", ""),
        ("MIN(x, -1,y)", ""),
    ],
)
def test_two_numbers_that_look_like_one_with_a_comma_in_it_are_told(call: str, place: str):
    told = [each for each in said(f"y := {call};") if each.endswith("S102")]
    assert told == ([f"{place} S102"] if place else [])
