"""Editing a program in a real browser: nothing typed is lost, errors stand beside the text, values beside the lines."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.processes.conftest import eventually
from tests.web.browsing import Console, Plant
from tests.web.typing import SLOW_MS, edit, give_up, is_saved, replace

pytestmark = [pytest.mark.processes, pytest.mark.timeout(300)]

AXE = Path(__file__).parent / "axe.min.js"
PASTE = """(element, text) => {
    const pasted = new DataTransfer();
    pasted.setData("text/plain", text);
    element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: pasted, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def context(browser: Browser, plant: Plant) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=plant.base)
    made.set_default_timeout(SLOW_MS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that at its end has complained of nothing."""
    opened = context.new_page()
    console = Console(opened)
    yield opened
    assert console.errors == []


def test_an_error_is_marked_with_its_cure_as_one_types_and_gone_when_it_is_fixed(page: Page) -> None:
    edit(page, "hot_module")
    replace(page, "55.0", "55.0 degC")
    problems = page.get_by_role("list", name="Problems")
    expect(problems).to_contain_text("line 9")
    expect(problems).to_contain_text("55.0")
    expect(page.locator("[data-verdict=errors]")).to_contain_text("1 error")
    expect(page.locator(".cm-lintRange-error").first).to_be_visible()
    expect(page.get_by_role("button", name="Arm hot_module")).to_be_disabled()
    replace(page, "55.0 degC", "50.0")
    expect(page.locator("[data-verdict=sound]")).to_be_visible()
    page.get_by_role("tab", name="Differences").click()
    expect(page.get_by_role("list", name="What changes")).to_contain_text("Over: 55.0 → 50.0 (hot_module line 9)")
    give_up(page)


def test_a_problems_code_leads_to_its_page(page: Page) -> None:
    edit(page, "hot_module")
    replace(page, "55.0", "55.0 degC")
    with page.context.expect_page() as opened:
        page.get_by_role("list", name="Problems").get_by_role("link", name="P007").click()
    explained = opened.value
    expect(explained.get_by_role("heading", level=1)).to_have_text("P007: a number with a unit attached")
    expect(explained.locator("pre").first).to_contain_text("hot := t > 55C;")
    explained.close()
    give_up(page)


def test_names_are_completed_with_unit_and_present_value(page: Page) -> None:
    edit(page, "room_alarm")
    replace(page, "well := TRUE;", "well := Strings[1].Current.")
    options = page.get_by_role("listbox")
    expect(options).to_contain_text("Value")
    expect(options).to_contain_text("REAL  A")
    page.keyboard.type("Val")
    expect(page.locator(".cm-completionInfo")).to_contain_text("now ")
    page.keyboard.press("Escape")
    give_up(page)


def test_a_call_shows_its_parameters_and_a_name_what_it_is(page: Page) -> None:
    edit(page, "room_alarm")
    replace(page, "well := TRUE;", "well := SEL(well, ")
    expect(page.locator(".cm-signature")).to_contain_text("SEL(G, IN0, IN1)")
    expect(page.locator(".cm-signature b")).to_have_text("IN0")
    page.keyboard.press("Escape")
    page.locator(".cm-line").filter(has_text="temperatures : ARRAY").hover(position={"x": 80, "y": 8})
    expect(page.locator(".cm-told")).to_contain_text("temperatures : ARRAY[1..STRING_COUNT] OF MEAN_OK")
    give_up(page)


def test_a_program_is_formatted_and_one_with_an_error_is_left_alone(page: Page) -> None:
    edit(page, "room_alarm")
    replace(page, "well := TRUE;", "well:=TRUE ; if well then well:=well;end_if;")
    page.get_by_role("button", name="Format").click()
    expect(page.locator(".cm-line").filter(has_text="IF well THEN")).to_be_visible()
    expect(page.locator(".cm-line").filter(has_text="    well := well;")).to_be_visible()
    replace(page, "well := well;", "well := ;")
    page.keyboard.press("Shift+Alt+F")
    expect(page.get_by_role("alert")).to_contain_text("left as it is: line ")
    expect(page.locator(".cm-line").filter(has_text="well := ;")).to_be_visible()
    page.keyboard.type(" ")
    expect(page.get_by_role("alert")).to_have_count(0)
    give_up(page)


def test_values_of_the_running_set_stand_beside_the_lines(page: Page) -> None:
    edit(page, "room_alarm")
    expect(page.locator(".cm-now").filter(has_text="well = TRUE").first).to_be_visible()


def test_what_is_typed_survives_a_killed_page_server_and_a_reload(page: Page, plant: Plant) -> None:
    edit(page, "equalization")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("// kept\n")
    is_saved(page)
    killed = plant.pid("web")
    os.kill(killed, signal.SIGKILL)
    page.keyboard.type("// typed while nobody listened")
    eventually(lambda: plant.pid("web") not in (0, killed) and plant.answers(), within_s=30)
    expect(page.locator("[data-draft=saved]")).to_contain_text("draft saved", timeout=SLOW_MS)
    page.reload()
    expect(page.locator(".cm-content")).to_be_visible()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    expect(page.locator(".cm-content")).to_contain_text("typed while nobody listened")
    expect(page.locator(".cm-content")).to_contain_text("// kept")
    give_up(page)


def test_what_the_server_never_got_comes_back_from_the_browser_after_a_reload(page: Page, plant: Plant) -> None:
    edit(page, "equalization")
    page.route("**/draft", lambda route: route.abort())
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("// only here")
    expect(page.locator("[data-draft=away]")).to_contain_text("kept in this browser")
    page.unroute("**/draft")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    is_saved(page)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    expect(page.locator(".cm-content")).to_contain_text("// only here")
    give_up(page)


def test_a_second_tab_sees_the_draft_and_a_conflict_loses_neither_text(page: Page, context: BrowserContext) -> None:
    edit(page, "ups_test")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("// first tab\n")
    is_saved(page)
    second = context.new_page()
    second.goto("/programs/ups_test")
    expect(second.locator(".cm-content")).to_contain_text("// first tab")

    second.route("**/api/programs/ups_test", lambda route: route.abort())
    second.route("**/draft", lambda route: route.abort())
    second.locator(".cm-content").click()
    second.keyboard.press("Control+Home")
    second.keyboard.type("// second tab\n")
    expect(second.locator("[data-draft=away]")).to_be_visible()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("// first again\n")
    is_saved(page)
    second.unroute("**/draft")
    expect(second.locator("[data-draft=conflict]")).to_be_visible(timeout=SLOW_MS)
    conflict = second.get_by_role("alert")
    expect(conflict).to_contain_text("first again")
    expect(conflict).to_contain_text("second tab")
    second.unroute("**/api/programs/ups_test")
    second.get_by_role("button", name="Keep mine").click()
    is_saved(second)
    expect(page.locator(".cm-content")).to_contain_text("// second tab", timeout=SLOW_MS)
    second.close()
    give_up(page)


def test_a_huge_text_gets_a_clear_word_and_stays_on_the_screen(page: Page) -> None:
    edit(page, "hot_module")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.locator(".cm-content").evaluate(PASTE, "// much text\n" * 22_000)
    expect(page.locator("[data-draft=refused]")).to_contain_text("larger than 256 KiB")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-draft=saved]")).to_contain_text("this is the armed text", timeout=SLOW_MS)


def test_a_program_is_begun_from_a_template_by_pickers(page: Page) -> None:
    page.goto("/programs")
    page.get_by_role("button", name="New from template").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("name of the program").fill("hot_S2")
    dialog.get_by_label("of string").select_option("S2")
    dialog.get_by_label("any module above").fill("50")
    dialog.get_by_role("button", name="Begin the draft").click()
    expect(page.locator(".cm-content")).to_contain_text("any module of S2 above 50.0 degC", timeout=SLOW_MS)
    expect(page.locator("[data-verdict=sound]")).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name="Give up the draft").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Give up the draft").click()
    expect(page.get_by_role("heading", name="Programs", level=2)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1024, 1280])
def test_the_editor_is_no_wider_than_its_screen(browser: Browser, plant: Plant, width: int) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 740}, base_url=plant.base)
    edit(opened, "thermal_runaway")
    for tab in ("Differences", "Try", "Text"):
        opened.get_by_role("tab", name=tab).click()
        assert opened.evaluate("document.documentElement.scrollWidth") == width, tab
    opened.close()


def test_axe_finds_no_serious_fault_in_the_editor(browser: Browser, plant: Plant) -> None:
    context = browser.new_context(base_url=plant.base, bypass_csp=True)
    opened = context.new_page()
    edit(opened, "hot_module")
    opened.add_script_tag(path=AXE)
    for tab in ("Text", "Differences", "Try"):
        opened.get_by_role("tab", name=tab).click()
        found = opened.evaluate("axe.run().then((found) => found.violations)")
        serious = [f"{f['id']}: {f['nodes'][0]['html'][:150]}" for f in found if f["impact"] in ("serious", "critical")]
        assert serious == [], tab
    context.close()


def test_the_editor_is_left_by_the_keyboard(page: Page) -> None:
    edit(page, "hot_module")
    page.locator(".cm-content").click()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('editor')") is False
