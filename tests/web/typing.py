"""A person at the editor of a program."""

from __future__ import annotations

from playwright.sync_api import Page, expect

SLOW_MS = 30_000


def edit(page: Page, name: str) -> None:
    page.goto(f"/programs/{name}")
    expect(page.locator("[data-verdict=sound]")).to_be_visible(timeout=SLOW_MS)


def replace(page: Page, old: str, new: str) -> None:
    """Find a stretch of the text with the editor's own search, and type over it."""
    page.locator(".cm-content").last.click()
    page.keyboard.press("Control+f")
    page.keyboard.type(old)
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.type(new)


def is_saved(page: Page) -> None:
    expect(page.locator("[data-draft=saved]")).to_contain_text("draft saved", timeout=SLOW_MS)


def give_up(page: Page) -> None:
    page.get_by_role("button", name="Give up the draft").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Give up the draft").click()
    expect(page.locator("[data-draft=saved]")).to_contain_text("this is the armed text")
