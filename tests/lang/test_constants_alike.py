"""What the compiler works out beforehand is what a run gives: each expression with a constant and with a variable."""

from __future__ import annotations

import math

import pytest

from tests.lang.machine import compiled
from tests.lang.twice import Twice

WHOLE = ["x + 7", "x - 7", "7 - x", "x * 3", "x / 2", "x MOD 3", "-x", "ABS(x)", "MAX(x, 2)", "MIN(x, 2)", "TO_SINT(x)"]
WHOLE += ["LIMIT(-2, x, 2)", "TO_UINT(x)", "TO_DINT(x)", "TO_REAL(x)", "TO_LREAL(x)", "TO_BOOL(x)", "SEL(x > 0, x, 1)"]
WHOLE += ["x = 3", "x <> 3", "x < 3", "x <= 3", "x > 3", "x >= 3", "TO_BYTE(x)", "TO_TIME(x)", "TO_STRING(x)", "x ** 2"]
REAL = ["x + 0.1", "x - 0.1", "x * 3.0", "x / 3.0", "-x", "ABS(x)", "TRUNC(x)", "TO_INT(x)", "TO_DINT(x)", "TO_UINT(x)"]
REAL += [
    "TO_REAL(x)",
    "TO_LREAL(x)",
    "TO_BOOL(x)",
    "MAX(x, 2.0)",
    "LIMIT(-1.0, x, 1.0)",
    "x < 2.5",
    "x >= 2.5",
    "x = x",
]
REAL += ["SQRT(x)", "SIN(x)", "EXP(x)", "LN(x)", "x ** 2.0", "x <> x", "TO_TIME(x)", "TO_STRING(x)"]
BITS = [
    "NOT x",
    "x AND 16#0F",
    "x OR 16#F0",
    "x XOR 16#FF",
    "SHL(x, 3)",
    "SHR(x, 3)",
    "ROL(x, 3)",
    "ROR(x, 3)",
    "x = 5",
]
BITS += ["TO_INT(x)", "TO_USINT(x)", "TO_DWORD(x)", "TO_BYTE(x)", "TO_BOOL(x)", "x > 5", "x.0", "x.7", "TO_STRING(x)"]
TIME = ["x + T#1s", "x - T#1s", "x * 3", "x / 2", "-x", "x < T#2s", "TO_LINT(x)", "TO_INT(x)", "TO_LREAL(x)", "x * 1.5"]
BOOL = [
    "NOT x",
    "x AND TRUE",
    "x OR FALSE",
    "x XOR TRUE",
    "TO_INT(x)",
    "TO_REAL(x)",
    "SEL(x, 1, 2)",
    "x = TRUE",
    "x > FALSE",
]

TABLE = {
    "INT": (WHOLE, ["0", "3", "-3", "32767", "-32768"]),
    "DINT": (WHOLE, ["5", "-2147483648"]),
    "LINT": (WHOLE, ["2", "9223372036854775807"]),
    "UINT": ([each for each in WHOLE if "-" not in each], ["0", "65535"]),
    "REAL": (REAL, ["0.0", "2.5", "-2.5", "0.1", "1.0E30"]),
    "LREAL": (REAL, ["0.0", "3.5", "-0.7", "1.0E300"]),
    "WORD": (BITS, ["0", "5", "16#8001"]),
    "LWORD": (BITS, ["16#8000000000000001"]),
    "TIME": (TIME, ["T#0s", "T#1h30m", "T#-5ms"]),
    "BOOL": (BOOL, ["TRUE", "FALSE"]),
}
CASES = [(kind, value) for kind, (_, values) in TABLE.items() for value in values]


@pytest.mark.parametrize(("kind", "value"), CASES)
def test_a_constant_and_a_variable_of_one_value_give_one_result(kind: str, value: str):
    templates = [template for template in TABLE[kind][0] if sound(kind, value, template)]
    assert len(templates) > len(TABLE[kind][0]) / 2
    pairs = list(enumerate(templates))
    results = "".join(f"c{n}, v{n} : {result_type(kind, template)}; " for n, template in pairs)
    lines = "\n".join(
        f"c{n} := {template.replace('x', 'k')}; v{n} := {template.replace('x', 'v')};" for n, template in pairs
    )
    machine = Twice(f"{head(kind, value)} VAR {results} END_VAR\n{lines}\nEND_PROGRAM").run()
    for number, template in pairs:
        one, other = machine[f"c{number}"], machine[f"v{number}"]
        assert (template, one) == (template, other) or (math.isnan(one) and math.isnan(other))
    assert machine.conversion_faults % 2 == 0


def head(kind: str, value: str) -> str:
    return f"PROGRAM p VAR CONSTANT k : {kind} := {value}; END_VAR VAR v : {kind} := {value}; END_VAR"


RESULTS = ("LREAL", "REAL", "LINT", "ULINT", "LWORD", "BOOL", "TIME", "STRING")


def result_type(kind: str, template: str) -> str:
    """The first type a variable may have that takes the expression."""
    return next(result for result in RESULTS if fits(kind, template, result))


def fits(kind: str, template: str, result: str) -> bool:
    text = f"PROGRAM p VAR v : {kind}; r : {result}; END_VAR r := {template.replace('x', 'v')}; END_PROGRAM"
    return not compiled(text).errors


def sound(kind: str, value: str, template: str) -> bool:
    """Whether both can be written: a constant that overflows, or divides by nothing, is refused."""
    if not any(fits(kind, template, result) for result in RESULTS):
        return False
    variables = f"VAR r : {result_type(kind, template)}; END_VAR"
    return not compiled(f"{head(kind, value)} {variables} r := {template.replace('x', 'k')}; END_PROGRAM").errors
