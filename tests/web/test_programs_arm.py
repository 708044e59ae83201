"""From draft to armed and confirmed, on a controller that runs: the coils say what runs, not the page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from plc.core.arming import Arming
from plc.core.run_paths import StatePaths
from plc.lsp.present import now
from plc.processes.runtime_dir import claim
from plc.run import lay_out
from plc.store.sets import ArmedSets
from tests.processes.conftest import eventually
from tests.processes.controller import LAMP, STANDING, Controller, running_controller
from tests.web.asking import Asking, Said
from tests.web.test_programs_texts import LAMP_OFF

pytestmark = pytest.mark.processes

LAMP_DARK = [on and relay != LAMP for relay, on in enumerate(STANDING)]


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Controller]:
    with running_controller(tmp_path) as running:
        yield running


@pytest.fixture
def page(controller: Controller) -> Asking:
    return Asking(controller.run, controller.state, controller.site)


def drafted(page: Asking, text: str = LAMP_OFF) -> int:
    base = page.get("/api/programs/steady").json["armed"]["digest"]
    return int(page.post("/api/programs/steady/draft", text=text, version=0, base=base).json["version"])


def armed(page: Asking, version: int, **more: object) -> Said:
    return page.post("/api/programs/steady/arm", version=version, who="Ada", reason="dark by day", **more)


def test_a_draft_is_armed_confirmed_and_runs_again_after_a_restart(controller: Controller, page: Asking) -> None:
    before = page.get("/api/programs").json["set_hash"]
    done = armed(page, drafted(page))
    assert done.status == 200, done.json
    eventually(lambda: controller.coils() == LAMP_DARK)
    listed = page.get("/api/programs").json
    assert listed["set_hash"] == done.json["set_hash"]
    assert listed["confirm"]["left_s"] in range(280, 301)
    assert listed["armed"]["who"].startswith("Ada")
    assert controller.run.armed.read_text() == before

    set_hash = done.json["set_hash"]
    assert page.post("/api/sets/confirm", set_hash=set_hash, who="Ada", reason="looks right").status == 200
    sets = ArmedSets(StatePaths(controller.state))
    eventually(lambda: (sets.armed() or Arming()).set_hash == set_hash, within_s=20)
    assert page.get("/api/programs/steady").json["draft"] is None
    assert page.get("/api/programs/steady").json["armed"]["origin"] == "armed here"
    eventually(lambda: page.get("/api/programs").json["history"][0]["set_hash"] == set_hash)

    controller.kill("engine")
    eventually(lambda: controller.run.armed.read_text() == set_hash and controller.coils() == LAMP_DARK)
    eventually(lambda: page.get("/api/programs").json["armed"]["who"].startswith("Ada"))


def test_the_set_armed_last_is_what_the_next_controller_starts_with(tmp_path: Path) -> None:
    with running_controller(tmp_path) as controller:
        page = Asking(controller.run, controller.state, controller.site)
        set_hash = armed(page, drafted(page)).json["set_hash"]
        page.post("/api/sets/confirm", set_hash=set_hash, who="Ada", reason="looks right")
        sets = ArmedSets(StatePaths(controller.state))
        eventually(lambda: (sets.armed() or Arming()).set_hash == set_hash, within_s=20)
    run, lock = claim(controller.state)
    plan = lay_out(controller.site, controller.state, run, None, 0.0)
    os.close(lock)
    assert plan.set_hash == run.armed.read_text() == set_hash
    assert "armed here, in place of the site folder's: steady" in plan.greeting
    arming = msgspec.json.decode(run.arming.read_bytes(), type=Arming)
    assert (arming.who.split(" ")[0], arming.reason) == ("Ada", "dark by day")


def test_a_draft_that_changes_tests_alone_is_armed_at_once_and_stays_over_a_restart(tmp_path: Path) -> None:
    with running_controller(tmp_path) as controller:
        page = Asking(controller.run, controller.state, controller.site)
        before = page.get("/api/programs").json
        text = str(page.get("/api/programs/steady").json["armed"]["text"])
        for name in ("first", "second"):
            text += f"TEST '{name}'\r\nASSERT(TRUE);\r\nEND_TEST\r\n"
            done = armed(page, drafted(page, text))
            assert (done.status, done.json["set_hash"]) == (200, before["set_hash"]), done.json
            one = page.get("/api/programs/steady").json
            assert (one["armed"]["text"], one["armed"]["origin"], one["draft"]) == (text, "armed here", None)
            listed = page.get("/api/programs").json
            assert (listed["confirm"], listed["armed"]) == (None, before["armed"])
            assert listed["history"][0]["who"].startswith("Ada")
        _, pid = controller.kill("compiler")
        eventually(lambda: controller.has_replaced("compiler", pid))
        assert not any("runs, in place of" in event.text for event in controller.events())
    run, lock = claim(controller.state)
    lay_out(controller.site, controller.state, run, None, 0.0)
    os.close(lock)
    assert ArmedSets(StatePaths(controller.state)).texts(run.armed.read_text()) == {"steady": text}
    arming = msgspec.json.decode(run.arming.read_bytes(), type=Arming)
    assert (arming.who.split(" ")[0], arming.reason) == ("Ada", "dark by day")


def test_an_unconfirmed_set_goes_back_by_itself_and_the_draft_is_kept(controller: Controller, page: Asking) -> None:
    version = drafted(page)
    assert armed(page, version, within_s=10).status == 200
    eventually(lambda: controller.coils() == LAMP_DARK)
    refused = armed(page, version)
    assert (refused.status, "confirm it or take it back first" in refused.error) == (409, True)
    eventually(lambda: controller.coils() == STANDING, within_s=20)
    assert page.get("/api/programs").json["confirm"] is None
    assert page.get("/api/programs/steady").json["draft"]["version"] == version
    assert any("nobody confirmed it" in event.text for event in controller.events())


def test_a_set_is_taken_back_at_once_and_armed_again_from_the_history(controller: Controller, page: Asking) -> None:
    first = page.get("/api/programs").json["set_hash"]
    set_hash = armed(page, drafted(page)).json["set_hash"]
    eventually(lambda: controller.coils() == LAMP_DARK)
    assert page.post("/api/sets/revert", set_hash=set_hash, who="Ada", reason="too dark").status == 200
    eventually(lambda: controller.coils() == STANDING)
    assert page.post("/api/sets/confirm", set_hash=set_hash, who="Ada", reason="late").status == 409
    assert page.post("/api/sets/arm", set_hash="f" * 64, who="Ada", reason="none").status == 404
    again = page.post("/api/sets/arm", set_hash=first, who="Ada", reason="as it was")
    assert again.status == 200, again.json


def test_what_was_not_seen_or_has_errors_or_no_reason_is_not_armed(controller: Controller, page: Asking) -> None:
    version = drafted(page)
    assert armed(page, version - 1).status == 409
    assert page.post("/api/programs/steady/arm", version=version, who="", reason="x").status == 400
    assert page.post("/api/programs/steady/arm", version=version, who="Ada", reason=" ").status == 400
    assert armed(page, version, within_s=1e9).status == 400
    broken = LAMP_OFF.replace("Relays.lamp := FALSE", "Relays.lump := FALSE")
    newer = page.post("/api/programs/steady/draft", text=broken, version=version).json["version"]
    refused = armed(page, newer)
    assert (refused.status, "steady.st:3:" in refused.error) == (422, True)
    assert controller.coils() == STANDING


def test_a_draft_begun_from_an_older_text_is_armed_only_on_purpose(controller: Controller, page: Asking) -> None:
    version = page.post("/api/programs/steady/draft", text=LAMP_OFF, version=0, base="0" * 64).json["version"]
    refused = armed(page, version)
    assert (refused.status, "look at the differences first" in refused.error) == (409, True)
    assert armed(page, version, over=True).status == 200


def test_an_engine_that_dies_before_the_confirmation_starts_with_the_set_before(
    controller: Controller, page: Asking
) -> None:
    before = page.get("/api/programs").json["set_hash"]
    assert armed(page, drafted(page)).status == 200
    eventually(lambda: controller.coils() == LAMP_DARK)
    controller.kill("engine")
    eventually(lambda: controller.coils() == STANDING, within_s=20)
    assert page.get("/api/programs").json["set_hash"] == before
    assert page.get("/api/programs").json["confirm"] is None
    eventually(lambda: any("before anybody confirmed it" in event.text for event in controller.events()))


def test_drafts_of_two_files_are_armed_together(controller: Controller, page: Asking) -> None:
    block = "FUNCTION_BLOCK DARK\nVAR_OUTPUT\n    On : BOOL;\nEND_VAR\nOn := FALSE;\nEND_FUNCTION_BLOCK\n"
    uses = LAMP_OFF.replace("PROGRAM steady\n", "PROGRAM steady\nVAR\n    dark : DARK;\nEND_VAR\ndark();\n")
    uses = uses.replace("Relays.lamp := FALSE", "Relays.lamp := dark.On")
    other = page.post("/api/programs/dark/draft", text=block, version=0).json["version"]
    version = drafted(page, uses)
    assert armed(page, version).status == 422
    assert armed(page, version, others={"dark": other - 1}).status == 409
    assert armed(page, version, others={"dark": other}).status == 200
    eventually(lambda: controller.coils() == LAMP_DARK)


def test_a_program_begun_from_a_template_runs_in_its_task_once_it_is_armed(
    controller: Controller, page: Asking
) -> None:
    begun = page.post("/api/programs/hot_S1/begin", template="hot_module", blanks={"strings": "S1", "limit": "60"})
    done = page.post("/api/programs/hot_S1/arm", version=begun.json["version"], who="Ada", reason="a second look")
    assert done.status == 200, done.json
    eventually(lambda: runs_of(page, "hot_S1") > 5)
    assert page.post("/api/sets/revert", set_hash=done.json["set_hash"], who="Ada", reason="enough").status == 200
    eventually(lambda: runs_of(page, "hot_S1") == 0)
    assert page.get("/api/programs/hot_S1").json["draft"] is not None
    assert controller.coils() == STANDING


def runs_of(page: Asking, name: str) -> int:
    [listed] = [program for program in page.get("/api/programs").json["programs"] if program["name"] == name]
    return int(listed["state"]["runs"]) if listed["state"] else 0


def test_values_stand_beside_the_names_of_the_running_program(page: Asking) -> None:
    values = page.post("/api/values", pou="smoke_trip", paths=["opens.Cause", "Relays.lamp", "nothing"]).json
    assert values["values"] == {"opens.Cause": ["FALSE"], "Relays.lamp": ["TRUE"]}


def test_an_editor_is_told_what_a_name_holds_now(controller: Controller, tmp_path: Path) -> None:
    assert now(controller.site, "smoke_trip", "opens.Cause", controller.state) == ("FALSE",)
    assert now(controller.site, "smoke_trip", "Relays.lamp", controller.state) == ("TRUE",)
    assert now(controller.site, "smoke_trip", "nothing", controller.state) == ()
    assert now(controller.site, "smoke_trip", "opens.Cause", tmp_path) == ()
    assert now(None, "smoke_trip", "opens.Cause", controller.state) == ()


def test_the_compiler_helps_with_a_text_that_is_being_typed(page: Asking) -> None:
    text = "PROGRAM smoke_trip\nVAR\n    delay : TON;  // of the horn\nEND_VAR\ndelay(IN := Strings[1].\n"
    ask = {"text": text, "line": 5, "column": 24}
    found = page.post("/api/programs/smoke_trip/help", wanted="completion", **ask).json
    assert {"Temperature", "Smoke"} <= {each["label"] for each in found["items"]}
    told = page.post("/api/programs/smoke_trip/help", wanted="hover", **{**ask, "column": 3}).json
    assert (told["code"], told["comment"]) == ("delay : TON", "of the horn")
    call = page.post("/api/programs/smoke_trip/help", wanted="signature", **ask).json
    assert call["label"].startswith("TON(IN := BOOL, PT := TIME")
    laid = page.post("/api/programs/smoke_trip/help", wanted="format", text="program p x:=1;end_program").json
    assert laid["text"] == "PROGRAM p\nx := 1;\nEND_PROGRAM\n"
    assert page.post("/api/programs/smoke_trip/help", wanted="nonsense", text="").status == 400
