"""/api/schedule: what may be scheduled, and an entry added, changed, removed, enabled, disabled."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, abort

from plc.core.quantity import QuantityError, read_time_ns
from plc.core.site import Action, Schedule
from plc.core.station import RequestKind
from plc.store.askable import askable
from web.answers import asked, json
from web.person import given, named
from web.running import running
from web.station import ask

ABLE = {"enable": RequestKind.ENABLE, "disable": RequestKind.DISABLE, "remove": RequestKind.REMOVE}

schedule = Blueprint("schedule", __name__)


class Changed(msgspec.Struct):
    """An entry as the page writes it; ``lasting`` is a time such as ``4 h``, empty for none."""

    who: str
    reason: str
    name: str
    cron: str
    action: Action
    target: str
    lasting: str = ""
    on: bool = True
    missed: str = "skip"


class Able(msgspec.Struct):
    who: str
    reason: str
    subject: str


@schedule.get("/api/schedule/choices")
def choices() -> Response:
    """Programs that can be started or paused, relays with the states people may ask."""
    programs, relays = askable(running().run, running().plan)
    return json(
        {
            "run": [name for name, inputs in programs.items() if "START" in inputs],
            "pause": [name for name, inputs in programs.items() if "PAUSE" in inputs],
            "switch": {name: states for name, states in relays.items() if states},
        }
    )


@schedule.post("/api/schedule/add")
def add() -> Response:
    return _write(RequestKind.ADD)


@schedule.post("/api/schedule/change")
def change() -> Response:
    return _write(RequestKind.CHANGE)


@schedule.post("/api/schedule/<what>")
def able(what: str) -> Response:
    """Enable, disable or remove the entry ``subject``."""
    if what not in ABLE:
        abort(404, f"the schedule does not know '{what}'")
    said = asked(Able)
    return ask(ABLE[what], said.subject, who=named(said.who), reason=given(said.reason))


def _write(kind: RequestKind) -> Response:
    what = asked(Changed)
    try:
        for_ns = read_time_ns(what.lasting) if what.lasting.strip() else 0
    except QuantityError as exc:
        abort(400, f"for how long: {exc}")
    entry = Schedule(what.name.strip(), what.cron.strip(), what.action, what.target, for_ns, what.on, what.missed)
    return ask(kind, entry.name, who=named(what.who), reason=given(what.reason), schedule=entry)
