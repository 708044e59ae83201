"""Entries of the schedule: what the plant allows of them, and how the site file seeds them.

site file --seeding--> entries of the station <--checked-- what a person adds or changes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plc.core.cron import Cron, CronError
from plc.core.quantity import shortened, time_text
from plc.core.site import Action, Schedule
from plc.core.station import Entry

SITE_FILE = "site file"
ENTRIES_MOST = 200
SECOND_NS = 1_000_000_000
LONGEST_NS = 366 * 86_400 * SECOND_NS
START, PAUSE = "Start", "Pause"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Askable:
    """What a schedule may ask for: each program's BOOL inputs, each relay's states that people may ask."""

    programs: Mapping[str, frozenset[str]]
    relays: Mapping[str, tuple[str, ...]]


def problem_of(schedule: Schedule, askable: Askable) -> str:
    """Why an entry is refused, with the cure; empty if it is not."""
    if not _NAME.fullmatch(schedule.name):
        return f"'{shortened(schedule.name)}' is no name; begin with a letter, at most 32 letters, digits, underscores"
    try:
        Cron(schedule.cron)
    except CronError as exc:
        return str(exc)
    if schedule.missed not in ("skip", "late"):
        return f"missed is '{shortened(schedule.missed)}'; write skip or late"
    if schedule.for_ns and not SECOND_NS <= schedule.for_ns <= LONGEST_NS:
        return f"for is {time_text(schedule.for_ns)}; give 1 s to {time_text(LONGEST_NS)}"
    if schedule.action is Action.SWITCH:
        return _problem_of_switch(schedule, askable.relays)
    return _problem_of_program(schedule, askable.programs)


def _problem_of_switch(schedule: Schedule, relays: Mapping[str, tuple[str, ...]]) -> str:
    states = relays.get(schedule.target)
    state = "on" if schedule.on else "off"
    if states is None:
        return f"there is no relay '{shortened(schedule.target)}'; known: {', '.join(relays) or 'none'}"
    if state not in states:
        allowed = f"ask for {' or '.join(states)}" if states else "list states under people: in the site file"
        return f"relay {schedule.target} lets nobody switch it {state}; {allowed}"
    return ""


def _problem_of_program(schedule: Schedule, programs: Mapping[str, frozenset[str]]) -> str:
    inputs = programs.get(schedule.target)
    if inputs is None:
        return f"there is no program '{shortened(schedule.target)}'; known: {', '.join(programs) or 'none'}"
    wanted = START if schedule.action is Action.RUN else PAUSE
    if wanted.upper() not in inputs:
        able = ", ".join(name for name, has in programs.items() if wanted.upper() in has) or "none"
        return f"{schedule.target} has no input {wanted} : BOOL; programs that have one: {able}"
    if schedule.action is Action.PAUSE and not schedule.for_ns:
        return "a pause has an end; say for how long, for example 4 h"
    return ""


def seeding(
    site: Iterable[Schedule], seeds: Mapping[str, Schedule], entries: Mapping[str, Entry]
) -> Iterator[Schedule]:
    """The entries of the site file to take over: those never seen, and those whose text there is another one than
    when they were taken over. What a person changed or removed at the page stays so until the site file changes."""
    for schedule in site:
        if seeds.get(schedule.name) != schedule:
            known = entries.get(schedule.name)
            if known is None or known.schedule != schedule:
                yield schedule
