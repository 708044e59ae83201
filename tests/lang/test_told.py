"""What each wrong statement is told, word for word and on the right characters: the table in told.txt.

python -m tests.lang.test_told > new.txt    the table as it is now, to be read before it replaces the old one
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from plc.core.diagnostic import Diagnostic
from tests.lang.machine import compiled

VARIABLES = """b, c : BOOL; i, j : INT; l : LINT; u : UINT; w : WORD; lw : LWORD; r : REAL; lr : LREAL; t : TIME;
d : DATE; p : DT; s : STRING[5]; a : ARRAY[1..3] OF REAL; q : BreakerState; m : Measurement; k : TON;"""
TABLE = Path(__file__).with_name("told.txt")


def statements() -> list[str]:
    return [line for line in TABLE.read_text("utf-8").split("\n") if line and not line.startswith(" ")]


def told(lines: list[str]) -> str:
    """The table: each statement, and below it what is said: columns, code, what and cure."""
    found: defaultdict[int, list[Diagnostic]] = defaultdict(list)
    variables = VARIABLES.replace(chr(10), " ")
    programs = (f"PROGRAM p{n} VAR {variables} END_VAR\n{line} END_PROGRAM" for n, line in enumerate(lines))
    text = "\n".join(programs)
    for each in compiled(text, plant=True).diagnostics:
        found[each.span.line].append(each)
    rows: list[str] = []
    for number, line in enumerate(lines):
        rows.append(line)
        for each in found[2 * number + 2]:
            rows.append(f"    {each.span.column}-{each.span.end_column} {each.code} {each.what}; {each.cure}")
    return "\n".join(rows) + "\n"


def test_every_wrong_statement_is_told_what_the_table_says():
    assert told(statements()).split("\n") == TABLE.read_text("utf-8").split("\n")


def test_every_statement_of_the_table_is_wrong():
    rows = TABLE.read_text("utf-8").rstrip().split("\n")
    assert [one for one, below in zip(rows, [*rows[1:], ""], strict=True) if not (one + below).count("    ")] == []


if __name__ == "__main__":
    print(told(statements()), end="")
