"""The plan of the shipped sites: places of readings and commands."""

from pathlib import Path

import msgspec
import pytest

from plc.core.plan import Plan
from plc.core.site import Site
from plc.store.plan import make_plan, site_hash
from plc.store.site_file import check_text, read_site

ROOT = Path(__file__).parents[2]
UPS_ROOM = ROOT / "examples" / "ups_room"


@pytest.fixture
def site() -> Site:
    site, diagnostics = read_site(UPS_ROOM)
    assert diagnostics == ()
    assert site is not None
    return site


def test_a_strings_voltages_are_neighbours_and_come_in_its_own_order(site: Site) -> None:
    inputs = make_plan(site).buses[0].inputs
    places = [i for i, place in enumerate(inputs) if place.field == "voltage" and place.device.startswith("S2.")]
    assert places == list(range(places[0], places[0] + 34))
    assert [inputs[i].unit for i in places] == list(range(35, 69))


def test_trip_coils_come_first_and_alone_are_urgent(site: Site) -> None:
    outputs = make_plan(site).buses[0].outputs
    assert [place.tag for place in outputs if place.urgent] == ["Q1_trip", "Q2_trip", "Q3_trip", "Q4_trip"]
    assert [place.urgent for place in outputs[:5]] == [True, True, True, True, False]


def test_a_breaker_knows_its_coil_contacts_and_string(site: Site) -> None:
    plan = make_plan(site)
    breaker = plan.breakers[2]
    battery = plan.buses[0]
    assert (breaker.name, breaker.number, breaker.strings, breaker.armed) == ("Q3", 3, (3,), True)
    assert plan.relays[breaker.trip].name == "Q3_trip"
    assert battery.outputs[plan.relays[breaker.trip].output.index].unit == 242
    opened = battery.inputs[breaker.opened.index]
    assert (opened.device, opened.field) == ("gx2", "input1")
    assert breaker.backup is not None
    assert plan.relays[breaker.backup].name == "charger_inhibit"


def test_136_modules_make_a_cycle_below_a_second_and_stale_readings_after_three_cycles(site: Site) -> None:
    battery = make_plan(site).buses[0]
    assert 0.85e9 < battery.cycle_ns < 0.95e9
    assert 3 * battery.cycle_ns <= battery.stale_after_ns < 3 * battery.cycle_ns + 1_000_000
    assert make_plan(site).buses[1].stale_after_ns == 1_000_000_000


def test_a_plan_travels_as_json(site: Site) -> None:
    plan = make_plan(site)
    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_rewiring_a_trip_relay_moves_its_output(site: Site) -> None:
    text = (UPS_ROOM / "site.yaml").read_text()
    rewired = text.replace("Q2_trip: {device: gx1, relay: 2", "Q2_trip: {device: gx3, relay: 4")
    moved, _ = check_text("site.yaml", rewired.encode())
    assert moved is not None
    plan = make_plan(moved)
    output = plan.buses[0].outputs[plan.relays[plan.breakers[1].trip].output.index]
    assert (output.unit, output.number) == (243, 4)


def test_the_hash_ignores_layout_and_schedules_and_nothing_else(site: Site) -> None:
    text = (UPS_ROOM / "site.yaml").read_text()
    relaid, _ = check_text("x", ("# note\n" + text.replace("30 2 1 * *", "30 3 1 * *")).encode())
    changed, _ = check_text("x", text.replace("dt: 10 K", "dt: 9 K").encode())
    assert relaid is not None
    assert changed is not None
    assert site_hash(relaid) == site_hash(site)
    assert site_hash(changed) != site_hash(site)
