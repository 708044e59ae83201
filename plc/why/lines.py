"""The frame logs of a controller's buses, each with its decoder."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import msgspec

from drivers.frames import FrameReader
from plc.core.plan import BusPlan, Plan
from plc.core.run_paths import RunPaths
from plc.engine.shared import SharedMemoryError
from plc.why.frames import Decoder, Told

SOON_NS = 3_000_000_000


class TripFrame(msgspec.Struct):
    """A frame that opened a breaker, and the answer to it; ``after_ms`` counts from the scan that began the pulse."""

    bus: str
    after_ms: float
    frame: Told


class Lines:
    """The buses' frame logs, each with its decoder, made when somebody first looks."""

    def __init__(self, run: RunPaths, plan: Plan) -> None:
        self._run, self._plan = run, plan
        self._decoders: dict[str, Decoder] = {}
        self._lock = threading.Lock()

    def decoder(self, of: BusPlan) -> Decoder:
        with self._lock:
            if of.name not in self._decoders:
                self._decoders[of.name] = Decoder(of, self.trips())
            return self._decoders[of.name]

    def trip_frames(self, breaker: str, since_ns: int) -> list[TripFrame]:
        """What opened the breaker soon after that instant (CLOCK_MONOTONIC), with the answers."""
        return [found for of in self._plan.buses for found in self._on(of, breaker, since_ns)]

    def _on(self, of: BusPlan, breaker: str, since_ns: int) -> Iterator[TripFrame]:
        try:
            reader = self.reader(of)
        except SharedMemoryError:
            return
        near = [frame for frame in reader.last() if since_ns <= frame.monotonic_ns <= since_ns + SOON_NS]
        answers = False
        for told in self.decoder(of).told(near):
            if told.out:
                answers = told.trip == breaker
            if answers:
                yield TripFrame(of.name, round((told.at_ns - since_ns) / 1e6, 1), told)

    def trips(self) -> dict[str, tuple[str, bool]]:
        """{tag of a trip relay: (its breaker, the state that opens it)}."""
        plan = self._plan
        return {plan.relays[b.trip].name: (b.name, b.opens_when_energised) for b in plan.breakers}

    def reader(self, of: BusPlan) -> FrameReader:
        """Raises SharedMemoryError while no driver has run."""
        return FrameReader.open(self._run.frames(of.name))
