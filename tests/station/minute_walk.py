"""What a schedule should do, found by walking every minute of the world's clock with zoneinfo: slow, simple, and
nothing of it comes from the code under test.

for each minute: what does the clock on the wall show? -> which entries name that? -> was that time shown before?
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE_S = 60
MINUTE = timedelta(minutes=1)


def field(text: str, first: int, last: int) -> frozenset[int]:
    """The numbers one cron field names."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        low, _, high = ("*" if span == "*" else span).partition("-")
        start = first if low == "*" else int(low)
        end = last if low == "*" else int(high or low)
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


class Matcher:
    """Five cron fields: numbers, lists, ranges, steps."""

    def __init__(self, cron: str) -> None:
        minute, hour, day, month, weekday = cron.split()
        self.minutes, self.hours = field(minute, 0, 59), field(hour, 0, 23)
        self.days, self.months = field(day, 1, 31), field(month, 1, 12)
        self.weekdays = frozenset(number % 7 for number in field(weekday, 0, 7))
        self.either = day != "*" and weekday != "*"

    def __call__(self, local: datetime) -> bool:
        if local.minute not in self.minutes or local.hour not in self.hours or local.month not in self.months:
            return False
        by_day, by_weekday = local.day in self.days, local.isoweekday() % 7 in self.weekdays
        return by_day or by_weekday if self.either else by_day and by_weekday


@dataclass(frozen=True)
class Wanted:
    """A run that should be: its entry, its local time as text, the second of Unix time at which it is due."""

    entry: str
    nominal: str
    due_s: int

    @property
    def id(self) -> str:
        return f"{self.entry}@{self.nominal}"


def walk(crons: dict[str, str], zone: ZoneInfo, start_s: int, end_s: int) -> Iterator[Wanted]:
    """Every run after ``start_s`` up to ``end_s``, in order of time, then name.

    A local time that is shown twice counts the first time. Local times that are never shown count at the first minute
    after them, all together as one, named by the last of them, be it skipped or shown.
    """
    matchers = sorted((name, Matcher(cron)) for name, cron in crons.items())
    minutes = frozenset().union(*(matcher.minutes for _, matcher in matchers))
    shown_up_to = datetime.fromtimestamp(start_s, zone).replace(tzinfo=None)
    for at_s in range(start_s + MINUTE_S, end_s + 1, MINUTE_S):
        local = datetime.fromtimestamp(at_s, zone).replace(tzinfo=None)
        if local <= shown_up_to:
            continue  # shown before
        if local - shown_up_to == MINUTE and local.minute not in minutes:
            shown_up_to = local
            continue  # no entry names such a minute
        times = [local]
        while times[0] - MINUTE > shown_up_to:
            times.insert(0, times[0] - MINUTE)  # never shown
        for name, matches in matchers:
            named = [time for time in times if matches(time)]
            if named:
                yield Wanted(name, named[-1].isoformat(timespec="minutes"), at_s)
        shown_up_to = local
