"""What a browser or a script may read of a running controller: JSON, read only."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import msgspec
from flask import Flask, Response, abort, request

from plc.store.running_view import RunningView

EVENTS_MOST = 500


def create_app(view: RunningView) -> Flask:
    """GET /status.json: processes, engine, breakers, relays, programs, buses with the age of what is shown.
    GET /events.json?after=N: the events after number N and how many were lost before."""
    app = Flask("cellkeeper", static_folder=None)

    @app.before_request
    def refuse_strange_names() -> None:
        """A page of another site whose name leads here (DNS rebinding) could read the plant otherwise."""
        host = urlsplit(f"//{request.host}").hostname or ""
        if host != "localhost" and not _is_loopback(host):
            abort(403, "ask by a loopback address, such as http://127.0.0.1")

    @app.get("/status.json")
    def status() -> Response:
        return _json(view.status())

    @app.get("/events.json")
    def events() -> Response:
        after = request.args.get("after", "0")
        if not after.isascii() or not after.isdecimal() or len(after) > 18:
            abort(400, "after is the number of the last event you have; write it as after=17")
        found, lost = view.events(int(after), EVENTS_MOST)
        processes, _ = view.process_events(0, EVENTS_MOST)
        return _json({"events": found, "lost": lost, "processes": processes})

    return app


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _json(content: object) -> Response:
    response = Response(msgspec.json.encode(content), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
