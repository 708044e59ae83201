"""The section ``addresses:``: what it may say, and that programs see it."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.core.diagnostic import Severity
from plc.lang.compile import compile_set
from plc.lang.source import Source
from plc.store.declarations import PLANT_PATH, plant_text
from plc.store.site_file import check_text

UPS_ROOM = (Path(__file__).parents[2] / "examples" / "ups_room" / "site.yaml").read_text()


def checked(*lines: str) -> tuple[str, list[str]]:
    """The plant's text (empty where the site is refused), and the errors as ``line code cure``; the first of the
    section's lines is line 2."""
    text = "addresses:\n" + "\n".join(f"  {line}" for line in lines) + "\n" + UPS_ROOM
    site, diagnostics = check_text("site.yaml", text.encode())
    found = [f"{d.span.line} {d.code} {d.cure}" for d in diagnostics if d.severity is Severity.ERROR]
    return ("" if site is None else plant_text(site)), found


def test_programs_read_and_write_what_the_site_ties():
    plant, problems = checked(
        '"%IX0.0": gx3.input1',
        '"%id4": room_a.temperature',
        '"%Q0.1": Relays.fan',
        '"%QX2": UpsCommands.ups.start_test',
    )
    assert problems == []
    text = """PROGRAM p VAR_OUTPUT r : REAL; END_VAR VAR smoke AT %IX0.0 : BOOL; END_VAR
    IF room_a.temperature.Ok THEN r := %ID4; END_IF; %QX0.1 := smoke; %QX2 := smoke; END_PROGRAM"""
    compiled = compile_set([Source("p.st", text)], Source(PLANT_PATH, plant))
    assert [str(diagnostic) for diagnostic in compiled.diagnostics] == []
    program = compiled.programs["p"]
    assert {slot.tag for slot in program.outputs} == {"Relays.fan", "UpsCommands.ups.start_test"}
    assert program.reads >= {"gx3.input1", "room_a.temperature"}


WRONG = {
    "no address": ('"%ZX0.0": gx3.input1', "2 Y034 write an address like"),
    "a marker": ('"%MX0.0": gx3.input1', "2 Y034 tie %I and %Q"),
    "an incomplete address": ('"%I*": gx3.input1', "2 Y034 tie %I and %Q"),
    "no tag": ('"%IX0.0": gx3', "2 Y034 write DEVICE.FIELD"),
    "a number for a tag": ('"%IX0.0": 5', "2 Y034 write DEVICE.FIELD"),
    "a list for a tag": ('"%IX0.0": [gx3.input1]', "2 Y034 write DEVICE.FIELD"),
    "a field that is not there": ('"%IX0.0": gx3.imput1', "2 Y034 did you mean 'gx3.input1'"),
    "an output as an input": ('"%IX0.0": Relays.fan', "2 Y034"),
    "an input as an output": ('"%QX0.0": gx3.input1', "2 Y034"),
    "a relay that trips a breaker": ('"%QX0.0": Relays.Q1_trip', "2 Y034"),
    "a measurement as a bit": ('"%IX0.0": room_a.temperature', "2 Y034 write %ID0.0"),
    "a contact as a word": ('"%IW3": gx3.input1', "2 Y034 write %IX3"),
    "YAML's own sign": ("%IX0.0: gx3.input1", "2 Y001 put the address in quotes"),
}


@pytest.mark.parametrize(("line", "wanted"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_line_is_named_with_its_cure(line: str, wanted: str):
    plant, [problem] = checked(line)
    assert plant == ""
    assert problem.startswith(wanted)


def test_an_address_is_tied_once_however_it_is_spelt():
    _, [problem] = checked('"%IX0.0": gx3.input1', '"%i0.0": gx3.input2')
    assert problem == "3 Y034 tie each address to one tag"


def test_a_section_that_is_no_table_is_refused():
    _, [problem] = checked("- a")
    assert problem.split()[1] == "Y008"
