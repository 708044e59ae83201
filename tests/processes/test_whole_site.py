"""The whole UPS room over its pseudo-terminal: real drivers, real engine, simulated plant, as `./demo` runs it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from plc.core.event import Event, EventKind
from plc.demo import SITE, controller, wait_for_scan
from simulator import prepare
from tests.whole.trip_time import trip_second

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

PLANT_S = 5 * 3600
"""No dry string takes longer to its trip, in plant seconds."""

AFTER_S = 600
"""How long after the first trip another breaker is waited for, in plant seconds."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example that begins half an hour of plant time before the trip."""
    site = tmp_path_factory.mktemp("prepared") / "site"
    shutil.copytree(SITE, site)
    assert prepare.main([str(site), "--minutes-before-trip", "30"]) == 0
    return site


def room(prepared: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """A copy of the prepared room with some texts of its site file replaced."""
    site = folder / "site"
    shutil.copytree(prepared, site)
    text = (site / "site.yaml").read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    (site / "site.yaml").write_text(text)
    return site


def trips(site: Path, state: Path, speed: int) -> list[Event]:
    """Run the site until a breaker has opened and a while longer; all confirmed trips."""
    with controller(site, state, []) as running:
        view = wait_for_scan(running, state)
        until = time.monotonic() + PLANT_S / speed
        while time.monotonic() < until:
            confirmed = [event for event in view.events()[0] if event.kind is EventKind.TRIP_CONFIRMED]
            if confirmed:
                until = min(until, confirmed[0].monotonic_ns / 1e9 + AFTER_S / speed)
            time.sleep(0.2)
        return [event for event in view.events()[0] if event.kind is EventKind.TRIP_CONFIRMED]


def check_trip(prepared: Path, folder: Path, seed: int, speed: int, within_s: float) -> None:
    """Run the room in which the seed draws the dry string: its breaker opens, in time, and no other does."""
    site = room(prepared, folder, ("speed: 60", f"speed: {speed}"), ("seed: 3", f"seed: {seed}"))
    found = trips(site, folder / "state", speed)
    assert [event.subject for event in found] == [f"Q{seed + 1}"]
    assert found[0].time_ns / 1e9 == pytest.approx(trip_second(seed, prepared), abs=within_s)


@pytest.mark.parametrize(("seed", "speed", "within_s"), [(0, 120, 600), (1, 120, 600), (2, 120, 600), (3, 60, 300)])
def test_the_dry_string_s_breaker_opens_and_no_other(
    prepared: Path, tmp_path: Path, seed: int, speed: int, within_s: float
) -> None:
    check_trip(prepared, tmp_path, seed, speed, within_s)


def test_rewiring_the_relays_in_the_site_file_moves_the_trip(prepared: Path, tmp_path: Path) -> None:
    """The site file now says that Q2's coil hangs on the relay to which Q1's is wired: Q1 is what opens, Q2 fails."""
    relays = (("Q1_trip: {device: gx1, relay: 1", "Q1_trip: {device: gx1, relay: 2"),
              ("Q2_trip: {device: gx1, relay: 2, pulse", "Q2_trip: {device: gx1, relay: 1, pulse"))  # fmt: skip
    site = room(prepared, tmp_path, ("speed: 60", "speed: 120"), ("seed: 3", "seed: 1"), *relays)
    state = tmp_path / "state"
    with controller(site, state, []) as running:
        view = wait_for_scan(running, state)
        until = time.monotonic() + PLANT_S / 120
        failed: list[Event] = []
        while not failed and time.monotonic() < until:
            failed = [event for event in view.events()[0] if event.kind is EventKind.TRIP_FAILED]
            time.sleep(0.2)
        breakers = {breaker["name"]: breaker["state"] for breaker in view.status()["engine"]["breakers"]}
    assert [event.subject for event in failed] == ["Q2"]
    assert [name for name, state in breakers.items() if state == "OPEN"] == ["Q1"]
    assert breakers["Q2"] == "CLOSED"
