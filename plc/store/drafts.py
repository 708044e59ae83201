"""Drafts: program texts as somebody types them, kept by the server until they are armed or given up.

    tab --save(text, version it saw)--> STATE_DIR/drafts/NAME.json --version--> every other tab
                                  |--> DraftConflict, where another tab was faster: nothing is overwritten

A draft is on the disk when `save` returns: neither a killed web process nor a lost supply loses it.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

TEXT_MOST = 256 * 1024
DRAFTS_MOST = 200
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_LONE = re.compile("[\x00\ud800-\udfff]")
_ending = ".json"
_BEGINNINGS = 2**52  # a page counts exactly up to 2**53


class DraftError(Exception):
    """A draft that is not kept; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """``name`` is the program file's, without `.st`. ``version`` grows by one with each change and begins at a number
    drawn by lot, so that what a tab saw of a draft given up fits no later one, whatever the clock does meanwhile.

    ``base`` is the SHA-256 of the armed text it was begun from, empty for a program that is new. ``saved_ns`` is Unix
    time.
    """

    name: str
    text: str
    version: int
    base: str
    who: str
    saved_ns: int


class DraftConflict(DraftError):
    """Another tab saved meanwhile; ``standing`` is what stands there now, None when the draft was given up."""

    def __init__(self, standing: Draft | None) -> None:
        by = f"saved by {standing.who or 'somebody'} meanwhile" if standing else "given up meanwhile"
        super().__init__(f"this draft was {by}; your text is not overwritten: compare both and choose")
        self.standing = standing


class Drafts:
    """The drafts of one state directory. One process writes them, from any of its threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def all(self) -> tuple[Draft, ...]:
        found = (self.get(path.name.removesuffix(_ending)) for path in sorted(self._folder.glob(f"*{_ending}")))
        return tuple(draft for draft in found if draft is not None)

    def get(self, name: str) -> Draft | None:
        """None where there is none, or one that cannot be read."""
        try:
            return msgspec.json.decode(self._path(name).read_bytes(), type=Draft)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def save(self, name: str, text: str, version: int, base: str, who: str) -> Draft:
        """Keep a text. ``version`` is what the tab saw last, 0 for a new draft; the same text again is no conflict.

        Raises DraftConflict, and DraftError for a text that is too large or none at all, or a full disk.
        """
        check_text(text)
        with self._lock:
            standing = self.get(name)
            if standing is not None and standing.text == text:
                return standing
            if (standing.version if standing else 0) != version:
                raise DraftConflict(standing)
            if standing is None:
                self._refuse_another(name)
            newer = standing.version + 1 if standing else 1 + secrets.randbelow(_BEGINNINGS)
            draft = Draft(name, text, newer, standing.base if standing else base, who, time.time_ns())
            self._write(draft)
            return draft

    def give_up(self, name: str, version: int) -> None:
        """Remove a draft. Raises DraftConflict when it is no longer the one the tab saw."""
        with self._lock:
            standing = self.get(name)
            if standing is None:
                return
            if standing.version != version:
                raise DraftConflict(standing)
            self._path(name).unlink(missing_ok=True)

    def _refuse_another(self, name: str) -> None:
        others = [path.name.removesuffix(_ending) for path in self._folder.glob(f"*{_ending}")]
        same = [other for other in others if other.casefold() == name.casefold()]
        if same:
            raise DraftError(f"{same[0]} is there already, and names do not differ by case; choose another name")
        if len(others) >= DRAFTS_MOST:
            raise DraftError(f"there are {DRAFTS_MOST} drafts; give some up first")

    def _write(self, draft: Draft) -> None:
        path = self._path(draft.name)
        fresh = path.with_name(f".{draft.name}.{os.getpid()}.new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with fresh.open("wb") as file:
                file.write(msgspec.json.encode(draft))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as exc:
            fresh.unlink(missing_ok=True)
            raise DraftError(f"the draft cannot be kept ({exc.strerror}); free space on the state directory") from exc

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise DraftError(f"{name[:40]!r} cannot be a program's name; use letters, digits and _, at most 64")
        return self._folder / f"{name}{_ending}"


def check_text(text: str) -> None:
    """Raises DraftError for a text that cannot be a program's file."""
    if len(text) > TEXT_MOST or len(text.encode("utf-8", "surrogatepass")) > TEXT_MOST:
        raise DraftError(f"this text is larger than {TEXT_MOST // 1024} KiB; divide it into several files")
    if _LONE.search(text):
        raise DraftError("the text holds a zero byte or half a character; paste it as plain text")
