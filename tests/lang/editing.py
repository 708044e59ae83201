"""Texts with a | where the cursor stands, studied beside a small plant."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from plc.lang.meaning.study import Study
from plc.lang.meaning.text import Place
from plc.lang.source import Source, read_source
from plc.lang.types import ELEMENTARY

PLANT = read_source(Path(__file__).parent / "plant.st")
HERE = "here.st"
PROGRAM = """
TYPE
    Mode : (IDLE, RUNNING, OPEN);  // what the pump does
    Pump : STRUCT
        {attribute 'unit' := 'l/min'}
        Flow : REAL;   // through the valve
        Mode : Mode;
    END_STRUCT
END_TYPE

// Whether x is at least
// as large as y.
FUNCTION AT_LEAST : BOOL
VAR_INPUT
    x, y : REAL;
END_VAR
AT_LEAST := x >= y;
END_FUNCTION

(* Counts its calls. *)
FUNCTION_BLOCK CALLS
VAR_INPUT
    Amount : INT := 1;   // how much a call counts
    Max : INT;
END_VAR
VAR_OUTPUT
    Count : INT;       // so far
END_VAR
VAR
    inner : BOOL;
END_VAR
Count := Count + Amount;
END_FUNCTION_BLOCK

PROGRAM main
VAR
    calls : CALLS;
    many : ARRAY[1..3] OF CALLS;
    state : Mode;
    delay : TON;
    level : REAL;      // m
    pump : Pump;
    n : INT;
    on : BOOL;
END_VAR
%s
END_PROGRAM
"""


def cursor(body: str, text: str = PROGRAM) -> tuple[Study, Place]:
    """A study of the program with that body, and the place of its |."""
    whole = text % body if "%s" in text else text
    before = whole[: whole.index("|")]
    place = before.count("\n") + 1, len(before) - before.rfind("\n")
    return study(whole.replace("|", "", 1)), place


@cache
def study(text: str, *others: str) -> Study:
    """The text as here.st, others as 1.st, 2.st ..."""
    sources = [Source(f"{number}.st", other) for number, other in enumerate(others, 1)]
    return Study([Source(HERE, text), *sources], PLANT)


def unknown(known: Study, path: str) -> list[str]:
    """The names of a source that mean nothing."""
    from plc.lang.meaning.occurrences import reading

    text = known.text(path)
    read = reading(known, text)
    language = {*ELEMENTARY, "NAN"}
    return [
        str(token)
        for number, token in enumerate(text.tokens)
        if token.kind in ("NAME", "ENUMERATOR") and token.text.upper() not in language
        if number not in read.found and number not in read.standard and number not in read.words
    ]
