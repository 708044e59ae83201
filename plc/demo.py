"""The demo: a string dries out, the controller opens its breaker, and a ghost without a controller burns.

    plc run examples/ups_room --events--> timeline        python -m simulator.forward --> the ghost's curve

`./demo` shows it until Ctrl-C, with its page on 127.0.0.1:8080; `./demo --auto` ends by itself: 0 if the dry string's
breaker and no other opened, the string cooled and the ghost passed 100 degC, else 1. Plant and devices are simulated;
bus, drivers, engine and relay commands are the real ones.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from plc.core.event import Event, EventKind
from plc.engine.shared import SharedMemoryError
from plc.store.resolve import SHIPPED_PROGRAMS
from plc.store.running import NotRunning
from plc.store.running_view import RunningView
from plc.store.site_file import read_site

SITE = SHIPPED_PROGRAMS.parent / "examples" / "ups_room"
START_WITHIN_S = 30.0
TRIP_WITHIN_S = 150.0
COOL_FOR_S = 45.0
BURNT_DEGC = 100.0
PAGE = "127.0.0.1:8080"
SHOWN = {
    EventKind.ALARM,
    EventKind.BREAKER,
    EventKind.PROGRAM_FAULT,
    EventKind.RELAY,
    EventKind.STARTED,
    EventKind.STRING_STATE,
    EventKind.TRIP_CONFIRMED,
    EventKind.TRIP_FAILED,
    EventKind.TRIP_HELD,
    EventKind.TRIP_PULSE,
    EventKind.TRIP_REQUESTED,
}


class DemoError(Exception):
    """The demo cannot go on: what happened, and where to look."""


@dataclass
class Show:
    """What has happened so far, printed as it happens."""

    view: RunningView
    speed: int
    after: int = 0
    events: list[Event] = field(default_factory=list)

    def follow(self) -> None:
        """Print the events since the last call."""
        found, _ = self.view.events(self.after)
        for event in found:
            self.after = event.sequence
            self.events.append(event)
            if event.kind in SHOWN:
                print(f"  {clock(event.time_ns / 1e9)}  {event.kind:<15} {event.text}", flush=True)

    def happened(self, kind: EventKind) -> list[Event]:
        return [event for event in self.events if event.kind is kind]

    def mean_degc(self, string: int, count: int) -> float:
        """The mean of a string's temperatures as measured. Raises DemoError when they cannot be read."""
        column = f"Strings[{string}].Temperature"
        values, oks = ([f"{column}.{part}[{i}]" for i in range(1, count + 1)] for part in ("Value", "Ok"))
        for _ in range(10):
            try:
                read = self.view.read(*values, *oks)
            except SharedMemoryError:
                time.sleep(0.1)
                continue
            measured = [float(read[value]) for value, ok in zip(values, oks, strict=True) if read[ok]]
            if measured:
                return sum(measured) / len(measured)
        raise DemoError("the controller shows no temperatures; see plc status")


def clock(seconds: float) -> str:
    """Plant time since the start as ``1:39:00``."""
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}"


@contextmanager
def controller(site: Path, state: Path, extra: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """`plc run` on a site, ended in order however this ends."""
    command = [sys.executable, "-m", "plc.cli", "run", str(site), "--state", str(state), *extra]
    running = subprocess.Popen(command)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def wait_for_scan(running: subprocess.Popen[bytes], state: Path) -> RunningView:
    """The view once the engine scans. Raises DemoError when the controller ends or does not begin."""
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until:
        if running.poll() is not None:
            raise DemoError("the controller ended; its message stands above")
        try:
            view = RunningView.of(state)
            if view.engine() is not None:
                return view
        except NotRunning:
            pass
        time.sleep(0.1)
    raise DemoError(f"the engine did not scan within {START_WITHIN_S:g} s; see plc status --state {state}")


def ghost(seed: int) -> dict[str, object]:
    """The same string without a controller, by a forward run of the plant (simulated)."""
    command = [sys.executable, "-m", "simulator.forward", str(SITE), "--seed", str(seed), "--json"]
    told: dict[str, object] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


def burns_after_s(curve: object) -> float | None:
    """The first plant second of the curve over 100 degC."""
    points = curve if isinstance(curve, list) else []
    return next((float(point[0]) for point in points if point[1] > BURNT_DEGC), None)


def run_demo(state: Path, auto: bool, http: str) -> int:
    site = read_site(SITE).site
    if site is None or site.simulation is None:
        raise DemoError(f"{SITE} is no simulated site; is the clone whole?")
    names = [string.name for string in site.strings]
    told = ghost(site.simulation.seed)
    dry = names.index(str(told["string"])) + 1
    wanted = site.strings[dry - 1].breaker
    print(f"{site.name}: {len(names)} strings of {site.strings[0].count} modules, SIMULATED x{site.speed}.")
    print(f"{told['string']} has dried out, the room is at 40 degC, the charger at 2.36 V/cell. Plant time:")
    if http:
        print(f"Its page, with the steps to try: http://{http}/")
    with controller(SITE, state, ["--http", http] if http else []) as running:
        show = Show(wait_for_scan(running, state), site.speed)
        until = time.monotonic() + TRIP_WITHIN_S
        while not show.happened(EventKind.TRIP_CONFIRMED) and (time.monotonic() < until or not auto):
            if running.poll() is not None:
                raise DemoError("the controller ended; its message stands above")
            show.follow()
            time.sleep(0.2)
        at_trip = show.mean_degc(dry, site.strings[dry - 1].count)
        until = time.monotonic() + COOL_FOR_S
        while time.monotonic() < until or not auto:
            show.follow()
            time.sleep(0.2)
        later = show.mean_degc(dry, site.strings[dry - 1].count)
    return verdict(show, wanted, at_trip, later, burns_after_s(told["curve"]))


def verdict(show: Show, wanted: str, at_trip: float, later: float, burnt_s: float | None) -> int:
    """Say how it ended; 0 only if all went as it must."""
    opened = [event.subject for event in show.happened(EventKind.TRIP_CONFIRMED)]
    if opened != [wanted]:
        print(f"FAILED: {wanted} had to open and no other; opened: {', '.join(opened) or 'none'}")
        return 1
    if not later < at_trip:
        print(f"FAILED: the string had to cool after its breaker opened; {at_trip:.1f} degC, then {later:.1f} degC")
        return 1
    if burnt_s is None:
        print(f"FAILED: without the controller the string had to pass {BURNT_DEGC:g} degC")
        return 1
    minutes = COOL_FOR_S * show.speed / 60
    print(f"{wanted} opened, no other breaker.")
    print(f"Its string cools: mean {at_trip:.1f} degC at the trip, {later:.1f} degC {minutes:g} min later.")
    print(f"Without the controller it passes {BURNT_DEGC:g} degC at {clock(burnt_s)} (forward run of this plant).")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="./demo", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--auto", action="store_true", help="end by itself: 0 if all went as it must, else 1")
    parser.add_argument("--http", default="", metavar="HOST:PORT", help=f"serve the page there (loopback; {PAGE})")
    asked = parser.parse_args()
    state = Path(tempfile.mkdtemp(prefix="cellkeeper-demo-"))
    try:
        return run_demo(state, asked.auto, asked.http or ("" if asked.auto else PAGE))
    except DemoError as exc:
        print(f"The demo stopped: {exc}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        shutil.rmtree(state, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
