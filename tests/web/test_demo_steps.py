"""The steps of the demo, clicked one after the other: burn, why, start again, cut the bus, kill the engine."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.processes.conftest import eventually
from tests.web.browsing import Console, Plant, chromium, running_plant

pytestmark = [pytest.mark.processes, pytest.mark.timeout(420)]

TRIP_WITHIN_MS = 200_000


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with running_plant(tmp_path, warm=True) as running:
        yield running


@pytest.fixture
def page(plant: Plant) -> Iterator[Page]:
    with chromium() as browser:
        opened = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=plant.base)
        opened.set_default_timeout(15_000)
        console = Console(opened)
        yield opened
        assert console.errors == []


def curve(plant: Plant) -> dict[str, list[float]]:
    """What was measured, by line: a moment without a value is left out."""
    with urllib.request.urlopen(f"{plant.base}/api/curve", timeout=5) as told:
        lines: dict[str, list[float | None]] = json.load(told)["lines"]
    return {name: [value for value in line if value is not None] for name, line in lines.items()}


def test_each_step_does_what_it_says(page: Page, plant: Plant) -> None:
    page.goto("/")
    steps = page.get_by_role("region", name="Steps of the demo")

    steps.get_by_role("button", name="Make it burn").click()
    expect(steps.get_by_role("status")).to_contain_text("S4 burns")
    expect(steps.get_by_role("link", name="Why did Q4 open?")).to_be_visible(timeout=TRIP_WITHIN_MS)
    assert plant.simulator("state")["breakers"]["Q4"]["poles_closed"] is False

    steps.get_by_role("link", name="Why did Q4 open?").click()
    record = page.get_by_role("article", name="Trip of Q4 recorded")
    leg = record.get_by_role("row", name="A modules run warm")
    expect(leg).to_contain_text("YES")
    expect(leg).to_contain_text("10.0 K over")
    expect(leg.get_by_role("link")).to_contain_text("thermal_runaway.st line")
    expect(record.get_by_role("row", name="C modules are hot")).to_contain_text("no")
    expect(record.locator(".wire li").first).to_contain_text("Q4_trip: relay2 ON")
    page.reload()
    expect(record.get_by_role("row", name="A modules run warm")).to_contain_text("YES")

    page.goto("/")
    lines = curve(plant)
    assert max(lines["ghost"]) > max(lines["S1"])
    steps.get_by_role("button", name="Start again").click()
    expect(steps.get_by_role("status")).not_to_contain_text("asked")
    eventually(lambda: not plant.breaker("Q4")["latched"] and plant.breaker("Q4")["state"] == "CLOSED", within_s=20)

    steps.get_by_role("button", name="Cut bus battery").click()
    expect(page.locator(".strip")).to_contain_text("battery ✕ LOST", timeout=30_000)
    steps.get_by_role("button", name="Restore bus battery").click()
    expect(page.locator(".strip")).to_contain_text("574 of 574 fresh", timeout=30_000)

    before = plant.pid("engine")
    steps.get_by_role("button", name="Kill the engine").click()
    eventually(lambda: plant.pid("engine") not in (0, before), within_s=10)
    expect(page.locator(".strip")).to_contain_text("574 of 574 fresh", timeout=30_000)
    told = [event for event in plant.view.process_events()[0] if event.subject == "engine"]
    assert "SIGKILL" in told[-1].text
