"""Register maps: what each device type says where, read strictly from `drivers/maps/`.

    maps/*.yaml --load_maps--> {type: DeviceMap} ; a block's bytes --DeviceMap.decode--> Reading (name, value | None)

A map is data written from `docs/devices/`; addresses in it are those of the documents. Blocks of one device differ in
function or count, so that even an answer that is later than any quarantine cannot pass for another block's.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import cached_property
from importlib.resources import files
from itertools import combinations
from typing import Literal

import msgspec
import yaml

from drivers.errors import MapError, WrongDevice
from drivers.frame import READ_COILS, READ_CONTACTS, READ_HOLDING, READ_INPUT
from plc.core.catalogue import CATALOGUE, DeviceType, FieldKind, OutputKind

Raw = tuple[int, ...]
"""A block as it came: a number a register, or 0 and 1 a bit."""

Kind = Literal["u16", "s16", "u32", "s32", "bit"]
WIDTH = {"u16": 1, "s16": 1, "u32": 2, "s32": 2, "bit": 1}


class Block(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one transaction reads: ``count`` registers or bits from address ``first``."""

    function: int
    first: int
    count: int

    @property
    def is_bits(self) -> bool:
        return self.function in (READ_COILS, READ_CONTACTS)

    def holds(self, address: int, width: int = 1) -> bool:
        return self.first <= address and address + width <= self.first + self.count

    def raw(self, data: bytes) -> Raw:
        """The answer's data as numbers; its length was checked by the frame layer."""
        if self.is_bits:
            return tuple(data[n // 8] >> n % 8 & 1 for n in range(self.count))
        return struct.unpack(f">{self.count}H", data)


class Flag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bit ``bit`` of the register at ``at``, or the bit at ``at`` itself."""

    at: int
    bit: int = 0


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value at address ``at``: (number as ``kind``) / ``per_unit`` + ``offset``, in the catalogue's unit. The
    register pattern ``missing``, or any flag of ``bad_if``, means that there is no value."""

    block: str
    at: int
    kind: Kind
    per_unit: int = 1
    offset: float = 0.0
    words: Literal["high first", "low first"] = "high first"
    missing: int | None = None
    bad_if: tuple[Flag, ...] = ()


class Counter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The register that counts conversions."""

    block: str
    at: int


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a device says what it is; the map fits only ``version``."""

    block: str
    type_at: int
    version_at: int
    version: int


class Targets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Equalization targets: string 1's register, how many strings, and the register of their expiry with its value."""

    first: int
    strings: int
    per_unit: int
    expiry: int
    expiry_s: int


class Watchdog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Registers from ``first``: the time (``per_second``; 0 off), then what each of ``relays`` relays does."""

    first: int
    per_second: int
    relays: int
    release: int
    energise: int
    hold: int


class DeviceMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """All registers of one type. ``types`` gives each type that has this map the number it calls itself by."""

    types: dict[str, int | None]
    blocks: dict[str, Block]
    fields: dict[str, Field]
    identity: Identity | None = None
    counter: Counter | None = None
    coils: dict[str, int] = {}
    targets: Targets | None = None
    watchdog: Watchdog | None = None

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The blocks of one poll, in their order."""
        return tuple(self.blocks)

    @cached_property
    def _decoders(self) -> dict[str, tuple[tuple[str, Callable[[Raw], float | None]], ...]]:
        return {
            block: tuple(
                (name, _decoder(field, self.blocks[block]))
                for name, field in self.fields.items()
                if field.block == block
            )
            for block in self.blocks
        }

    def values(self, block: str, raw: Raw) -> tuple[tuple[str, float | None], ...]:
        """Every field of a block; None where the device says that there is no value."""
        return tuple((name, decode(raw)) for name, decode in self._decoders[block])

    def count(self, block: str, raw: Raw) -> int | None:
        """The sample counter, if it stands in this block."""
        if self.counter is None or self.counter.block != block:
            return None
        return raw[self.counter.at - self.blocks[block].first]

    def check_identity(self, type_name: str, block: str, raw: Raw) -> None:
        """Raises WrongDevice if the block says that another type, or another map, answers."""
        identity = self.identity
        if identity is None or identity.block != block:
            return
        first = self.blocks[block].first
        says, version = raw[identity.type_at - first], raw[identity.version_at - first]
        if says != self.types[type_name] or version != identity.version:
            raise WrongDevice(
                f"type {says} version {version} answers, expected {type_name} ({self.types[type_name]}) "
                f"version {identity.version}; correct the site file or the device"
            )


def _decoder(field: Field, block: Block) -> Callable[[Raw], float | None]:
    at = field.at - block.first
    bits = 16 * WIDTH[field.kind]
    signed, missing, per_unit, offset = field.kind[0] == "s", field.missing, field.per_unit, field.offset
    flags = tuple((flag.at - block.first, flag.bit) for flag in field.bad_if)

    def number(raw: Raw) -> int:
        if bits == 16 or block.is_bits:
            return raw[at]
        high, low = (raw[at], raw[at + 1]) if field.words == "high first" else (raw[at + 1], raw[at])
        return high << 16 | low

    def decode(raw: Raw) -> float | None:
        pattern = number(raw)
        if pattern == missing or any(raw[place] >> bit & 1 for place, bit in flags):
            return None
        if signed and pattern >> (bits - 1):
            pattern -= 1 << bits
        return pattern / per_unit + offset

    return decode


def load_maps() -> dict[str, DeviceMap]:
    """Every shipped map by device type. Raises MapError."""
    maps: dict[str, DeviceMap] = {}
    for entry in sorted(files("drivers").joinpath("maps").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            device_map = read_map(entry.read_text(encoding="utf-8"), entry.name)
            maps.update(dict.fromkeys(device_map.types, device_map))
    missing = CATALOGUE.keys() - maps.keys()
    if missing:
        raise MapError(f"no register map for {', '.join(sorted(missing))}; write one in drivers/maps")
    return maps


def read_map(text: str, where: str) -> DeviceMap:
    """A map from YAML, checked against the catalogue. Raises MapError with all problems at once."""
    try:
        device_map = msgspec.convert(yaml.load(text, Loader=_UniqueKeys), DeviceMap)
    except (yaml.YAMLError, msgspec.ValidationError) as exc:
        raise MapError(f"{where}: {exc}") from exc
    problems = [*_problems(device_map), *(problem for name in device_map.types for problem in _unfit(device_map, name))]
    if problems:
        raise MapError("\n".join(f"{where}: {problem}" for problem in problems))
    return device_map


class _UniqueKeys(yaml.SafeLoader):
    """Refuses a key that stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [self.construct_object(key) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _problems(device_map: DeviceMap) -> Iterator[str]:
    """What is wrong with a map by itself."""
    for name, block in device_map.blocks.items():
        if block.function not in (READ_COILS, READ_CONTACTS, READ_HOLDING, READ_INPUT):
            yield f"block {name} has function {block.function}; 1 to 4 read"
    for (name, one), (other_name, other) in combinations(device_map.blocks.items(), 2):
        if (one.function, one.count) == (other.function, other.count):
            yield f"blocks {name} and {other_name} have one function and count; a late answer could pass for the other"
    for name, field in device_map.fields.items():
        yield from _field_problems(device_map, name, field)
    for name, user in (("counter", device_map.counter), ("identity", device_map.identity)):
        if user is not None and user.block not in device_map.blocks:
            yield f"{name} is in block {user.block}, which is not there"


def _field_problems(device_map: DeviceMap, name: str, field: Field) -> Iterator[str]:
    block = device_map.blocks.get(field.block)
    if block is None:
        yield f"{name} is in block {field.block}, which is not there"
        return
    addresses = [(field.at, WIDTH[field.kind]), *((flag.at, 1) for flag in field.bad_if)]
    if not all(block.holds(at, width) for at, width in addresses):
        yield f"{name} or one of its flags lies outside block {field.block}"
    if block.is_bits != (field.kind == "bit"):
        yield f"{name} is {field.kind}, which block {field.block} does not hold"
    if field.per_unit <= 0:
        yield f"{name} has per_unit {field.per_unit}; it says how many counts make one unit"


def _unfit(device_map: DeviceMap, type_name: str) -> Iterator[str]:
    """Where a map and the catalogue's type differ."""
    device_type = CATALOGUE.get(type_name)
    if device_type is None:
        yield f"{type_name} is no device type; the catalogue has {', '.join(CATALOGUE)}"
        return
    yield from _differences(device_map, device_type)


def _differences(device_map: DeviceMap, device_type: DeviceType) -> Iterator[str]:
    for name in sorted(device_map.fields.keys() ^ {field.name for field in device_type.fields}):
        yield f"{device_type.name}.{name} stands only in the map or only in the catalogue"
    for field in device_type.fields:
        mapped = device_map.fields.get(field.name)
        if mapped is not None and (mapped.kind == "bit") != (field.kind is FieldKind.CONTACT):
            yield f"{device_type.name}.{field.name} is a {field.kind} and mapped as {mapped.kind}"
    switched = {output.name for output in device_type.outputs if output.kind is not OutputKind.TARGET}
    for name in sorted(device_map.coils.keys() ^ switched):
        yield f"{device_type.name}: output {name} stands only in the map or only in the catalogue"
    takes_targets = any(output.kind is OutputKind.TARGET for output in device_type.outputs)
    if takes_targets != (device_map.targets is not None):
        yield f"{device_type.name}: targets stand only in the map or only in the catalogue"
    if (device_map.identity is None) != (device_map.types[device_type.name] is None):
        yield f"{device_type.name}: a type number needs an identity, and an identity a type number"
