"""The page of a running controller: pages for people, JSON under /api for their scripts.

request --guard--> blueprint --Running--> rings (read) or one of the doors (write)
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from plc.why.legs import Sources
from plc.why.lines import Lines
from plc.why.waiting import waiting
from web.actions import actions
from web.alarms import alarms
from web.answers import tell_errors
from web.bus import bus
from web.columns import encode
from web.curve import Curve
from web.demo import demo
from web.feed import Feed
from web.guard import guard, read_key
from web.live import Live, live
from web.pages import pages
from web.problems import problems
from web.program_help import program_help
from web.programs import programs
from web.running import EXTENSION, Running
from web.schedule import schedule
from web.sections import Sections
from web.sets import sets
from web.status import status
from web.trips import trips
from web.ups_tests import TestWatch, ups_tests

HERE = Path(__file__).parent
BODY_MOST = 2 * 1024 * 1024


def create_app(running: Running) -> Flask:
    """The application for one controller. Its token key lies in the state directory; its thread begins
    with ``begin``."""
    app = Flask("cellkeeper", static_folder=str(HERE / "static"), template_folder=str(HERE / "templates"))
    app.config["MAX_CONTENT_LENGTH"] = BODY_MOST
    app.config["TOKEN_KEY"] = read_key(running.state.root / "web.key")
    app.extensions[EXTENSION] = running
    app.extensions["ups_tests"] = TestWatch(running.plan, running.state.root / "ups_tests.json")
    app.extensions["lines"] = Lines(running.run, running.plan)
    app.extensions["live"] = _live(running, app.extensions["ups_tests"])
    guard(app, app.config["TOKEN_KEY"])
    tell_errors(app)
    for blueprint in (
        pages,
        problems,
        status,
        live,
        actions,
        demo,
        trips,
        bus,
        ups_tests,
        alarms,
        schedule,
        programs,
        program_help,
        sets,
    ):
        app.register_blueprint(blueprint)
    return app


def begin(app: Flask) -> None:
    """Start the application's thread: live values."""
    app.extensions["live"].feed.start()


def end(app: Flask) -> None:
    """End it, and every open live page."""
    app.extensions["live"].feed.close()


def _live(running: Running, tests: TestWatch) -> Live:
    curve = Curve(running.plan, running.run.root / "curve.json")
    sources = Sources(running.state)

    def each(sections: Sections) -> dict[str, bytes]:
        image = sections.image
        if image is None:
            return {}
        waits = encode(waiting(image, running.plan, sources))
        return {"waiting": waits, **curve.take(image, sections.program_ns), **tests.take(image)}

    return Live(Feed(Sections(running), each), curve)
