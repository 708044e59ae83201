"""Every name of a set in three files may be renamed; the set then compiles to the same code, and back again."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from plc.lang.check.unit import Origin
from plc.lang.compile import compile_set
from plc.lang.meaning.entity import Entity
from plc.lang.meaning.rename import Refused, rename, written
from plc.lang.meaning.study import Study
from plc.lang.native import emit
from plc.lang.program import Compiled
from plc.lang.source import Source
from tests.lang.editing import PLANT

TYPES = """TYPE
    Mode : (IDLE, RUNNING := 5, OPEN2);
    Level : (LOW, IDLE) := LOW;
    Inner : STRUCT
        depth, width : REAL := 1.5;
        mode : Mode := RUNNING;
    END_STRUCT;
    Pump : STRUCT
        Flow : REAL;
        part : Inner := (depth := 2.0, mode := OPEN2);
        list : ARRAY[1..3] OF Inner;
    END_STRUCT;
    Percent : INT(0..100);
END_TYPE
VAR_GLOBAL
    shared : Pump := (part := (depth := 3.0));
    total : DINT;
END_VAR
VAR_GLOBAL CONSTANT
    MANY : INT := 3;
END_VAR
FUNCTION AREA : REAL
VAR_INPUT
    depth, width : REAL;
END_VAR
VAR_OUTPUT
    big : BOOL;
END_VAR
AREA := depth * width;
big := AREA > 3.0;
END_FUNCTION
"""
MOTOR = """FUNCTION_BLOCK MOTOR
VAR_INPUT
    speed : REAL;
END_VAR
VAR_OUTPUT
    turning : BOOL;
    state : Mode;
END_VAR
VAR_IN_OUT
    pump : Pump;
END_VAR
VAR
    count : INT;
    area : REAL;
    timer : TON;
    list : ARRAY[1..MANY] OF Inner;
END_VAR
VAR_EXTERNAL
    total : DINT;
END_VAR
METHOD start : BOOL
VAR_INPUT
    speed2, fast : REAL;
END_VAR
VAR
    count2 : INT;
END_VAR
count2 := count2 + 1;
start := speed2 > fast;
turning := TRUE;
END_METHOD
METHOD twice : INT
VAR_INPUT n : INT; END_VAR
twice := n * 2 + count;
IF start(speed2 := 1.0, fast := 2.0) THEN
    count := 3;
END_IF;
END_METHOD
ACTION halt:
    turning := FALSE;
    count := 0;
END_ACTION
halt();
count := count + twice(n := count);
area := AREA(depth := pump.part.depth, width := list[count].width, big => turning);
timer(IN := turning, PT := T#1s);
total := total + 1;
CASE state OF
    IDLE: state := Mode#RUNNING;
    RUNNING, OPEN2: state := Mode.IDLE;
END_CASE;
END_FUNCTION_BLOCK
"""
MAIN = """PROGRAM main
VAR
    motor : MOTOR;
    motors : ARRAY[1..MANY] OF MOTOR;
    pump : Pump := (Flow := 1.0, list := [3((depth := 1.0))]);
    state : Mode;
    on : BOOL;
    limit2 : Percent := 50;
    lev : Level := IDLE;
END_VAR
motor(speed := pump.Flow, pump := pump, turning => on);
motors[2](speed := 2.0, pump := shared, state => state);
on := motor.start(speed2 := 1.0, fast := 2.0);
IF lev = IDLE THEN
    lev := Level#LOW;
END_IF;
END_PROGRAM
PROGRAM chart
VAR
    horn, done : BOOL;
    n : INT;
END_VAR
INITIAL_STEP wait:
END_STEP
STEP run:
    horn(N);
    blow(P1);
END_STEP
TRANSITION go FROM wait TO run := done AND wait.T > T#1s;
END_TRANSITION
TRANSITION back (PRIORITY := 1) FROM run TO wait := NOT run.X;
END_TRANSITION
ACTION blow:
    n := n + 1;
END_ACTION
END_PROGRAM
TEST 'it'
VAR
    m : main;
    motor : MOTOR;
    pump : Pump;
END_VAR
motor(speed := 1.0, pump := pump);
ASSERT(motor.turning OR NOT motor.turning);
pump.part.depth := 2.0;
ADVANCE_TIME(T#1s);
ASSERT(NOT m.on OR m.on);
END_TEST
CONFIGURATION conf
VAR_GLOBAL
    confg : INT;
END_VAR
RESOURCE cpu ON plc
    TASK fast (INTERVAL := T#100ms, PRIORITY := 1);
    PROGRAM one WITH fast : main;
    PROGRAM two WITH fast : chart;
END_RESOURCE
END_CONFIGURATION
"""
TEXTS = {"types.st": TYPES, "motor.st": MOTOR, "main.st": MAIN}
NEW = "fresh_one"


def sources(texts: Mapping[str, str]) -> list[Source]:
    return [Source(path, text) for path, text in texts.items()]


def studied() -> Study:
    return Study(sources(TEXTS), PLANT)


def own(known: Study) -> list[Entity]:
    return [entity for entity in known.entities.values() if entity.origin is Origin.USER]


def compiled(texts: Mapping[str, str]) -> Compiled:
    line = texts["main.st"].split("TEST 'it'")[0].count("\n") + 1
    return compile_set(sources(texts), PLANT, tests=[("main.st", line)])


def code(found: Compiled, *names: str) -> list[str]:
    """The code of all programs and tests, in which the names look alike."""
    same = re.compile(r"\b(" + "|".join(names) + r")\b", re.IGNORECASE)
    return [same.sub("N", emit(each.unit)) for each in (*found.programs.values(), *found.tests)]


def renamed(known: Study, texts: Mapping[str, str], entity: Entity, new: str) -> dict[str, str]:
    places = rename(known, entity, new).places
    return {path: written(text, places.get(path, ()), new) for path, text in texts.items()}


KEYS = [entity.key for entity in own(studied())]


@pytest.mark.parametrize("key", KEYS, ids=" ".join)
def test_every_name_may_be_another_and_the_code_stays(key: tuple[str, str]) -> None:
    known = studied()
    entity = known.entities[key]
    texts = renamed(known, TEXTS, entity, NEW)
    before, after = compiled(TEXTS), compiled(texts)
    assert after.errors == ()
    assert [len(text) for text in code(after, NEW, entity.name)] == [len(text) for text in code(before, entity.name)]
    assert code(after, NEW, entity.name) == code(before, NEW, entity.name)
    again = Study(sources(texts), PLANT)
    back = renamed(again, texts, again.entities[key[0], NEW.upper()], entity.name)
    assert {path: text.upper() for path, text in back.items()} == {path: text.upper() for path, text in TEXTS.items()}


@pytest.mark.parametrize(
    ("key", "new", "reason"),
    [
        (("MOTOR.START", "FAST"), "count", "line 23 is wrong: count is a variable of MOTOR already"),
        (("MOTOR", "SPEED"), "fast", "line 23 is wrong: fast is a variable of MOTOR already"),
        (("MODE", "RUNNING"), "open2", "OPEN2 is declared already, in types.st line 2"),
        (("INNER", "WIDTH"), "Depth", "depth is declared already, in types.st line 5"),
        (("AREA", "BIG"), "AREA", "AREA would mean something else in types.st line 29"),
        (("MAIN", "MOTORS"), "MOTOR", "motor is declared already, in main.st line 3"),
        (("CHART", "RUN"), "wait", "wait is declared already, in main.st line 23"),
        (("CHART", "BLOW"), "Horn", "horn is declared already, in main.st line 20"),
        (("", "MOTOR"), "AREA", "AREA is declared already, in types.st line 22"),
    ],
)
def test_a_name_that_is_taken_is_refused(key: tuple[str, str], new: str, reason: str) -> None:
    known = studied()
    with pytest.raises(Refused) as refused:
        rename(known, known.entities[key], new)
    assert reason in str(refused.value)


def test_a_name_that_stands_where_no_meaning_is_read_stays() -> None:
    main = "PROGRAM p\nVAR\n    limit : INT;\nEND_VAR\nlimit := limit + 1;\nEND_PROGRAM\n"
    room = (
        "CONFIGURATION room\nRESOURCE cpu ON plc\nTASK fast (INTERVAL := T#100ms, PRIORITY := 1);\n"
        "PROGRAM one WITH fast : p;\nEND_RESOURCE\nVAR_CONFIG\ncpu.one.limit : INT := 5;\nEND_VAR\nEND_CONFIGURATION\n"
    )
    known = Study([Source("p.st", main), Source("room.st", room)], PLANT)
    with pytest.raises(Refused, match=r"with that name room\.st line 7 is wrong"):
        rename(known, known.entities["P", "LIMIT"], "most")
