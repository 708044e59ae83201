"""The machine, the texts and the timers of the contest in plain Python, as one would write them there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

SECOND = 1_000_000_000
MS = 1_000_000


class Step(IntEnum):
    RESTING = 0
    CRANKING = 1
    PAUSING = 2
    WARMING = 3
    LOADED = 4
    UNLOADING = 5
    COOLING = 6
    FAILED = 7


@dataclass(slots=True)
class StandbySet:
    step: Step = Step.RESTING
    before: Step = Step.RESTING
    entered: int = 0
    attempts: int = 0
    starts: int = 0
    crank: bool = False
    fuel: bool = False
    connect: bool = False
    fault: bool = False

    def scan(self, wanted: bool, running: bool, warm: bool, acknowledge: bool, now: int) -> None:
        if self.step is not self.before:
            self.before = self.step
            self.entered = now
        since = now - self.entered
        match self.step:
            case Step.RESTING:
                self.attempts = 0
                if wanted:
                    self.step = Step.CRANKING
            case Step.CRANKING:
                if running:
                    self.starts += 1
                    self.step = Step.WARMING
                elif since >= 5 * SECOND:
                    self.attempts += 1
                    self.step = Step.FAILED if self.attempts >= 3 else Step.PAUSING
            case Step.PAUSING:
                if not wanted:
                    self.step = Step.RESTING
                elif since >= 10 * SECOND:
                    self.step = Step.CRANKING
            case Step.WARMING:
                if not running:
                    self.step = Step.FAILED
                elif warm or since >= 60 * SECOND:
                    self.step = Step.LOADED
            case Step.LOADED:
                if not running:
                    self.step = Step.FAILED
                elif not wanted:
                    self.step = Step.UNLOADING
            case Step.UNLOADING:
                if since >= 2 * SECOND:
                    self.step = Step.COOLING
            case Step.COOLING:
                if wanted:
                    self.step = Step.LOADED
                elif since >= 120 * SECOND:
                    self.step = Step.RESTING
            case Step.FAILED:
                if acknowledge and not wanted:
                    self.step = Step.RESTING
        self.crank = self.step is Step.CRANKING
        self.fuel = Step.CRANKING <= self.step <= Step.COOLING and self.step is not Step.PAUSING
        self.connect = self.step is Step.LOADED
        self.fault = self.step is Step.FAILED


@dataclass(slots=True)
class Machine:
    wanted: list[bool] = field(default_factory=lambda: [False] * 40)
    running: list[bool] = field(default_factory=lambda: [False] * 40)
    warm: list[bool] = field(default_factory=lambda: [False] * 40)
    acknowledge: list[bool] = field(default_factory=lambda: [False] * 40)
    sets: list[StandbySet] = field(default_factory=lambda: [StandbySet() for _ in range(40)])
    connected: int = 0
    faults: int = 0

    def scan(self, now: int) -> None:
        for one, *inputs in zip(self.sets, self.wanted, self.running, self.warm, self.acknowledge, strict=True):
            one.scan(*inputs, now)
        self.connected = sum(one.connect for one in self.sets)
        self.faults = sum(one.fault for one in self.sets)


@dataclass(slots=True)
class Texts:
    place: bytes = b""
    text: bytes = b""
    lines: list[bytes] = field(default_factory=list)
    list: list[tuple[bytes, bytes, int]] = field(default_factory=list)
    least: bytes = b""
    greatest: bytes = b""
    shown: bytes = b""
    seen: int = 0

    def scan(self, now: int) -> None:
        found = next((n for n, one in enumerate(self.list) if one[0] == self.place and one[1] == self.text), None)
        self.seen = 1 if found is None else self.list.pop(found)[2] + 1
        self.list.insert(0, (self.place, self.text, self.seen))
        del self.list[64:]
        self.least = min(one[1] for one in self.list)
        self.greatest = max(one[1] for one in self.list)
        self.shown = self.greatest[:20]
        self.lines = [line_of(place, text) for place, text, _ in self.list[:8]]


def line_of(place: bytes, text: bytes) -> bytes:
    """``string-7: is warmer than its neighbours (module 22)``"""
    head, _, tail = text.partition(b" is ")
    return (place + b": is " + tail + b" (" + head + b")").replace(b" ", b"-", 1)[:80]


@dataclass(slots=True)
class Timer:
    q: bool = False
    et: int = 0
    running: bool = False
    before: bool = False
    began: int = 0

    def on(self, start: bool, pt: int, now: int) -> bool:
        if not start:
            self.running = self.q = False
            self.et = 0
            return False
        if not self.running:
            self.running, self.began = True, now
        self.et = min(now - self.began, pt)
        self.q = self.et >= pt
        return self.q

    def off(self, start: bool, pt: int, now: int) -> bool:
        if start:
            self.running, self.q, self.et = False, True, 0
        else:
            if self.before:
                self.running, self.began = True, now
            if self.running:
                self.et = min(now - self.began, pt)
                self.q = self.running = self.et < pt
        self.before = start
        return self.q

    def pulse(self, start: bool, pt: int, now: int) -> bool:
        if start and not self.before and not self.q and self.et == 0:
            self.began, self.q = now, True
        if self.q:
            self.et = min(now - self.began, pt)
            self.q = self.et < pt
        if not self.q and not start:
            self.et = 0
        self.before = start
        return self.q


@dataclass(slots=True)
class Timers:
    inputs: list[bool] = field(default_factory=lambda: [False] * 100)
    delays: list[int] = field(default_factory=lambda: [0] * 100)
    on: list[Timer] = field(default_factory=lambda: [Timer() for _ in range(100)])
    off: list[Timer] = field(default_factory=lambda: [Timer() for _ in range(100)])
    pulse: list[Timer] = field(default_factory=lambda: [Timer() for _ in range(100)])
    lamps: list[bool] = field(default_factory=lambda: [False] * 100)
    lit: int = 0

    def scan(self, now: int) -> None:
        for i in range(100):
            self.delays[i] = 100 * MS * (i + 1)
            self.on[i].on(self.inputs[i], self.delays[i], now)
            self.off[i].off(self.on[i].q, 2000 * MS, now)
            self.pulse[i].pulse(self.off[i].q, 700 * MS, now)
            self.lamps[i] = self.off[i].q and not self.pulse[i].q
        self.lit = sum(self.lamps)
