"""The page in a real browser, in front of a controller that runs over a simulated room at rest."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.processes.conftest import eventually
from tests.web.browsing import Console, Plant, confirm_why, name_me

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

AXE = Path(__file__).parent / "axe.min.js"
PAGES = ["/", "/trips", "/alarms", "/schedule", "/ups-test", "/bus", "/programs"]
SIZES = {"phone": (360, 740), "touch panel": (1024, 768), "desk": (1280, 800)}
SLOW_MS = 15_000


@pytest.fixture
def page(browser: Browser, plant: Plant) -> Iterator[Page]:
    """A browser nobody has used before. At its end the page has complained of nothing."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=plant.base)
    context.set_default_timeout(SLOW_MS)
    opened = context.new_page()
    console = Console(opened)
    yield opened
    context.close()
    assert console.errors == []


@pytest.fixture
def at_rest(plant: Plant) -> Iterator[Plant]:
    """Begins and ends with a plant in which nothing has tripped."""
    yield plant
    plant.simulator("set", smoke="S2", on=False)
    plant.simulator("restore", bus="battery")


def test_the_overview_shows_every_string_breaker_and_module(page: Page) -> None:
    page.goto("/")
    for name in ("S1", "S2", "S3", "S4"):
        card = page.get_by_role("article", name=f"String {name}")
        expect(card).to_contain_text("FLOAT")
        expect(card).to_contain_text("CLOSED")
        expect(card).to_contain_text("34 read")
    cells = page.locator(".heat button")
    expect(cells).to_have_count(136)
    expect(page.locator(".heat button.none")).to_have_count(0)
    expect(page.locator(".strip")).to_contain_text("of 574 fresh")
    expect(page.get_by_text("SIMULATED ×60")).to_be_visible()


def test_values_on_the_page_are_those_of_the_plant_within_a_second(page: Page, plant: Plant) -> None:
    page.goto("/")
    cell = page.locator(".modules tbody tr").nth(6).locator("td").nth(1)
    expect(cell).to_contain_text(".")
    took_s = []
    for degc in (41.0, 44.0, 47.0, 36.0, 38.0):
        set_ns = plant.simulator("step_input", bus="battery", unit=7, degc=degc)["set_ns"]
        expect(cell).to_have_text(f"{degc:.1f}")
        seen_ns = time.monotonic_ns()
        reply = plant.simulator("first_reply", bus="battery", unit=7, address=0, after_ns=set_ns)["stamp"]
        took_s.append((seen_ns - reply["reply_end_ns"]) / 1e9)
    plant.simulator("step_input", bus="battery", unit=7, degc=None)
    assert sorted(took_s)[2] < 1.0


def test_the_table_of_modules_sorts_by_what_is_clicked(page: Page, plant: Plant) -> None:
    plant.simulator("step_input", bus="battery", unit=12, degc=39.0)
    page.goto("/")
    page.get_by_role("button", name="temperature °C").click()
    expect(page.locator(".modules tbody tr").first).to_contain_text("S1 12", timeout=SLOW_MS)
    page.get_by_role("button", name="temperature °C").click()
    expect(page.locator(".modules tbody tr").last).to_contain_text("S1 12", timeout=SLOW_MS)
    plant.simulator("step_input", bus="battery", unit=12, degc=None)


def test_a_warm_module_stands_out_by_shape_and_word(page: Page, plant: Plant) -> None:
    plant.simulator("step_input", bus="battery", unit=40, degc=37.0)
    page.goto("/")
    cell = page.locator('.heat button[aria-label*="S2 module 6:"]')
    expect(cell).to_have_text("▲", timeout=SLOW_MS)
    cell.hover()
    expect(page.locator(".heat-told")).to_contain_text("S2 module 6: 37.0 °C")
    plant.simulator("step_input", bus="battery", unit=40, degc=None)


def test_a_silent_module_is_drawn_as_old_and_a_cut_bus_as_lost(page: Page, at_rest: Plant) -> None:
    page.goto("/")
    expect(page.locator(".heat button.none")).to_have_count(0)
    at_rest.simulator("cut", bus="battery")
    expect(page.locator(".strip")).to_contain_text("battery ✕ LOST", timeout=SLOW_MS)
    expect(page.locator(".heat button.old")).to_have_count(136, timeout=SLOW_MS)
    expect(page.get_by_role("article", name="String S1")).to_contain_text("UNKNOWN", timeout=SLOW_MS)
    at_rest.simulator("restore", bus="battery")
    expect(page.locator(".heat button.old")).to_have_count(0, timeout=30_000)


def test_a_trip_is_told_waits_for_what_is_missing_and_is_reset_by_a_person(page: Page, at_rest: Plant) -> None:
    eventually(lambda: at_rest.breaker("Q2")["state"] == "CLOSED", within_s=30)
    at_rest.simulator("set", smoke="S2", on=True)
    page.goto("/trips")
    name_me(page)
    trip = page.get_by_role("article", name="Trip of Q2", exact=True)
    expect(trip).to_contain_text("S2: Q2 tripped", timeout=SLOW_MS)
    expect(trip).to_contain_text("hot_module.st line")
    expect(trip).to_contain_text("OPEN")
    expect(trip).to_contain_text("still asks for the trip")
    expect(trip.get_by_role("button", name="Reset Q2")).to_be_disabled()
    record = page.get_by_role("article", name="Trip of Q2 recorded").first
    expect(record.get_by_role("row", name=re.compile("^Strings"))).to_contain_text("YES")
    expect(record.get_by_role("row", name="hot[s].Q no")).to_contain_text("Over 55")
    expect(record).to_contain_text("Read from the very scan that asked for the trip")
    expect(record.locator(".wire li").first).to_contain_text("Q2_trip: relay2 ON", timeout=SLOW_MS)
    at_rest.simulator("set", smoke="S2", on=False)
    expect(trip.get_by_role("button", name="Reset Q2")).to_be_enabled(timeout=30_000)
    trip.get_by_role("button", name="Reset Q2").click()
    confirm_why(page, "the smoke was steam")
    eventually(lambda: not at_rest.breaker("Q2")["latched"])
    told = [e for e in at_rest.view.events()[0] if e.kind == "command" and e.subject == "Q2"][-1]
    assert "Ada (not signed in, on this machine)" in told.text
    assert "the smoke was steam" in told.text
    at_rest.simulator("close", breaker="Q2")
    expect(trip).to_have_count(0, timeout=SLOW_MS)


def test_a_ups_test_is_started_watched_and_its_weakest_blocks_are_named(page: Page, plant: Plant) -> None:
    page.goto("/ups-test")
    name_me(page)
    eventually(plant.is_fit, within_s=60)
    page.get_by_role("button", name="Start the test").click()
    confirm_why(page, "monthly test")
    now = page.locator("section", has_text="Battery test").first
    expect(now).to_contain_text("TESTING", timeout=SLOW_MS)
    expect(now).to_contain_text("PASSED", timeout=60_000)
    expect(page.get_by_role("region", name="Weakest blocks").first.locator("tbody tr")).to_have_count(8)


def test_an_alarm_is_acknowledged_and_stays_until_its_cause_is_gone(page: Page, at_rest: Plant) -> None:
    at_rest.simulator("cut", bus="lan")
    page.goto("/alarms")
    name_me(page)
    row = page.locator(".alarm-row", has_text="bus lan").first
    expect(row).to_contain_text("unacknowledged", timeout=30_000)
    page.evaluate("document.querySelectorAll('.came-with details').forEach((flood) => (flood.open = true))")
    row.get_by_role("button", name="Acknowledge").click()
    confirm_why(page, "cable is being moved")
    expect(row).to_contain_text("acknowledged by Ada", timeout=SLOW_MS)
    at_rest.simulator("restore", bus="lan")
    expect(row).to_have_count(0, timeout=30_000)


def test_an_entry_of_the_schedule_is_added_changed_disabled_and_removed(page: Page, plant: Plant) -> None:
    page.goto("/schedule")
    name_me(page)
    expect(page.get_by_role("region", name="Next runs").locator("tr")).to_have_count(10)
    page.get_by_role("button", name="Add an entry").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("name", exact=True).fill("airing")
    dialog.get_by_label("when").fill("nonsense")
    dialog.get_by_label("does").select_option("switch")
    dialog.get_by_label("for how long").fill("5 min")
    confirm_why(page, "the room is stuffy")
    expect(dialog.get_by_role("alert")).to_contain_text("nonsense")
    dialog.get_by_label("when").fill("*/5 * * * *")
    confirm_why(page, "the room is stuffy")
    row = page.get_by_role("region", name="Entries").locator("tr", has_text="airing")
    expect(row).to_contain_text("switches fan on for 5 min", timeout=SLOW_MS)
    row.get_by_role("button", name="Disable airing").click()
    confirm_why(page, "not today")
    expect(row).to_contain_text("disabled", timeout=SLOW_MS)
    row.get_by_role("button", name="Remove airing").click()
    confirm_why(page, "no more")
    expect(row).to_have_count(0, timeout=SLOW_MS)


def test_the_bus_monitor_shows_decoded_frames_and_a_foreign_masters_line(page: Page) -> None:
    page.goto("/bus")
    frames = page.get_by_role("region", name="Frames, the newest first").locator("tbody tr")
    expect(frames.filter(has_text="temperature").first).to_contain_text("degC", timeout=SLOW_MS)
    expect(page.locator("#look")).to_contain_text("mbpoll -m tcp -p")
    page.get_by_role("button", name="Hold").click()
    page.get_by_label("unit or device").fill("gx1")
    expect(frames.filter(has_text="S1.")).to_have_count(0)


def test_a_relay_is_switched_by_a_person_and_given_back(page: Page, plant: Plant) -> None:
    page.goto("/")
    name_me(page)
    row = page.get_by_role("region", name="Table of relays").locator("tr", has_text="fan")
    row.get_by_role("button", name="fan off").click()
    confirm_why(page, "measuring noise")
    expect(row.locator("td").first).to_contain_text("off", timeout=SLOW_MS)
    row.get_by_role("button", name="Give back fan").click()
    confirm_why(page, "done measuring")
    expect(row.get_by_role("button", name="Give back fan")).to_have_count(0, timeout=SLOW_MS)


@pytest.mark.parametrize("size", SIZES)
def test_no_page_is_wider_than_its_screen(browser: Browser, plant: Plant, size: str) -> None:
    width, height = SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=plant.base)
    opened = context.new_page()
    wide = {}
    for path in PAGES:
        opened.goto(path)
        opened.locator(".strip b").first.wait_for()
        opened.locator("#page > *").first.wait_for(state="attached")
        wide[path] = opened.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert wide == dict.fromkeys(PAGES, width)


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_serious_fault(browser: Browser, plant: Plant, path: str) -> None:
    context = browser.new_context(base_url=plant.base, bypass_csp=True)
    opened = context.new_page()
    opened.goto(path)
    opened.locator(".strip b").first.wait_for()
    opened.locator("#page > *").first.wait_for(state="attached")
    serious = serious_faults(opened)
    context.close()
    assert serious == []


def serious_faults(opened: Page) -> list[str]:
    """What axe-core calls serious or critical on a page whose context passes by the CSP."""
    opened.add_script_tag(path=AXE)
    found: list[dict[str, Any]] = opened.evaluate("axe.run().then((found) => found.violations)")
    return [f"{f['id']}: {f['nodes'][0]['html'][:150]}" for f in found if f["impact"] in ("serious", "critical")]


def test_the_heat_map_is_walked_with_arrow_keys(page: Page) -> None:
    page.goto("/")
    page.locator(".heat button").first.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator(".heat-told")).to_contain_text("S2 module 3:")
    page.keyboard.press("Enter")
    expect(page.locator(".modules tbody tr").first).to_contain_text("S2 1")


def test_killing_the_web_process_costs_no_scan_and_the_page_comes_back(page: Page, plant: Plant) -> None:
    page.goto("/")
    expect(page.locator(".strip")).to_contain_text("of 574 fresh")
    before = plant.view.engine()
    assert before is not None
    pid = plant.pid("web")
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: plant.pid("web") not in (0, pid) and plant.answers(), within_s=30)
    plant.simulator("step_input", bus="battery", unit=9, degc=33.0)
    expect(page.locator(".modules tbody tr").nth(8).locator("td").nth(1)).to_have_text("33.0", timeout=30_000)
    expect(page.locator("body")).not_to_have_class("stale")
    plant.simulator("step_input", bus="battery", unit=9, degc=None)
    after = plant.view.engine()
    assert after is not None
    assert after["process"]["pid"] == before["process"]["pid"]
    assert after["process"]["skipped"] == before["process"]["skipped"]
    name_me(page)
    page.get_by_role("region", name="Table of relays").get_by_role("button", name="fan on").click()
    confirm_why(page, "a token outlives the process it came from")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_page_greys_when_its_values_grow_old_and_can_still_be_read(browser: Browser, plant: Plant) -> None:
    context = browser.new_context(base_url=plant.base, bypass_csp=True)
    page = context.new_page()
    page.goto("/")
    expect(page.locator(".strip")).to_contain_text("of 574 fresh")
    master = plant.pid("web")
    worker = int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])
    os.kill(worker, signal.SIGSTOP)
    try:
        expect(page.locator("body")).to_have_class("stale", timeout=SLOW_MS)
        expect(page.locator(".banner.stale")).to_contain_text("NOT LIVE: the controller's page does not answer")
        serious = serious_faults(page)
    finally:
        os.kill(worker, signal.SIGCONT)
    expect(page.locator("body")).not_to_have_class("stale", timeout=SLOW_MS)
    context.close()
    assert serious == []


def test_fifty_live_pages_leave_the_controller_answering_and_those_past_the_cap_are_told(plant: Plant) -> None:
    answers: list[int] = []
    told: list[str] = []
    release = threading.Event()

    def look() -> None:
        try:
            with urllib.request.urlopen(f"{plant.base}/api/live", timeout=20) as stream:
                stream.readline()
                answers.append(stream.status)
                release.wait(20)
        except urllib.error.HTTPError as refused:
            told.append(json.load(refused)["error"])
            answers.append(refused.code)

    def all_free() -> bool:
        with urllib.request.urlopen(f"{plant.base}/api/live/places", timeout=5) as places:
            return bool(json.load(places)["free"] == 24)

    eventually(all_free)
    readers = [threading.Thread(target=look) for _ in range(50)]
    for reader in readers:
        reader.start()
    eventually(lambda: len(answers) == 50, within_s=30)
    began = time.monotonic()
    assert plant.answers()
    took_s = time.monotonic() - began
    release.set()
    for reader in readers:
        reader.join()
    assert took_s < 2.0
    assert (answers.count(200), answers.count(503)) == (24, 26)
    assert set(told) == {"24 pages are open already; close one and load this page again"}
