"""What a script reads: /status.json and /events.json, read only."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from web.answers import json
from web.running import running

EVENTS_MOST = 500

status = Blueprint("status", __name__)


@status.get("/status.json")
def told() -> Response:
    """Processes, engine, breakers, relays, programs, buses with the age of what is shown."""
    return json(running().view.status())


@status.get("/events.json")
def events() -> Response:
    """The events after number ``after`` and how many were lost before."""
    after = request.args.get("after", "0")
    if not after.isascii() or not after.isdecimal() or len(after) > 18:
        abort(400, "after is the number of the last event you have; write it as after=17")
    view = running().view
    found, lost = view.events(int(after), EVENTS_MOST)
    processes, _ = view.process_events(0, EVENTS_MOST)
    return json({"events": found, "lost": lost, "processes": processes})
