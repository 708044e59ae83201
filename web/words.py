"""The words the editor colours, from the grammar and the library themselves.

python -m web.words > web/frontend/src/programs/words.json        a test holds the file to it
"""

from __future__ import annotations

import json

from plc.lang.compile import library
from plc.lang.parse.tables import tables
from plc.lang.parse.tokens import SOFT_WORDS
from plc.lang.types import ELEMENTARY, SPELLINGS

OPERATORS = ("AND", "OR", "XOR", "NOT", "MOD", "AND_THEN", "OR_ELSE")


def words() -> dict[str, list[str]]:
    """Words in capitals by what they are: ``keywords``, ``soft`` ones that may be names, ``operators``, ``types``."""
    declared = (declaration.name for unit in library() for declaration in unit.file.types)
    types = {name.upper() for name in (*ELEMENTARY, *SPELLINGS, "STRING", *declared)}
    keywords = tables().keywords - types - set(OPERATORS)
    return {
        "keywords": sorted(keywords),
        "soft": sorted(SOFT_WORDS),
        "operators": sorted(OPERATORS),
        "types": sorted(types),
    }


def page() -> str:
    return json.dumps(words(), indent=2) + "\n"


if __name__ == "__main__":
    print(page(), end="")
