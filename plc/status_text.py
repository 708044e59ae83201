"""What `plc status` prints: the controller in one screen, what is not well first.

RunningView --> lines of text
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from plc.core.quantity import time_text
from plc.store.running_view import RunningView

STALE_AFTER_MS = 3000


def lines(view: RunningView) -> Iterator[str]:
    """The status, line by line. What is not known is said, never shown as a number."""
    told = view.status()
    engine = told["engine"]
    if engine is None:
        yield "The engine has not run yet."
    else:
        yield from _head(engine, told["age_ms"])
        yield from _breakers(engine["breakers"])
        yield from _programs(engine["programs"])
        yield from _relays(engine["relays"])
        yield from _buses(engine["buses"], engine["wall_ns"])
    yield from _processes(told["processes"])
    for measure in (told["process"] or {}).get("measures", ()):
        if not measure["granted"]:
            yield f"note: {measure['text']}"


def _head(engine: dict[str, Any], age_ms: int) -> Iterator[str]:
    simulated = f"  SIMULATED x{engine['speed']}" if engine["simulated"] else ""
    armed = engine["armed"]
    by = f"  armed by {armed['who']} ({armed['reason']})" if armed["who"] else ""
    yield f"{engine['site']}{simulated}  set {engine['set_hash'][:12]}{by}"
    if waits := engine["confirm"]:
        back = "once the trip is over" if waits["held"] else f"in {waits['left_s']} s"
        yield f"WAITS: it goes back to set {waits['back_to'][:12]} {back} unless somebody confirms it on the page"
    if age_ms > STALE_AFTER_MS:
        yield f"STALE: the engine last scanned {age_ms / 1000:.0f} s ago; everything below is as it was then"
    late, worst = engine["late_ns"] / 1e6, engine["late_worst_ns"] / 1e6
    took, longest = engine["exec_ns"] / 1e6, engine["exec_worst_ns"] / 1e6
    yield f"scan {engine['scan']}  late {late:.2f} ms (worst {worst:.2f})  took {took:.2f} ms (worst {longest:.2f})"
    if not engine["settled"]:
        yield "start grace: no trip begins yet"
    for alarm in sorted(engine["alarms"], key=lambda alarm: alarm["priority"]):
        yield f"ALARM priority {alarm['priority']}: {alarm['key']}"


def _breakers(breakers: list[dict[str, Any]]) -> Iterator[str]:
    for breaker in breakers:
        armed = "" if breaker["armed"] else "  ALARM ONLY: not armed"
        failed = "  FAILED TO OPEN" if breaker["failed"] else ""
        counting = f"  trips in {time_text(breaker['pending_ns'])}" if breaker["pending_ns"] >= 0 else ""
        trip = f"{breaker['name']} ({breaker['strings']}): {breaker['state']}, {breaker['phase']}"
        yield f"breaker {trip}{armed}{failed}{counting}"
        if breaker["first_out"]:
            yield f"  first-out: {breaker['first_out']}"
        yield from (f"  before a reset: {missing}" for missing in breaker["missing"])


def _programs(programs: list[dict[str, Any]]) -> Iterator[str]:
    for program in programs:
        fault = f": {program['fault']}" if program["fault"] else ""
        protective = ", PROTECTION LOST" if program["protective"] and program["state"] != "running" else ""
        yield f"program {program['name']}: {program['state']}{protective}{fault}"


def _relays(relays: list[dict[str, Any]]) -> Iterator[str]:
    for relay in relays:
        mismatch = "  DOES NOT FOLLOW" if relay["mismatch"] else ""
        command, read_back = _coil(relay["command"]), _coil(relay["read_back"])
        yield f"relay {relay['name']}: command {command} ({relay['source']}), reads {read_back}{mismatch}"


def _coil(on: bool | None) -> str:
    return "unknown" if on is None else "on" if on else "off"


def _buses(buses: list[dict[str, Any]], now_ns: int) -> Iterator[str]:
    for bus in buses:
        age = f"newest {(now_ns - bus['newest_ns']) / 1e6:.0f} ms old" if bus["newest_ns"] else "nothing read yet"
        lost = "  LOST" if bus["lost"] else ""
        yield f"bus {bus['name']}: {bus['fresh']} of {bus['count']} readings fresh, {age}{lost}"


def _processes(processes: list[dict[str, Any]]) -> Iterator[str]:
    for process in processes:
        deaths = f", died {process['deaths']} times, last: {process['reason']}" if process["deaths"] else ""
        pid = f"pid {process['pid']}" if process["pid"] else "no process"
        yield f"process {process['name']}: {process['state']}, {pid}{deaths}"
