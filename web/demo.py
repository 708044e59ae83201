"""POST /api/demo/WHAT: what a person does to the plant of a simulated site. A real site has none of these."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Blueprint, Response, abort

from plc.commands import CommandError, kill_engine
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
    what = _asked()
    told = _simulator("burn", what.who, what.reason, **({"string": what.subject} if what.subject else {}))
    return json({"text": f"{told['faulty']} burns; nobody but the controller will open its breaker"})


@demo.post("/api/demo/cut")
def cut() -> Response:
    what = _asked()
    _simulator("cut", what.who, what.reason, bus=what.subject)
    return json({"text": f"bus {what.subject} is cut"})


@demo.post("/api/demo/restore")
def restore() -> Response:
    what = _asked()
    _simulator("restore", what.who, what.reason, bus=what.subject)
    return json({"text": f"bus {what.subject} is whole again"})


@demo.post("/api/demo/close")
def close() -> Response:
    what = _asked()
    _simulator("close", what.who, what.reason, breaker=what.subject)
    return json({"text": f"breaker {what.subject} is closed by hand"})


@demo.post("/api/demo/start_again")
def start_again() -> Response:
    what = _asked()
    try:
        answer = running().simulator.start_again(who=what.who, role=ROLE, reason=what.reason)
    except CommandError as exc:
        abort(503, str(exc))
    if not answer.accepted:
        abort(409, answer.text)
    return json({"text": answer.text})


@demo.post("/api/demo/kill_engine")
def kill() -> Response:
    what = _asked()
    try:
        text = kill_engine(running().run, who=what.who, role=ROLE, reason=what.reason)
    except CommandError as exc:
        abort(409, str(exc))
    return json({"text": text})


def _asked() -> Asked:
    """With the name and the reason as the journal keeps them."""
    what = asked(Asked)
    return Asked(named(what.who), given(what.reason), what.subject)


def _simulator(do: str, who: str, reason: str = "", **more: object) -> dict[str, Any]:
    try:
        return running().simulator.ask(do, who=who, role=ROLE, reason=reason, **more)
    except CommandError as exc:
        abort(409, str(exc))
