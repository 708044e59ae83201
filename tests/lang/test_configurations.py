"""CONFIGURATION: which program runs in which task, what VAR_CONFIG completes, and what is refused."""

from __future__ import annotations

import pytest
from machine import PLANT, Machine, compiled, problems
from trees import errors, read_clean

from plc.core.plan import TaskPlan
from plc.lang import ast
from plc.lang.compile import compile_set
from plc.lang.source import Source

PROGRAMS = """
VAR_GLOBAL CONSTANT Every : TIME := T#200ms; END_VAR
PROGRAM rule VAR n : INT; smoke AT %I* : BOOL; END_VAR n := n + width; go := smoke; END_PROGRAM
PROGRAM other go := NOT go; END_PROGRAM
"""
WHOLE = (
    PROGRAMS
    + """
CONFIGURATION room
    VAR_GLOBAL width : INT := 2; END_VAR
    RESOURCE controller ON cellkeeper
        VAR_GLOBAL go : BOOL; END_VAR
        TASK fast (INTERVAL := Every, PRIORITY := 1);
        TASK at_go (SINGLE := go);
        TASK at_smoke (SINGLE := %IX0.0, PRIORITY := 2 + 1);
        TASK idle (INTERVAL := T#1h);
        PROGRAM a WITH fast : rule;
        PROGRAM b WITH fast : rule;
        PROGRAM c WITH at_go : other;
        PROGRAM d WITH At_Smoke : other;
    END_RESOURCE
    VAR_CONFIG
        controller.a.smoke AT %IX0.0 : BOOL;
    END_VAR
END_CONFIGURATION
"""
)


def test_a_configuration_says_what_runs_and_when():
    found = compiled(WHOLE, plant=True)
    assert [str(diagnostic) for diagnostic in found.diagnostics] == []
    own = {name: program.type_name for name, program in found.programs.items() if not program.system}
    assert own == {"a": "rule", "b": "rule", "c": "other", "d": "other"}
    assert found.tasks == (
        TaskPlan("fast", 200_000_000, ("a", "b"), 1),
        TaskPlan("at_go", 0, ("c",), 0, "go"),
        TaskPlan("at_smoke", 0, ("d",), 3, "Strings[1].Smoke.Active"),
    )


def test_globals_and_completed_addresses_of_a_configuration_work():
    machine = Machine(WHOLE, "a", plant=True).run(**{"Strings[1].Smoke.Active": True})
    assert (machine["n"], machine["go"]) == (2, True)


def test_the_address_that_completes_is_part_of_the_programs_hash():
    split = WHOLE.index("CONFIGURATION")
    sources = [Source("programs.st", WHOLE[:split]), Source("room.st", WHOLE[split:])]
    before = compile_set(sources, PLANT).programs["a"]
    assert "room.st" in before.closure


VALUES = """
TYPE point : STRUCT x, y : INT := 9; END_STRUCT; END_TYPE
PROGRAM rule VAR n : INT := 1; late : TON := (PT := T#1s); at_ : point; row : ARRAY[1..2] OF INT; END_VAR ; END_PROGRAM
CONFIGURATION room RESOURCE r ON k
    TASK t (INTERVAL := T#1s); PROGRAM a WITH t : rule; PROGRAM b WITH t : rule; PROGRAM c WITH t : rule;
END_RESOURCE VAR_CONFIG
    r.A.N : INT := 7; b.late.PT : TIME := T#5s; b.at_ : point := (x := 4); r.b.row : ARRAY[1..2] OF INT := [2(3)];
END_VAR END_CONFIGURATION
"""


def test_var_config_gives_one_program_first_values_of_its_own():
    found = {name: Machine(VALUES, name) for name in ("a", "b", "c")}
    wanted = {"a": (7, 1, 9, 9, 0), "b": (1, 5, 4, 9, 3), "c": (1, 1, 9, 9, 0)}
    for name, machine in found.items():
        seen = machine["n"], machine["late.PT"] // 10**9, machine["at_.x"], machine["at_.y"], machine["row[2]"]
        assert seen == wanted[name], name


def test_first_values_of_var_config_are_part_of_that_programs_hash_alone():
    split = VALUES.index("CONFIGURATION")
    text = VALUES[split:]
    before, after = (
        compile_set([Source("programs.st", VALUES[:split]), Source("room.st", room)]).programs
        for room in (text, text.replace(":= 7", ":= 8"))
    )
    assert {name for name in before if before[name].source_hash != after[name].source_hash} == {"a", "b"}


def test_without_a_configuration_each_program_runs_under_its_own_name():
    found = compiled("PROGRAM p ; END_PROGRAM PROGRAM q ; END_PROGRAM")
    assert (list(found.programs), found.tasks) == (["p", "q"], ())


def test_a_configuration_without_a_resource_has_one_without_a_name():
    text = "PROGRAM p ; END_PROGRAM CONFIGURATION c TASK t (INTERVAL := T#1s); PROGRAM x WITH t : p; END_CONFIGURATION"
    [configuration] = read_clean(text).configurations
    assert [(each.name, each.kind) for each in configuration.resources] == [("", "")]
    assert compiled(text).tasks == (TaskPlan("t", 1_000_000_000, ("x",)),)


def test_words_of_configurations_are_names_elsewhere():
    text = "PROGRAM p VAR task, resource, with, on, interval, single, priority : INT; END_VAR task := on; END_PROGRAM"
    assert problems(text) == []


HEAD = "PROGRAM p VAR x AT %I* : BOOL; y : INT; END_VAR ; END_PROGRAM\nCONFIGURATION c\n"
TASK = "TASK t (INTERVAL := T#1s);\nPROGRAM a WITH t : p;\n"
DONE = "VAR_CONFIG a.x AT %IX0.0 : BOOL; END_VAR\n"
WRONG = {
    "a second configuration": (
        f"{TASK}{DONE}END_CONFIGURATION\nCONFIGURATION d TASK t (INTERVAL := T#1s); PROGRAM a WITH t : p;", "7:1 S056"),
    "a second resource": (f"{DONE}RESOURCE r ON x {TASK}END_RESOURCE\nRESOURCE s ON x {TASK}END_RESOURCE", "7:1 S056"),
    "a resource beside loose tasks": (f"{TASK}{DONE}RESOURCE r ON x {TASK}END_RESOURCE", "6:1 S056"),
    "a task that is not there": (f"{TASK}{DONE}PROGRAM b WITH s : p;", "6:1 S001"),
    "a program in no task": (f"{TASK}{DONE}PROGRAM b : p;", "6:1 S056"),
    "a program that is not there": (f"{TASK}{DONE}PROGRAM b WITH t : q;", "6:1 S003"),
    "a program twice": (f"{TASK}{DONE}PROGRAM A WITH t : p;", "6:1 S002"),
    "a task twice": (f"{TASK}{DONE}TASK T (INTERVAL := T#1s);", "6:1 S002"),
    "connections": (f"{TASK}{DONE}PROGRAM b WITH t : p(y := 3);", "6:22 S017"),
    "a task without a time": (f"{TASK}{DONE}TASK s (PRIORITY := 3);", "6:1 S056"),
    "a task with a time and a trigger": (f"{TASK}{DONE}TASK s (INTERVAL := T#1s, SINGLE := %IX0.0);", "6:1 S056"),
    "no time at all": (f"{TASK}{DONE}TASK s (INTERVAL := T#0s);", "6:21 S056"),
    "a number for a time": (f"{TASK}{DONE}TASK s (INTERVAL := 100);", "6:21 S008"),
    "a time that changes": (f"{TASK}{DONE}TASK s (INTERVAL := Sys.Time);", "6:21 S006"),
    "a priority too low": (f"{TASK}{DONE}TASK s (INTERVAL := T#1s, PRIORITY := 256);", "6:39 S056"),
    "a trigger that is no BOOL": (f"{TASK}{DONE}TASK s (SINGLE := Sys.Scan);", "6:19 S056"),
    "a trigger that is no variable": (f"{TASK}{DONE}TASK s (SINGLE := TRUE);", "6:19 S026"),
    "a trigger that is nowhere": (f"{TASK}{DONE}TASK s (SINGLE := nothing);", "6:19 S001"),
    "an address completed for nobody": (f"{TASK}{DONE}VAR_CONFIG b.x AT %IX0.0 : BOOL; END_VAR", "6:12 S001"),
    "an address for what needs none": (f"{TASK}{DONE}VAR_CONFIG a.y AT %IX0.0 : INT; END_VAR", "6:12 S056"),
    "an address in another area": (f"{TASK}{DONE}VAR_CONFIG a.x AT %QX0.1 : BOOL; END_VAR", "6:12 S056"),
    "another type": (f"{TASK}{DONE}VAR_CONFIG a.x AT %IX0.0 : INT; END_VAR", "6:12 S008"),
    "another address for the same variable": (f"{TASK}{DONE}VAR_CONFIG a.x AT %IX0.1 : BOOL; END_VAR", "6:12 S056"),
    "a first value beside an address": (f"{TASK}VAR_CONFIG a.x AT %IX0.0 : BOOL := TRUE; END_VAR\n{DONE}", "5:12 S015"),
    "neither address nor value": (f"{TASK}{DONE}VAR_CONFIG a.y : INT; END_VAR", "6:12 S056"),
    "a first value of another type": (f"{TASK}{DONE}VAR_CONFIG a.y : REAL := 3.0; END_VAR", "6:12 S008"),
    "a first value that does not fit": (f"{TASK}{DONE}VAR_CONFIG a.y : INT := 70000; END_VAR", "6:25 S007"),
    "a first value of nothing": (f"{TASK}{DONE}VAR_CONFIG a.z : INT := 3; END_VAR", "6:12 S056"),
    "a first value of a program": (f"{TASK}{DONE}VAR_CONFIG a : INT := 3; END_VAR", "6:12 S056"),
    "a first value in no block": (f"{TASK}{DONE}VAR_CONFIG a.y.z : INT := 3; END_VAR", "6:12 S056"),
    "a first value of no program": (f"{TASK}{DONE}VAR_CONFIG b.y : INT := 3; END_VAR", "6:12 S001"),
    "a block inside a program": (f"{TASK}{DONE}VAR_CONFIG a.f.x AT %IX0.0 : BOOL; END_VAR", "6:12 S017"),
    "no program": (f"{TASK}{DONE}VAR_CONFIG x AT %IX0.0 : BOOL; END_VAR", "6:12 S056"),
    "an address never completed": (TASK, "1:15 S055"),
    "an address tied to nothing": (f"{TASK}VAR_CONFIG a.x AT %IX7.7 : BOOL; END_VAR", "1:15 S055"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_configuration_is_named_in_its_place(text: str, wanted: str):
    assert problems(f"{HEAD}{text}\nEND_CONFIGURATION", plant=True) == [wanted]


def test_a_configuration_that_runs_nothing_is_refused():
    text = "PROGRAM p ; END_PROGRAM\nCONFIGURATION c VAR_GLOBAL x : INT; END_VAR END_CONFIGURATION"
    assert problems(text) == ["2:1 S056"]


MISTYPED = {
    "a missing semicolon": ("CONFIGURATION c\nTASK t (INTERVAL := T#1s)\nPROGRAM a WITH t : p;\nEND_CONFIGURATION",
                            "2:26 P012"),
    "an unknown setting": ("CONFIGURATION c\nTASK t (EVERY := T#1s);\nEND_CONFIGURATION", "2:9 P024"),
    "a setting twice": ("CONFIGURATION c\nTASK t (PRIORITY := 1, PRIORITY := 1);\nEND_CONFIGURATION", "2:24 P024"),
    "another word for WITH": ("CONFIGURATION c\nPROGRAM a IN t : p;\nEND_CONFIGURATION", "2:11 P024"),
    "another word for ON": ("CONFIGURATION c\nRESOURCE r IN x END_RESOURCE\nEND_CONFIGURATION", "2:12 P024"),
    "a resource left open": ("CONFIGURATION c\nRESOURCE r ON x\nEND_CONFIGURATION", "2:1 P016"),
    "a configuration left open": ("CONFIGURATION c\nVAR_GLOBAL x : INT; END_VAR", "1:1 P016"),
    "VAR_CONFIG left open": ("CONFIGURATION c\nVAR_CONFIG a.x AT %IX0.0 : BOOL;\nEND_CONFIGURATION", "2:1 P016"),
    "access paths": ("CONFIGURATION c\nVAR_ACCESS a : r.p.x : INT READ_ONLY; END_VAR\nEND_CONFIGURATION", "2:1 P020"),
    "an attribute": ("{attribute 'a'}\nCONFIGURATION c\nEND_CONFIGURATION", "1:1 P021"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), MISTYPED.values(), ids=MISTYPED.keys())
def test_a_mistyped_configuration_has_one_error(text: str, wanted: str):
    [error] = errors(text)
    assert error.startswith(wanted)


def test_a_configuration_parses_to_its_parts():
    text = """CONFIGURATION c RESOURCE r ON k TASK t (SINGLE := g, PRIORITY := 3); PROGRAM a WITH t : p(x := 1, y => z);
    END_RESOURCE VAR_CONFIG r.a.x AT %I* : BOOL; END_VAR END_CONFIGURATION"""
    [configuration] = read_clean(text).configurations
    [resource] = configuration.resources
    [task], [program], [line] = resource.tasks, resource.programs, configuration.configured
    assert (task.name, task.interval, isinstance(task.single, ast.Name)) == ("t", None, True)
    assert (program.name, program.task, program.type_name, len(program.arguments)) == ("a", "t", "p", 2)
    assert (line.path, line.address) == (("r", "a", "x"), "%I*")
