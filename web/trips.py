"""GET /api/trips: every recorded trip with its why, and what happened to its breaker since."""

from __future__ import annotations

from flask import Blueprint, Response

from plc.core.event import Event, EventKind
from plc.why.record import recorded
from web.answers import json
from web.running import running

EVENTS_MOST = 8192
STEPS = frozenset(
    {
        EventKind.TRIP_REQUESTED,
        EventKind.TRIP_HELD,
        EventKind.TRIP_PULSE,
        EventKind.TRIP_CONFIRMED,
        EventKind.TRIP_FAILED,
        EventKind.TRIP_RESETTABLE,
        EventKind.TRIP_RESET,
        EventKind.BREAKER,
    }
)

trips = Blueprint("trips", __name__)


@trips.get("/api/trips")
def told() -> Response:
    """{"trips": newest first, "steps": the engine's events about breakers since it has run, oldest first}."""
    return json({"trips": recorded(running().state.trips)[::-1], "steps": steps()})


def steps() -> list[Event]:
    found, _ = running().view.events(0, EVENTS_MOST)
    return [event for event in found if event.kind in STEPS]
