"""Who armed the set that runs, and why: what every page shows beside its hash."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arming:
    """``at_ns`` is Unix time. ``who`` is empty for a set nobody armed: it came with the site folder."""

    set_hash: str = ""
    who: str = ""
    reason: str = ""
    at_ns: int = 0


CONFIRM_WITHIN_NS = 5 * 60 * 1_000_000_000
"""How long an armed set waits for its confirmation when nobody says otherwise."""
CONFIRM_LEAST_NS = 10 * 1_000_000_000
CONFIRM_MOST_NS = 24 * 3600 * 1_000_000_000
