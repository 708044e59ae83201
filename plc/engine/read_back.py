"""A coil's own report against what it is told: a welded contact or a lost write must not stay unseen."""

from __future__ import annotations

from plc.core.event import EventKind
from plc.core.plan import RelayPlan
from plc.engine.events import Reporter
from plc.engine.segments import Readings

WRITTEN_AFTER_NS = 1_000_000_000
"""A reading that is younger than its command by no more than this may have been taken before the write."""
MISMATCH_AFTER_NS = 1_000_000_000


class ReadBack:
    """One coil. ``mismatch`` once its report has differed from the command for a second, read after the write."""

    def __init__(self, plan: RelayPlan, reporter: Reporter, priority: int) -> None:
        self._plan, self._reporter, self._priority = plan, reporter, priority
        self._since_ns: int | None = None
        self._command: bool | None = None
        self._commanded_ns = 0
        self.mismatch = False

    def compare(self, readings: Readings, command: bool | None, wall_ns: int) -> bool | None:
        """Take this scan's command (None: there is none); what the coil reports, None when that is not known."""
        if command is not self._command:
            self._command, self._commanded_ns = command, wall_ns
            self._since_ns = None
        read = readings.contact(self._plan.readback, wall_ns)
        if command is None or read is None or read is command:
            self._since_ns, self.mismatch = None, False
        elif readings.sampled_ns(self._plan.readback) > self._commanded_ns + WRITTEN_AFTER_NS:
            self._wait(read, wall_ns)
        return read

    def _wait(self, read: bool, wall_ns: int) -> None:
        if self._since_ns is None:
            self._since_ns = wall_ns
        elif not self.mismatch and wall_ns - self._since_ns >= MISMATCH_AFTER_NS:
            self.mismatch = True
            told, seen = ("off", "on") if read else ("on", "off")
            text = f"{self._plan.name} is commanded {told} and reads back {seen}; check its unit"
            self._reporter.report(EventKind.RELAY, self._plan.name, text, self._priority)
