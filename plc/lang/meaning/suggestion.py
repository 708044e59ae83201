"""One thing that may be typed at a place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``insert`` is what is typed for it, where ``snippet`` with places $1, ${2:text}, $0 to visit.

    ``sort`` is a Sort, or ``keyword``, ``snippet``, ``parameter``, ``function``. ``rank`` orders, the least first.
    ``path`` is what a running controller is asked for its value, empty where it has none.
    """

    label: str
    sort: str
    insert: str
    rank: int
    detail: str = ""
    comment: str = ""
    snippet: bool = False
    path: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """``typed`` is the beginning of a word before the place, which a suggestion replaces."""

    typed: str
    items: tuple[Suggestion, ...]
