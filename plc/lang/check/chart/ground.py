"""What every part of a chart's lowering needs: where steps and clocks lie, and short ways to write IR."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.chart.net import Net
from plc.lang.check.interface import Interface
from plc.lang.check.scope import Variable
from plc.lang.check.values import NOTHING
from plc.lang.types import BOOL, LTIME, TIME, Enumeration, Scalar, Struct

TRUE, FALSE = ir.Const(True, BOOL), ir.Const(False, BOOL)


@dataclass(slots=True, eq=False)
class Ground:
    """A chart being lowered. ``passed`` is the time since the last scan; ``entered`` and ``left`` hold the flags of
    steps that were activated, and deactivated, in this scan, for the steps that have pulses (one flag for all of them
    where never more than one step is active: the step that was activated is the active one). ``lines`` are what steps
    control, by upper-case name: the number of the step, and its line. ``running`` holds the flags of the actions that
    run in this scan. Where never more than one step is active, ``now`` is the number of that step in this scan, counted
    from 1, and ``pulsing`` are the actions that no line ever turns on."""

    body: Body
    interface: Interface
    net: Net
    passed: ir.Place
    entered: dict[int, ir.Place] = field(default_factory=dict)
    left: dict[int, ir.Place] = field(default_factory=dict)
    lines: dict[str, list[tuple[int, ast.Association]]] = field(default_factory=dict)
    running: dict[str, ir.Place] = field(default_factory=dict)
    now: ir.Place | None = None
    pulsing: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for number, step in enumerate(self.net.steps):
            for each in step.associations:
                self.lines.setdefault(each.name.upper(), []).append((number, each))

    @property
    def span(self) -> Span:
        return self.interface.pou.name_span

    def own(self, name: str) -> ir.Place:
        """A field of the unit's instance."""
        found = self.body.world.field(self.interface.instance, name)
        if found is None:
            raise LookupError(name)
        return ir.Place(ir.Base.SELF, found.offset, (), found.type)

    def part(self, name: str, part: str) -> ir.Place:
        """A part of a field, as ``.X`` of a step."""
        whole = self.own(name)
        found = whole.type.field(part) if isinstance(whole.type, Struct) else None
        if found is None:
            raise LookupError(f"{name}.{part}")
        return ir.Place(ir.Base.SELF, whole.offset + found.offset, (), found.type)

    def flag_of(self, step: int) -> ir.Place:
        """Its ``.X``."""
        return self.part(self.net.steps[step].name, "X")

    def active(self, step: int) -> ir.Expr:
        if self.now is None:
            return load(self.flag_of(step))
        return ir.Compare(ir.CompareOp.EQ, load(self.now), number_of(step, self.now))

    def begun(self, step: int, active: ir.Expr) -> ir.Expr:
        """Whether a step with a pulse was activated in this scan; ``active`` is whether it is active."""
        begun = load(self.entered[step])
        return begun if self.now is None else both(active, begun)

    def lasted(self, step: int) -> ir.Place:
        return self.part(self.net.steps[step].name, "T")

    def flag(self, name: str) -> ir.Place:
        """A BOOL that is FALSE at the beginning of each scan."""
        return self.body.hidden(name, BOOL, b"\0", self.span)


def load(place: ir.Place) -> ir.Load:
    """The value of an elementary place."""
    if not isinstance(place.type, Scalar | Enumeration):
        raise TypeError(place.type)
    return ir.Load(place, place.type)


def number_of(step: int, now: ir.Place) -> ir.Const:
    """What ``now`` holds while a step is active."""
    return ir.Const(step + 1, load(now).type)


def both(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """The right side is looked at only where the left one is TRUE."""
    if isinstance(left, ir.Const):
        return right if left.value else FALSE
    return ir.ShortCircuit(True, left, right)


def every(values: Iterable[ir.Expr]) -> ir.Expr:
    """Whether all are TRUE; TRUE of none."""
    return _joined(ir.BinaryOp.AND, values, TRUE)


def some(values: Iterable[ir.Expr]) -> ir.Expr:
    """Whether one of them is TRUE; FALSE of none."""
    return _joined(ir.BinaryOp.OR, values, FALSE)


def _joined(op: ir.BinaryOp, values: Iterable[ir.Expr], nothing: ir.Expr) -> ir.Expr:
    result: ir.Expr | None = None
    for value in values:
        if value != nothing:
            result = value if result is None else ir.Binary(op, result, value, BOOL)
    return nothing if result is None else result


def inverted(value: ir.Expr) -> ir.Expr:
    if isinstance(value, ir.Const):
        return FALSE if value.value else TRUE
    return ir.Unary(ir.UnaryOp.NOT, value, BOOL)


def added(place: ir.Place, more: ir.Place, span: Span) -> ir.Assign:
    """``place := place + more`` of two times."""
    return ir.Assign(place, ir.Binary(ir.BinaryOp.ADD, load(place), load(more), TIME), span)


def put(place: ir.Place, value: bool, span: Span) -> ir.Assign:
    return ir.Assign(place, TRUE if value else FALSE, span)


def zero(place: ir.Place, span: Span) -> ir.Assign:
    return ir.Assign(place, ir.Const(0, TIME), span)


def scan_time(body: Body) -> ir.Expr:
    """``Sys.Time``, also where the unit has a variable called Sys."""
    scope = body.world.site
    entry = scope.entries.get("SYS")
    if not isinstance(entry, Variable) or not isinstance(entry.type, Struct):
        return NOTHING
    found = body.world.field(entry.type, "Time")
    if found is None:
        return NOTHING
    body.world.uses(scope.sources["SYS"])
    body.facts.reads.add("Sys.Time")
    return ir.Load(ir.Place(ir.Base.SITE, entry.offset + found.offset, (), LTIME), LTIME)
