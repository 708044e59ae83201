"""A read-only view of a running controller, from its rings: what `plc status`, the page and protocols show.

    RUN_DIR --RunningView--> processes, engine status, events after N, any tag by its path

A view follows restarts and swaps by itself. What is not there reads as None or empty, never as a number.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from plc.core.event import Event
from plc.core.process import ProcessStatus
from plc.core.run_paths import RunPaths
from plc.engine.area import Value
from plc.engine.event_ring import EventRing
from plc.engine.image import ImageReader
from plc.engine.manifest import Manifest, ManifestError
from plc.engine.ring import Ring
from plc.engine.shared import SharedMemoryError
from plc.store.running import find_running

EVENTS_MOST = 500


class RunningView:
    """One controller, seen from outside."""

    def __init__(self, run: RunPaths) -> None:
        self._run = run
        self._image: ImageReader | None = None
        self._reading = threading.Lock()

    @classmethod
    def of(cls, state: Path) -> RunningView:
        """The controller that runs on a state directory. Raises NotRunning."""
        return cls(find_running(state))

    def processes(self) -> tuple[ProcessStatus, ...]:
        """Each process as the supervisor knows it; empty before it has said anything."""
        text = newest(self._run.processes)
        return msgspec.json.decode(text, type=tuple[ProcessStatus, ...]) if text else ()

    def engine(self) -> dict[str, Any] | None:
        """{"process": EngineFacts, "engine": Status, "age_ms"} as plain JSON; None if the engine never ran."""
        text = newest(self._run.status)
        if text is None:
            return None
        found: dict[str, Any] = msgspec.json.decode(text)
        found["age_ms"] = (time.monotonic_ns() - int(found["engine"]["wall_ns"])) // 1_000_000
        return found

    def status(self) -> dict[str, Any]:
        """Everything of ``processes`` and ``engine`` as plain JSON."""
        engine = self.engine() or {"process": None, "engine": None, "age_ms": None}
        return {"processes": msgspec.to_builtins(self.processes()), **engine}

    def events(self, after: int = 0, most: int = EVENTS_MOST) -> tuple[list[Event], int]:
        """The engine's events after that number, oldest first, and how many were lost before they could be read."""
        return _events(self._run.events, after, most)

    def process_events(self, after: int = 0, most: int = EVENTS_MOST) -> tuple[list[Event], int]:
        """The supervisor's events, which count for themselves."""
        return _events(self._run.supervisor_events, after, most)

    def read(self, *paths: str) -> dict[str, Value]:
        """Elementary tags of one scan, such as ``Strings[2].Current.Value`` or ``hot_module.opens[1].Latched``.

        Raises UnknownPath for a name that is none, SharedMemoryError if no engine has published.
        """
        with self._reading:
            image = self.image()
            return {path: image.read(path) for path in paths}

    def image(self) -> ImageReader:
        """The newest scan's image, with its names; the next call fills the same object anew, so it is for one thread.

        Raises SharedMemoryError if no engine has published.
        """
        image = self._reader()
        ring = Ring.open(self._run.image)
        try:
            fits = ring.payload_size == len(image.payload) and ring.latest(image.payload) is not None
        finally:
            ring.close()
        if not fits:
            raise SharedMemoryError("the set is being changed; read again")
        return image

    def _reader(self) -> ImageReader:
        engine = self.engine()
        if engine is None:
            raise SharedMemoryError("the engine has not run yet; look at plc status")
        set_hash = engine["engine"]["set_hash"]
        if self._image is None or self._image.set_hash != set_hash:
            try:
                text = (self._run.set(set_hash) / "manifest.json").read_bytes()
                self._image = ImageReader(Manifest.from_json(text))
            except (OSError, ManifestError) as exc:
                raise SharedMemoryError(f"the names of set {set_hash[:12]} are not there ({exc})") from exc
        return self._image


def newest(path: Path) -> bytearray | None:
    """The newest JSON object or list of a ring, without the spaces it is padded with; None where nothing is."""
    try:
        ring = Ring.open(path)
    except SharedMemoryError:
        return None
    into = bytearray(ring.payload_size)
    found = ring.latest(into)
    ring.close()
    del into[max(into.rfind(b"}"), into.rfind(b"]")) + 1 :]
    return into if found else None


def _events(path: Path, after: int, most: int) -> tuple[list[Event], int]:
    try:
        ring = EventRing.open(path)
    except SharedMemoryError:
        return [], 0
    try:
        found = ring.after(after, most)
    finally:
        ring.close()
    return [msgspec.json.decode(record, type=Event) for record in found.records], found.lost
