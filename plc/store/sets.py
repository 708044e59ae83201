"""Armed program texts in the state directory: what was changed on this controller, over what the site folder holds.

    STATE_DIR/sets/<set_hash>/programs/NAME.st     texts that stand in place of SITE/programs/NAME.st or a shipped one;
                              programs.2 and so on: armed later with the same hash, as where only a TEST changed
    STATE_DIR/armed.json                           Arming: the set a controller starts with
    STATE_DIR/armed.log                            one Arming a line, the newest last

The compiler process alone writes here. Without armed.json the site folder's own programs run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from plc.core.arming import Arming
from plc.core.run_paths import StatePaths

KEPT_MOST = 50
HISTORY_MOST = 200


class ArmedSets:
    """The armed texts of one state directory."""

    def __init__(self, state: StatePaths) -> None:
        self._state = state

    def texts(self, set_hash: str) -> dict[str, str]:
        """The changed texts of a set by name; none for a set of the site folder alone."""
        folder = self.folder(set_hash)
        if folder is None:
            return {}
        return {path.stem: _read(path) for path in sorted(folder.glob("*.st"))}

    def folder(self, set_hash: str) -> Path | None:
        """Where the texts lie that were last armed with that set; None where there are none."""
        if not set_hash.isalnum():
            return None
        found = _generations(self._state.sets / set_hash)
        return found[-1][1] if found else None

    def keep(self, set_hash: str, texts: Mapping[str, str]) -> None:
        """Keep a set's changed texts, in place of those it was armed with before: at every moment the old ones stand
        there whole, or the new ones. Raises OSError."""
        if texts == self.texts(set_hash):
            return
        folder = self._state.sets / set_hash
        old = _generations(folder)
        number = old[-1][0] + 1 if old else 1
        fresh = folder / f".new.{os.getpid()}"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            fresh.mkdir(parents=True)
            for name, text in texts.items():
                _write(fresh / f"{name}.st", text.encode())
            fresh.rename(folder / ("programs" if number == 1 else f"programs.{number}"))
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        for _, path in old:
            shutil.rmtree(path, ignore_errors=True)
        self._forget()

    def armed(self) -> Arming | None:
        """The set a controller starts with; None when nothing was ever armed."""
        try:
            return msgspec.json.decode(self._state.armed.read_bytes(), type=Arming)
        except (OSError, msgspec.DecodeError):
            return None

    def remember(self, arming: Arming) -> None:
        """From now on a controller starts with that set. Raises OSError."""
        if arming == self.armed():
            return
        lines = [*self._lines()[1 - HISTORY_MOST :], msgspec.json.encode(arming)]
        _replace(self._state.armed_log, b"\n".join(lines) + b"\n")
        _replace(self._state.armed, msgspec.json.encode(arming))

    def history(self) -> tuple[Arming, ...]:
        """Who armed what, the newest first."""
        found = []
        for line in reversed(self._lines()):
            try:
                found.append(msgspec.json.decode(line, type=Arming))
            except msgspec.DecodeError:
                continue
        return tuple(found)

    def _lines(self) -> list[bytes]:
        try:
            return self._state.armed_log.read_bytes().splitlines()
        except FileNotFoundError:
            return []

    def _forget(self) -> None:
        """Keep the newest sets, and the armed one."""
        armed = self.armed()
        sets = sorted(self._state.sets.iterdir(), key=lambda path: path.stat().st_mtime_ns)
        for folder in sets[:-KEPT_MOST]:
            if armed is None or folder.name != armed.set_hash:
                shutil.rmtree(folder, ignore_errors=True)


def _generations(folder: Path) -> list[tuple[int, Path]]:
    """The folders of texts of one set by their number, the one in force last."""
    found = []
    for path in folder.glob("programs*"):
        number = path.name.removeprefix("programs").removeprefix(".") or "1"
        if number.isdecimal():
            found.append((int(number), path))
    return sorted(found)


def _read(path: Path) -> str:
    """The text as it was kept, its line ends too."""
    return path.read_bytes().decode()


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    _write(fresh, content)
    fresh.replace(path)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
