"""Tokens in plain words, for messages."""

from __future__ import annotations

from difflib import get_close_matches

from plc.lang.parse.tables import Machine
from plc.lang.parse.tokens import Token, kinds
from plc.lang.parse.trouble import Trouble

_NOUNS = {"NAME": "a name", "ADDRESS": "an address such as %IX0.0", "END": "the end of the text"}


def shown(token: Token) -> str:
    """The token as a reader sees it."""
    if token.kind == "END":
        return "the end of the text"
    text = token.text.split("\n")[0]
    return text if len(text) <= 30 else f"{text[:27]}..."


def border(token: Token) -> str:
    """Where something ended that should have been closed before: at this token."""
    return "the end of the text" if token.kind == "END" else f"{token.text.split()[0]} in line {token.line}"


def describe(trouble: Trouble) -> tuple[str, str]:
    """What stands there and what to type instead, for a token that cannot stand where it stands."""
    token, before = trouble.token, trouble.previous
    wanted = _wanted(trouble.machine.expected())
    after = f" after {shown(before)}" if trouble.position else ""
    what = f"{shown(token)} stands{after} where {wanted} belongs"
    if wanted == "(" and before.kind in _OPERATORS:
        return f"there is no value before {shown(before)}", f"write a value before it, or {before.kind}(a, b)"
    typed = token.kind in _LOOSE or not token.kind[0].isalpha()
    otherwise = f", or take {shown(token)} away" if typed else ""
    return what, f"write {wanted} there{otherwise}"


def meant_word(token: Token, machine: Machine) -> str:
    """The word of the language that a name resembles closely, or nothing."""
    spelled, words = token.text.upper(), sorted(machine.tables.keywords)
    if not 3 < len(spelled) < 30:
        return ""
    swapped = [word for word in words if sorted(word) == sorted(spelled) and word[0] == spelled[0]]
    found = swapped or get_close_matches(spelled, words, n=1, cutoff=0.8)
    return found[0] if found else ""


def _wanted(expected: set[str]) -> str:
    if "LITERAL" in expected:
        return "a value"
    if "IF" in expected:
        return "a statement"
    words = []
    if "NAME" in expected and "+" not in expected:
        words.append("a name")
    if "+" in expected:
        words.append("an operator")
    closers = sorted(kind for kind in expected if kind in _CLOSING or kind.startswith("END_"))
    words += closers
    if not words:
        words = [_NOUNS.get(kind, kind) for kind in sorted(expected) if kind not in ("PRAGMA", "ERROR")]
    return " or ".join(words[:4]) if words else "nothing"


_OPERATORS = kinds("AND OR XOR MOD")
_LOOSE = kinds("NAME INTEGER LITERAL ENUMERATOR ADDRESS")
_CLOSING = kinds("; THEN DO OF TO := ) ] , : UNTIL ..")
