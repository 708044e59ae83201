"""The one slip of the keyboard near a refused token after whose mending the text reads on.

    tokens before it that can be read again --each slip of KINDS undone at each--> the mending that reads on farthest

A slip is a word misspelt, a sign typed for another one, a token typed twice, left out, too many, or changed with its
neighbour. Each mending is tried on the parser's states alone, so one that would only move the trouble is never taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from plc.lang.parse.spelling import slipped
from plc.lang.parse.tokens import NUMBER_PREFIXES, SOFT_WORDS, TIME_PREFIXES, Token, kinds
from plc.lang.parse.trouble import Repair, Trouble
from plc.lang.parse.words import shown

FAR_ENOUGH = 60
"""Tokens behind the refused one after which a mending is believed whatever comes."""
_BACK = 6
_NEAR = 4
_AROUND = 2_000
_LIKE_SIGNS = {
    ";": (":", ","), ":": (";", ":=", ".."), ":=": (":", "="), "=": (":=",), ",": (".", ";"), ".": (",", ".."),
    "..": (".",), "(": ("[",), ")": ("]",), "[": ("(",), "]": (")",), "=>": (":=",),
}  # fmt: skip
_COMPARES = {"=": "= compares, it does not assign", ":=": ":= assigns, it does not compare"}
_MISSING = (";", ":", ":=", ",", ".", "..", "(", ")", "[", "]", "THEN", "DO", "OF", "TO")
_MISSING_HEADS = ("IF", "CASE", "FOR", "WHILE", "STEP")
_CLOSING = kinds(") ]")
_WORDS_AND_NUMBERS = kinds("NAME INTEGER LITERAL")
_UNARY = kinds("+ - NOT")
_BEFORE_STATEMENT = kinds("; : THEN ELSE DO OF REPEAT END_VAR")
_NEVER_TOO_MANY = kinds("END PROGRAM FUNCTION FUNCTION_BLOCK END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK TEST END_TEST")
_CODES = {";": "P012", ")": "P029", "]": "P029", "(": "P029", "[": "P029", "THEN": "P013", "DO": "P013", "OF": "P013"}
_WORDS = frozenset(SOFT_WORDS)


@dataclass(frozen=True, slots=True)
class Mending:
    """One slip undone: a repair, the token of the text at which reading stops after it, and how ``doubtful`` it is."""

    repair: Repair
    stop: int
    doubtful: int


def mended(trouble: Trouble) -> Mending | None:
    """The mending that reads on farthest, at least to a few tokens behind the refused one."""
    found = max(_mendings(trouble), key=lambda each: (each.stop, -each.doubtful, each.repair.keep), default=None)
    return found if found and found.stop > trouble.position + _NEAR else None


def stop_after(trouble: Trouble, repair: Repair) -> int:
    """The token of the text at which reading stops after a repair."""
    back, entries = repair.back
    first = trouble.position - back
    depth = len(trouble.machine.states) - entries
    return _stop(trouble, depth, first, first + repair.keep, repair.drop, repair.insert)


def _stop(
    trouble: Trouble,
    depth: int,
    start: int,
    at: int,
    drop: int,
    insert: tuple[str | Token, ...],
    most: int = FAR_ENOUGH,
) -> int:
    tokens, rest = trouble.tokens, at + drop
    typed = [each if isinstance(each, str) else each.kind for each in insert]
    before = at - start + len(typed)
    kept = (token.kind for token in islice(tokens, start, at))
    after = (token.kind for token in islice(tokens, rest, trouble.position + most))
    taken = trouble.machine.takes(depth, chain(kept, typed, after))
    stop = rest + taken - before if taken >= before else start
    return FAR_ENOUGH + trouble.position if stop >= len(tokens) else stop


def _mendings(trouble: Trouble) -> Iterator[Mending]:
    start, depth = _readable_again(trouble)
    entries = len(trouble.machine.states) - depth
    for at in range(start, trouble.position + 1):
        for doubtful, (code, place, what, cure, drop, insert) in _undone(trouble, at):
            if _stop(trouble, depth, start, at, drop, insert, _NEAR + 1) <= trouble.position + _NEAR:
                continue
            back = (trouble.position - start, entries)
            since = touched(trouble.tokens[at - 1], trouble.tokens[at]) if at and drop and not insert else None
            repair = Repair(code, place, what, cure, drop, insert, back=back, keep=at - start, since=since)
            yield Mending(repair, stop_after(trouble, repair), doubtful)


def _readable_again(trouble: Trouble) -> tuple[int, int]:
    """The first token, a few before the refused one, that can be read again, and the states there were before it."""
    for first in range(max(trouble.position - _BACK, 0), trouble.position):
        depth = states_before(trouble, first)
        if depth is not None:
            return first, depth
    return trouble.position, len(trouble.machine.states)


def states_before(trouble: Trouble, first: int) -> int | None:
    """How many states there were before an earlier token; None where something around it is already complete."""
    machine, tokens, states = trouble.machine, trouble.tokens, len(trouble.machine.states)
    if first == trouble.position:
        return states
    read = [token.kind for token in tokens[first : trouble.position]]
    for depth in range(max(states - 2 * _BACK, 1), states + 1):
        if _begins(machine.values[depth - 1 :], tokens[first]) and machine.came_from(depth, read, trouble.kind):
            return depth
    return None


def _begins(values: Sequence[Any], token: Token) -> bool:
    """Whether what was read into these values begins with the token."""
    first = next((value for value in values if value not in (None, [])), None)
    while isinstance(first, list):
        first = first[0] if first else None
    place = first if isinstance(first, Token) else getattr(first, "span", None)
    return place is not None and (place.line, place.column) == (token.line, token.column)


def touched(before: Token, token: Token) -> Token | None:
    """The word before a bracket that closes nothing: where its partner is lost, two words have become one."""
    closes = token.kind in _CLOSING and before.kind in _WORDS_AND_NUMBERS
    return before if closes and before.end == token.start else None


Undone = tuple[str, Token, str, str, int, tuple[str | Token, ...]]
"""Code, place, what, cure, how many tokens are taken away, and what is put in their place."""


def _undone(trouble: Trouble, at: int) -> Iterator[tuple[int, Undone]]:
    """Every slip that may have been made at a token, undone, with how doubtful each is."""
    tokens = trouble.tokens
    token, before = tokens[at], tokens[at - 1] if at else None
    if token.kind == "END":
        return
    yield from ((0, each) for each in _misspelt(trouble, at))
    for sign in _LIKE_SIGNS.get(token.kind, ()):
        if (sign == ";" and _would_stand_alone(tokens, at)) or (sign == ":=" and _before_type(tokens, at)):
            continue
        if token.kind == "," and sign == "." and tokens[at + 1].start != token.end:
            continue
        if {token.kind, sign} == {":=", "="}:
            yield 0, ("P011", token, _COMPARES[token.kind], f"write {sign}", 1, (sign,))
        else:
            yield 1, ("P024", token, f"{token.text} stands where {sign} belongs", f"write {sign}", 1, (sign,))
    if before is not None and before.text == token.text and token.kind not in ("NAME", "END"):
        yield 0, ("P024", token, f"{shown(token)} stands here twice", "take one of them away", 1, ())
    if (line := _same_line(tokens, at)) and token.start >= 0:
        what = f"line {token.line} is the same as the line before it"
        yield 0, ("P024", token, what, "take one of them away", line, ())
    after = tokens[at + 1]
    if after.kind != "END" and after.kind != token.kind and not _UNARY & {token.kind, after.kind}:
        what = f"{shown(token)} and {shown(after)} stand in the wrong order"
        place = Token("place", "", token.line, token.column, after.end_line, after.end_column)
        yield 1, ("P024", place, what, f"write {shown(after)} {shown(token)}", 2, (after, token))
    if before is not None:
        yield from ((2, each) for each in _missing(trouble, at))
    if token.kind not in _NEVER_TOO_MANY:
        behind = f" after {shown(before)}" if before else ""
        what = f"{shown(token)} stands{behind}, where it means nothing"
        meant = token.kind == "NAME" and token.text.upper() not in NUMBER_PREFIXES and _stands_elsewhere(tokens, at)
        doubtful = 4 if meant else 3
        yield doubtful, ("P024", token, what, f"take {shown(token)} away", 1, ())


def _stands_elsewhere(tokens: list[Token], at: int) -> bool:
    """Whether a name stands more than once in the text around, so that it is meant."""
    around = islice(tokens, max(at - _AROUND, 0), at + _AROUND)
    return sum(each.text == tokens[at].text for each in around) > 1


def _misspelt(trouble: Trouble, at: int) -> Iterable[Undone]:
    token = trouble.tokens[at]
    words = slipped(token.text, trouble.machine.tables.keywords | _WORDS) if token.kind == "NAME" else []
    if words and _stands_elsewhere(trouble.tokens, at):
        return
    for word in words:
        what = f"{token.text} looks like {word} misspelt"
        yield "P031", token, what, f"write {word}", 1, (token.as_kind(SOFT_WORDS.get(word, word)),)


def _before_type(tokens: list[Token], at: int) -> bool:
    return tokens[at + 1].text.upper() in NUMBER_PREFIXES | TIME_PREFIXES


def _would_stand_alone(tokens: list[Token], at: int) -> bool:
    """Whether a ``;`` in this place would make a statement of a name alone, which does nothing."""
    before, name = tokens[at - 2], tokens[at - 1]
    return name.kind == "NAME" and (before.kind in _BEFORE_STATEMENT or before.end_line < name.line)


def _missing(trouble: Trouble, at: int) -> Iterable[Undone]:
    before, token = trouble.tokens[at - 1], trouble.tokens[at]
    gap = Token("gap", "", before.end_line, before.end_column, before.end_line, before.end_column + 1)
    for sign in _MISSING:
        alone = sign == ";" and _would_stand_alone(trouble.tokens, at)
        if not alone and (sign != "," or before.end_line == token.line):
            what = f"{sign} is missing after {shown(before)}"
            yield _CODES.get(sign, "P024"), gap, what, f"write {sign}", 0, (sign,)
    for word in _MISSING_HEADS:
        yield "P013", token, f"{word} is missing before {shown(token)}", f"write {word}", 0, (word,)
    wanted = "a name" if at == trouble.position and not trouble.accepts("LITERAL") else "a value"
    what = f"{shown(token)} stands after {shown(before)} where {wanted} belongs"
    otherwise = "" if token.text[:1].isalpha() else f", or take {shown(token)} away"
    nothing = Token("NAME", "", token.line, token.column, token.line, token.column)
    yield "P024", token, what, f"write {wanted} there{otherwise}", 0, (nothing,)


def _same_line(tokens: list[Token], at: int) -> int:
    """How many tokens the line has that begins at this one, if the line before it is the same; else 0."""
    line = tokens[at].line
    if at == 0 or tokens[at - 1].line == line:
        return 0
    length = next((n for n in range(1, _LONGEST) if tokens[min(at + n, len(tokens) - 1)].line != line), 0)
    if not length or at < length or (at > length and tokens[at - length - 1].line == tokens[at - 1].line):
        return 0
    same = (one.text == two.text for one, two in zip(tokens[at - length : at], tokens[at : at + length], strict=True))
    return length if all(same) else 0


_LONGEST = 60
