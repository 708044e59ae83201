"""A limit is changed on the page, and the coil of the simulated breaker, not the page, says that it holds."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import expect

from plc.core.run_paths import StatePaths
from plc.store.sets import ArmedSets
from tests.processes.conftest import eventually
from tests.web.browsing import UPS_ROOM, Console, Plant, chromium, confirm_why, name_me, running_plant
from tests.web.typing import SLOW_MS, edit, is_saved, replace
from tests.whole.pure_site import PureSite

pytestmark = [pytest.mark.processes, pytest.mark.timeout(420)]

LEG_A = "Reference + Battery.Settings.Dt,"
HOUR_S, STEP_S = 3600.0, 10.0
TWO_BUS_CYCLES_S = 400.0
"""How much plant time a real bus adds to the virtual clock's, at 60 times the clock and on a busy machine."""


def test_a_limit_is_tried_armed_and_confirmed_and_the_coil_moves_minutes_earlier(tmp_path: Path) -> None:
    with running_plant(tmp_path / "live", warm=True) as plant, chromium() as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=plant.base).new_page()
        page.set_default_timeout(SLOW_MS)
        console = Console(page)
        edit(page, "thermal_runaway")
        name_me(page)
        replace(page, LEG_A, "Reference + 8.0 K,")
        expect(page.get_by_role("list", name="Problems")).to_contain_text("write 8.0")
        replace(page, "8.0 K,", "8.0,")
        expect(page.locator("[data-verdict=sound]")).to_be_visible()
        is_saved(page)

        page.get_by_role("tab", name="Try").click()
        page.get_by_role("button", name="Try the draft").click()
        expect(page.get_by_role("list", name="What differs")).to_contain_text("Q4 opens", timeout=90_000)
        expect(page.get_by_role("list", name="What differs")).to_contain_text("earlier with the draft")

        page.get_by_role("button", name="Arm thermal_runaway").click()
        expect(page.locator("dialog[open]")).to_contain_text("Limit: Battery.Settings.Dt → 8.0")
        confirm_why(page, "8 K after the trial")
        page.get_by_role("button", name="Confirm the set").click()
        confirm_why(page, "as tried")
        expect(page.get_by_role("button", name="Confirm the set")).to_have_count(0)
        assert console.errors == []

        eventually(lambda: "thermal_runaway" in armed_texts(plant), within_s=20)
        eventually(lambda: coil_moved_s(plant) is not None, within_s=120)
        texts, live_s = armed_texts(plant), coil_moved_s(plant)
    ten_k_s, eight_k_s = opened_s(tmp_path / "ten", {}), opened_s(tmp_path / "eight", texts)
    assert 300.0 <= ten_k_s - eight_k_s <= 700.0
    assert live_s is not None
    assert abs(live_s - eight_k_s) <= TWO_BUS_CYCLES_S
    assert live_s < ten_k_s


def armed_texts(plant: Plant) -> dict[str, str]:
    """What a controller that starts now would run in place of the site folder's files."""
    sets = ArmedSets(StatePaths(plant.state))
    armed = sets.armed()
    return sets.texts(armed.set_hash) if armed else {}


def coil_moved_s(plant: Plant) -> float | None:
    """The plant second at which breaker Q4 was tripped, as the simulated plant knows it."""
    state = plant.simulator("state")
    tripped_ns = state["breakers"]["Q4"]["tripped_ns"]
    return tripped_ns and state["plant_s"] - (state["now_ns"] - tripped_ns) / 1e9 * state["speed"]


def opened_s(site: Path, texts: Mapping[str, str]) -> float:
    """The plant second at which the same dry string's breaker opens on the virtual clock, with these texts."""
    shutil.copytree(UPS_ROOM, site)
    for name, text in texts.items():
        (site / "programs" / f"{name}.st").write_text(text, encoding="utf-8")
    opened = PureSite(site, warm=True).run_until_open(4 * HOUR_S, STEP_S)
    assert opened is not None
    return opened
