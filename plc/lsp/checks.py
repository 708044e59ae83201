"""When problems are looked for: once nothing more is typed, and never in the way of who types or asks.

changed .. quiet .. look --something typed--> end, look again when it is quiet
                         --something asked--> make room, look again
                         --found--> show
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from plc.core.diagnostic import Diagnostic

GIVES_WAY = 5
"""How often a check makes room for questions before it is finished first."""

Found = Mapping[Path, Sequence[Diagnostic]]
Meanwhile = Callable[[], None]


class GaveWay(Exception):
    """A check has ended without a result: something was typed or asked meanwhile."""


class Checks:
    """One check for each document that was changed. ``look`` asks for its problems, ``show`` publishes them."""

    def __init__(
        self, look: Callable[[str, Meanwhile], Awaitable[Found]], show: Callable[[str, Found], None], quiet_s: float
    ) -> None:
        self._look = look
        self._show = show
        self._quiet_s = quiet_s
        self._edition = 0
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._running: set[asyncio.Task[None]] = set()
        self.questions = 0
        """How many answers are waited for."""

    def changed(self, uri: str) -> None:
        """Look for problems when nothing more is typed; what is being found out no longer holds."""
        self._edition += 1
        self.later(uri)

    def later(self, uri: str) -> None:
        self._cancel(uri)
        self._waiting[uri] = asyncio.get_running_loop().call_later(self._quiet_s, self._begin, uri)

    def forget(self, uri: str) -> None:
        """The document is closed."""
        self._edition += 1
        self._cancel(uri)

    def end(self) -> None:
        """No result is wanted any more."""
        self._edition += 1

    def _cancel(self, uri: str) -> None:
        waiting = self._waiting.pop(uri, None)
        if waiting is not None:
            waiting.cancel()

    def _begin(self, uri: str) -> None:
        self._waiting.pop(uri, None)
        check = asyncio.ensure_future(self._check(uri))
        self._running.add(check)
        check.add_done_callback(self._running.discard)

    async def _check(self, uri: str) -> None:
        found = await self._found(uri)
        if found is None:
            self.later(uri)
        else:
            self._show(uri, found)

    async def _found(self, uri: str) -> Found | None:
        """None where something was typed before the result was there."""
        edition = self._edition
        for left in range(GIVES_WAY, -1, -1):
            try:
                found = await self._look(uri, partial(self._go_on, edition, left > 0))
                return found if self._edition == edition else None
            except GaveWay:
                if self._edition != edition:
                    break
        return None

    def _go_on(self, edition: int, makes_room: bool) -> None:
        """Asked again and again by a check, in its own thread. Raises GaveWay."""
        if self._edition != edition or (makes_room and self.questions):
            raise GaveWay
