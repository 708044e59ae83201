"""Records the why of each trip at the scan that asked for it, and keeps it in the state directory.

    event ring --trip requested--> image of that scan --why--> STATE/trips.json --> page, after any restart

The recorder looks every few scans, so that it also knows since when each leg holds. Where it came late (the station was
away) the record says by how much.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from plc.core.event import Event, EventKind
from plc.core.plan import Plan
from plc.core.run_paths import RunPaths, StatePaths
from plc.engine.area import UnknownPath
from plc.engine.event_ring import EventRing
from plc.engine.image import ImageReader
from plc.engine.shared import SharedMemoryError
from plc.store.running_view import RunningView
from plc.why.legs import Asking, Leg, Sources, asking, breaker_number, legs, watched
from plc.why.lines import Lines
from plc.why.record import Cause, TripRecord, TripStore

LOOK_EVERY_S = 0.05
SINCE_EVERY_S = 0.2
AWAY_S = 1.0
PULSE_OVER_NS = 1_500_000_000

log = logging.getLogger(__name__)


class Recorder:
    """Watches one controller in a thread of its own."""

    def __init__(self, run: RunPaths, state: StatePaths, plan: Plan) -> None:
        self._run_paths, self._plan = run, plan
        self._store = TripStore(state.trips)
        self._lines = Lines(run, plan)
        self._pulses: list[Event] = []
        self._view = RunningView(run)
        self._sources = Sources(state)
        self._since = Since()
        self._after = 0
        self._due_s = 0.0
        self._ring: EventRing | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trips", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the thread; a record that is being written is written."""
        self._end.set()
        self._thread.join()

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

    def _event_ring(self) -> EventRing:
        """The engine's events; engines that follow one another write the same ring."""
        if self._ring is None:
            self._ring = EventRing.open(self._run_paths.events)
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
        plan = self._plan
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
