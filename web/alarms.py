"""POST /api/alarms/acknowledge: somebody has seen it. Acknowledging is the station's; it clears nothing."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response

from plc.core.station import RequestKind
from web.answers import asked
from web.person import given, named
from web.station import ask

alarms = Blueprint("alarms", __name__)


class Asked(msgspec.Struct):
    """``subject`` is the key of an alarm, ``*`` for all of them."""

    who: str
    reason: str
    subject: str


@alarms.post("/api/alarms/acknowledge")
def acknowledge() -> Response:
    what = asked(Asked)
    return ask(RequestKind.ACKNOWLEDGE, what.subject, who=named(what.who), reason=given(what.reason))
