"""Cures of declarations as other languages write them: ``int x;``, ``x REAL;``, ``ARRAY[10]``, ``PROGRAM p;``."""

from __future__ import annotations

from itertools import pairwise

from plc.lang.parse.tokens import NUMBER_PREFIXES, SECTION_WORDS, UNIT_WORDS, kinds
from plc.lang.parse.trouble import Repair, Trouble

_SECTIONS = SECTION_WORDS | {"VAR_GLOBAL"}
_TYPES = NUMBER_PREFIXES | kinds("TIME LTIME")
_FOREIGN_TYPES = kinds("INTEGER BOOLEAN FLOAT DOUBLE LONG SHORT CHAR BIT VOID AUTO LET DIM DOUBLE UNSIGNED VAR")
_NEAR = 60
_AFTER_CONDITION = kinds("THEN ; := END ELSE END_IF")
_BEFORE_CONDITION = kinds("ELSE ; := IF THEN")
_BY_NAME = {"INTEGER": "INT", "BOOLEAN": "BOOL", "FLOAT": "REAL", "DOUBLE": "LREAL", "LONG": "DINT", "SHORT": "INT"}


def divided_section(trouble: Trouble) -> Repair | None:
    """``VAR OUTPUT x : INT;``."""
    word, opener = trouble.previous, trouble.tokens[max(trouble.position - 2, 0)]
    section = f"VAR_{word.text.upper()}"
    if opener.kind != "VAR" or section not in _SECTIONS or trouble.kind != "NAME":
        return None
    what = f"VAR {word.text} is two words"
    return Repair("P014", opener.to(word), what, f"write {section}", drop=1, back=(1, 1))


def type_before_name(trouble: Trouble) -> Repair | None:
    """``int x;``, ``BOOL fan := TRUE;`` and ``x REAL;``."""
    first, second = trouble.previous, trouble.token
    if first.kind != "NAME" or second.kind not in ("NAME", "STRING") or not trouble.accepts(":"):
        return None
    if second.text.upper() in _TYPES:
        return Repair("P024", trouble.gap(), f": is missing after {first.text}", "write :", insert=(":",))
    said = first.text.upper()
    if said not in _TYPES | _FOREIGN_TYPES or trouble.machine.values[-1:] != [first]:
        return None
    what = f"the type {first.text} stands before the name {second.text}"
    cure = f"write {second.text} : {_BY_NAME.get(said, said)};"
    drop = 2 if trouble.following.kind != "=" else 3
    insert = ("NAME", ":", "ERROR", *((":=",) if drop == 3 else ()))
    return Repair("P024", first.to(second), what, cure, drop=drop, insert=insert, back=(1, 1))


def variable_without_type(trouble: Trouble) -> Repair | None:
    """``VAR x := 5; END_VAR``."""
    if trouble.kind != ":=" or trouble.previous.kind != "NAME" or not trouble.accepts(":"):
        return None
    ahead = trouble.ahead(
        _SECTIONS | UNIT_WORDS | kinds("END_VAR END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END_TEST END")
    )
    if trouble.tokens[trouble.position + len(ahead)].kind != "END_VAR":
        return None
    name, value = trouble.previous, trouble.following
    what = f"{name.text} has no type"
    cure = f"write {name.text} : INT := {value.text}; or another type"
    return Repair("P024", name, what, cure, insert=(":", "ERROR"))


def single_bound(trouble: Trouble) -> Repair | None:
    """``ARRAY[10] OF INT``, and ``ARRAY[Percent] OF INT`` with the name of a sub-range."""
    if trouble.kind not in ("]", ",") or not trouble.accepts("..") or trouble.previous.kind not in ("INTEGER", "NAME"):
        return None
    bound = trouble.previous
    what, cure = "an array has a first and a last index", f"write 1..{bound.text}"
    if bound.kind == "NAME" and _declared_as_type(trouble, bound.text.upper()):
        what = f"{bound.text} is a type, and an array has a first and a last index"
        cure = f"write two numbers, the first and the last value of {bound.text}"
    return Repair("P013", bound, what, cure, insert=("..", "LITERAL"))


def _declared_as_type(trouble: Trouble, name: str) -> bool:
    """Whether the text has ``TYPE ... NAME : ... END_TYPE``, as far as a look at the words tells."""
    inside = False
    for token, after in pairwise(trouble.tokens):
        if token.kind in ("TYPE", "END_TYPE", "STRUCT", "END_STRUCT"):
            inside = token.kind in ("TYPE", "END_STRUCT")
        elif inside and after.kind == ":" and token.text.upper() == name:
            return True
    return False


def bounds_as_subrange(trouble: Trouble) -> Repair | None:
    """``ARRAY[INT (1..5)] OF INT``."""
    tokens, position = trouble.tokens, trouble.position
    if trouble.kind != ".." or position < 4 or tokens[position - 2].kind != "(":
        return None
    kind, before = tokens[position - 3], tokens[position - 4]
    rest = trouble.ahead(kinds(") ] ; END"))
    if kind.text.upper() not in _TYPES or before.kind not in ("[", ",") or len(rest) != 2:
        return None
    entries = trouble.entries_back("ERROR", "..")
    if entries is None:
        return None
    written = f"{trouble.previous.text}..{rest[1].text}"
    back = (3, entries)
    what = f"the bounds of an array have no type: {kind.text} stands before them"
    return Repair("P013", kind, what, f"write {written}", drop=6, insert=("ERROR", "..", "ERROR"), back=back)


def bounds_after_type(trouble: Trouble) -> Repair | None:
    """``x : INT[10];``."""
    if trouble.kind != "[" or trouble.previous.kind != "NAME" or not trouble.accepts(":="):
        return None
    rest = trouble.ahead(kinds("] ; END"))
    closed = trouble.tokens[trouble.position + len(rest)].kind == "]"
    if not closed or not trouble.accepts(";") or trouble.machine.values[-1:] != [trouble.previous]:
        return None
    bound = "".join(token.text for token in rest[1:])
    bounds = bound if ".." in bound else f"1..{bound}"
    cure = f"write ARRAY[{bounds}] OF {trouble.previous.text}"
    what = "an array is declared with ARRAY"
    return Repair("P024", trouble.token, what, cure, drop=len(rest) + 2, insert=("ERROR",), back=(1, 1))


def comma_after_declaration(trouble: Trouble) -> Repair | None:
    """``a : BOOL, b : INT;``."""
    if trouble.kind != "," or not trouble.accepts(";", "NAME", ":") or trouble.after_next.kind != ":":
        return None
    return Repair("P012", trouble.token, ", stands where the declaration ends", "write ;", drop=1, insert=(";",))


def sign_after_head(trouble: Trouble) -> Repair | None:
    """``PROGRAM p;`` and ``PROGRAM p()``: what follows the name stands before the variables."""
    tokens, position = trouble.tokens, trouble.position
    if trouble.kind == "(" and tokens[position - 2].kind in UNIT_WORDS and trouble.following.kind == ")":
        drop = 3 if trouble.after_next.kind == ";" else 2
        return Repair("P024", trouble.token, "no ( ) belongs after the name", "take it away", drop=drop)
    if trouble.kind not in _SECTIONS or trouble.previous.kind != ";":
        return None
    head = 5 if tokens[position - 3].kind == ":" else 3
    if tokens[max(position - head, 0)].kind not in UNIT_WORDS:
        return None
    entries = trouble.entries_back("VAR")
    if entries is None:
        return None
    what = f"no ; belongs after {' '.join(token.text for token in tokens[position - head : position - 1])}"
    return Repair("P024", trouble.previous, what, "take it away", back=(0, entries))


def begin_and_end(trouble: Trouble) -> Repair | None:
    """``BEGIN`` and ``END`` around the statements."""
    word = trouble.previous
    if word.kind != "NAME" or word.text.upper() not in ("BEGIN", "END") or trouble.machine.values[-1:] != [word]:
        return None
    if not trouble.starts_line or not trouble.accepts(":="):
        return None
    what = f"{word.text} stands alone, where it begins or ends nothing"
    cure = "take it away: statements begin after END_VAR and end with END_IF, END_PROGRAM ..."
    return Repair("P024", word, what, cure, drop=1, back=(1, 1))


def step_for_by(trouble: Trouble) -> Repair | None:
    """``FOR i := 1 TO 9 STEP 2 DO``."""
    if trouble.token.text.upper() != "STEP" or not trouble.accepts("BY"):
        return None
    what = f"{trouble.token.text} stands where BY belongs"
    return Repair("P013", trouble.token, what, "write BY", drop=1, insert=("BY",))


def condition_after_else(trouble: Trouble) -> Repair | None:
    """``ELSE a > 6 THEN``."""
    tokens, position = trouble.tokens, trouble.position
    near = range(position, min(position + _NEAR, len(tokens)))
    start = next((n for n in near if tokens[n].kind in _AFTER_CONDITION), position)
    behind = range(position - 1, max(position - _NEAR, -1), -1)
    word = next((n for n in behind if tokens[n].kind in _BEFORE_CONDITION), position)
    if tokens[start].kind != "THEN" or tokens[word].kind != "ELSE" or tokens[word].line != tokens[start].line:
        return None
    entries = trouble.entries_back("ELSIF")
    if entries is None:
        return None
    back = (trouble.position - word, entries)
    what = "ELSE has no condition"
    return Repair("P015", tokens[word], what, "write ELSIF", drop=1, insert=("ELSIF",), back=back)
