"""The words that only a TEST knows."""

from __future__ import annotations

from plc.lang.script import ClaimKind

ADVANCE = "ADVANCE_TIME"
PARAMETERS = {
    ADVANCE: ("By",),
    ClaimKind.ASSERT.value: ("Condition", "Text"),
    ClaimKind.EQUAL.value: ("Actual", "Expected", "Text"),
    ClaimKind.NEAR.value: ("Actual", "Expected", "Within", "Text"),
}
"""What each takes, in order; ``Text`` may be left out."""
BENCH = frozenset(PARAMETERS)
