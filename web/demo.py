"""POST /api/demo/WHAT: what a person does to the plant of a simulated site. A real site has none of these."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, abort

from plc.commands import CommandError, command, kill_engine
from plc.core.command import CommandKind
from web.answers import asked, json
from web.person import ROLE, given, named
from web.running import running

demo = Blueprint("demo", __name__)


class Asked(msgspec.Struct):
    """``subject`` is a string to burn, a bus to cut or restore, a breaker to close by hand."""

    who: str
    reason: str
    subject: str = ""


@demo.before_request
def refuse_real_sites() -> None:
    if not running().plan.simulated:
        abort(404, "this site is real; its plant does what it does")


@demo.get("/api/demo/plant")
def plant() -> Response:
    """What burns, and which buses are cut."""
    told = _simulator("state", "page")
    lines = {name: line["cut"] for name, line in told["lines"].items()}
    return json({"faulty": told["faulty"], "burning": told["burning"], "cut": lines, "plant_s": told["plant_s"]})


@demo.post("/api/demo/burn")
def burn() -> Response:
    what, who = _asked()
    told = _simulator("burn", who, **({"string": what.subject} if what.subject else {}))
    return json({"text": f"{told['faulty']} burns; nobody but the controller will open its breaker"})


@demo.post("/api/demo/cut")
def cut() -> Response:
    what, who = _asked()
    _simulator("cut", who, bus=what.subject)
    return json({"text": f"bus {what.subject} is cut"})


@demo.post("/api/demo/restore")
def restore() -> Response:
    what, who = _asked()
    _simulator("restore", who, bus=what.subject)
    return json({"text": f"bus {what.subject} is whole again"})


@demo.post("/api/demo/close")
def close() -> Response:
    what, who = _asked()
    _simulator("close", who, breaker=what.subject)
    return json({"text": f"breaker {what.subject} is closed by hand"})


@demo.post("/api/demo/start_again")
def start_again() -> Response:
    """The plant first: programs that begin anew shall see it as it was at the start."""
    what, who = _asked()
    _simulator("start_again", who)
    for bus in running().plan.buses:
        _simulator("restore", who, bus=bus.name)
    again = command(CommandKind.START_AGAIN, running().plan.name, who=who, role=ROLE, reason=what.reason)
    try:
        answer = running().door.send(again)
    except CommandError as exc:
        abort(503, f"the plant began again, the engine did not: {exc}")
    if not answer.accepted:
        abort(409, answer.text)
    return json({"text": answer.text})


@demo.post("/api/demo/kill_engine")
def kill() -> Response:
    _, who = _asked()
    try:
        text = kill_engine(running().run, who=who, role=ROLE)
    except CommandError as exc:
        abort(409, str(exc))
    return json({"text": text})


def _asked() -> tuple[Asked, str]:
    what = asked(Asked)
    given(what.reason)
    return what, named(what.who)


def _simulator(do: str, who: str, **more: object) -> dict[str, Any]:
    try:
        return running().simulator.ask(do, who=who, role=ROLE, **more)
    except CommandError as exc:
        abort(409, str(exc))
