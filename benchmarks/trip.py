"""How long from a hot reading on the wire to the trip coil: real processes on a timed pseudo-terminal.

    step_input -> first reply that carries it (its first character) -> driver, engine, driver -> the coil goes on
                  both stamps by the simulator at the far end of the line

It is the coil's stamp of the pulse that opens the breaker. Until the breaker is open the simulator is left alone: what
it would have to answer meanwhile would delay its line.

k = 1, confirm time 0. The second set of rows has a device on the bus that dies a few polls after the hot module: the
trip then meets its time-out.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from plc.bench import Row, percentile
from plc.store.bus_time import transaction_ns

sys.path.insert(0, str(Path(__file__).parent))
from _live import MS_NS, Live, await_that, note, running, temporary_folder
from _room import BUS, HOT_DEGC, STANDING, TEMPERATURE, write_room

TRIALS = 200
DEAD_TRIALS = 60
MODULES = 34
SCAN_MS = 100
BAUD = 115_200
SPARE_MS = 20.0
LONGEST_CHARACTERS = 8 + 5 + 2 * 8
"""FC04 of 8 registers, request and reply: the longest transaction of this bus."""

NEAREST, FARTHEST = 1, 10
"""How many polls after the hot module the dying device comes: within one scan."""


def measure(trials: int = TRIALS, dead_trials: int = DEAD_TRIALS) -> Iterator[Row]:
    """p50, p99 and the longest of each set, in ms."""
    note(f"trip: {trials} trials and {dead_trials} with a dying device, about 1.3 s each")
    in_flight_ms = transaction_ns(LONGEST_CHARACTERS, BAUD) / MS_NS
    draw = random.Random(1)
    with temporary_folder() as folder, running(write_room(folder / "site", MODULES, SCAN_MS), folder / "state") as live:
        time_out_ms = live_time_out_ms(live)
        healthy = [_trial(live, draw, dying=False) for _ in range(trials)]
        dead = [_trial(live, draw, dying=True) for _ in range(dead_trials)]
    bound_ms = SCAN_MS + in_flight_ms + SPARE_MS
    parts = f"one scan {SCAN_MS} + the transaction in flight {in_flight_ms:.1f} + {SPARE_MS:.0f} ms"
    yield from _rows("trip", healthy, bound_ms, parts)
    yield from _rows("trip, a device dying", dead, bound_ms + time_out_ms, f"{parts} + one time-out {time_out_ms:.0f}")


def live_time_out_ms(live: Live) -> float:
    """How long the driver waits for an answer, from the running plan."""
    from plc.processes.loading import read_plan

    return read_plan(live.run.plan).buses[0].answer_within_ns / MS_NS


def _rows(name: str, found_ms: list[float], bound_ms: float, parts: str) -> Iterator[Row]:
    goal = f"p99 at most {bound_ms:.0f} ms = {parts}"
    p99 = percentile(found_ms, 0.99)
    yield Row(f"{name}, p50 of {len(found_ms)}", percentile(found_ms, 0.5), "ms")
    yield Row(f"{name}, p99", p99, "ms", f"{bound_ms:.0f} ms", p99 / bound_ms, goal, p99 <= bound_ms)
    yield Row(f"{name}, longest", max(found_ms), "ms")


def _trial(live: Live, draw: random.Random, dying: bool) -> float:
    """One trip, and everything back as it was. Returns ms from the reading to the coil."""
    unit = draw.randint(1, MODULES - FARTHEST)
    time.sleep(draw.uniform(0.0, 2 * SCAN_MS / 1000))
    neighbour = unit + draw.randint(NEAREST, FARTHEST)
    if dying:
        live.simulator("fault", bus=BUS, unit=neighbour, kind="silent")
    set_ns = int(live.simulator("step_input", bus=BUS, unit=unit, degc=HOT_DEGC)["set_ns"])
    await_that(lambda: live.breaker()["state"] == "OPEN", "the breaker opens")
    moved_ns = int(live.simulator("state")["breakers"]["Q1"]["tripped_ns"])
    stamp = live.simulator("first_reply", bus=BUS, unit=unit, address=TEMPERATURE, after_ns=set_ns)["stamp"]
    _back(live, unit, neighbour if dying else 0)
    return (moved_ns - int(stamp["reply_start_ns"])) / MS_NS


def _back(live: Live, unit: int, dead: int) -> None:
    """Cool, everybody answering, the trip reset, the breaker closed, the coils at rest."""
    if dead:
        live.simulator("clear", bus=BUS, unit=dead)
    live.simulator("step_input", bus=BUS, unit=unit, degc=None)
    await_that(lambda: live.coils() == STANDING, "the trip pulse ends", every_s=0.05)
    await_that(lambda: live.breaker().get("phase") == "resettable" and live.reset("Q1"), "the trip may be reset")
    live.simulator("close", breaker="Q1")
    cleared_ns = time.monotonic_ns()
    await_that(lambda: live.breaker()["state"] == "CLOSED", "the breaker is closed again")
    if dead:
        asked = {"bus": BUS, "unit": dead, "address": TEMPERATURE, "after_ns": cleared_ns}
        await_that(lambda: live.simulator("first_reply", **asked)["stamp"], "it answers again", every_s=0.05)
