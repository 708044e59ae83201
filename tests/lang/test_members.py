"""METHODs of function blocks, and ACTIONs called as statements."""

from __future__ import annotations

import pytest

from tests.lang.machine import Machine, compiled, problems
from tests.lang.units import BACK_ENDS

BOTH = pytest.mark.parametrize("back_end", ["reference", "native"])

METER = """
FUNCTION_BLOCK Meter
VAR_INPUT factor : INT := 1; END_VAR
VAR_OUTPUT Total : INT; END_VAR
VAR calls : INT; t : TON; END_VAR
METHOD PUBLIC add : INT
VAR_INPUT a : INT; b : INT := 2; END_VAR
VAR_OUTPUT before : INT; END_VAR
VAR local : INT := 5; END_VAR
    before := Total;
    Total := Total + a + b + scaled(x := local);
    local := 99;
    add := Total;
END_METHOD
METHOD PRIVATE scaled : INT
VAR_INPUT x : INT; END_VAR
    calls := calls + 1;
    scaled := x * factor;
END_METHOD
METHOD reset
    Total := 0;
    t(IN := Total > 0, PT := T#1s);
END_METHOD
METHOD into
VAR_IN_OUT target : INT; END_VAR
    target := target + Total;
END_METHOD
Total := Total + scaled(x := 10);
END_FUNCTION_BLOCK
"""


def program(body: str, variables: str = "m : Meter; n, k : INT;") -> str:
    return f"{METER}PROGRAM p\nVAR {variables} END_VAR\n{body}\nEND_PROGRAM"


def run(body: str, back_end: str, variables: str = "m : Meter; n, k : INT;", scans: int = 1) -> Machine:
    machine = Machine(program(body, variables), bind=BACK_ENDS[back_end])
    for _ in range(scans):
        assert machine.scan() == 0
    return machine


@BOTH
def test_a_method_gives_its_result_and_changes_its_block(back_end: str):
    machine = run("n := m.add(a := 3) * 2;", back_end)
    assert (machine["n"], machine["m.Total"], machine["m.calls"]) == (20, 10, 1)


@BOTH
def test_what_a_method_declares_lives_for_one_call(back_end: str):
    machine = run("n := m.add(a := 0, b := 0); n := m.add(a := 0, b := 0);", back_end)
    assert machine["n"] == 10


@BOTH
def test_a_method_hands_out_its_outputs_and_takes_references(back_end: str):
    machine = run("k := 100; n := m.add(a := 1); n := m.add(a := 1, before => k); m.into(target := k);", back_end)
    assert (machine["n"], machine["k"]) == (16, 8 + 16)


@BOTH
def test_a_method_without_a_result_is_called_as_a_statement(back_end: str):
    machine = run("m(); m.reset(); n := m.Total;", back_end)
    assert (machine["n"], machine["m.calls"]) == (0, 1)


@BOTH
def test_each_element_of_an_array_of_blocks_has_its_methods(back_end: str):
    machine = run(
        "FOR i := 1 TO 3 DO n := m[i].add(a := i); END_FOR;", back_end, "m : ARRAY[1..3] OF Meter; i, n : INT;"
    )
    assert [machine[f"m[{number}].Total"] for number in (1, 2, 3)] == [8, 9, 10]


@BOTH
def test_an_index_out_of_range_before_a_method_stops_the_program(back_end: str):
    text = program("i := 4; m[i].reset();", "m : ARRAY[1..3] OF Meter; i : INT;")
    machine = Machine(text, bind=BACK_ENDS[back_end])
    assert machine.program.unit.faults[machine.scan() - 1].text == "i"


@BOTH
def test_a_function_calls_a_method_of_a_block_it_is_given(back_end: str):
    text = (
        METER
        + """
    FUNCTION twice : INT VAR_IN_OUT what : Meter; END_VAR twice := what.add(a := 1) + what.add(a := 1); END_FUNCTION
    PROGRAM p VAR m : Meter; n : INT; END_VAR n := twice(what := m); END_PROGRAM"""
    )
    machine = Machine(text, bind=BACK_ENDS[back_end])
    assert machine.scan() == 0
    assert machine["n"] == 8 + 16


@BOTH
def test_a_method_of_an_inner_block_is_called_from_an_outer_ones_method(back_end: str):
    text = (
        METER
        + """
    FUNCTION_BLOCK Outer VAR inner : Meter; END_VAR METHOD go : INT
        go := inner.add(a := 4); END_METHOD END_FUNCTION_BLOCK
    PROGRAM p VAR o : Outer; n : INT; END_VAR n := o.go(); END_PROGRAM"""
    )
    machine = Machine(text, bind=BACK_ENDS[back_end])
    assert machine.scan() == 0
    assert machine["n"] == 11


@BOTH
def test_an_action_is_a_part_of_its_unit(back_end: str):
    machine = run(
        "k := 3; tens(); n := n + k; ACTION tens: k := k * 10; ones(); END_ACTION ACTION ones: k := k + 1; RETURN;"
        " k := 0; END_ACTION", back_end, "n, k : INT;",
    )  # fmt: skip
    assert machine["n"] == 31


@BOTH
def test_an_action_shares_the_temporary_variables_of_its_caller(back_end: str):
    machine = run("k := 3; up(); up(); n := k; ACTION up: more(); END_ACTION ACTION more: k := k + 1; END_ACTION",
                  back_end, "n : INT; END_VAR VAR_TEMP k : INT;", scans=2)  # fmt: skip
    assert machine["n"] == 5


@BOTH
def test_an_action_uses_what_was_passed_to_its_block(back_end: str):
    text = """FUNCTION_BLOCK b VAR_IN_OUT x : INT; END_VAR VAR_IN_OUT CONSTANT y : INT; END_VAR add();
    ACTION add: x := x + y; END_ACTION END_FUNCTION_BLOCK
    PROGRAM p VAR one : b; n, k : INT := 4; END_VAR one(x := n, y := k); END_PROGRAM"""
    machine = Machine(text, bind=BACK_ENDS[back_end])
    assert machine.scan() == 0
    assert machine["n"] == 8


def test_a_block_used_through_its_methods_alone_is_in_use():
    assert problems(program("m.reset();")) == []
    (advice,) = compiled(program("n := 1;")).diagnostics
    assert advice.what.startswith("m is declared and never called")


def test_a_program_depends_on_the_sources_of_the_methods_it_calls():
    assert compiled(program("m.reset();")).programs["p"].closure == (
        "library/system.st",
        "library/timers.st",
        "test.st",
    )


WRONG = [
    ("m.scaled(x := 1);", "S085"),
    ("n := m.reset();", "S038"),
    ("m.add(1, 2, 3);", "S037"),
    ("n := m.add(a := 1, c := 1);", "S037"),
    ("n := m.ad(a := 1);", "S001"),
    ("m.into(target := 5);", "S026"),
    ("m.into(target := b);", "S008"),
]


@pytest.mark.parametrize(("body", "code"), WRONG)
def test_a_wrong_call_of_a_method_is_named(body: str, code: str):
    found = problems(program(f"m();\n{body}", "m : Meter; n : INT; b : BOOL;"))
    assert [each.partition(" ")[2] for each in found] == [code]


def test_a_method_of_a_block_inside_another_is_not_called_from_outside():
    outer = "FUNCTION_BLOCK Outer VAR inner : Meter; END_VAR inner(); END_FUNCTION_BLOCK"
    text = f"{METER}{outer}\nPROGRAM p VAR o : Outer; END_VAR o();\no.inner.reset();\nEND_PROGRAM"
    line = text.count("\n")
    assert problems(text) == [f"{line}:1 S027"]


@pytest.mark.parametrize(("call", "code"), [("s.foo();", "S001"), ("n.foo();", "S028"), ("s.k.foo();", "S028")])
def test_what_is_no_block_has_no_methods(call: str, code: str):
    text = f"TYPE st : STRUCT k : INT; END_STRUCT END_TYPE PROGRAM p VAR s : st; n : INT; END_VAR\n{call} END_PROGRAM"
    assert problems(text) == [f"2:1 {code}"]


def test_methods_that_call_each_other_are_a_circle():
    text = "FUNCTION_BLOCK b METHOD x : INT x := y(); END_METHOD METHOD y : INT y := x(); END_METHOD END_FUNCTION_BLOCK"
    (found,) = compiled(text).diagnostics
    assert (found.code, found.what) == ("S005", "these call each other in a circle: b.x -> b.y -> b.x")


def test_actions_that_call_each_other_are_a_circle():
    text = "PROGRAM p x(); ACTION x: y(); END_ACTION ACTION y: x(); END_ACTION END_PROGRAM"
    (found,) = compiled(text).diagnostics
    assert (found.code, found.what) == ("S005", "these call each other in a circle: x -> y -> x")


BLOCK = "FUNCTION_BLOCK b VAR_IN_OUT io : INT; END_VAR VAR_TEMP tmp : INT; END_VAR VAR v : INT; END_VAR {} v := 1; "
INSIDE = [
    ("METHOD m v := io; END_METHOD", "S086"),
    ("METHOD m tmp := 1; END_METHOD", "S086"),
    ("METHOD m VAR v : INT; END_VAR END_METHOD", "S002"),
    ("METHOD m END_METHOD METHOD M END_METHOD", "S002"),
    ("METHOD m act(); END_METHOD ACTION act: v := 2; END_ACTION act();", "S038"),
    ("METHOD v END_METHOD", "S002"),
    ("METHOD act END_METHOD ACTION act: v := 2; END_ACTION act();", "S002"),
    ("v := act(); ACTION act: v := 2; END_ACTION act();", "S038"),
    ("act(3); ACTION act: v := 2; END_ACTION", "S037"),
    ("ACTION v: END_ACTION v();", "S002"),
    ("FOR v := 1 TO 3 DO act(); END_FOR; ACTION act: more(); END_ACTION ACTION more: v := 2; END_ACTION", "S032"),
    ("FOR tmp := 1 TO 3 DO act(); END_FOR; ACTION act: FOR v := 1 TO 2 DO tmp := v; END_FOR; END_ACTION", "S032"),
    ("FOR v := 1 TO 3 DO m(); END_FOR; METHOD m v := 2; END_METHOD", "S032"),
    ("act(); ACTION act: FOR tmp := 1 TO 3 DO v := tmp; END_FOR; END_ACTION", "S041"),
]


@pytest.mark.parametrize(("body", "code"), INSIDE)
def test_a_mistake_inside_a_method_or_action_is_named(body: str, code: str):
    found = problems(BLOCK.format(body) + "END_FUNCTION_BLOCK")
    assert [each.partition(" ")[2] for each in found][:1] == [code]


def test_an_action_may_leave_the_counter_of_the_loop_around_it_alone():
    actions = "ACTION act: io := v; END_ACTION ACTION other: v := 0; END_ACTION"
    text = BLOCK.format(f"FOR v := 1 TO 3 DO act(); END_FOR; {actions}")
    assert problems(text + "other(); END_FUNCTION_BLOCK") == []


def test_a_method_may_have_a_variable_named_as_a_counter_elsewhere():
    text = """FUNCTION_BLOCK f VAR v : INT; END_VAR
    METHOD one : INT VAR i : INT; END_VAR FOR i := 1 TO 3 DO two(); one := one + i; END_FOR; END_METHOD
    METHOD two VAR i : INT; END_VAR i := 5; v := i; END_METHOD
    v := one(); END_FUNCTION_BLOCK PROGRAM p VAR g : f; n : INT; END_VAR n := g.one(); END_PROGRAM"""
    assert problems(text) == []
    assert Machine(text).run()["n"] == 6


@BOTH
def test_the_second_block_that_is_passed_is_the_one_that_is_called(back_end: str):
    text = """FUNCTION_BLOCK adds VAR_INPUT a, b : INT; END_VAR VAR_OUTPUT sum : INT; END_VAR sum := sum + a + b;
    END_FUNCTION_BLOCK
    FUNCTION_BLOCK uses VAR_IN_OUT first, second : adds; END_VAR VAR_OUTPUT seen, other : INT; END_VAR
    second(a := 3, b := 4, sum => seen); second(a := 10, b := 20, sum => seen); first(a := 1, b := 1, sum => other);
    END_FUNCTION_BLOCK
    PROGRAM p VAR u : uses; x, y : adds; END_VAR u(first := x, second := y); END_PROGRAM"""
    machine = Machine(text, bind=BACK_ENDS[back_end])
    assert machine.scan() == 0
    assert [machine[path] for path in ("u.seen", "u.other", "x.sum", "y.sum", "y.a", "y.b")] == [37, 2, 2, 37, 10, 20]


def test_an_action_is_not_called_from_outside():
    text = BLOCK.format("ACTION act: v := 2; END_ACTION act();") + "END_FUNCTION_BLOCK"
    text += " PROGRAM p VAR i : b; n : INT; END_VAR i(io := n); i.act(); END_PROGRAM"
    (found,) = compiled(text).diagnostics
    assert (found.code, found.what) == ("S038", "act is an ACTION of b, which only b itself calls")
