"""When a local time comes: 02:30 may come twice, or not at all.

ordinary  02:30 -> its instant            autumn  02:30 -> the first of its two instants
spring    02:30 -> the first instant after the skipped hour
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from plc.core.station import Dst

SECOND_NS = 1_000_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def first_instant(nominal: datetime, zone: tzinfo) -> tuple[int, Dst]:
    """(Unix time in ns, how it lies to a change of the clocks) of a local time without zone."""
    early, late = (_unix_s(nominal.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if early == late:
        return early * SECOND_NS, Dst.NONE
    if early < late:
        return early * SECOND_NS, Dst.REPEATED
    return _change(late, early, zone) * SECOND_NS, Dst.SKIPPED


def local_time(instant_ns: int, zone: tzinfo) -> datetime:
    """The local date and time of an instant, without zone, in whole seconds."""
    return zoned(instant_ns, zone).replace(tzinfo=None)


def zoned(instant_ns: int, zone: tzinfo) -> datetime:
    return (_EPOCH + timedelta(seconds=instant_ns // SECOND_NS)).astimezone(zone)


def _change(before_s: int, after_s: int, zone: tzinfo) -> int:
    """The first second of the new offset, between an instant of the old one and one of the new."""
    old = zoned(before_s * SECOND_NS, zone).utcoffset()
    while after_s - before_s > 1:
        middle = (before_s + after_s) // 2
        if zoned(middle * SECOND_NS, zone).utcoffset() == old:
            before_s = middle
        else:
            after_s = middle
    return after_s


def _unix_s(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(seconds=1)
