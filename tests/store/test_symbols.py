"""What names hold, as they stand in a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.engine.assemble import load_compiled, manifest_of
from plc.engine.image import ImageReader, ImageWriter
from plc.engine.loaded import LoadedSet
from plc.store.site_set import ReadySet, compile_site
from plc.store.symbols import LineValues

ROOM = Path(__file__).parents[2] / "examples" / "ups_room"


@pytest.fixture(scope="module")
def ready() -> ReadySet:
    found = compile_site(ROOM)
    assert found.ready is not None
    return found.ready


@pytest.fixture
def loaded(ready: ReadySet) -> LoadedSet:
    return load_compiled(ready.compiled, ready.plan)


def lines(ready: ReadySet, loaded: LoadedSet) -> LineValues:
    reader = ImageReader(manifest_of(ready.compiled, ready.plan))
    reader.payload[:] = ImageWriter(loaded).gather()
    return LineValues(reader, manifest_of(ready.compiled, ready.plan))


def test_a_name_with_a_running_index_has_one_value_for_each(ready: ReadySet, loaded: LoadedSet) -> None:
    loaded.programs["hot_module"].area.write("hot[3].Q", True)
    values = lines(ready, loaded).of("hot_module", ["hot[s].Q", "hot[3].Q", "s", "Strings[s].State"])
    assert values["hot[s].Q"] == ("FALSE", "FALSE", "TRUE", "FALSE")
    assert values["hot[3].Q"] == ("TRUE",)
    assert values["s"] == ("0",)
    assert values["Strings[s].State"] == ("UNKNOWN",) * 4


def test_a_function_block_shows_each_of_its_instances(ready: ReadySet, loaded: LoadedSet) -> None:
    loaded.programs["thermal_runaway"].area.write("watch[2].Reference", 31.25)
    values = lines(ready, loaded).of("THERMAL_RUNAWAY_OF_STRING", ["Reference", "tripDelay.ET"])
    assert values == {"Reference": ("0", "31.25", "0", "0"), "tripDelay.ET": ("0 s",) * 4}


def test_what_names_nothing_elementary_is_left_out(ready: ReadySet, loaded: LoadedSet) -> None:
    odd = [
        "hot",
        "hot[s]",
        "nothing",
        "a b",
        "hot[s].Q[t]",
        "hot[",
        "",
        "Strings[s].Voltage.Value[i]",
        "Strings[99].Count",
    ]
    assert lines(ready, loaded).of("hot_module", odd) == {}
    assert lines(ready, loaded).of("", ["Strings[1].Count"]) == {"Strings[1].Count": ("34",)}
