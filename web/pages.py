"""The pages: one shell, filled by the page's own script from /static."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, render_template

from web.guard import token
from web.running import running

pages = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class Page:
    """``script`` is the entry under web/frontend/src/app that fills it."""

    path: str
    title: str
    script: str


PAGES = (
    Page("/", "Overview", "overview"),
    Page("/trips", "Trips", "trips"),
    Page("/alarms", "Alarms", "alarms"),
    Page("/programs", "Programs", "programs"),
    Page("/schedule", "Schedule", "schedule"),
    Page("/ups-test", "UPS test", "ups_test"),
    Page("/bus", "Bus", "bus"),
)


def shell(here: Page, title: str = "") -> Response:
    """The page's shell. ``title`` names what of the page is shown, such as a program."""
    plan = running().plan
    response = make_response()
    response.set_data(
        render_template(
            "shell.html",
            here=here,
            title=title or here.title,
            pages=PAGES,
            site=plan.name,
            speed=plan.speed if plan.simulated else 0,
            token=token(response, current_app.config["TOKEN_KEY"]),
        )
    )
    return response


def page(path: str) -> Page:
    return next(page for page in PAGES if page.path == path)


@pages.get("/")
def overview() -> Response:
    return shell(page("/"))


@pages.get("/trips")
def trips() -> Response:
    return shell(page("/trips"))


@pages.get("/alarms")
def alarms() -> Response:
    return shell(page("/alarms"))


@pages.get("/schedule")
def schedule() -> Response:
    return shell(page("/schedule"))


@pages.get("/ups-test")
def ups_test() -> Response:
    return shell(page("/ups-test"))


@pages.get("/bus")
def bus() -> Response:
    return shell(page("/bus"))


@pages.get("/programs")
def programs() -> Response:
    return shell(page("/programs"))


@pages.get("/programs/<name>")
def program(name: str) -> Response:
    return shell(page("/programs"), name)
