"""The page of a running controller: pages for people, JSON under /api for their scripts.

request --guard--> blueprint --Running--> rings (read) or one of the doors (write)
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from web.answers import tell_errors
from web.curve import Curve
from web.feed import Feed
from web.guard import guard, read_key
from web.live import Live, live
from web.pages import pages
from web.running import EXTENSION, Running
from web.sections import Sections
from web.status import status

HERE = Path(__file__).parent
BODY_MOST = 2 * 1024 * 1024


def create_app(running: Running) -> Flask:
    """The application for one controller. Its token key lies in the state directory; its live values begin with
    ``live_of(app).feed.start()``."""
    app = Flask("cellkeeper", static_folder=str(HERE / "static"), template_folder=str(HERE / "templates"))
    app.config["MAX_CONTENT_LENGTH"] = BODY_MOST
    app.config["TOKEN_KEY"] = read_key(running.state.root / "web.key")
    app.extensions[EXTENSION] = running
    app.extensions["live"] = _live(running)
    guard(app, app.config["TOKEN_KEY"])
    tell_errors(app)
    for blueprint in (pages, status, live):
        app.register_blueprint(blueprint)
    return app


def live_of(app: Flask) -> Live:
    """The live values of an application."""
    found: Live = app.extensions["live"]
    return found


def _live(running: Running) -> Live:
    curve = Curve(running.plan, running.run.root / "curve.json")

    def each(sections: Sections) -> dict[str, bytes]:
        return curve.take(sections.image, sections.program_ns) if sections.image else {}

    return Live(Feed(Sections(running), each), curve)
