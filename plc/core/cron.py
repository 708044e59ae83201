"""A cron expression: five fields that name minutes of a local calendar, without time zones.

"30 2 1 * *" --Cron--> 2025-10-01 02:30, 2025-11-01 02:30, ...

The one file that touches croniter. Where day and weekday are both restricted either suffices, as in every cron.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from croniter import croniter

from plc.core.quantity import shortened

FIELDS = "minute, hour, day, month, weekday"
LONGEST = 100
_MONTHS = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_WEEKDAYS = "SUN|MON|TUE|WED|THU|FRI|SAT"
_SHAPE = re.compile(
    rf"[\d*,/-]+ [\d*,/-]+ ([\d*,/-]+|L) (([\d*,/-]|{_MONTHS})+) (([\d*,/#-]|L[0-7]|{_WEEKDAYS})+)",
    re.ASCII | re.IGNORECASE,
)
"""Of what croniter reads: nothing random (R, H), and nothing it drops in silence (1W)."""


class CronError(ValueError):
    """A text that is no cron expression, or names a time that never comes; the message says what to write."""


class Cron:
    """One expression. Raises CronError."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split()) if len(text) <= LONGEST else ""
        example = f'write {FIELDS}: "30 2 1 * *" is 02:30 on the first of each month'
        if not _SHAPE.fullmatch(self.text):
            raise CronError(f"'{shortened(text)}' is no cron expression; {example}")
        if next(self.after(datetime(2024, 1, 1)), None) is None:
            raise CronError(f"'{shortened(text)}' never comes; {example}")

    def after(self, local: datetime) -> Iterator[datetime]:
        """The minutes it names after ``local``, in order; both without a time zone."""
        try:
            times = croniter(self.text, local)
            while True:
                yield times.get_next(datetime)
        except (ValueError, KeyError, ArithmeticError):
            return


def cron_comes(text: str) -> bool:
    """Whether the five fields name a time that ever comes."""
    try:
        Cron(text)
    except CronError:
        return False
    return True
