"""The battery bus of examples/ups_room on a timed pseudo-terminal: its cycle against what the wire allows.

request of unit 1 (first character) -> ... -> silence after the last module's answer        one pass over 136 modules
"""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from plc.bench import BenchError, Row, percentile
from plc.core.plan import BusPlan
from plc.processes.loading import read_plan
from plc.store.bus_time import BITS_A_CHARACTER, silence_ns, transaction_ns

sys.path.insert(0, str(Path(__file__).parent))
from _live import SECOND_NS, Live, note, running, temporary_folder

SITE = Path(__file__).parents[1] / "examples" / "ups_room"
SECONDS = 30.0
MODULE = "C20"
READ_REGISTERS = 4
REQUEST_CHARACTERS, ANSWER_CHARACTERS = 8, 5 + 2 * 8
KEPT_STAMPS = 8192

Stamp = dict[str, Any]


def measure(seconds: float = SECONDS) -> Iterator[Row]:
    """The passes and cycles within so many seconds, what they cost the driver, and transactions a second."""
    note(f"bus: {seconds:g} s of examples/ups_room")
    with temporary_folder() as folder, running(SITE, folder / "state") as live:
        bus = read_plan(live.run.plan).buses[0]
        pids = live.pids()
        since, begun_ns = _last_stamp(live, bus.name), time.monotonic_ns()
        used = {name: _processor_s(pid) for name, pid in pids.items()}
        time.sleep(seconds)
        took_s = (time.monotonic_ns() - begun_ns) / SECOND_NS
        shares = {name: (_processor_s(pid) - used[name]) / took_s for name, pid in pids.items()}
        stamps = live.simulator("stamps", bus=bus.name, since=since, most=KEPT_STAMPS)["stamps"]
    yield from _cycle_rows(bus, stamps)
    yield Row("transactions", len(stamps) / took_s, "1/s")
    for name in (f"driver-{bus.name}", "engine", "simulator"):
        yield Row(f"processor share of {name}", 100 * shares[name], "% of one")


def _cycle_rows(bus: BusPlan, stamps: Sequence[Stamp]) -> Iterator[Row]:
    units = [device.unit for device in bus.devices if device.type == MODULE]
    wire_s = len(units) * transaction_ns(REQUEST_CHARACTERS + ANSWER_CHARACTERS, bus.baud) / SECOND_NS
    passes, cycles = _passes_s(bus, stamps, units), _cycles_s(stamps, units[0])
    if not passes or not cycles:
        raise BenchError("the bus made no whole cycle in this time; measure longer, or look at plc status")
    whole_s = bus.cycle_ns / SECOND_NS
    limit = f"the wire's {wire_s:.3f} s"
    median, longest = percentile(passes, 0.5), max(passes)
    yield Row(f"{len(units)} modules read once, median of {len(passes)}", median, "s", limit, median / wire_s)
    yield Row(f"{len(units)} modules read once, longest", longest, "s", limit, longest / wire_s)
    median = percentile(cycles, 0.5)
    name = f"whole cycle of {len(bus.devices)} devices, median of {len(cycles)}"
    yield Row(name, median, "s", f"the wire's {whole_s:.3f} s", median / whole_s)


def _passes_s(bus: BusPlan, stamps: Sequence[Stamp], units: Sequence[int]) -> list[float]:
    """From the first unit's request to the silence after the last unit's answer, for each pass that was whole."""
    request_ns = REQUEST_CHARACTERS * BITS_A_CHARACTER * SECOND_NS // bus.baud
    begun_ns, found = 0, []
    for stamp in stamps:
        if stamp["function"] != READ_REGISTERS or stamp["reply_end_ns"] is None:
            continue
        if stamp["unit"] == units[0]:
            begun_ns = stamp["request_end_ns"] - request_ns
        elif stamp["unit"] == units[-1] and begun_ns:
            found.append((stamp["reply_end_ns"] + silence_ns(bus.baud) - begun_ns) / SECOND_NS)
            begun_ns = 0
    return found


def _cycles_s(stamps: Sequence[Stamp], unit: int) -> list[float]:
    """From one poll of that unit to its next."""
    asked = [stamp["request_end_ns"] for stamp in stamps if stamp["unit"] == unit]
    return [(later - earlier) / SECOND_NS for earlier, later in itertools.pairwise(asked)]


def _last_stamp(live: Live, bus: str) -> int:
    return int(live.simulator("state")["lines"][bus]["last_stamp"])


def _processor_s(pid: int) -> float:
    """Processor time of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
