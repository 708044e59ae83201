"""GET /api/live: the live values as server-sent events; GET /api/curve: the warmest module since the start."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from flask import Blueprint, Response, abort, current_app

from web.answers import json
from web.curve import Curve
from web.feed import Feed

LIVE_MOST = 24

live = Blueprint("live", __name__)


class Live:
    """The feed and its places: each open page holds a thread of the server."""

    def __init__(self, feed: Feed, curve: Curve, most: int = LIVE_MOST) -> None:
        self.feed, self.curve, self.most = feed, curve, most
        self._open = 0
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take a place; False when there is none."""
        with self._lock:
            taken = self._open < self.most
            self._open += taken
            return taken

    def leave(self) -> None:
        with self._lock:
            self._open -= 1

    @property
    def free(self) -> int:
        return self.most - self._open


class Place:
    """One page's events; its place is given back at the end, even if the page has gone before the first."""

    def __init__(self, live: Live) -> None:
        self._live, self._left = live, False

    def __iter__(self) -> Iterator[bytes]:
        return self._live.feed.frames()

    def close(self) -> None:
        if not self._left:
            self._left = True
            self._live.leave()


def _live() -> Live:
    found: Live = current_app.extensions["live"]
    return found


@live.get("/api/live")
def stream() -> Response:
    found = _live()
    if not found.take():
        abort(503, f"{found.most} pages are open already; close one and load this page again")
    response = Response(Place(found), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    return response


@live.get("/api/live/places")
def places() -> Response:
    """How many more pages may be open."""
    found = _live()
    return json({"most": found.most, "free": found.free})


@live.get("/api/curve")
def curve() -> Response:
    return json(_live().curve.told())
