"""Every standard function called with anything: a value or one kind of problem in that line, and never a crash."""

from __future__ import annotations

from collections import defaultdict

import pytest

from plc.lang.check.standard import FUNCTIONS
from tests.lang.machine import compiled

VARIABLES = """b : BOOL; i : INT; u : UINT; w : WORD; r : REAL; t : TIME; d : DATE; s : STRING; a : ARRAY[1..3] OF REAL;
q : BreakerState; m : Measurement; k : TON;"""
NAMES = ["b", "i", "u", "w", "r", "t", "d", "s", "a", "q", "m", "k"]


def codes(statements: list[str]) -> list[list[str]]:
    """What is said of each statement."""
    lines = "\n".join(statements)
    found: defaultdict[int, list[str]] = defaultdict(list)
    text = f"PROGRAM p VAR {VARIABLES.replace(chr(10), ' ')} END_VAR\n{lines}\nEND_PROGRAM"
    for each in compiled(text, plant=True).diagnostics:
        found[each.span.line].append(each.code)
    return [found[line] for line in range(2, len(statements) + 2)]


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_call_with_arguments_that_are_not_there_names_each_or_says_there_are_too_many(name: str):
    none, *some = codes([f"i := {name}({', '.join([f'nothing_{count}'] * count)});" for count in range(8)])
    assert none in (["S037"], ["P024"])
    for said in some:
        assert set(said) == {"S001"} or said in (["S037"], ["P024"])


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_call_with_far_too_many_arguments_has_problems_of_one_kind(name: str):
    for said in codes([f"i := {name}({', '.join([variable] * 20)});" for variable in NAMES]):
        assert len(set(said) - {"S052"}) <= 1


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_call_with_arguments_of_any_type_has_a_value_or_a_problem_in_its_line(name: str):
    pairs = [f"{one}, {other}" for one in NAMES for other in NAMES]
    statements = [f"b := {name}({arguments}) = {name}({arguments});" for arguments in [*NAMES, *pairs]]
    statements += [f"b := {name}({pair}, i) = {name}({pair}, i);" for pair in pairs]
    found = codes(statements)
    assert sum(map(len, found)) == len(compiled_problems(statements))


def compiled_problems(statements: list[str]) -> list[str]:
    text = f"PROGRAM p VAR {VARIABLES} END_VAR " + "\n".join(statements) + "\nEND_PROGRAM"
    return [each.code for each in compiled(text, plant=True).diagnostics]


TAKES = """
iur - -: ABS ACOS ASIN ATAN COS EXP LN LOG SIN SQRT TAN
- iurt iurt: ADD
- - -: ADD_DT_TIME ADD_LDT_LTIME ADD_LTOD_LTIME ADD_TOD_TIME CONCAT_DATE_TOD CONCAT_LDATE_LTOD DELETE DIVTIME DIV_LTIME
- - -: DIV_TIME INSERT LEFT LOWER_BOUND MID MULTIME MUL_LTIME MUL_TIME REPLACE RIGHT SUB_DT_DT SUB_DT_TIME SUB_LDT_LDT
- - -: SUB_LDT_LTIME SUB_LTOD_LTIME SUB_LTOD_LTOD SUB_TOD_TIME SUB_TOD_TOD UPPER_BOUND
- t -: ADD_LTIME ADD_TIME SUB_LTIME SUB_TIME
m - -: AGE
- bw bw: AND OR XOR
- iur -: ATAN2 DIV EXPT
a - -: AVG MAXIMUM MINIMUM SUM
- s s: CONCAT
- biuwtdsq biuwtdsq: EQ
- s -: FIND
- iuwrtds iuwrtds: GE GT LE LT
r - -: IS_VALID
s - -: LEN TO_LOWER TO_UPPER
- - iurtds: LIMIT
- iurtds iurtds: MAX MIN
- iu -: MOD
biuwrtdsaqmk - -: MOVE
- iur iur: MUL
- iu iu: MUX
- biuwtdsq -: NE
bw - -: NOT
- u -: ROL ROR SHL SHR
- - b: SEL
- iurtd -: SUB
- d -: SUB_DATE_DATE SUB_LDATE_LDATE
"""
"""One, two and three arguments of one type: which of the variables above a function takes without a word."""


@pytest.mark.parametrize("row", TAKES.strip().split("\n"))
def test_a_function_takes_the_types_it_is_made_for(row: str):
    wanted, _, names = row.partition(": ")
    for name in names.split():
        found = [codes([f"MOVE({name}({', '.join([one] * count)}));" for one in NAMES]) for count in (1, 2, 3)]
        taken = ["".join(one for one, said in zip(NAMES, each, strict=True) if not said) or "-" for each in found]
        assert (name, " ".join(taken)) == (name, wanted)


def test_every_function_is_in_the_table():
    assert {name for row in TAKES.strip().split("\n") for name in row.partition(": ")[2].split()} == set(FUNCTIONS)
