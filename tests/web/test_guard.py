"""Who may ask: loopback names, our own pages, a token on every write; and what every answer carries."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from plc.core.run_paths import StatePaths
from plc.processes.runtime_dir import claim
from plc.run import lay_out
from tests.processes.controller import ROOM
from tests.web.asking import BASE, Asking
from web.app import create_app
from web.guard import read_key
from web.running import Running

WRITE = "/api/commands"
RESET = {"kind": "reset", "subject": "Q1", "who": "Ada", "reason": "looked at it"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A controller that is laid out and not started."""
    folder = tmp_path_factory.mktemp("guard")
    site, state = folder / "room", folder / "state"
    shutil.copytree(ROOM, site)
    run, lock = claim(state)
    lay_out(site, state, run, None, 0.0)
    yield Running.of(run, state, site)
    os.close(lock)
    shutil.rmtree(StatePaths(state).run_dir(), ignore_errors=True)


@pytest.fixture
def client(running: Running) -> FlaskClient:
    return create_app(running).test_client()


@pytest.fixture
def page(running: Running) -> Asking:
    return Asking(running.run, running.state.root, running.site)


def token(client: FlaskClient) -> str:
    shell = client.get("/", base_url=BASE).get_data(as_text=True)
    return re.findall(r'name="token" content="([0-9a-f]+)"', shell)[0]


@pytest.mark.parametrize("name", ["127.0.0.1:8700", "127.9.9.9", "localhost:8700", "[::1]:8700"])
def test_loopback_names_are_served(client: FlaskClient, name: str) -> None:
    assert client.get("/", base_url=f"http://{name}").status_code == 200


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example", "192.168.1.5:8700", "[::", "", "localhost."]
)
def test_other_names_are_refused_with_the_cure(client: FlaskClient, name: str) -> None:
    refused = client.get("/", base_url=BASE, headers={"Host": name})
    assert refused.status_code in (400, 403)
    assert "loopback" in refused.get_data(as_text=True) or refused.status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8700"])
def test_a_forged_origin_neither_writes_nor_reads(client: FlaskClient, origin: str) -> None:
    headers = {"X-Cellkeeper-Token": token(client), "Origin": origin}
    assert client.post(WRITE, base_url=BASE, json=RESET, headers=headers).status_code == 403
    assert client.get("/status.json", base_url=BASE, headers=headers).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_page_may_link_here_and_not_embed(client: FlaskClient, site: str) -> None:
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    image = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/", base_url=BASE, headers=link).status_code == 200
    assert client.get("/api/live", base_url=BASE, headers=image).status_code == 403


@pytest.mark.parametrize("given", ["", "0" * 64, "é", "x" * 10_000])
def test_a_write_without_its_token_is_refused(client: FlaskClient, given: str) -> None:
    token(client)
    headers = {"X-Cellkeeper-Token": given.encode("latin-1", "replace").decode("latin-1"), "Origin": BASE}
    refused = client.post(WRITE, base_url=BASE, json=RESET, headers=headers)
    assert refused.status_code == 403
    assert "load it again" in refused.get_json()["error"]


def test_one_browsers_token_is_not_anothers(running: Running) -> None:
    app = create_app(running)
    mine, yours = app.test_client(), app.test_client()
    token(yours)
    headers = {"X-Cellkeeper-Token": token(mine), "Origin": BASE}
    assert yours.post(WRITE, base_url=BASE, json=RESET, headers=headers).status_code == 403


def test_a_token_outlives_the_web_process(running: Running, client: FlaskClient) -> None:
    kept = token(client)
    cookie = client.get_cookie("cellkeeper-browser", "127.0.0.1")
    assert cookie is not None
    again = create_app(running).test_client()
    again.set_cookie("cellkeeper-browser", cookie.value, domain="127.0.0.1")
    headers = {"X-Cellkeeper-Token": kept, "Origin": BASE}
    assert again.post(WRITE, base_url=BASE, json=RESET, headers=headers).status_code == 503


def test_the_key_is_the_owners_alone_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "web.key"
    key = read_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path) == key


@pytest.mark.parametrize("path", ["/", "/trips", "/alarms", "/schedule", "/ups-test", "/bus", "/programs", "/none"])
def test_every_answer_forbids_inline_script_frames_and_sniffing(client: FlaskClient, path: str) -> None:
    headers = client.get(path, base_url=BASE).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/trips", "/programs/a<b>\"'"])
def test_a_page_holds_no_inline_script_and_no_foreign_address(client: FlaskClient, path: str) -> None:
    text = client.get(path, base_url=BASE).get_data(as_text=True)
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r'\bstyle="|\bon\w+="', text) == []
    assert re.findall(r'(?:src|href)="(?![/#])', text) == []
    assert "<b>" not in text


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({**RESET, "who": " "}, "nobody is named"),
        ({**RESET, "reason": ""}, "no reason is given"),
        ({**RESET, "who": "x" * 200}, "use at most 60"),
        ({**RESET, "reason": "x" * 2000}, "use at most 300"),
        ({**RESET, "kind": "swap"}, "does not ask for 'swap'"),
        ({**RESET, "kind": "explode"}, "Invalid enum value"),
        ({**RESET, "for_s": -1.0}, "between 0 s and a year"),
        ({"kind": "reset"}, "missing required field"),
    ],
)
def test_a_write_that_does_not_fit_says_why(page: Asking, content: dict[str, object], says: str) -> None:
    said = page.post(WRITE, **content)
    assert said.status == 400
    assert says in said.error


def test_without_an_engine_a_write_says_so(page: Asking) -> None:
    said = page.post(WRITE, **RESET)
    assert said.status == 503
    assert "is the controller running?" in said.error


def test_without_a_station_an_acknowledgement_says_so(page: Asking) -> None:
    said = page.post("/api/alarms/acknowledge", who="Ada", reason="seen", subject="*")
    assert said.status == 503
    assert "the station does not answer" in said.error


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"\xff\xfe", b"null", b"{}"])
def test_a_broken_write_is_refused(client: FlaskClient, body: bytes) -> None:
    headers = {"X-Cellkeeper-Token": token(client), "Origin": BASE}
    answer = client.post(WRITE, base_url=BASE, data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 400


def test_a_huge_write_is_refused(client: FlaskClient) -> None:
    headers = {"X-Cellkeeper-Token": token(client), "Origin": BASE}
    body = b'"' + b"x" * (3 * 1024 * 1024) + b'"'
    answer = client.post(WRITE, base_url=BASE, data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 413


def test_a_form_of_another_page_is_no_write(client: FlaskClient) -> None:
    headers = {"X-Cellkeeper-Token": token(client), "Origin": BASE}
    assert client.post(WRITE, base_url=BASE, data=RESET, headers=headers).status_code == 415


def test_a_real_site_has_no_demo(running: Running) -> None:
    real = replace(running, plan=replace(running.plan, simulated=False))
    said = create_app(real).test_client().get("/api/demo/plant", base_url=BASE)
    assert said.status_code == 404
    assert "this site is real" in said.get_json()["error"]


def test_pages_past_the_cap_are_refused_in_words(running: Running) -> None:
    app = create_app(running)
    live = app.extensions["live"]
    taken = [live.take() for _ in range(live.most + 1)]
    assert taken == [True] * live.most + [False]
    refused = app.test_client().get("/api/live", base_url=BASE)
    assert refused.status_code == 503
    assert f"{live.most} pages are open already; close one" in refused.get_json()["error"]
    live.leave()
    assert app.test_client().get("/api/live/places", base_url=BASE).get_json() == {"most": live.most, "free": 1}
