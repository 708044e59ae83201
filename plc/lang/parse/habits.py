"""Words that people bring along from their own language or another controller, as the lexer meets them."""

from __future__ import annotations

import re
import unicodedata

_FAMILIES = {
    "German": {
        "WENN": "IF", "DANN": "THEN", "SONST": "ELSE", "SONST_WENN": "ELSIF", "ENDE_WENN": "END_IF", "FUER": "FOR",
        "BIS": "TO", "TUE": "DO", "ENDE_FUER": "END_FOR", "SOLANGE": "WHILE", "ENDE_SOLANGE": "END_WHILE",
        "UND": "AND", "ODER": "OR", "NICHT": "NOT",
    },
    "French": {
        "SI": "IF", "ALORS": "THEN", "SINON": "ELSE", "SINON_SI": "ELSIF", "FIN_SI": "END_IF", "FINSI": "END_IF",
        "POUR": "FOR", "FAIRE": "DO", "FIN_POUR": "END_FOR", "TANT_QUE": "WHILE", "FIN_TANT_QUE": "END_WHILE",
        "ET": "AND", "OU": "OR", "NON": "NOT",
    },
    "Dutch": {
        "ALS": "IF", "DAN": "THEN", "ANDERS": "ELSE", "ANDERS_ALS": "ELSIF", "EINDE_ALS": "END_IF", "VOOR": "FOR",
        "TOT": "TO", "DOE": "DO", "EINDE_VOOR": "END_FOR", "ZOLANG": "WHILE", "EINDE_ZOLANG": "END_WHILE",
        "EN": "AND", "OF": "OR", "NIET": "NOT",
    },
}  # fmt: skip
_BEGINS = re.compile(r"[ \t]+[\w(][^\n;]*?\b(DANN|TUE|ALORS|FAIRE|DAN|DOE)\b", re.IGNORECASE)
_OPENERS = {"IF", "FOR", "WHILE"}
_PLAIN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "æ": "ae", "ø": "o"}
)
_LOCAL = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_GOES_ON = re.compile(r"[ \t]*(?::=|[.\[(])")
_UNIT_END = re.compile(r"END_(PROGRAM|FUNCTION|TYPE|TEST|CONFIGURATION)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_HEAD = re.compile(r"\b(?:PROGRAM|FUNCTION|FUNCTION_BLOCK|TYPE)[ \t]+\Z", re.IGNORECASE)
_NEAR = 40
_USED = re.compile(r"[ \t]*(?::=|=>|[.\[(])")


class Habits:
    """What one text has shown so far: the language the words of a unit are of, and the names already told.

    A unit is read alike whatever stands before it, because units are kept by their text alone (kept.py)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._language, self._since = "", 0
        self._told: set[str] = set()

    def meant(self, word: str, end: int) -> str:
        """The word of the language that a foreign one stands for, or nothing. ``end`` is the offset behind it."""
        upper = word.upper()
        if self._language and _UNIT_END.search(self._text, self._since, end):
            self._language = ""
        self._since = end
        if self._text[end - len(word) - 1 : end - len(word)] == ".":
            return ""
        if self._language:
            return _FAMILIES[self._language].get(upper, "")
        for language, words in _FAMILIES.items():
            if words.get(upper) in _OPENERS:
                found = _BEGINS.match(self._text, end)
                if found and found[1].upper() in words:
                    self._language = language
                    self._told.discard(language)
                    return words[upper]
        return ""

    @property
    def language(self) -> str:
        return self._language

    def first(self, word: str) -> bool:
        """Whether a word is told for the first time."""
        fresh = word not in self._told
        self._told.add(word)
        return fresh


def plain(name: str) -> str:
    """``Luefter`` of ``Lüfter``; nothing where a letter has no like."""
    split = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    found = "".join(letter for letter in split if not unicodedata.combining(letter))
    return found if _NAME.fullmatch(found) else ""


def local_name(text: str, at: int, starts_line: bool) -> str:
    """``motor`` of ``#motor``, where a name is meant and not a comment; ``at`` is the offset behind the sign."""
    found = _LOCAL.match(text, at)
    if found is None or (starts_line and not _GOES_ON.match(text, found.end())):
        return ""
    return found.group()


def quoted_name(text: str, start: int, end: int) -> bool:
    """Whether a name in double quotes is used as one: assigned, called, looked into, or given to a unit."""
    if not _NAME.fullmatch(text[start + 1 : end - 1]):
        return False
    return bool(_USED.match(text, end) or _HEAD.search(text[max(start - _NEAR, 0) : start]))
