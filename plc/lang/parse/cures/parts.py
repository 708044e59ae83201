"""Cures around steps, transitions, actions and methods."""

from __future__ import annotations

from plc.lang.parse.declarations import pragma_problem
from plc.lang.parse.tokens import UNIT_CLOSERS, UNIT_WORDS, Token, kinds
from plc.lang.parse.trouble import Repair, Trouble
from plc.lang.parse.words import border

PART_STARTS = kinds("STEP INITIAL_STEP TRANSITION ACTION METHOD")
PART_ENDS = kinds("END_STEP END_TRANSITION END_ACTION END_METHOD")
_CLOSER = {
    "STEP": "END_STEP", "INITIAL_STEP": "END_STEP", "TRANSITION": "END_TRANSITION", "ACTION": "END_ACTION",
    "METHOD": "END_METHOD",
}  # fmt: skip
_OUTER = UNIT_CLOSERS | UNIT_WORDS | kinds("TYPE VAR_GLOBAL END PRAGMA")


def unclosed_part(trouble: Trouble) -> Repair | None:
    """``STEP a: f(N); TRANSITION ...``: the END_STEP is missing."""
    if trouble.kind not in PART_STARTS | PART_ENDS | _OUTER:
        return None
    opener = _open_part(trouble)
    if opener is None:
        return None
    closer = _CLOSER[opener.kind]
    for insert in ((closer,), (";", closer)):
        if trouble.kind in PART_ENDS and trouble.accepts(*insert[:-1], closer):
            what = f"{trouble.token.text} stands at the end of a {opener.kind}"
            return Repair("P016", trouble.token, what, f"write {closer}", drop=1, insert=insert)
        if trouble.accepts(*insert):
            what = f"this {opener.text} is not closed before {border(trouble.token)}"
            return Repair("P016", opener, what, f"write {closer} where it ends", insert=insert)
    return None


def _open_part(trouble: Trouble) -> Token | None:
    """The part the parser is inside of; one that was just closed is not yet taken off the stack."""
    if trouble.previous.kind in PART_ENDS:
        return None
    return trouble.innermost(PART_STARTS)


def missing_colon(trouble: Trouble) -> Repair | None:
    """``STEP a fan(N);`` and ``ACTION a x := 1;``."""
    if trouble.previous.kind != "NAME" or not trouble.fits_after(":"):
        return None
    if not any(isinstance(value, Token) and value.kind in PART_STARTS for value in trouble.machine.values[-3:]):
        return None
    what = f": is missing after {trouble.previous.text}"
    return Repair("P024", trouble.gap(), what, "write :", insert=(":",))


def missing_condition_sign(trouble: Trouble) -> Repair | None:
    """``TRANSITION FROM a TO b x > 5;`` and ``TO b : x > 5;`` and ``TO b = x > 5;``."""
    opener = _open_part(trouble)
    if opener is None or opener.kind != "TRANSITION" or not trouble.accepts(":=") or trouble.accepts("+"):
        return None
    if trouble.kind in (":", "=") and trouble.machine.accepts(":=", trouble.following.kind):
        what = f"{trouble.kind} stands before the condition of this transition"
        return Repair("P011", trouble.token, what, "write :=", drop=1, insert=(":=",))
    if not trouble.fits_after(":="):
        return None
    return Repair("P024", trouble.gap(), "this transition's condition has no := before it", "write :=", insert=(":=",))


def missing_from(trouble: Trouble) -> Repair | None:
    """``TRANSITION a TO b := x;``"""
    values = trouble.machine.values
    if trouble.kind == "TO" and len(values) > 1 and isinstance(values[-2], Token) and values[-2].kind == "TRANSITION":
        what = f"FROM is missing before {trouble.previous.text}"
        return Repair("P024", trouble.previous, what, "write FROM", insert=("FROM",), back=(1, 1))
    return None


def bare_association(trouble: Trouble) -> Repair | None:
    """``STEP a: fan; END_STEP``."""
    if trouble.kind != ";" or not _in_step(trouble):
        return None
    if not trouble.accepts("(", ")", ";"):
        return None
    name = trouble.previous.text
    what = f"{name} stands in this step without its qualifier"
    return Repair("P024", trouble.previous, what, f"write {name}(N);", insert=("(", ")"))


def path_in_step(trouble: Trouble) -> Repair | None:
    """``STEP a: Relays.fan(N); END_STEP``: a step controls what has one name."""
    if trouble.kind not in (".", "[") or not _in_step(trouble) or not trouble.accepts("(", ")", ";"):
        return None
    name = trouble.previous.text
    what = f"{name}{trouble.kind}... is a part of something, and a step controls an ACTION or a BOOL variable"
    return Repair("P024", trouble.previous, what, "assign it in an ACTION, and name that here", skip=True)


def indicator(trouble: Trouble) -> Repair | None:
    """``lamp(L, T#5s, done);``: the standard's indicator variable."""
    if trouble.kind != "," or not _in_step(trouble) or not trouble.accepts(")", ";"):
        return None
    drop = len(trouble.ahead(kinds(") ; END")))
    what = "indicator variables in the lines of a step come with a later version"
    return Repair("P020", trouble.token, what, "leave it out, and test the variable in a transition", drop=drop)


def _in_step(trouble: Trouble) -> bool:
    opener = _open_part(trouble)
    return opener is not None and opener.kind in ("STEP", "INITIAL_STEP")


def pragma_before_statement(trouble: Trouble) -> Repair | None:
    """``{attribute 'a'} x := 5;``: in a body only a METHOD has attributes."""
    states = len(trouble.machine.states)
    if trouble.previous.kind != "PRAGMA" or states < 3 or trouble.kind in _OUTER - UNIT_CLOSERS:
        return None
    if not trouble.machine.accepts("IF", depth=states - 2):
        return None
    if not trouble.previous.text[1:].lstrip().lower().startswith("attribute"):
        what, cure = pragma_problem(trouble.previous.text)
        return Repair("P021", trouble.previous, what, cure, drop=1, back=(1, 2))
    what = "an attribute stands here, where it describes nothing"
    cure = "write it before a PROGRAM, FUNCTION, FUNCTION_BLOCK, METHOD, TYPE or variable"
    return Repair("P021", trouble.previous, what, cure, drop=1, back=(1, 2))


CURES = (
    unclosed_part, missing_colon, missing_condition_sign, missing_from, bare_association, path_in_step, indicator,
    pragma_before_statement,
)  # fmt: skip
