"""Words that are one slip of the keyboard apart."""

from __future__ import annotations

from collections.abc import Iterable


def slipped(spelled: str, words: Iterable[str]) -> list[str]:
    """The words that one slip of the keyboard turns into this one: a letter too many, too few, another one, or two
    exchanged."""
    upper = spelled.upper()
    return sorted(word for word in words if abs(len(word) - len(upper)) <= 1 and _one_apart(upper, word))


def _one_apart(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    same = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    rest, other = short[same:], long[same:]
    return bool(rest) and (rest[1:] == other[1:] or (rest[1::-1] == other[:2] and rest[2:] == other[2:]))
