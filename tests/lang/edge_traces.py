"""Cycle traces at the edges of every type, as a C compiler computes them: the cells of matrix/traces/.

    python -m tests.lang.edge_traces          writes them anew (gcc is needed for it, not for the tests)

edges.c --gcc--> one table a type --> matrix/traces/NAME.csv, beside NAME.st, the same operations in our language
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent / "matrix" / "traces"
SOURCE = Path(__file__).parent / "c" / "edges.c"
COMPILE = ("gcc", "-O1", "-fwrapv", "-ffp-contract=off", "-std=gnu11", "-Wall", "-Werror")

SIGNED, UNSIGNED = ("SINT", "INT", "DINT", "LINT"), ("USINT", "UINT", "UDINT", "ULINT")
BITS = ("BYTE", "WORD", "DWORD", "LWORD")

INTEGER = """\
PROGRAM cell
VAR
    a, b, sum, difference, product, quotient, rest, least, most, size : {name};
    less, equal : BOOL;
END_VAR
sum := a + b;
difference := a - b;
product := a * b;
IF b <> 0 THEN
    quotient := a / b;
    rest := a MOD b;
ELSE
    quotient := 0;
    rest := 0;
END_IF;
less := a < b;
equal := a = b;
least := MIN(a, b);
most := MAX(a, b);
size := ABS(a);
END_PROGRAM
"""

FLOATING = """\
PROGRAM cell
VAR
    a, b, sum, difference, product, quotient, opposite, size, root : {name};
    less, equal, unequal : BOOL;
END_VAR
sum := a + b;
difference := a - b;
product := a * b;
quotient := a / b;
opposite := -a;
size := ABS(a);
root := SQRT(a);
less := a < b;
equal := a = b;
unequal := a <> b;
END_PROGRAM
"""

TIMES = """\
PROGRAM cell
VAR
    a, b, sum, difference, opposite : {name};
    less, equal : BOOL;
END_VAR
sum := a + b;
difference := a - b;
opposite := -a;
less := a < b;
equal := a = b;
END_PROGRAM
"""

OF_BITS = """\
PROGRAM cell
VAR
    a, b, both, either, one, others, left, right, turned_left, turned_right : {name};
    n : INT;
END_VAR
both := a AND b;
either := a OR b;
one := a XOR b;
others := NOT a;
left := SHL(a, n);
right := SHR(a, n);
turned_left := ROL(a, n);
turned_right := ROR(a, n);
END_PROGRAM
"""

NUMBERS = {
    "LREAL": ("REAL",),
    "REAL": ("LREAL",),
    "LINT": ("REAL", "LREAL", "BOOL", *BITS),
    "ULINT": ("REAL", "LREAL", "BOOL", *BITS),
}
"""What each is converted to, beside all integers."""


def conversions(name: str) -> str:
    targets = (*SIGNED, *UNSIGNED, *NUMBERS[name])
    declared = [f"    as_{kind.lower()} : {kind};" for kind in targets]
    stores = [f"as_{kind.lower()} := TO_{kind}(x);" for kind in targets]
    return "\n".join(["PROGRAM cell", "VAR", f"    x : {name};", *declared, "END_VAR", *stores, "END_PROGRAM", ""])


def cells() -> Iterator[tuple[str, str, str]]:
    """(name of the table, first line, program) of each cell."""
    for name in (*SIGNED, *UNSIGNED):
        yield name, f"Arithmetic of {name} at its edges wraps.", INTEGER.format(name=name)
    for name in ("REAL", "LREAL"):
        yield (
            name,
            f"Arithmetic of {name} at its edges: IEEE 754, rounded after every operation.",
            FLOATING.format(name=name),
        )
    yield "TIME", "TIME wraps like the 64-bit integer it is.", TIMES.format(name="TIME")
    for name in BITS:
        yield (
            name,
            f"Bits of {name}: shifts by the width or more give 0, rotations turn round.",
            OF_BITS.format(name=name),
        )
    for name in NUMBERS:
        yield (
            f"from_{name}",
            f"What does not fit from {name} becomes the nearest there is, and counts.",
            conversions(name),
        )


def tables(names: list[str]) -> dict[str, str]:
    """What C computes for each table. Raises CalledProcessError where gcc or a table fails."""
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "edges"
        subprocess.run([*COMPILE, "-o", str(program), str(SOURCE), "-lm"], check=True)
        return {
            name: subprocess.run([str(program), name], check=True, capture_output=True, text=True).stdout
            for name in names
        }


def main() -> int:
    found = list(cells())
    computed = tables([name for name, _, _ in found])
    FOLDER.mkdir(exist_ok=True)
    for name, first, program in found:
        (FOLDER / f"{name}.st").write_text(f"// {first} The table is C's: tests/lang/edge_traces.py.\n{program}")
        (FOLDER / f"{name}.csv").write_text(computed[name])
    print(f"{len(found)} tables of C, {sum(table.count(chr(10)) - 1 for table in computed.values())} scans")
    return 0


if __name__ == "__main__":
    sys.exit(main())
