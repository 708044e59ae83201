"""The common-mode budget: which strings one event opens, by the fail states and the wiring of the trip relays.

lost controller, lost bus: each unit puts its coils into their fail state; lost supply: every coil drops
"""

from __future__ import annotations

from dataclasses import dataclass

from plc.core.plan import FailState
from plc.core.site import Breaker, Relay, Site


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """``event`` opens ``strings``; ``because`` names the relays that do it."""

    event: str
    strings: tuple[str, ...]
    because: tuple[str, ...]


def budget(site: Site) -> tuple[BudgetLine, ...]:
    """One line for each event, also where it opens nothing."""
    wired = [(breaker, relay) for breaker in site.breakers for relay in site.relays if relay.name == breaker.trip]
    by_fail_state = [pair for pair in wired if _opens_by_fail_state(*pair)]
    bus_of = {device.name: device.bus for device in site.devices}
    lines = [_line(site, "controller lost", by_fail_state, "fail_state")]
    for bus in site.buses:
        on_bus = [pair for pair in by_fail_state if bus_of.get(pair[1].device) == bus.name]
        if any(bus_of.get(relay.device) == bus.name for _, relay in wired):
            lines.append(_line(site, f"bus {bus.name} lost", on_bus, "fail_state"))
    dropping = [pair for pair in wired if not pair[0].opens_when_energised]
    lines.append(_line(site, "supply of the relay units lost", dropping, "opens_when"))
    return tuple(lines)


def too_many(site: Site) -> tuple[BudgetLine, ...]:
    """The lines that open more strings than the site allows and nobody has accepted."""
    if site.common_mode is not None:
        return ()
    return tuple(line for line in budget(site) if len(line.strings) > site.max_open_strings)


def _opens_by_fail_state(breaker: Breaker, relay: Relay) -> bool:
    opening = FailState.ENERGISE if breaker.opens_when_energised else FailState.RELEASE
    return relay.fail_state is opening


def _line(site: Site, event: str, pairs: list[tuple[Breaker, Relay]], why: str) -> BudgetLine:
    opened = {breaker.name for breaker, _ in pairs}
    strings = tuple(string.name for string in site.strings if string.breaker in opened)
    return BudgetLine(event, strings, tuple(_because(breaker, relay, why) for breaker, relay in pairs))


def _because(breaker: Breaker, relay: Relay, why: str) -> str:
    if why == "fail_state":
        return f"{relay.name} goes to {relay.fail_state.value}, {breaker.name} opens then"
    return f"{relay.name} drops, {breaker.name} opens when released"
