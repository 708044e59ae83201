"""GET /api/bus/NAME: the newest frames in words, what does not answer, and how a foreign master can look."""

from __future__ import annotations

import msgspec
from flask import Blueprint, Response, abort, current_app, request

from drivers.errors import Verdict
from plc.core.plan import BusPlan
from plc.engine.shared import SharedMemoryError
from plc.why.frames import VERDICTS
from plc.why.lines import Lines
from web.answers import json
from web.running import running

FRAMES_MOST = 400
MBPOLL_TABLES = {1: 0, 2: 1, 3: 4, 4: 3}
"""mbpoll's -t by Modbus function."""

bus = Blueprint("bus", __name__)


def lines() -> Lines:
    found: Lines = current_app.extensions["lines"]
    return found


@bus.get("/api/bus/<name>")
def frames(name: str) -> Response:
    """{"frames" after number ``after``, "counters" by verdict, "silent" devices, "look": an mbpoll line}."""
    after = request.args.get("after", "0")
    if not after.isascii() or not after.isdecimal() or len(after) > 18:
        abort(400, "after is the number of the last frame you have; write it as after=17")
    of = next((known for known in running().plan.buses if known.name == name), None)
    if of is None:
        names = ", ".join(known.name for known in running().plan.buses)
        abort(404, f"there is no bus {name!r}; buses are {names}")
    try:
        reader = lines().reader(of)
    except SharedMemoryError as exc:
        abort(503, f"the driver of bus {name} has not run yet ({exc})")
    newest = [frame for frame in reader.last(FRAMES_MOST) if frame.number >= int(after)]
    found = [told for told in lines().decoder(of).told(newest) if told.number > int(after)]
    states = zip(of.devices, reader.devices(), strict=False)
    silent = [
        {"name": device.name, "unit": device.unit, "reason": VERDICTS.get(state.reason, ""), "since_ns": state.since_ns}
        for device, state in states
        if state.since_ns and not state.answering
    ]
    counters = {_word(verdict): count for verdict, count in reader.counters().items() if count}
    return json(
        {
            "frames": found,
            "counters": counters,
            "silent": silent,
            "devices": len(of.devices),
            "look": look(of),
        }
    )


def look(of: BusPlan) -> str:
    """A line for a terminal that reads the same simulated devices with a foreign master; empty on a real bus."""
    if not running().plan.simulated:
        return ""
    try:
        told = msgspec.json.decode(running().run.simulated_host(of.name).read_bytes(), type=dict[str, int | str])
    except (OSError, msgspec.DecodeError):
        return ""
    unit, function, first, count = lines().decoder(of).first_block()
    table = MBPOLL_TABLES[function]
    return f"mbpoll -m tcp -p {told['port']} -a {unit} -t {table} -0 -r {first} -c {count} {told['host']}"


def _word(verdict: Verdict) -> str:
    return {Verdict.SENT: "sent", Verdict.GOOD: "good answers"}.get(verdict, VERDICTS.get(verdict, verdict.name))
