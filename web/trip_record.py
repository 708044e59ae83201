"""Records the why of each trip at the scan that asked for it, and keeps it in the state directory.

    event ring --trip requested--> image of that scan --why--> STATE/trips.json --> page, after any restart

The recorder looks at every scan, so that it also knows since when each leg holds. Where it came late (the web process
was away) the record says by how much.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from plc.core.event import Event, EventKind
from plc.core.plan import Plan
from plc.engine.area import UnknownPath
from plc.engine.event_ring import EventRing
from plc.engine.image import ImageReader
from plc.engine.shared import SharedMemoryError
from plc.store.running_view import RunningView
from web.lines import Lines, TripFrame
from web.running import Running
from web.why import Asking, Leg, Sources, asking, breaker_number, legs, waits_for, watched

KEPT = 200
LOOK_EVERY_S = 0.05
SINCE_EVERY_S = 0.2
AWAY_S = 1.0
PULSE_OVER_NS = 1_500_000_000

log = logging.getLogger(__name__)


class Cause(msgspec.Struct):
    """One call that asked for the trip: its instance, its program, the legs."""

    key: str
    program: str
    legs: list[Leg]


class TripRecord(msgspec.Struct):
    """``late_scans`` is how many scans after the request the legs were read, -1: never, they were gone; ``frames``
    what then went over the wire."""

    breaker: str
    strings: list[str]
    sequence: int
    scan: int
    unix_ns: int
    program_ns: int
    set_hash: str
    text: str
    values: dict[str, float]
    causes: list[Cause]
    late_scans: int
    frames: list[TripFrame] = []


class TripStore:
    """The records, newest last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        try:
            self._records = msgspec.json.decode(path.read_bytes(), type=list[TripRecord])
        except (OSError, msgspec.DecodeError):
            self._records = []

    def all(self) -> list[TripRecord]:
        with self._lock:
            return self._records[:]

    def knows(self, event: Event) -> bool:
        with self._lock:
            return any((r.unix_ns, r.breaker) == (event.wall_ns, event.subject) for r in self._records)

    def add(self, record: TripRecord) -> None:
        """Keep it through a power cut."""
        with self._lock:
            self._records = [*self._records, record][-KEPT:]
            self._keep()

    def add_frames(self, breaker: str, frames: list[TripFrame]) -> None:
        """Join frames to the breaker's newest record."""
        with self._lock:
            for record in reversed(self._records):
                if record.breaker == breaker:
                    known = {frame.frame.at_ns for frame in record.frames}
                    record.frames += [frame for frame in frames if frame.frame.at_ns not in known]
                    self._keep()
                    return

    def _keep(self) -> None:
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as out:
            out.write(msgspec.json.encode(self._records))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self._path)


class Recorder:
    """Watches one controller in a thread of its own. ``waiting`` says what keeps latched breakers from a reset."""

    def __init__(self, running: Running, store: TripStore, lines: Lines) -> None:
        self._running, self._store, self._lines = running, store, lines
        self._pulses: list[Event] = []
        self._view = RunningView(running.run)
        self._sources = Sources(running.state)
        self._since = Since()
        self._after = 0
        self._due_s = 0.0
        self.waiting: dict[str, list[str]] = {}
        self._ring: EventRing | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trips", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._end.set()

    def _run(self) -> None:
        while not self._end.wait(LOOK_EVERY_S):
            try:
                self.look()
            except SharedMemoryError:
                self._end.wait(AWAY_S)
            except Exception:
                # a record that cannot be made must not end the next one's
                log.exception("a trip could not be recorded")
                self._end.wait(AWAY_S)

    def look(self) -> None:
        """Record what was requested since the last look. Raises SharedMemoryError.

        The image is read for an event, and now and then to see which legs begin to hold.
        """
        if self._event_ring().newest == self._after and time.monotonic() < self._due_s:
            return
        self._due_s = time.monotonic() + SINCE_EVERY_S
        image = self._view.image()
        wall_ns, program_ns = int(image.read("Sys.Wall")), int(image.read("Sys.Time"))
        self._since.follow(image, program_ns, self._watched)
        for event in self._happened(wall_ns):
            if event.kind is EventKind.TRIP_REQUESTED and not self._store.knows(event):
                self._store.add(self._record(event, image, wall_ns))
            if event.kind is EventKind.TRIP_PULSE:
                self._pulses.append(event)
        self._look_at_the_wire(wall_ns)
        self.waiting = self._waiting(image)

    def _waiting(self, image: ImageReader) -> dict[str, list[str]]:
        """{a latched breaker that may not be reset yet: what each call waits for}."""
        latched = {
            breaker.number: breaker.name
            for breaker in self._running.plan.breakers
            if image.read(f"Breakers.{breaker.name}.Latched") and not image.read(f"Breakers.{breaker.name}.Resettable")
        }
        found: dict[str, list[str]] = {name: [] for name in latched.values()}
        for call in asking(image) if latched else ():
            name = latched.get(breaker_number(image, call))
            text = waits_for(image, call, self._source(image, call)) if name else ""
            if name and text:
                found[name].append(text)
        return found

    def _event_ring(self) -> EventRing:
        """The engine's events; engines that follow one another write the same ring."""
        if self._ring is None:
            self._ring = EventRing.open(self._running.run.events)
        return self._ring

    def _look_at_the_wire(self, wall_ns: int) -> None:
        """A pulse's frames, once they must have gone out."""
        for pulse in [pulse for pulse in self._pulses if wall_ns - pulse.monotonic_ns > PULSE_OVER_NS]:
            self._pulses.remove(pulse)
            self._store.add_frames(pulse.subject, self._lines.trip_frames(pulse.subject, pulse.monotonic_ns))

    def _happened(self, wall_ns: int) -> list[Event]:
        """The events since the last look, up to the scan of that time."""
        ring = self._event_ring()
        if ring.newest < self._after:
            self._after = 0
        found = list(ring.events(self._after)) if ring.newest != self._after else []
        ready = [event for event in found if event.monotonic_ns <= wall_ns]
        self._after = ready[-1].sequence if ready else self._after
        return ready

    def _record(self, event: Event, image: ImageReader, wall_ns: int) -> TripRecord:
        plan = self._running.plan
        found = [call for call in asking(image) if _asks_for(image, call, plan, event.subject)]
        causes = [Cause(call.key, call.program.instance, self._legs(image, call)) for call in found]
        return TripRecord(
            breaker=event.subject,
            strings=[plan.strings[n - 1] for b in plan.breakers if b.name == event.subject for n in b.strings],
            sequence=event.sequence,
            scan=event.scan,
            unix_ns=event.wall_ns,
            program_ns=event.time_ns,
            set_hash=event.set_hash,
            text=event.text,
            values=event.values,
            causes=causes,
            late_scans=(wall_ns - event.monotonic_ns) // plan.scan_ns if causes else -1,
        )

    def _legs(self, image: ImageReader, call: Asking) -> list[Leg]:
        return legs(image, call, self._source(image, call), self._since.of)

    def _source(self, image: ImageReader, call: Asking) -> list[str]:
        return self._sources.lines(image.set_hash, call.call.file)

    def _watched(self, image: ImageReader) -> set[str]:
        return {
            path for call in asking(image) for path in watched(image, call, self._source(image, call)).values() if path
        }


class Since:
    """Since which plant time each watched BOOL is TRUE."""

    def __init__(self) -> None:
        self._set_hash = ""
        self._offsets: dict[str, int] = {}
        self._began: dict[str, float | None] = {}
        self._first = True

    def follow(self, image: ImageReader, program_ns: int, paths: Callable[[ImageReader], set[str]]) -> None:
        if image.set_hash != self._set_hash:
            self._offsets = {path: image.spot(path).offset for path in paths(image)}
            self._began = {path: began for path, began in self._began.items() if path in self._offsets}
            self._first = not self._set_hash
            self._set_hash = image.set_hash
        now_s = round(program_ns / 1e9, 1)
        for path, offset in self._offsets.items():
            if not image.payload[offset]:
                self._began.pop(path, None)
            elif path not in self._began:
                self._began[path] = None if self._first else now_s
        self._first = False

    def of(self, path: str) -> float | None:
        """None: it does not hold, or held already when the watching began."""
        return self._began.get(path)


def _asks_for(image: ImageReader, call: Asking, plan: Plan, breaker: str) -> bool:
    try:
        number = breaker_number(image, call)
        return any(b.number == number and b.name == breaker for b in plan.breakers) and bool(
            image.read(f"{call.key}.Cause")
        )
    except UnknownPath:
        return False
