"""The page's way to the station: one request, its answer as JSON."""

from __future__ import annotations

from flask import Response, abort

from plc.commands import CommandError
from plc.core.site import Schedule
from plc.core.station import RequestKind
from web.answers import json
from web.person import ROLE
from web.running import running


def ask(kind: RequestKind, subject: str, *, who: str, reason: str, schedule: Schedule | None = None) -> Response:
    """{"text"} when the station has done it; 409 with its words when it refuses, 503 when it is away."""
    try:
        answer = running().station.ask(kind, subject, who=who, role=ROLE, reason=reason, schedule=schedule)
    except CommandError as exc:
        abort(503, str(exc))
    if not answer.accepted:
        abort(409, answer.text)
    return json({"text": answer.text})
