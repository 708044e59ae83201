"""Direct addresses: marker memory and its overlap, and names of the plant's tags; each run in both back ends."""

from __future__ import annotations

from typing import Any

import pytest
from machine import Machine, compiled, problems

from plc.lang.address import BadAddress, read_address
from tests.lang.differential import fresh, run_both


def ran(text: str, **inputs: object) -> Machine:
    """The last program of the text on the small plant, run once; both back ends must leave the same bytes."""
    machine = Machine(text, plant=True)
    unit = machine.program.unit
    assert not run_both(unit, fresh(unit), 1).difference
    return machine.run(**inputs)


MARKERS: dict[str, tuple[str, str, Any]] = {
    "a bit is part of its byte": ("y : BYTE;", "%MX1.3 := TRUE; %MX1.0 := TRUE; y := %MB1;", 9),
    "a bit goes and its neighbours stay": ("y : BYTE;", "%MB1 := 16#FF; %MX1.3 := FALSE; y := %MB1;", 0xF7),
    "a word is two bytes, the low one first": ("y : WORD;", "%MB2 := 16#34; %MB3 := 16#12; y := %MW1;", 0x1234),
    "a double word is two words": ("y : DWORD;", "%MW2 := 16#5678; %MW3 := 16#1234; y := %MD1;", 0x12345678),
    "a long word is two double words": ("y : LWORD;", "%MD2 := 1; %MD3 := 2; y := %ML1;", 0x200000001),
    "a number at an address": ("a AT %MW4 : INT; y : WORD;", "a := -2; y := %MW4;", 0xFFFE),
    "a REAL at an address": ("a AT %MD2 : REAL; y : DWORD;", "a := 1.0; y := %MD2;", 0x3F800000),
    "a BOOL at an address": ("a AT %MX2.7 : BOOL; y : BYTE;", "a := TRUE; y := %MB2;", 128),
    "an array at an address": ("a AT %MW1 : ARRAY[1..3] OF INT; y : WORD;", "a[3] := 7; y := %MW3;", 7),
    "an output goes to a bit": (
        "t : TON; a AT %MX2.7 : BOOL; y : BYTE;", "t(IN := FALSE, NOT Q => a); y := %MB2;", 128),
    "an output goes to the bit of a word": ("t : TON; y : WORD;", "t(IN := FALSE, NOT Q => y.4);", 16),
    "a reference to a marker": (
        "a AT %MW4 : INT; y : INT;", "%MW4 := 4; y := twice(a); y := a;", 8),
    "small letters name the same": ("y : BYTE;", "%mx1.3 := TRUE; y := %Mb1;", 8),
    "a size left out is a bit": ("y : BYTE;", "%M1.3 := TRUE; y := %MB1;", 8),
}  # fmt: skip
TWICE = "FUNCTION twice : INT VAR_IN_OUT n : INT; END_VAR n := 2 * n; END_FUNCTION\n"


@pytest.mark.parametrize(("variables", "statements", "wanted"), MARKERS.values(), ids=MARKERS.keys())
def test_markers_overlap_little_endian(variables: str, statements: str, wanted: Any):
    assert ran(f"{TWICE}PROGRAM p VAR {variables} END_VAR {statements} END_PROGRAM")["y"] == wanted


def test_a_global_marker_begins_with_its_value_and_is_shared():
    text = """VAR_GLOBAL count AT %MW3 : INT := 300; other : INT := 5; END_VAR
    PROGRAM p VAR y, z : INT; low : BYTE; END_VAR low := %MB6; count := count + 1; y := count; z := other;
    END_PROGRAM"""
    machine = ran(text)
    assert (machine["low"], machine["y"], machine["z"]) == (300 % 256, 301, 5)


def test_an_address_is_another_name_of_a_tag_whatever_the_program_calls_its_own():
    text = """PROGRAM p VAR Relays : BOOL; smoke AT %IX0.0 : BOOL; y, z : BOOL; r : REAL; END_VAR
    y := smoke; z := %I0.0; r := %ID4; %QX0.1 := y; END_PROGRAM"""
    machine = ran(text, **{"Strings[1].Smoke.Active": True, "Strings[2].Current.Value": 2.5})
    assert (machine["y"], machine["z"], machine["r"], machine["Relays.fan"]) == (True, True, 2.5, True)
    assert [slot.tag for slot in machine.program.outputs] == ["Relays.fan"]
    assert machine.program.reads == {"Strings[].Smoke", "Strings[].Current"}


def test_an_output_by_address_takes_a_blocks_output():
    text = "PROGRAM p VAR t : TON; fan AT %QX0.1 : BOOL; END_VAR t(IN := TRUE, Q => fan); END_PROGRAM"
    assert ran(text)["Relays.fan"] is True


def test_a_tag_and_its_address_are_one_output_with_one_writer():
    text = "PROGRAM a\n%QX0.1 := TRUE;\nEND_PROGRAM\nPROGRAM b\nRelays.fan := FALSE;\nEND_PROGRAM"
    assert problems(text, plant=True) == ["5:1 S050"]


def test_a_value_by_address_asks_for_its_ok():
    [advice] = compiled("PROGRAM p VAR r : REAL; END_VAR\nr := %ID4;\nEND_PROGRAM", plant=True).diagnostics
    assert (advice.code, advice.cure.split()[1]) == ("S051", "Strings[].Current.Ok")


WRONG = {
    "an input written": ("", "%IX0.0 := TRUE;", "2:1 S021"),
    "an address tied to nothing": ("y : BOOL;", "y := %IX9.9;", "2:6 S055"),
    "an output tied to nothing": ("y AT %QX9 : BOOL;", ";", "1:15 S055"),
    "another type than the tag's": ("y AT %IX0.0 : BYTE;", ";", "1:15 S008"),
    "a bit without its byte": ("", "%MX3 := TRUE;", "2:1 S055"),
    "a bit above the byte": ("", "%MX3.8 := TRUE;", "2:1 S055"),
    "a word with two numbers": ("y : WORD;", "y := %MW3.4;", "2:6 S055"),
    "a marker too far": ("y : WORD;", "y := %MW32768;", "2:6 S055"),
    "a number too long": ("y : WORD;", "y := %MW99999999999;", "2:6 S055"),
    "a letter that is none": ("y : WORD;", "y := %ZW3;", "2:6 S055"),
    "an incomplete address used": ("y : BOOL;", "y := %I*;", "2:6 S055"),
    "an incomplete address never completed": ("y AT %I* : BOOL;", ";", "1:15 S055"),
    "a type of another size": ("y AT %MB0 : INT;", ";", "1:15 S008"),
    "a BOOL at a byte": ("y AT %MB0 : BOOL;", ";", "1:15 S008"),
    "a byte at a bit": ("y AT %MX0.0 : BYTE;", ";", "1:15 S008"),
    "a structure at an address": ("y AT %MB0 : Contact;", ";", "1:15 S008"),
    "an array past the markers": ("y AT %MB0 : ARRAY[0..2000] OF BYTE;", ";", "1:15 S055"),
    "a first value in a program": ("y AT %MW0 : INT := 5;", ";", "1:15 S015"),
    "a constant at an address": ("END_VAR VAR CONSTANT y AT %MW0 : WORD := 5;", ";", "1:36 S034"),
    "an input at an address": ("END_VAR VAR_INPUT y AT %MW0 : WORD;", ";", "1:33 S034"),
    "a retained marker": ("END_VAR VAR RETAIN y AT %MW0 : WORD;", ";", "1:34 S034"),
    "a bit by reference": ("y AT %MX0.0 : BOOL; i : INT;", "i := g(y);", "2:8 S026"),
}
BIT = "\nFUNCTION g : INT VAR_IN_OUT b : BOOL; END_VAR g := 1; END_FUNCTION"


@pytest.mark.parametrize(("variables", "statements", "wanted"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_address_is_named_in_its_place(variables: str, statements: str, wanted: str):
    assert problems(f"PROGRAM p VAR {variables} END_VAR\n{statements}\nEND_PROGRAM{BIT}", plant=True) == [wanted]


def test_an_output_by_address_is_not_written_by_a_block():
    text = "FUNCTION_BLOCK f VAR q AT %QX0.1 : BOOL; END_VAR\nq := TRUE;\nEND_FUNCTION_BLOCK"
    assert problems(text, plant=True) == ["2:1 S025"]


def test_a_field_has_no_address():
    assert problems("TYPE t : STRUCT a AT %MW0 : INT; END_STRUCT END_TYPE") == ["1:17 S034"]


def test_a_constant_bit_by_external_is_not_written():
    text = """VAR_GLOBAL g AT %MX0.0 : BOOL; END_VAR PROGRAM p VAR_EXTERNAL CONSTANT g : BOOL; END_VAR
g := TRUE;
END_PROGRAM"""
    assert [problem.split()[0] for problem in problems(text)] == ["2:1"]


@pytest.mark.parametrize("text", ["%", "%I", "%IX", "%IX1.", "IX1.0", "%IX1.0 ", "%IX١", "%IX1..0", "%X1.0", "%I*.0"])
def test_what_is_no_address_is_told(text: str):
    with pytest.raises(BadAddress, match="is no address"):
        read_address(text)
