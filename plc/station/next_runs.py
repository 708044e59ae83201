"""The runs of an entry, in order: the one place that knows when a schedule runs. The loop and the list both ask here.

cron's local times --first_instant--> instants --at most one run an instant--> Run, Run, ...
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from plc.core.cron import Cron
from plc.core.station import Dst, Run
from plc.station.local_time import first_instant, local_time, zoned


def runs_after(entry: str, cron: Cron, zone: tzinfo, after_ns: int) -> Iterator[Run]:
    """Every run due later than ``after_ns``.

    A repeated hour runs the first time only. Times that fall in a skipped hour are made together, once, at the first
    instant after it, under the name of the last of them, or with the run of that very instant if there is one.
    """
    gathered: list[datetime] = []
    due_ns = 0
    mark = Dst.NONE
    for nominal in cron.after(local_time(after_ns, zone)):
        at_ns, dst = first_instant(nominal, zone)
        if at_ns <= after_ns:
            continue
        if gathered and at_ns != due_ns:
            yield _run(entry, gathered, due_ns, mark, zone)
            gathered, mark = [], Dst.NONE
        gathered.append(nominal)
        due_ns, mark = at_ns, dst or mark
    if gathered:
        yield _run(entry, gathered, due_ns, mark, zone)


def _run(entry: str, nominals: list[datetime], due_ns: int, mark: Dst, zone: tzinfo) -> Run:
    nominal = nominals[-1].isoformat(timespec="minutes")
    return Run(entry, nominal, due_ns, mark, _note(nominals, due_ns, mark, zone))


def _note(nominals: list[datetime], due_ns: int, mark: Dst, zone: tzinfo) -> str:
    if mark is Dst.REPEATED:
        return f"{nominals[-1]:%H:%M} comes twice that day; runs the first time, not again"
    if mark is Dst.NONE:
        return ""
    at = zoned(due_ns, zone)
    skipped = [f"{nominal:%H:%M}" for nominal in nominals if nominal != at.replace(tzinfo=None)]
    shown = ", ".join(skipped[:3]) + (" ..." if len(skipped) > 3 else "")
    many = "do not exist that day; run together, once," if len(skipped) > 1 else "does not exist that day; runs once,"
    return f"{shown} {many} at {at:%H:%M}"
