"""Cures of words: one of the language as a name, and a name that is one of the language misspelt."""

from __future__ import annotations

from difflib import get_close_matches

from plc.lang.parse.tokens import Token, kinds
from plc.lang.parse.trouble import Repair, Trouble
from plc.lang.parse.words import meant_word

_RARE_WORDS = kinds("""
    STEP INITIAL_STEP TRANSITION ACTION METHOD TASK TEST ON AT WITH FROM RESOURCE CONFIGURATION PRIVATE PUBLIC PRIORITY
    INTERVAL SINGLE BY TO OF DO""")


def word_as_name(trouble: Trouble) -> Repair | None:
    """``VAR At : INT``: a word of the language as a name."""
    token = trouble.token
    if not token.text[:1].isalpha() or token.kind == "NAME" or trouble.following.kind not in (":", ",", ":=", "AT"):
        return None
    if not trouble.accepts("NAME", trouble.following.kind):
        return None
    what = f"{token.text} is a word of the language and cannot be a name"
    cure = f"choose another name, such as {token.text}_1"
    rename = trouble.following.kind in (":", ",") and token.kind in _RARE_WORDS
    return Repair("P022", token, what, cure, drop=1, insert=("NAME",), rename=rename)


def misspelt_word(trouble: Trouble) -> Repair | None:
    """``WHLIE a DO``: a name that stands where only a word of the language very like it could."""
    if trouble.kind == "NAME":
        word = meant_word(trouble.token, trouble.machine)
        if word and trouble.accepts(word):
            return _misspelt(trouble.token, word)
    before, depth = trouble.previous, len(trouble.machine.states) - 1
    if before.kind == "NAME" and trouble.machine.values and trouble.machine.values[-1] is before:
        word = meant_word(before, trouble.machine)
        if word and trouble.machine.accepts(word, depth=depth):
            return _misspelt(before, word, back=(1, 1))
    return None


def misspelt_then(trouble: Trouble) -> Repair | None:
    """``IF a THNE``: a name at the end of a condition that looks like THEN."""
    if trouble.kind != "NAME" or trouble.starts_line or trouble.following.kind in (":=", "(", ".", "["):
        return None
    if not trouble.accepts("THEN") or not get_close_matches(trouble.token.text.upper(), ["THEN"], cutoff=0.7):
        return None
    return _misspelt(trouble.token, "THEN")


def _misspelt(token: Token, word: str, back: tuple[int, int] = (0, 0)) -> Repair:
    what = f"{token.text} looks like {word} misspelt"
    return Repair("P031", token, what, f"write {word}", drop=1, insert=(word,), back=back)
