"""Sets of programs: armed from drafts or from history, confirmed, taken back.

drafts --compiler--> set_hash --SWAP, to be confirmed--> engine --CONFIRM_SET | REVERT_SET, or by itself--> stays | goes
"""

from __future__ import annotations

import contextlib

import msgspec
from flask import Blueprint, Response, abort

from plc.checking import CheckError
from plc.commands import CommandError, command
from plc.core.arming import CONFIRM_WITHIN_NS
from plc.core.checked import CheckRequest
from plc.core.command import CommandKind
from plc.core.prepared import Prepared
from plc.store.compiler_client import CompilerError, prepare
from plc.store.drafts import Draft, DraftError
from web.answers import asked, json
from web.person import ROLE, given, named
from web.running import running
from web.workbench import Workbench, workbench

sets = Blueprint("sets", __name__)

SECOND_NS = 1_000_000_000


class Arm(msgspec.Struct):
    """``version`` is the draft the person saw; ``others`` maps further drafts to theirs; ``over``: although somebody
    armed another text since the draft was begun."""

    version: int
    who: str
    reason: str
    others: dict[str, int] = {}
    within_s: float = CONFIRM_WITHIN_NS / SECOND_NS
    over: bool = False


class OfSet(msgspec.Struct):
    set_hash: str
    who: str
    reason: str
    within_s: float = CONFIRM_WITHIN_NS / SECOND_NS


@sets.post("/api/programs/<name>/arm")
def arm(name: str) -> Response:
    """{"set_hash", "text"}; 409 where the draft is not the one seen, or the engine refuses; 422 with the errors.

    Texts that change nothing of what runs are armed at once, and the engine is left alone."""
    what, bench = asked(Arm), workbench()
    who, reason = named(what.who), given(what.reason)
    _in_time(what.within_s)
    _nothing_waits(bench)
    drafts = [_seen(bench, other, version, what.over) for other, version in {**what.others, name: what.version}.items()]
    texts = {draft.name: draft.text for draft in drafts}
    _checked(bench, name, texts)
    prepared = _prepared(bench, texts, bench.set_hash(), (who, reason))
    if prepared.armed:
        with contextlib.suppress(DraftError):
            bench.drop_armed_drafts()
        return json({"set_hash": prepared.set_hash, "text": "armed: nothing of what runs changes, so nothing waits"})
    if prepared.set_hash == bench.set_hash():
        abort(409, "the set that runs was armed a moment ago; arm this in a few seconds")
    return _swap(prepared.set_hash, who, reason, what.within_s)


@sets.post("/api/sets/arm")
def arm_again() -> Response:
    """Arm a set of the history once more."""
    what, bench = asked(OfSet), workbench()
    who, reason = named(what.who), given(what.reason)
    _in_time(what.within_s)
    _nothing_waits(bench)
    if what.set_hash not in {arming.set_hash for arming in bench.sets.history()}:
        abort(404, f"set {what.set_hash[:12]} is not in the history; look at the list of programs")
    prepared = _prepared(bench, {}, what.set_hash)
    if prepared.set_hash != what.set_hash:
        abort(409, "the site folder changed since that set was armed; edit the programs instead")
    return _swap(prepared.set_hash, who, reason, what.within_s)


@sets.post("/api/sets/confirm")
def confirm() -> Response:
    """The set that waits stays."""
    what = asked(OfSet)
    answer = _send(CommandKind.CONFIRM_SET, what.set_hash, named(what.who), given(what.reason))
    with contextlib.suppress(DraftError):
        workbench().drop_armed_drafts()
    return json({"text": answer})


@sets.post("/api/sets/revert")
def revert() -> Response:
    """The set that waits goes back; its drafts are kept."""
    what = asked(OfSet)
    return json({"text": _send(CommandKind.REVERT_SET, what.set_hash, named(what.who), given(what.reason))})


def _nothing_waits(bench: Workbench) -> None:
    engine = bench.engine()
    if engine is None:
        abort(503, "the engine does not run; look at the strip at the top")
    if engine["confirm"]:
        abort(409, "an armed set waits to be confirmed; confirm it or take it back first")


def _seen(bench: Workbench, name: str, version: int, over: bool) -> Draft:
    draft = bench.draft(name)
    if draft is None or draft.version != version:
        abort(409, f"the draft of {name} changed in another tab; look at it again before it is armed")
    if draft.base != bench.text(name).digest and not over:
        abort(409, f"another text of {name} was armed since this draft was begun; look at the differences first")
    return draft


def _checked(bench: Workbench, name: str, texts: dict[str, str]) -> None:
    """What cannot be checked in time never reaches the compiler, which others need too."""
    try:
        bench.checker.check(CheckRequest(str(bench.site), name, bench.armed(), texts))
    except CheckError as exc:
        abort(503 if exc.again else 422, str(exc))


def _prepared(bench: Workbench, texts: dict[str, str], base: str, by: tuple[str, str] = ("", "")) -> Prepared:
    try:
        prepared = prepare(running().run, bench.site, texts, base, by)
    except CompilerError as exc:
        abort(503, str(exc))
    if not prepared.set_hash:
        errors = [str(found) for found in prepared.diagnostics if found.is_error]
        abort(422, f"it is not armed, {len(errors)} error{'s' if len(errors) > 1 else ''}: {errors[0]}")
    return prepared


def _swap(set_hash: str, who: str, reason: str, within_s: float) -> Response:
    text = _send(CommandKind.SWAP, set_hash, who, reason, int(within_s * SECOND_NS))
    return json({"set_hash": set_hash, "text": text})


def _in_time(within_s: float) -> None:
    if not 0 < within_s <= 86_400:
        abort(400, "the time to confirm within lies between 10 s and a day")


def _send(kind: CommandKind, set_hash: str, who: str, reason: str, for_ns: int = 0) -> str:
    order = command(kind, set_hash, who=who, role=ROLE, reason=reason, for_ns=for_ns)
    try:
        answer = running().door.send(order)
    except CommandError as exc:
        abort(503, str(exc))
    if not answer.accepted:
        abort(409, answer.text)
    return answer.text
