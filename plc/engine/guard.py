"""The common-mode guard: a cause that all strings share must not open them all.

The controller opens at most ``most`` strings within 60 minutes of program time by itself; what goes beyond waits for
an operator, or for a second, independent criterion of that string.
"""

from __future__ import annotations

WINDOW_NS = 3600 * 1_000_000_000


class Guard:
    """``history`` holds (program time in ns, strings) of each opening by itself; it survives a restart."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.history: list[tuple[int, int]] = []

    def allows(self, program_ns: int, strings: int) -> bool:
        """Whether ``strings`` more may open now. A breaker of more strings than ``most`` may open when no other did:
        it is one breaker's own cause, not a common one."""
        opened = sum(count for _, count in self._recent(program_ns))
        return opened == 0 or opened + strings <= self.most

    def record(self, program_ns: int, strings: int) -> None:
        self.history[:] = [*self._recent(program_ns), (program_ns, strings)]

    def next_ns(self, program_ns: int) -> int:
        """Program time until the oldest opening no longer counts; 0 when none counts."""
        return min((at + WINDOW_NS - program_ns for at, _ in self._recent(program_ns)), default=0)

    def _recent(self, program_ns: int) -> list[tuple[int, int]]:
        return [(at, count) for at, count in self.history if program_ns - at < WINDOW_NS]
