"""A controller over the UPS room with its page, and a real browser in front of it.

plc run ROOM --http --> supervisor, simulator, drivers, engine, station, web <--http-- Chromium
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from plc.core.process import ProcessState
from plc.core.run_paths import RunPaths, StatePaths
from plc.store.running_view import RunningView
from simulator.control import Control
from tests.processes.conftest import eventually, kill_group
from tests.processes.test_run import free_port

UPS_ROOM = Path(__file__).parents[2] / "examples" / "ups_room"
WARM = "start: warm.json, scenario: dry_out"
FLOAT = 2
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@dataclass(frozen=True)
class Plant:
    """A running controller: its page's address, what it says of itself, its simulated plant."""

    base: str
    view: RunningView
    simulator: Control
    state: Path

    def pid(self, name: str) -> int:
        return next(process.pid for process in self.view.processes() if process.name == name)

    def breaker(self, name: str) -> dict[str, Any]:
        engine = self.view.engine()
        assert engine is not None
        return next(breaker for breaker in engine["engine"]["breakers"] if breaker["name"] == name)

    def is_fit(self) -> bool:
        """Every device was read lately, every breaker is closed, every string on float."""
        engine = self.view.engine()
        if engine is None or any(bus["fresh"] != bus["count"] for bus in engine["engine"]["buses"]):
            return False
        states = self.view.read(*(f"Strings[{number}].State" for number in range(1, 5))).values()
        closed = all(breaker["state"] == "CLOSED" for breaker in engine["engine"]["breakers"])
        return closed and set(states) == {FLOAT}

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/status.json", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def runs(self) -> bool:
        engine = self.view.engine()
        all_run = all(process.state is ProcessState.RUNNING for process in self.view.processes())
        return all_run and engine is not None and engine["engine"]["settled"] and self.answers()


@contextmanager
def running_plant(folder: Path, warm: bool = False) -> Iterator[Plant]:
    """The UPS room, settled: at rest at 25 degC, or ``warm``: 70 minutes of plant time before its dry string trips."""
    site, state = folder / "room", folder / "state"
    shutil.copytree(UPS_ROOM, site)
    if not warm:
        text = (site / "site.yaml").read_text()
        assert WARM in text
        (site / "site.yaml").write_text(text.replace(f", {WARM}", ""))
    run = RunPaths(StatePaths(state).run_dir())
    port = free_port()
    command = [sys.executable, "-m", "plc.cli", "run", str(site), "--state", str(state)]
    process = subprocess.Popen([*command, "--http", f"127.0.0.1:{port}"], process_group=0)
    try:
        eventually(lambda: run.simulator_control.exists(), within_s=60)
        with Control(run.root) as simulator:
            plant = Plant(f"http://127.0.0.1:{port}", RunningView(run), simulator, state)
            eventually(plant.runs, within_s=60)
            yield plant
    finally:
        kill_group(process.pid)
        process.wait()
        shutil.rmtree(run.root, ignore_errors=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without its screen."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class Console:
    """What a page complained of, but for answers that are no 200: what they mean is on the page."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)


def name_me(page: Page, name: str = "Ada") -> None:
    """Type a name at the top of the page, once."""
    page.get_by_role("button", name="who are you?").click()
    page.locator(".strip").get_by_label("your name").fill(name)
    page.get_by_role("button", name="Keep").click()


def confirm_why(page: Page, why: str) -> None:
    """Give the reason in the open dialogue and send it."""
    dialog = page.locator("dialog[open]")
    dialog.get_by_label("why").fill(why)
    dialog.locator("button.strong").click()
