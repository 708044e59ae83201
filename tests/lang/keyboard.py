"""One slip of the keyboard at every token of a text: the wrong texts that hands make, each with its kind and place.

text --lexer--> tokens, comments --KINDS--> Slip(kind, text, line)
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plc.lang.parse.lexer import scan
from plc.lang.parse.problems import Problems
from plc.lang.parse.tables import tables
from plc.lang.parse.tokens import Token

ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
STRAY_SIGNS = "'\"()[];:,.=#${}*"


@dataclass(frozen=True, slots=True)
class Slip:
    """``text`` with one stretch of the right text, from ``start`` to ``end``, typed as ``typed``; ``line`` is its."""

    kind: str
    text: str
    start: int
    end: int
    typed: str
    line: int

    @property
    def changed(self) -> str:
        return self.text[: self.start] + self.typed + self.text[self.end :]

    @property
    def more_lines(self) -> int:
        return self.typed.count("\n") - self.text.count("\n", self.start, self.end)

    def __str__(self) -> str:
        return f"{self.kind}: {self.text[self.start : self.end]!r} -> {self.typed!r}"


Edit = tuple[int, int, str]
"""Start and end offset of what is replaced, and what is typed there."""
Typist = Callable[["Page", int, random.Random], Iterator[Edit]]


class Page:
    """A text with its tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.comments: list[Token] = []
        problems = Problems("slips")
        self.tokens = [t for t in scan(text, tables().keywords, problems, self.comments) if t.kind != "END"]

    def line(self, start: int) -> tuple[int, int]:
        """The line around an offset, its end of line included."""
        end = self.text.find("\n", start)
        return self.text.rfind("\n", 0, start) + 1, len(self.text) if end < 0 else end + 1

    def starts_line(self, number: int) -> bool:
        return number == 0 or self.tokens[number - 1].end_line < self.tokens[number].line


def _deleted(page: Page, number: int, _: random.Random) -> Iterator[Edit]:
    token = page.tokens[number]
    if token.text not in "()[]":
        yield token.start, token.end, ""


def _doubled(page: Page, number: int, _: random.Random) -> Iterator[Edit]:
    token = page.tokens[number]
    yield token.end, token.end, f" {token.text}" if token.text[0].isalnum() else token.text


def _swapped(page: Page, number: int, _: random.Random) -> Iterator[Edit]:
    first, second = page.tokens[number : number + 2] if number + 1 < len(page.tokens) else (None, None)
    if first and second and first.text != second.text and first.end_line == second.line:
        between = page.text[first.end : second.start]
        before = " " * (page.text[first.start - 1 : first.start].isalnum() and second.text[0].isalnum())
        after = " " * (first.text[-1].isalnum() and page.text[second.end : second.end + 1].isalnum())
        yield first.start, second.end, before + second.text + between + first.text + after


def _letter(change: Callable[[str, int, random.Random], str]) -> Typist:
    def typist(page: Page, number: int, pick: random.Random) -> Iterator[Edit]:
        token = page.tokens[number]
        if re.fullmatch(r"[A-Za-z_]\w+", token.text) and not token.kind.startswith("END_"):
            typed = change(token.text, pick.randrange(len(token.text)), pick)
            if typed != token.text:
                yield token.start, token.end, typed

    return typist


def _drop(word: str, at: int, _: random.Random) -> str:
    return word[:at] + word[at + 1 :]


def _twice(word: str, at: int, _: random.Random) -> str:
    return word[: at + 1] + word[at:]


def _exchange(word: str, at: int, _: random.Random) -> str:
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _beside(word: str, at: int, pick: random.Random) -> str:
    """The key beside the one that was meant."""
    letter = word[at].lower()
    row = next((row for row in ROWS if letter in row), "")
    near = [row[n] for n in (row.find(letter) - 1, row.find(letter) + 1) if 0 <= n < len(row)] if row else ["-"]
    found = pick.choice(near)
    return word[:at] + (found.upper() if word[at].isupper() else found) + word[at + 1 :]


def _misspelt_end(page: Page, number: int, pick: random.Random) -> Iterator[Edit]:
    token = page.tokens[number]
    if token.kind.startswith("END_"):
        change = pick.choice((_drop, _twice, _exchange, _beside, lambda word, *_: word.replace("_", " ", 1)))
        typed = change(token.text, pick.randrange(len(token.text)), pick)
        if typed != token.text:
            yield token.start, token.end, typed


def _sign(typed: dict[str, str]) -> Typist:
    def typist(page: Page, number: int, _: random.Random) -> Iterator[Edit]:
        token = page.tokens[number]
        if token.text in typed:
            yield token.start, token.end, typed[token.text]

    return typist


def _quote(page: Page, number: int, pick: random.Random) -> Iterator[Edit]:
    token = page.tokens[number]
    quotes = [token.start + at for at, letter in enumerate(token.text) if letter == "'"]
    if quotes and token.kind in ("LITERAL", "PRAGMA"):
        at = pick.choice(quotes)
        yield at, at + 1, ""


def _comma(page: Page, number: int, _: random.Random) -> Iterator[Edit]:
    token = page.tokens[number]
    if token.kind == "LITERAL" and "'" not in token.text and "." in token.text:
        yield token.start, token.end, token.text.replace(".", ",")


def _letter_o(page: Page, number: int, _: random.Random) -> Iterator[Edit]:
    token = page.tokens[number]
    if token.kind in ("INTEGER", "LITERAL") and "0" in token.text and "'" not in token.text:
        yield token.start, token.end, token.text.replace("0", "O", 1)


def _stray(page: Page, number: int, pick: random.Random) -> Iterator[Edit]:
    token = page.tokens[number]
    yield token.start, token.start, pick.choice(STRAY_SIGNS)


def _line(typed: Callable[[str], str]) -> Typist:
    def typist(page: Page, number: int, _: random.Random) -> Iterator[Edit]:
        if page.starts_line(number):
            start, end = page.line(page.tokens[number].start)
            yield start, end, typed(page.text[start:end])

    return typist


KINDS: dict[str, Typist] = {
    "token deleted": _deleted,
    "token doubled": _doubled,
    "neighbours swapped": _swapped,
    "letter dropped": _letter(_drop),
    "letter doubled": _letter(_twice),
    "letters exchanged": _letter(_exchange),
    "key beside": _letter(_beside),
    "END_ misspelt": _misspelt_end,
    "; typed :": _sign({";": ":"}),
    ": typed ;": _sign({":": ";"}),
    ":= typed =": _sign({":=": "="}),
    ":= typed :": _sign({":=": ":"}),
    "= typed :=": _sign({"=": ":="}),
    "bracket lost": _sign(dict.fromkeys("()[]", "")),
    "quote lost": _quote,
    "decimal comma": _comma,
    "O for 0": _letter_o,
    "stray sign": _stray,
    "line deleted": _line(lambda _: ""),
    "line pasted twice": _line(lambda line: line * 2),
}


def slips(text: str, seed: int) -> Iterator[Slip]:
    """Every slip of every kind at every token, and a mark lost at every comment; which letter, says the seed."""
    page, pick = Page(text), random.Random(seed)
    for number, token in enumerate(page.tokens):
        for kind, typist in KINDS.items():
            for start, end, typed in typist(page, number, pick):
                yield Slip(kind, text, start, end, typed, token.line)
    for comment in page.comments:
        for start in {comment.start, comment.end - 2} if comment.text.startswith("(*") else {comment.start}:
            yield Slip("comment mark lost", text, start, start + 2, "", text.count("\n", 0, start) + 1)
