"""GET /api/trips: every recorded trip with its why, and what happened to its breaker since."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from plc.core.event import Event, EventKind
from web.answers import json
from web.running import running
from web.trip_record import TripStore

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


def store() -> TripStore:
    found: TripStore = current_app.extensions["trips"]
    return found


@trips.get("/api/trips")
def told() -> Response:
    """{"trips": newest first, "steps": the engine's events about breakers since it has run, oldest first}."""
    return json({"trips": store().all()[::-1], "steps": steps()})


def steps() -> list[Event]:
    found, _ = running().view.events(0, EVENTS_MOST)
    return [event for event in found if event.kind in STEPS]
