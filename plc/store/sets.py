"""Armed program texts in the state directory: what was changed on this controller, over what the site folder holds.

    STATE_DIR/sets/<set_hash>/programs/NAME.st     texts that stand in place of SITE/programs/NAME.st or a shipped one
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
        folder = self._state.sets / set_hash / "programs"
        if not set_hash.isalnum():
            return {}
        return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.st"))}

    def keep(self, set_hash: str, texts: Mapping[str, str]) -> None:
        """Keep a set's changed texts; the folder appears whole or not at all. Raises OSError."""
        folder = self._state.sets / set_hash
        if not texts or folder.exists():
            return
        fresh = folder.with_name(f".{set_hash[:12]}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            (fresh / "programs").mkdir(parents=True)
            for name, text in texts.items():
                _write(fresh / "programs" / f"{name}.st", text.encode())
            fresh.rename(folder)
        except OSError:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
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


def _replace(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    _write(fresh, content)
    fresh.replace(path)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
