"""Programs, drafts and checks over the page's API, on a controller that is laid out and not started."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from plc.core.run_paths import StatePaths
from plc.processes.runtime_dir import claim
from plc.run import lay_out
from tests.processes.controller import ROOM
from tests.web.asking import Asking

LAMP_OFF = "PROGRAM steady\nRelays.fan := FALSE;\nRelays.lamp := FALSE;\nRelays.inhibit := TRUE;\nEND_PROGRAM\n"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Asking]:
    site, state = tmp_path / "room", tmp_path / "state"
    shutil.copytree(ROOM, site)
    run, lock = claim(state)
    lay_out(site, state, run, None, 0.0)
    yield Asking(run, state, site)
    os.close(lock)
    shutil.rmtree(StatePaths(state).run_dir(), ignore_errors=True)


def test_the_list_has_the_sites_programs_and_shipped_blocks(page: Asking) -> None:
    listed = page.get("/api/programs").json
    found = {program["name"]: program for program in listed["programs"]}
    assert (found["steady"]["origin"], found["steady"]["task"]) == ("site", "protection")
    assert found["modules_over"]["origin"] == "block"
    assert listed["strings"] == ["S1"]
    assert listed["templates"][0]["name"] == "hot_module"


def test_a_text_and_its_draft_are_there_for_every_tab(page: Asking) -> None:
    armed = page.get("/api/programs/steady").json["armed"]
    assert "Relays.lamp := TRUE" in armed["text"]
    saved = page.post("/api/programs/steady/draft", text=LAMP_OFF, version=0, base=armed["digest"], who="Ada")
    assert saved.status == 200
    draft = page.get("/api/programs/steady").json["draft"]
    assert (draft["text"], draft["who"], draft["version"]) == (LAMP_OFF, "Ada", saved.json["version"])
    [listed] = [program for program in page.get("/api/programs").json["programs"] if program["name"] == "steady"]
    assert (listed["draft"]["differs"], listed["draft"]["outdated"]) == (True, False)


def test_a_second_tab_gets_both_texts_and_overwrites_nothing(page: Asking) -> None:
    first = page.post("/api/programs/steady/draft", text="// one\n", version=0).json["version"]
    page.post("/api/programs/steady/draft", text="// two\n", version=first, who="Bob")
    late = page.post("/api/programs/steady/draft", text="// three\n", version=first)
    assert late.status == 409
    assert "saved by Bob meanwhile" in late.error
    assert late.json["standing"]["text"] == "// two\n"
    assert page.get("/api/programs/steady").json["draft"]["text"] == "// two\n"


def test_a_draft_is_given_up_and_the_armed_text_stays(page: Asking) -> None:
    version = page.post("/api/programs/steady/draft", text=LAMP_OFF, version=0).json["version"]
    assert page.post("/api/programs/steady/give-up", version=version - 1).status == 409
    assert page.post("/api/programs/steady/give-up", version=version).status == 200
    found = page.get("/api/programs/steady").json
    assert found["draft"] is None
    assert "Relays.lamp := TRUE" in found["armed"]["text"]


@pytest.mark.parametrize("name", ["..%2Farmed", "a%20b", "x" * 80, "%00"])
def test_a_name_that_is_no_program_is_refused(page: Asking, name: str) -> None:
    assert page.get(f"/api/programs/{name}").status in (400, 404)
    assert page.post(f"/api/programs/{name}/draft", text="x", version=0).status in (400, 404)


def test_a_huge_text_gets_a_clear_word(page: Asking) -> None:
    refused = page.post("/api/programs/steady/draft", text="x" * 300_000, version=0)
    assert (refused.status, "divide it into several files" in refused.error) == (400, True)
    assert page.post("/api/programs/steady/check", text="x" * 300_000).status == 400
    assert page.post("/api/programs/steady/draft", text="x" * 3_000_000, version=0).status == 413


def test_an_error_comes_with_its_place_and_cure(page: Asking) -> None:
    text = LAMP_OFF.replace("Relays.lamp := FALSE", "Relays.lump := FALSE")
    [problem] = page.post("/api/programs/steady/check", text=text).json["diagnostics"]
    assert (problem["span"]["line"], problem["severity"]) == (3, "error")
    assert "lamp" in problem["cure"]


def test_a_sound_text_is_told_what_it_changes(page: Asking) -> None:
    checked = page.post("/api/programs/steady/check", text=LAMP_OFF).json
    assert checked["diagnostics"] == []
    assert any(change.startswith("lamp: TRUE → FALSE") for change in checked["changes"])


def test_a_draft_of_another_file_can_be_taken_along(page: Asking) -> None:
    block = "FUNCTION_BLOCK LAMP\nVAR_OUTPUT\n    On : BOOL;\nEND_VAR\nOn := FALSE;\nEND_FUNCTION_BLOCK\n"
    uses = "PROGRAM steady\nVAR\n    lamp : LAMP;\nEND_VAR\nlamp();\nRelays.lamp := lamp.On;\nEND_PROGRAM\n"
    page.post("/api/programs/lamp/draft", text=block, version=0)
    assert page.post("/api/programs/steady/check", text=uses).json["diagnostics"] != []
    assert page.post("/api/programs/steady/check", text=uses, others=["lamp"]).json["diagnostics"] == []
    assert page.post("/api/programs/steady/check", text=uses, others=["nothing"]).status == 400


def test_a_program_is_begun_from_a_template(page: Asking) -> None:
    blanks = {"strings": "S1", "limit": "50", "lasting": "5", "smoke": "no", "task": "protection"}
    assert page.post("/api/programs/hot_S1/begin", template="hot_module", blanks=blanks, who="Ada").status == 200
    found = page.get("/api/programs/hot_S1").json
    assert (found["armed"]["origin"], found["draft"]["who"]) == ("new", "Ada")
    checked = page.post("/api/programs/hot_S1/check", text=found["draft"]["text"]).json
    assert checked["diagnostics"] == []
    assert "hot_S1 runs in task protection" in checked["changes"]
    assert page.post("/api/programs/hot_s1/begin", template="hot_module", blanks=blanks).status == 409
    blanks["limit"] = "5"
    refused = page.post("/api/programs/hot_2/begin", template="hot_module", blanks=blanks)
    assert "outside 30 to 90 degC" in refused.error


def test_nothing_is_armed_while_no_engine_runs(page: Asking) -> None:
    version = page.post("/api/programs/steady/draft", text=LAMP_OFF, version=0).json["version"]
    refused = page.post("/api/programs/steady/arm", version=version, who="Ada", reason="lamp")
    assert (refused.status, "engine" in refused.error) == (503, True)


@pytest.mark.parametrize(
    "content", [{}, {"text": 5, "version": 0}, {"text": "x", "version": "new"}, {"text": "\ud800", "version": 0}]
)
def test_what_is_no_request_is_refused(page: Asking, content: dict[str, object]) -> None:
    assert page.post("/api/programs/steady/draft", **content).status == 400
    assert page.get("/api/programs/steady").json["draft"] is None
