"""Tokens in plain words, for messages."""

from __future__ import annotations

from plc.lang.lexer import Token, kinds

_NOUNS = {"NAME": "a name", "ADDRESS": "an address such as %IX0.0", "END": "the end of the text"}


def shown(token: Token) -> str:
    """The token as a reader sees it."""
    if token.kind == "END":
        return "the end of the text"
    text = token.text.split("\n")[0]
    return text if len(text) <= 30 else f"{text[:27]}..."


def describe(tokens: list[Token], position: int, expected: set[str]) -> tuple[str, str]:
    """What stands there and what to type instead, for a token that cannot stand where it stands."""
    token = tokens[position]
    wanted = _wanted(expected)
    after = f" after {shown(tokens[position - 1])}" if position else ""
    return f"{shown(token)} stands{after} where {wanted} belongs", f"write {wanted} before it, or take it away"


def _wanted(expected: set[str]) -> str:
    if "LITERAL" in expected:
        return "a value"
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


_CLOSING = kinds("; THEN DO OF TO := ) ] , : UNTIL ..")
