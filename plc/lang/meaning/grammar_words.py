"""The words that may stand at a place, by the parser's own tables, and the frames of whole statements."""

from __future__ import annotations

from collections.abc import Sequence

from plc.lang.parse.tables import step, tables
from plc.lang.parse.tokens import Token

FRAMES = {
    "IF": "IF ${1:condition} THEN\n    $0\nEND_IF;",
    "CASE": "CASE ${1:selector} OF\n    ${2:1}:\n        $0\nEND_CASE;",
    "FOR": "FOR ${1:i} := ${2:1} TO ${3:10} DO\n    $0\nEND_FOR;",
    "WHILE": "WHILE ${1:condition} DO\n    $0\nEND_WHILE;",
    "REPEAT": "REPEAT\n    $0\nUNTIL ${1:condition}\nEND_REPEAT;",
    "VAR": "VAR\n    $0\nEND_VAR",
    "VAR_INPUT": "VAR_INPUT\n    $0\nEND_VAR",
    "VAR_OUTPUT": "VAR_OUTPUT\n    $0\nEND_VAR",
    "VAR_IN_OUT": "VAR_IN_OUT CONSTANT\n    $0\nEND_VAR",
    "PROGRAM": "PROGRAM ${1:name}\nVAR\n    $2\nEND_VAR\n$0\nEND_PROGRAM",
    "FUNCTION_BLOCK": "FUNCTION_BLOCK ${1:NAME}\nVAR_INPUT\n    $2\nEND_VAR\n$0\nEND_FUNCTION_BLOCK",
}
"""What stands for a whole statement or block; $1, $2 are visited in turn, $0 last."""

QUALIFIERS = {
    "N": "while the step is active",
    "S": "set, until R takes it back",
    "R": "takes back what S set",
    "L": "while the step is active, at most for a time",
    "D": "while the step is active, after a time",
    "P": "once, when the step begins",
    "P1": "once, when the step begins",
    "P0": "once, when the step ends",
    "SD": "set after a time, even if the step has ended",
    "DS": "set after a time, if the step is still active",
    "SL": "set for a time, even if the step has ended",
}
"""When a step's action runs (IEC 61131-3, action qualifiers)."""


def expected(tokens: Sequence[Token]) -> set[str]:
    """The kinds of token that may follow these; a token that cannot stand where it stands is passed over."""
    known = tables()
    states = [known.start]
    for token in tokens:
        tried = list(states)
        if step(known, tried, token.kind):
            states = tried
    return {kind for kind in known.actions[states[-1]] if step(known, list(states), kind)}


def words(kinds: set[str]) -> list[str]:
    """The keywords among kinds of token, in order."""
    return sorted(kinds & tables().keywords)
