"""Register maps are read strictly; what contradicts itself or the catalogue is refused with its place."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from drivers.errors import MapError, WrongDevice
from drivers.map import load_maps, read_map
from plc.core.catalogue import CATALOGUE, FieldKind, OutputKind

CLIMATE = """
types: {climate: 10}
identity: {block: readings, type_at: 0, version_at: 1, version: 1}
blocks:
  readings: {function: 4, first: 0, count: 8}
counter: {block: readings, at: 6}
fields:
  temperature: {block: readings, at: 2, kind: s16, per_unit: 10, missing: 0x8000}
  humidity: {block: readings, at: 3, kind: u16, per_unit: 10, missing: 0xFFFF}
"""


def test_every_field_and_output_of_every_type_is_mapped() -> None:
    maps = load_maps()
    assert maps.keys() == CATALOGUE.keys()
    for name, device_type in CATALOGUE.items():
        device_map = maps[name]
        assert list(device_map.fields) == [field.name for field in device_type.fields]
        for field in device_type.fields:
            assert (device_map.fields[field.name].kind == "bit") == (field.kind is FieldKind.CONTACT)
        switched = [output.name for output in device_type.outputs if output.kind is not OutputKind.TARGET]
        assert list(device_map.coils) == switched


def test_a_sound_map_is_read() -> None:
    assert read_map(CLIMATE, "climate.yaml").fields["humidity"].per_unit == 10


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("climate: 10", "klimate: 10", "klimate is no device type"),
        ("function: 4", "function: 6", "has function 6; 1 to 4 read"),
        ("at: 3", "at: 8", "humidity or one of its flags lies outside block readings"),
        ("kind: u16", "kind: u8", "Invalid enum value 'u8'"),
        ("kind: u16", "kind: bit", "humidity is bit, which block readings does not hold"),
        ("per_unit: 10, missing: 0xFFFF", "per_unit: 0", "humidity has per_unit 0"),
        ("humidity: {block: readings", "humidity: {block: other", "humidity is in block other, which is not there"),
        ("  humidity:", "  moisture:", "climate.humidity stands only in the map or only in the catalogue"),
        ("at: 3", "at: 3, scale: 10", "unknown field `scale`"),
        ("at: 3", "at: '3'", "Expected `int`, got `str`"),
        ("at: 3, kind", "at: 3, at: 4, kind", "stands twice"),
        ("identity:", "# identity:", "a type number needs an identity"),
        ("{climate: 10}", "{climate: null}", "a type number needs an identity"),
        ("counter: {block: readings", "counter: {block: other", "counter is in block other"),
        ("counter:", "coils: {heater: 0}\ncounter:", "output heater stands only in the map"),
    ],
)
def test_a_map_with_an_error_is_refused(old: str, new: str, complaint: str) -> None:
    text = CLIMATE.replace(old, new)
    assert text != CLIMATE
    with pytest.raises(MapError, match=r"climate\.yaml: ") as caught:
        read_map(text, "climate.yaml")
    assert complaint in str(caught.value)


def test_two_blocks_that_a_late_answer_could_confuse_are_refused() -> None:
    text = CLIMATE.replace("counter:", "  more: {function: 4, first: 8, count: 8}\ncounter:")
    with pytest.raises(MapError, match="a late answer could pass for the other"):
        read_map(text, "climate.yaml")


def test_all_problems_of_a_map_are_told_at_once() -> None:
    text = CLIMATE.replace("at: 3", "at: 30").replace("at: 2", "at: 20").replace("function: 4", "function: 9")
    with pytest.raises(MapError) as caught:
        read_map(text, "climate.yaml")
    assert len(str(caught.value).splitlines()) == 3


def test_low_word_first_is_undone() -> None:
    device_map = load_maps()["CSH200"]
    turned = replace(device_map, fields={"current": replace(device_map.fields["current"], words="low first")})
    raw = (200, 1, 0x0001, 0xFFFF, 0, 0, 0, 0)
    assert turned.values("readings", raw) == (("current", (0xFFFF0001 - 2**32) / 1000),)


def test_another_type_or_map_version_is_named() -> None:
    device_map = load_maps()["C20"]
    with pytest.raises(WrongDevice, match=r"type 23 version 1 answers, expected C20 \(20\) version 1"):
        device_map.check_identity("C20", "readings", (23, 1, 0, 0, 0, 0, 0, 0))
    with pytest.raises(WrongDevice, match="version 2"):
        device_map.check_identity("C20", "readings", (20, 2, 0, 0, 0, 0, 0, 0))
    device_map.check_identity("C20", "readings", (20, 1, 0, 0, 0, 0, 0, 0))
