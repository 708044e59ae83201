"""A program held in its pause: its input Pause is TRUE in each run until the pause's end, in wall time.

command PAUSE --begin--> Latches.pauses --hold, before each run--> Pause TRUE ... end passed: Pause FALSE again

What Pause means is the program's affair: equalization stops balancing and goes on by itself.
"""

from __future__ import annotations

from plc.core.event import EventKind
from plc.core.quantity import time_text
from plc.engine.events import Reporter
from plc.engine.latches import PauseMemory
from plc.engine.task import ProgramRun

INPUT = "Pause"


class Pauses:
    """``kept`` survives a restart with the latches; its keys are instance names."""

    def __init__(self, kept: dict[str, PauseMemory], reporter: Reporter) -> None:
        self._kept, self._reporter = kept, reporter

    def begin(self, run: ProgramRun, until_ns: int, who: str, now_ns: int) -> int:
        """Pause until then; a longer pause that goes on already stays. Returns when it ends."""
        known = self._kept.get(run.name)
        if known is None or known.until_ns < until_ns:
            self._kept[run.name] = PauseMemory(until_ns, who)
        ends_ns = self._kept[run.name].until_ns
        text = f"{run.name} pauses for {time_text((ends_ns - now_ns) // 1_000_000 * 1_000_000)}"
        self._reporter.report(EventKind.PAUSE, run.name, text)
        return ends_ns

    def end(self, name: str, why: str) -> bool:
        """Go on; False when the program does not pause."""
        if self._kept.pop(name, None) is None:
            return False
        self._reporter.report(EventKind.PAUSE, name, f"{name} goes on: {why}")
        return True

    def hold(self, run: ProgramRun, wall_ns: int) -> None:
        """Before a run: set the input of a program that pauses, and end the pause that is over."""
        known = self._kept.get(run.name)
        if known is None:
            return
        if wall_ns >= known.until_ns:
            self.end(run.name, "its pause is over")
        else:
            run.ask(INPUT)

    def clear(self) -> None:
        for name in tuple(self._kept):
            self.end(name, "the simulation starts again")
