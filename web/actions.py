"""POST /api/commands: what a person asks of the engine, through its one door."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, abort

from plc.commands import CommandError, command
from plc.core.command import CommandKind
from web.answers import asked, json
from web.person import ROLE, given, named
from web.running import running

ALLOWED = frozenset(
    {
        CommandKind.RESET,
        CommandKind.CONFIRM,
        CommandKind.SWITCH,
        CommandKind.RELEASE,
        CommandKind.START,
        CommandKind.ABORT,
        CommandKind.PAUSE,
        CommandKind.RESUME,
        CommandKind.RESTART,
    }
)
SECOND_NS = 1_000_000_000

actions = Blueprint("actions", __name__)


class Asked(msgspec.Struct):
    """``state`` and ``for_s`` belong to a relay that is switched (0: until further notice) or a pause."""

    kind: CommandKind
    subject: str
    who: str
    reason: str
    state: str = ""
    for_s: float = 0.0


@actions.post("/api/commands")
def send() -> Response:
    """{"text"} when the engine has done it; 409 with the engine's words when it refuses, 503 when it is away."""
    what = asked(Asked)
    if what.kind not in ALLOWED:
        abort(400, f"the page does not ask for '{what.kind}' here")
    who, reason = named(what.who), given(what.reason)
    if not 0 <= what.for_s <= 366 * 86_400:
        abort(400, "the time asked for lies between 0 s and a year")
    order = command(
        what.kind,
        what.subject,
        who=who,
        role=ROLE,
        reason=reason,
        state=what.state,
        for_ns=int(what.for_s * SECOND_NS),
    )
    try:
        answer = running().door.send(order)
    except CommandError as exc:
        abort(503, str(exc))
    if not answer.accepted:
        abort(409, answer.text)
    return json({"text": answer.text})
