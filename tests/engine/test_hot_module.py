"""ARCHITECTURE's twelve lines, compiled against a real site's plant, from a module's reading to the trip coil."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from plc.core.event import EventKind
from plc.core.plan import InputRef
from plc.engine.assemble import BackEnd, compile_objects, load_compiled, load_objects, manifest_of
from plc.engine.breaker import Phase
from plc.engine.loaded import LoadedSet
from plc.engine.manifest import Manifest, ManifestError
from plc.engine.ports import EventList, HeldInputs, KeptOutputs
from plc.engine.scan import Engine
from plc.engine.table import bench_plan
from plc.lang.source import Source, read_source
from tests.engine.compiled import PROGRAMS, compiled, compiled_texts, plant

SCAN = 100_000_000


class Room:
    """The test site with all readings good at 25 degC, breakers closed; edit ``values`` by device and field."""

    def __init__(self, loaded: LoadedSet) -> None:
        self.plan = loaded.plan
        self.inputs, self.outputs, self.events = HeldInputs(self.plan, loaded.site.layout), KeptOutputs(), EventList()
        self.engine = Engine(loaded, self.inputs, self.outputs, self.events)
        self.values = {
            (place.device, place.field): {"temperature": 25.0, "voltage": 13.6}.get(place.field, 0.0)
            for bus in self.plan.buses
            for place in bus.inputs
        }
        self.values["gx1", "input2"] = self.values["gx1", "input4"] = 1.0
        self.wall_ns = 10**12

    def scan(self, scans: int = 1) -> None:
        for _ in range(scans):
            self.wall_ns += SCAN
            for b, bus in enumerate(self.plan.buses):
                for i, place in enumerate(bus.inputs):
                    self.inputs.sample(InputRef(b, i), self.values[place.device, place.field], self.wall_ns)
            self.engine.scan(self.wall_ns, self.wall_ns - 10**12)

    def coil(self, name: str) -> float:
        relay = next(relay for relay in self.plan.relays if relay.name == name)
        return float(self.outputs.segments[relay.output.bus].value[relay.output.index])


@pytest.fixture(params=list(BackEnd))
def room(request: pytest.FixtureRequest) -> Iterator[Room]:
    program = compiled("hot_module")
    loaded = load_compiled(program, bench_plan(plant()[0], program), request.param)
    yield Room(loaded)
    loaded.close()


def test_a_module_above_55_degc_for_2_s_opens_its_strings_breaker_and_no_other(room: Room) -> None:
    room.scan(20)
    room.values["S2.3", "temperature"] = 56.0
    room.scan(20)
    assert (room.coil("Q1_trip"), room.coil("Q2_trip")) == (0.0, 0.0)
    room.scan(2)
    assert (room.coil("Q1_trip"), room.coil("Q2_trip")) == (0.0, 1.0)
    room.values["gx1", "input3"], room.values["gx1", "input4"] = 1.0, 0.0
    room.scan(2)
    confirmed = next(event for event in room.events.events if event.kind is EventKind.TRIP_CONFIRMED)
    assert confirmed.text.startswith("S2 opened: module 3")
    assert "hot_module.st line " in confirmed.text
    assert room.engine.site.read("Strings[2].Breaker.Latched") is True


def test_smoke_opens_the_breaker_and_stale_readings_do_not(room: Room) -> None:
    room.scan(5)
    room.values["gx2", "input1"] = 1.0
    room.scan(2)
    assert room.engine.breakers["Q1"].sequence.phase is Phase.PULSE
    assert room.engine.breakers["Q2"].sequence.phase is Phase.NORMAL


def test_a_stale_hot_reading_trips_nothing(room: Room) -> None:
    room.scan(5)
    room.values["S1.1", "temperature"] = 80.0
    room.scan(1)
    for _ in range(100):
        room.wall_ns += SCAN
        room.engine.scan(room.wall_ns, room.wall_ns - 10**12)
    assert EventKind.TRIP_REQUESTED not in [event.kind for event in room.events.events]


def test_a_manifest_travels_as_json_and_a_damaged_object_is_refused() -> None:
    program = compiled("hot_module")
    plan = bench_plan(plant()[0], program)
    objects = compile_objects(program)
    manifest = manifest_of(program, plan, objects)
    again = Manifest.from_json(manifest.to_json())
    assert again == manifest
    files = {found.name: found.bytes for found in objects.values()}
    loaded = load_objects(again, plan, files.__getitem__)
    room = Room(loaded)
    room.scan(3)
    assert room.engine.site.read("Strings[1].Temperature.Value[4]") == 25.0
    loaded.close()
    damaged = {name: code[:-1] + b"\0\0" for name, code in files.items()}
    with pytest.raises(ManifestError, match="damaged; compile the set again"):
        load_objects(again, plan, damaged.__getitem__)


def test_equal_sources_give_one_set_hash_and_another_text_another() -> None:
    plan = bench_plan(plant()[0], compiled("hot_module"))
    one, same = (manifest_of(compiled("hot_module"), plan) for _ in range(2))
    source = read_source(PROGRAMS / "hot_module.st")
    other = manifest_of(compiled_texts([Source(source.path, source.text.replace("55.0", "54.0"))]), plan)
    assert one.set_hash == same.set_hash != other.set_hash
