"""The page of a running controller: pages for people, JSON under /api for their scripts.

request --guard--> blueprint --Running--> rings (read) or one of the doors (write)
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from web.actions import actions
from web.alarms import alarms
from web.answers import tell_errors
from web.bus import bus
from web.columns import encode
from web.curve import Curve
from web.demo import demo
from web.feed import Feed
from web.guard import guard, read_key
from web.lines import Lines
from web.live import Live, live
from web.pages import pages
from web.program_help import program_help
from web.programs import programs
from web.running import EXTENSION, Running
from web.schedule import schedule
from web.sections import Sections
from web.sets import sets
from web.status import status
from web.trip_record import Recorder, TripStore
from web.trips import trips
from web.ups_tests import TestWatch, ups_tests

HERE = Path(__file__).parent
BODY_MOST = 2 * 1024 * 1024


def create_app(running: Running) -> Flask:
    """The application for one controller. Its token key lies in the state directory; its threads begin with
    ``begin``."""
    app = Flask("cellkeeper", static_folder=str(HERE / "static"), template_folder=str(HERE / "templates"))
    app.config["MAX_CONTENT_LENGTH"] = BODY_MOST
    app.config["TOKEN_KEY"] = read_key(running.state.root / "web.key")
    app.extensions[EXTENSION] = running
    app.extensions["ups_tests"] = TestWatch(running.plan, running.state.root / "ups_tests.json")
    app.extensions["lines"] = Lines(running.run, running.plan)
    app.extensions["trips"] = TripStore(running.state.root / "trips.json")
    app.extensions["recorder"] = Recorder(running, app.extensions["trips"], app.extensions["lines"])
    app.extensions["live"] = _live(running, app.extensions["ups_tests"], app.extensions["recorder"])
    guard(app, app.config["TOKEN_KEY"])
    tell_errors(app)
    for blueprint in (
        pages,
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
    """Start the application's threads: live values, the record of trips."""
    app.extensions["live"].feed.start()
    app.extensions["recorder"].start()


def end(app: Flask) -> None:
    """End them, and every open live page."""
    app.extensions["live"].feed.close()
    app.extensions["recorder"].close()


def _live(running: Running, tests: TestWatch, recorder: Recorder) -> Live:
    curve = Curve(running.plan, running.run.root / "curve.json")

    def each(sections: Sections) -> dict[str, bytes]:
        waiting = {"waiting": encode(recorder.waiting)}
        if sections.image is None:
            return waiting
        return {**waiting, **curve.take(sections.image, sections.program_ns), **tests.take(sections.image)}

    return Live(Feed(Sections(running), each), curve)
