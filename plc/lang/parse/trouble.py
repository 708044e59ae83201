"""A token that cannot stand where it stands, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plc.lang.parse.problems import Place
from plc.lang.parse.tables import Machine
from plc.lang.parse.tokens import Token


@dataclass(frozen=True, slots=True)
class Repair:
    """A problem known by name, and how to read on: ``drop`` tokens are taken away here and ``insert`` put in.

    With ``skip`` nothing is repaired, the place is skipped instead. ``back`` names how many tokens and stack entries
    before this place are given back to be read again, ``keep`` how many of those stay before what is taken away. A
    ``silent`` repair follows from one already reported; where one is ``alone``, what was reported inside its place is
    taken back; with ``rename`` the refused word is a name in the rest of its unit. Where one ``loses``, nothing is
    known of what is declared between ``at`` and the end of the section. What stands from ``since`` to this place is not
    checked: nobody knows how it is meant.
    """

    code: str
    at: Place
    what: str
    cure: str
    drop: int = 0
    insert: tuple[str | Token, ...] = ()
    skip: bool = False
    back: tuple[int, int] = (0, 0)
    silent: bool = False
    alone: bool = False
    rename: bool = False
    loses: bool = False
    keep: int = 0
    since: Token | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """The parser ``machine`` refuses the token at ``position``."""

    tokens: list[Token]
    position: int
    machine: Machine

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    @property
    def kind(self) -> str:
        return self.tokens[self.position].kind

    @property
    def previous(self) -> Token:
        """The token before; at the start of the text the refused one itself."""
        return self.tokens[max(self.position - 1, 0)]

    @property
    def following(self) -> Token:
        return self.tokens[min(self.position + 1, len(self.tokens) - 1)]

    @property
    def after_next(self) -> Token:
        return self.tokens[min(self.position + 2, len(self.tokens) - 1)]

    @property
    def starts_line(self) -> bool:
        return self.position == 0 or self.previous.end_line < self.token.line

    @property
    def touches_previous(self) -> bool:
        return self.position > 0 and self.previous.end == self.token.start

    @property
    def touches_following(self) -> bool:
        return self.token.end == self.following.start

    def accepts(self, *kinds: str) -> bool:
        return self.machine.accepts(*kinds)

    def fits_after(self, *inserted: str) -> bool:
        """Whether the refused token could be read after these."""
        return self.machine.accepts(*inserted, self.kind)

    def innermost(self, openers: frozenset[str]) -> Token | None:
        """The last of these words that the parser has read and not yet seen closed."""
        for value in reversed(self.machine.values):
            if isinstance(value, Token) and value.kind in openers:
                return value
        return None

    def entries_back(self, *kinds: str) -> int | None:
        """How few entries of the stack have to be given back for these to follow; None where they never can."""
        states = len(self.machine.states)
        return next((back for back in range(states) if self.machine.accepts(*kinds, depth=states - back)), None)

    def gap(self) -> Token:
        """The place right after the token before, where something is missing."""
        before = self.previous
        line, column = before.end_line, before.end_column
        return Token("gap", "", line, column, line, column + 1)

    def ahead(self, ends: frozenset[str]) -> list[Token]:
        """The tokens from the refused one to the next of ``ends``, without that one."""
        stop = self.position
        while self.tokens[stop].kind not in ends and stop < len(self.tokens) - 1:
            stop += 1
        return self.tokens[self.position : stop]

    def behind(self, starts: frozenset[str]) -> list[Token]:
        """The tokens before the refused one, back to the last of ``starts``, without that one."""
        start = self.position
        while start > 0 and self.tokens[start - 1].kind not in starts:
            start -= 1
        return self.tokens[start : self.position]


Cure = Callable[[Trouble], Repair | None]
