"""What plc/lang/ir.py promises of every unit, looked up in one: types that agree, places inside their memory, spans."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from plc.lang import ir
from plc.lang.types import BOOL, DINT, Array, Enumeration, Kind, Scalar, Struct, Type, plain


def unsound(unit: ir.Unit) -> list[str]:
    """Every broken promise in words; nothing for a sound unit."""
    odd = [f"{said} in the {type(unit).__name__}" for said in _Kinds().misfits(unit, ir.Unit)]
    return odd or [f"{each.name}: {said}" for each in unit.routines for said in _Look(unit, each).routine()]


class _Kinds:
    """Whether each field holds what its annotation says."""

    def __init__(self) -> None:
        self.seen: dict[int, Any] = {}

    def misfits(self, value: Any, hint: Any) -> Iterator[str]:
        if get_origin(hint) is tuple:
            each = get_args(hint)
            if not isinstance(value, tuple) or (each[-1] is not ... and len(value) != len(each)):
                yield f"{type(value).__name__} for {hint}"
                return
            for number, part in enumerate(value):
                yield from self.misfits(part, each[0] if each[-1] is ... else each[number])
        elif get_origin(hint) in (Union, UnionType):
            if not any(not list(self.misfits(value, one)) for one in get_args(hint)):
                yield f"{type(value).__name__} for {hint}"
        elif not isinstance(value, hint) or (isinstance(value, bool) and hint is not bool):
            yield f"{type(value).__name__} for {hint.__name__}"
        elif dataclasses.is_dataclass(value) and id(value) not in self.seen:
            for name, kind in _hints(type(value)).items():
                yield from self.misfits(getattr(value, name), kind)
            self.seen[id(value)] = value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


class _Look:
    """One routine of a unit."""

    def __init__(self, unit: ir.Unit, routine: ir.Routine) -> None:
        self.unit = unit
        self.it = routine
        names = [each.name for each in unit.routines]
        self.before = {each.name: each for each in unit.routines[: names.index(routine.name)]}

    def routine(self) -> Iterator[str]:
        for area in (self.it.instance, self.it.temp):
            yield from _apart(area)
        for node in _nodes(self.it.body, {}):
            yield from (f"{said} in {type(node).__name__}" for said in self._node(node))

    def _node(self, node: Any) -> Iterator[str]:
        for name in ("fault", "step_fault", "budget_fault"):
            number = getattr(node, name, 0)
            if not 0 <= number <= len(self.unit.faults):
                yield f"{name} {number}"
        match node:
            case ir.Place():
                yield from self._place(node)
            case ir.Step() | ir.Loop() | ir.OpenStep() | ir.Fold() if not node.fault:
                yield "no fault"
            case ir.Binary(op=ir.BinaryOp.DIV | ir.BinaryOp.MOD) if node.type.kind is not Kind.REAL and not node.fault:
                if not (isinstance(node.right, ir.Const) and node.right.value):
                    yield "no fault"
            case ir.Convert() if not _converts(node):
                yield f"{node.rounding} from {_type(node.operand)} to {node.type}"
        yield from self._types(node)
        yield from self._calls(node)

    def _types(self, node: Any) -> Iterator[str]:
        """Pairs of types that have to be equal."""
        pairs: list[tuple[Type, Type]] = []
        match node:
            case ir.Const() if not _holds(node):
                yield f"{node.value!r} as {node.type}"
            case ir.Assign():
                pairs = [(_type(node.value), node.place.type)]
            case ir.Load():
                pairs = [(node.type, node.place.type)]
            case ir.Copy():
                pairs = [(node.place.type, node.source.type)]
            case ir.Unary() | ir.Math():
                pairs = [(_type(node.operand), node.type)]
            case ir.Binary():
                pairs = [(_type(node.left), node.type), (_type(node.right), node.type)]
            case ir.Compare():
                pairs = [(_type(node.left), _type(node.right))]
            case ir.ShortCircuit():
                pairs = [(_type(node.left), BOOL), (_type(node.right), BOOL)]
            case ir.Select():
                pairs = [
                    (_type(node.condition), BOOL),
                    (_type(node.then), node.type),
                    (_type(node.otherwise), node.type),
                ]
            case ir.Shift():
                pairs = [(_type(node.operand), node.type), (_type(node.by), DINT)]
            case ir.Fold():
                pairs = [(_type(node.count), DINT)]
            case ir.If() | ir.Loop():
                pairs = [(_type(node.condition), BOOL)]
            case ir.For():
                pairs = [(_type(each), node.variable.type) for each in (node.first, node.last, node.step)]
        yield from (f"{one} beside {other}" for one, other in pairs if one is not other and plain(one) != plain(other))

    def _calls(self, node: Any) -> Iterator[str]:
        match node:
            case ir.CallFunction() | ir.CallBlock():
                called = self.before.get(node.routine)
                if called is None:
                    yield f"{node.routine} does not come before"
                elif len(called.refs) != len(node.refs):
                    yield f"{len(node.refs)} references for {len(called.refs)}"
        match node:
            case ir.CallFunction() if node.frame.base is not ir.Base.TEMP or node.frame.steps:
                yield "a frame outside TEMP"
            case ir.MakeText() if node.result.base is not ir.Base.TEMP or node.result.steps:
                yield "a result outside TEMP"
            case ir.For() if node.variable.steps:
                yield "a counter with steps"

    def _place(self, place: ir.Place) -> Iterator[str]:
        area = self._area(place)
        if isinstance(area, Array) and area.open:
            return
        far = sum((s.last - s.first) * s.stride for s in place.steps if isinstance(s, ir.Step))
        if place.offset < 0 or place.offset + far + place.type.size > area.size:
            yield f"{place.offset} + {far} + {place.type.size} beyond {area.size} bytes of {place.base}"

    def _area(self, place: ir.Place) -> Type:
        match place.base:
            case ir.Base.SELF:
                return self.it.instance
            case ir.Base.TEMP:
                return self.it.temp
            case ir.Base.SITE:
                return self.unit.site
            case ir.Base.GLOBAL:
                return self.unit.globals
            case _:
                return self.it.refs[place.number].type


def _apart(area: Struct) -> Iterator[str]:
    """The fields of an area have each its name, and lie one behind the other, each aligned."""
    names = Counter(field.name.upper() for field in area.fields if field.name)
    yield from (f"{name} twice" for name, times in names.items() if times > 1)
    end = 0
    for field in sorted(area.fields, key=lambda field: field.offset):
        if field.offset < end or field.offset % field.type.alignment or field.offset + field.type.size > area.size:
            yield f"{field.name} at {field.offset}, not in {end}..{area.size}"
        end = field.offset + field.type.size


def _converts(node: ir.Convert) -> bool:
    """Whether the rounding is one that exists between the two types."""
    old, new = _type(node.operand), node.type
    if not isinstance(old, Scalar) or new.kind is Kind.BOOL:
        return True
    if node.rounding is ir.Rounding.PATTERN:
        return {old.kind, new.kind} == {Kind.REAL, Kind.BITS} and old.size == new.size
    if new.kind is Kind.REAL:
        return node.rounding is ir.Rounding.WRAP
    exact = node.rounding in (ir.Rounding.NEAREST, ir.Rounding.TRUNCATE)
    return exact if old.kind is Kind.REAL else True


def _nodes(node: Any, seen: dict[int, Any]) -> Iterator[Any]:
    """A node of the IR and every one within, each once however often it is shared."""
    if isinstance(node, tuple):
        for each in node:
            yield from _nodes(each, seen)
    elif dataclasses.is_dataclass(node) and type(node).__module__ == ir.__name__ and id(node) not in seen:
        seen[id(node)] = node
        yield node
        for field in dataclasses.fields(node):
            yield from _nodes(getattr(node, field.name), seen)


def _type(value: Any) -> Type:
    return ir.type_of(value)


def _holds(constant: ir.Const) -> bool:
    kind = constant.type
    if kind == BOOL:
        return isinstance(constant.value, bool)
    if isinstance(kind, Scalar) and kind.kind is Kind.REAL:
        return isinstance(constant.value, float)
    if isinstance(constant.value, bool) or not isinstance(constant.value, int):
        return False
    if isinstance(kind, Enumeration):
        return True
    signed = kind.kind in (Kind.SIGNED, Kind.TIME, Kind.DATE)
    low, high = (-(1 << kind.bits - 1), (1 << kind.bits - 1) - 1) if signed else (0, (1 << kind.bits) - 1)
    return low <= constant.value <= high
