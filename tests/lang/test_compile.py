"""From sources to programs: areas, outputs, requests, closures."""

from __future__ import annotations

from machine import PLANT, Machine, compiled, problems

from plc.lang.compile import compile_set
from plc.lang.source import Source
from plc.lang.types import symbols

HOT = """
{attribute 'protective'}
PROGRAM hot_module       // any module above 55 degC for 2 s, or smoke: open that string's breaker
VAR
    hot   : ARRAY[1..STRING_COUNT] OF ANY_ABOVE;
    opens : ARRAY[1..STRING_COUNT] OF TRIP;
    s     : INT;
END_VAR
FOR s := 1 TO STRING_COUNT DO
    hot[s](Values := Strings[s].Temperature, Over := 55.0, Lasting := T#2s, Samples := 2);
    opens[s](Breaker := Strings[s].Breaker, Cause := hot[s].Q OR Strings[s].Smoke.Active, Module := hot[s].Index);
END_FOR;
END_PROGRAM
"""


def test_the_hot_module_program_compiles_without_a_word():
    assert problems(HOT, plant=True) == []


def test_a_program_says_what_it_reads_and_requests():
    program = compiled(HOT, plant=True).programs["hot_module"]
    assert program.protective
    assert [trip.path for trip in program.trips] == ["opens[1]", "opens[2]"]
    assert {trip.span.line for trip in program.trips} == {11}
    assert program.reads == {"Sys.Time", "Strings[].Temperature", "Strings[].Breaker", "Strings[].Smoke"}
    assert program.closure == ("library/columns.st", "library/plant.st", "library/system.st", "plant.st", "test.st")


def test_a_module_above_the_limit_for_two_seconds_and_two_samples_requests_its_strings_trip():
    machine = Machine(HOT, plant=True)
    machine["Strings[1].Temperature.Count"] = machine["Strings[2].Temperature.Count"] = 4
    for module in range(1, 5):
        machine[f"Strings[1].Temperature.Ok[{module}]"] = machine[f"Strings[2].Temperature.Ok[{module}]"] = True
    machine["Strings[2].Temperature.Value[3]"] = 61.0
    causes = []
    for scan in range(1, 6):
        machine["Strings[2].Temperature.Sequence[3]"] = scan
        assert machine.scan(after_ms=700) == 0
        causes.append(machine["opens[2].Cause"])
    assert causes == [False, False, False, True, True]
    assert machine["opens[2].Module"] == 3
    assert not machine["opens[1].Cause"]


def test_the_cause_of_a_trip_that_is_not_called_is_false_again():
    text = """PROGRAM p VAR opens : TRIP; ask : BOOL := TRUE; END_VAR
    IF ask THEN opens(Breaker := Strings[1].Breaker, Cause := TRUE); END_IF;
    END_PROGRAM"""
    machine = Machine(text, plant=True)
    assert machine.run()["opens.Cause"]
    assert not machine.run(ask=False)["opens.Cause"]


def test_a_trip_inside_a_block_is_found_with_its_path():
    text = """FUNCTION_BLOCK guard VAR opens : ARRAY[1..2] OF TRIP; n : INT; END_VAR
    n := 1; opens[n](Breaker := Strings[n].Breaker);
    END_FUNCTION_BLOCK
    PROGRAM p VAR g : ARRAY[0..1] OF guard; END_VAR g[0](); g[1](); END_PROGRAM"""
    program = compiled(text, plant=True).programs["p"]
    assert [trip.path for trip in program.trips] == [
        "g[0].opens[1]", "g[0].opens[2]", "g[1].opens[1]", "g[1].opens[2]",
    ]  # fmt: skip
    place = {symbol.path: symbol.offset for symbol in symbols(program.area)}
    assert [trip.offset for trip in program.trips] == [
        place[f"g[{g}].opens[{n}].Cause"] for g in (0, 1) for n in (1, 2)
    ]


def test_a_trip_that_nobody_calls_is_there_and_asks_for_nothing():
    text = """FUNCTION_BLOCK guard VAR opens : TRIP; END_VAR ; END_FUNCTION_BLOCK
    PROGRAM p VAR g : guard; own : TRIP; END_VAR ; END_PROGRAM"""
    machine = Machine(text, plant=True)
    assert [(trip.path, trip.span.line) for trip in machine.program.trips] == [("g.opens", 1), ("own", 2)]
    assert not machine.run(**{"own.Cause": True})["own.Cause"]


def test_an_alarm_carries_its_text_and_response():
    text = """PROGRAM p VAR
    {attribute 'text' := 'room too hot'} {attribute 'response' := 'open the door'}
    hot : ALARM;
    END_VAR hot(Cause := TRUE, Priority := 2); END_PROGRAM"""
    (alarm,) = compiled(text).programs["p"].alarms
    assert (alarm.path, alarm.text, alarm.response) == ("hot", "room too hot", "open the door")


def test_an_output_lives_in_a_slot_of_the_program_that_writes_it():
    text = """PROGRAM p VAR seen : BOOL; END_VAR
    seen := Relays.fan; Relays.fan := TRUE; Targets[2] := 13.5; UpsCommands.ups.StartTest := Relays.lamp;
    END_PROGRAM"""
    machine = Machine(text, plant=True)
    assert [slot.tag for slot in machine.program.outputs] == ["Relays.fan", "Targets", "UpsCommands.ups.StartTest"]
    machine["Relays.lamp"] = True
    before = bytes(machine.site)
    machine.run()
    assert bytes(machine.site) == before
    assert not machine["seen"]
    assert machine.run()["seen"]
    assert machine.area[machine.program.outputs[0].offset] == 1
    assert machine.area[machine.program.outputs[2].offset] == 1
    assert machine["Targets[2]"] == 13.5


def test_two_programs_may_not_write_one_output():
    text = """PROGRAM a Relays.fan := TRUE; END_PROGRAM
PROGRAM b Relays.lamp := TRUE; Relays.fan := FALSE; END_PROGRAM"""
    assert problems(text, plant=True) == ["2:32 S050"]


def test_a_block_may_not_write_an_output():
    text = """FUNCTION_BLOCK b
Relays.fan := TRUE;
END_FUNCTION_BLOCK
PROGRAM p VAR x : b; END_VAR x(); END_PROGRAM"""
    assert problems(text, plant=True) == ["2:1 S025"]


def test_a_program_may_not_write_what_the_plant_measures():
    assert problems("PROGRAM p\nStrings[1].Count := 3;\nEND_PROGRAM", plant=True) == ["2:1 S021"]


def test_the_plants_own_program_fills_the_image():
    machine = Machine("", name="plant_states", plant=True)
    machine["Strings[2].Current.Ok"] = True
    machine["Strings[2].Current.Value"] = -5.0
    machine.run()
    assert (machine["Strings[1].State"], machine["Strings[2].State"]) == (2, 4)


def test_site_begins_with_the_system_tags():
    found = compiled("PROGRAM p ; END_PROGRAM", plant=True)
    paths = [symbol.path for symbol in symbols(found.site)]
    assert paths[:5] == ["Sys.Time", "Sys.Scan", "Sys.ConversionFaults", "Sys.Wall", "Sys.Speed"]
    assert [field.name for field in found.site.fields] == ["Sys", "Strings", "Relays", "Targets", "UpsCommands"]


def test_instances_name_the_programs_that_run():
    text = "PROGRAM p VAR x : INT; END_VAR x := x + 1; END_PROGRAM PROGRAM q ; END_PROGRAM"
    found = compile_set([Source("a.st", text)], None, {"one": "P", "two": "p"})
    assert {name: program.type_name for name, program in found.programs.items()} == {"one": "p", "two": "p"}
    wrong = compile_set([Source("a.st", text)], None, {"one": "r"})
    assert [diagnostic.code for diagnostic in wrong.errors] == ["S003"]


def test_the_hash_changes_with_what_is_used_and_nothing_else():
    used = "FUNCTION f : INT VAR_INPUT x : INT; END_VAR f := x; END_FUNCTION"
    program = "PROGRAM p VAR y : INT; END_VAR y := f(1); END_PROGRAM"

    def hash_of(*texts: str) -> str:
        sources = [Source(f"{number}.st", text) for number, text in enumerate(texts)]
        return compile_set(sources, PLANT).programs["p"].source_hash

    first = hash_of(program, used, "PROGRAM other ; END_PROGRAM")
    assert first == hash_of(program, used, "PROGRAM another ; ; END_PROGRAM")
    assert first != hash_of(program, used.replace("f := x", "f := x + 1"), "PROGRAM other ; END_PROGRAM")


def test_fault_numbers_of_a_program_do_not_depend_on_the_other_programs():
    block = "FUNCTION_BLOCK b VAR a : ARRAY[1..3] OF INT; i : INT; END_VAR a[i] := 1 / i; END_FUNCTION_BLOCK"
    program = "PROGRAM p VAR x : b; a : ARRAY[1..2] OF INT; i : INT; END_VAR x(); a[i] := 0; END_PROGRAM"
    other = "PROGRAM o VAR x : b; i : INT; END_VAR i := 5 / i; x(); END_PROGRAM"
    alone = compile_set([Source("b.st", block), Source("p.st", program)]).programs["p"]
    beside = compile_set([Source("b.st", block), Source("o.st", other), Source("p.st", program)]).programs["p"]
    assert alone.unit == beside.unit
    assert [fault.kind.name for fault in alone.unit.faults] == ["INDEX", "INDEX", "DIVISION"]


def test_globals_of_the_user_lie_in_their_own_area():
    machine = Machine("VAR_GLOBAL total : DINT := 5; END_VAR PROGRAM p total := total + 1; END_PROGRAM")
    machine.run()
    assert machine["total"] == 6
    assert int.from_bytes(machine.globals[:4], "little") == 6


def test_nothing_but_an_error_is_left_of_a_set_with_an_error():
    found = compiled("PROGRAM p x := 1; END_PROGRAM PROGRAM q ; END_PROGRAM")
    assert not found.programs
    assert [diagnostic.code for diagnostic in found.errors] == ["S001"]
