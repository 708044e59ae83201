"""A check makes room for whoever types or asks, and shows only what still holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from plc.lsp.checks import GIVES_WAY, Checks, Found, Meanwhile

FOUND: Found = {Path("/a.st"): ()}


class Room:
    """Checks whose looking does, step by step, what a test wants done in the middle of it."""

    def __init__(self, *steps: Callable[[Checks], None]) -> None:
        self.steps = list(steps)
        self.looks = 0
        self.shown: list[str] = []
        self.quiet = asyncio.Event()
        self.checks = Checks(self._look, self._show, 0.0)

    async def _look(self, uri: str, meanwhile: Meanwhile) -> Found:
        self.looks += 1
        if self.steps:
            self.steps.pop(0)(self.checks)
        meanwhile()
        return FOUND

    def _show(self, uri: str, found: Found) -> None:
        self.shown.append(uri)
        self.quiet.set()


def after(talk: Callable[[], Awaitable[Room]]) -> Room:
    async def whole() -> Room:
        return await asyncio.wait_for(talk(), 20.0)

    return asyncio.run(whole())


def test_a_check_ends_when_something_is_typed_and_begins_again() -> None:
    async def talk() -> Room:
        room = Room(lambda checks: checks.changed("b"))
        room.checks.changed("a")
        while len(room.shown) < 2:
            room.quiet.clear()
            await room.quiet.wait()
        return room

    room = after(talk)
    assert (sorted(room.shown), room.looks) == (["a", "b"], 3)


def test_a_check_makes_room_for_questions_but_not_for_ever() -> None:
    def asked(checks: Checks) -> None:
        checks.questions = 1

    async def talk() -> Room:
        room = Room(asked)
        room.checks.changed("a")
        await room.quiet.wait()
        return room

    room = after(talk)
    assert (room.shown, room.looks) == (["a"], GIVES_WAY + 1)


def test_many_changes_in_a_row_are_one_check() -> None:
    async def talk() -> Room:
        room = Room()
        for _ in range(50):
            room.checks.changed("a")
        await room.quiet.wait()
        return room

    room = after(talk)
    assert (room.shown, room.looks) == (["a"], 1)


def test_a_closed_document_is_not_looked_at() -> None:
    async def talk() -> Room:
        room = Room()
        room.checks.changed("a")
        room.checks.changed("b")
        room.checks.forget("a")
        await room.quiet.wait()
        return room

    assert after(talk).shown == ["b"]
