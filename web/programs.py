"""The programs: which there are, their texts, drafts as they are typed, checks and trials of them.

GET  /api/programs, /api/programs/NAME
POST /api/programs/NAME/draft | give-up | check | try | begin        (reads and drafts; arming is in web/sets.py)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from flask import Blueprint, Response, abort

from plc.checking import CheckError
from plc.core.checked import CheckRequest
from plc.core.tried import TryRequest
from plc.lang.check.codes import CODES
from plc.store.drafts import Draft, DraftConflict, DraftError, check_text
from plc.store.templates import TEMPLATES, TemplateError, fill, template
from web.answers import asked, json
from web.running import running
from web.workbench import ProgramText, Workbench, workbench

programs = Blueprint("programs", __name__)

WITH_MOST = 20
WHO_MOST = 60


class Typed(msgspec.Struct):
    """``version`` is the draft's the tab saw last, 0 for none; ``base`` the digest of the armed text it began from."""

    text: str
    version: int
    base: str = ""
    who: str = ""


class GivenUp(msgspec.Struct):
    version: int
    who: str = ""


class Text(msgspec.Struct):
    """``others`` names drafts of other files that are taken along."""

    text: str
    others: list[str] = []
    hours: float = 3.0
    who: str = ""


class Begun(msgspec.Struct):
    template: str
    blanks: dict[str, str]
    who: str = ""


@programs.get("/api/programs")
def listed() -> Response:
    """Every program file, its programs as they run, and its draft; what waits to be confirmed; who armed what."""
    bench = workbench()
    engine = bench.engine()
    return json(
        {
            "programs": list(_listed(bench, engine)),
            "set_hash": bench.set_hash(),
            "armed": engine["armed"] if engine else None,
            "confirm": engine["confirm"] if engine else None,
            "history": bench.sets.history()[:20],
            "templates": TEMPLATES,
            "strings": running().plan.strings,
            "tasks": [task.name for task in running().plan.tasks],
            "simulated": running().plan.simulated,
        }
    )


@programs.get("/api/programs/<name>")
def one(name: str) -> Response:
    """A program file's armed text and its draft; 404 where there is neither."""
    bench = workbench()
    draft, armed = bench.draft(name), bench.text(name)
    if draft is None and armed.origin == "new":
        abort(404, f"there is no program {name}; begin one from a template, or look at the list of programs")
    return json({"armed": armed, "draft": draft, "set_hash": bench.set_hash()})


@programs.post("/api/programs/<name>/draft")
def save(name: str) -> Response:
    """{"version", "saved_ns", "base"}; 409 with what stands there where another tab was faster."""
    what = asked(Typed)
    try:
        draft = workbench().drafts.save(name, what.text, what.version, what.base, _who(what.who))
    except DraftConflict as exc:
        return _conflict(exc)
    except DraftError as exc:
        abort(400, str(exc))
    return json({"version": draft.version, "saved_ns": draft.saved_ns, "base": draft.base})


@programs.post("/api/programs/<name>/give-up")
def give_up(name: str) -> Response:
    """The draft is gone; 409 where another tab changed it meanwhile."""
    what = asked(GivenUp)
    try:
        workbench().drafts.give_up(name, what.version)
    except DraftConflict as exc:
        return _conflict(exc)
    except DraftError as exc:
        abort(400, str(exc))
    return json({"text": "the draft is given up; the armed text is as it was"})


@programs.post("/api/programs/<name>/check")
def check(name: str) -> Response:
    """Checked, and what each code means; 422 where the text takes too long, 503 where this machine is too
    busy."""
    bench, texts = workbench(), _texts(name)
    try:
        checked = bench.checker.check(CheckRequest(str(bench.site), name, bench.armed(), texts))
    except CheckError as exc:
        abort(503 if exc.again else 422, str(exc))
    shown = (*checked.diagnostics, *checked.elsewhere)
    codes = {found.code: CODES[found.code] for found in shown if found.code in CODES}
    told = {"elsewhere": checked.elsewhere, "changes": checked.changes, "took_ms": checked.took_ms}
    return json({"diagnostics": checked.diagnostics, **told, "codes": codes})


@programs.post("/api/programs/<name>/try")
def try_out(name: str) -> Response:
    """Tried: the draft beside the armed set, on the virtual clock."""
    bench, texts = workbench(), _texts(name)
    hours = asked(Text).hours
    request = TryRequest(str(bench.site), str(running().state.root), bench.armed(), texts, hours)
    return json(bench.tryout.run(request))


@programs.post("/api/programs/<name>/begin")
def begin(name: str) -> Response:
    """A new draft from a template; 409 where the name is taken."""
    what, bench = asked(Begun), workbench()
    plan = running().plan
    taken = {known.casefold() for known in bench.names()}
    if name.casefold() in taken:
        abort(409, f"{name} is there already; choose another name")
    try:
        text = fill(template(what.template), name, what.blanks, plan.strings, [task.name for task in plan.tasks])
        draft = bench.drafts.save(name, text, 0, "", _who(what.who))
    except (TemplateError, DraftError) as exc:
        abort(400, str(exc))
    return json({"version": draft.version, "text": f"the draft {name} is begun"})


def _listed(bench: Workbench, engine: dict[str, Any] | None) -> Iterator[dict[str, object]]:
    armed = bench.armed()
    states = {state["name"]: state for state in engine["programs"]} if engine else {}
    for name in bench.names():
        text, draft = bench.text(name, armed), bench.draft(name)
        yield {
            "name": name,
            "origin": text.origin,
            "lines": len((draft.text if draft else text.text).splitlines()),
            "task": _task(name),
            "state": states.get(name),
            "draft": _draft(draft, text),
        }


def _task(name: str) -> str:
    return next((task.name for task in running().plan.tasks if name in task.programs), "")


def _draft(draft: Draft | None, armed: ProgramText) -> dict[str, object] | None:
    if draft is None:
        return None
    return {
        "version": draft.version,
        "saved_ns": draft.saved_ns,
        "who": draft.who,
        "differs": draft.text != armed.text,
        "outdated": draft.base != armed.digest,
    }


def _texts(name: str) -> dict[str, str]:
    what = asked(Text)
    return checked_texts(name, what.text, what.others)


def checked_texts(name: str, text: str, others: list[str]) -> dict[str, str]:
    """A text being typed with the drafts that go with it; 400 where they are too many or no text."""
    if len(others) > WITH_MOST:
        abort(400, f"at most {WITH_MOST} drafts go together; leave some out")
    try:
        check_text(text)
    except DraftError as exc:
        abort(400, str(exc))
    workbench().draft(name)
    return workbench().together(name, text, others)


def _conflict(exc: DraftConflict) -> Response:
    return json({"error": str(exc), "standing": exc.standing}, 409)


def _who(name: str) -> str:
    return " ".join(name.split())[:WHO_MOST]
