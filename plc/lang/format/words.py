"""The words that begin and end blocks, and so decide the lines of a text. New words of the grammar enter here.

IF .. THEN        the header of a block ends with a word or sign
VAR CONSTANT      or with the last of the qualifiers that follow
PROGRAM name      or with a name and, after a colon, a type
TYPE              or at once
"""

from __future__ import annotations

from plc.lang.parse.tokens import SECTION_WORDS, UNIT_WORDS, kinds

HEADER_END = {
    "IF": "THEN", "ELSIF": "THEN", "CASE": "OF", "FOR": "DO", "WHILE": "DO",
    "STEP": ":", "INITIAL_STEP": ":", "ACTION": ":", "TRANSITION": ";",
}  # fmt: skip
ALONE = kinds("REPEAT ELSE TYPE")
SECTIONS = SECTION_WORDS | kinds("VAR_GLOBAL VAR_CONFIG VAR_ACCESS")
QUALIFIERS = kinds("CONSTANT RETAIN NON_RETAIN PERSISTENT")
NAMED = UNIT_WORDS | kinds("METHOD TEST CONFIGURATION RESOURCE")

FLAT = UNIT_WORDS | {"TEST"}
"""What they hold stands as far left as they do."""
INSTALLS = kinds("CONFIGURATION RESOURCE")
"""In them PROGRAM installs a program and is a line like others."""
DECLARES = SECTIONS | {"STRUCT", "TYPE"}
LABELLED = kinds("STEP INITIAL_STEP ACTION")
MIDDLES = kinds("ELSE ELSIF UNTIL")
OPENS = frozenset(HEADER_END) | ALONE | SECTIONS | NAMED


def closes(kind: str) -> bool:
    """Whether the word ends a block."""
    return kind.startswith("END_")
