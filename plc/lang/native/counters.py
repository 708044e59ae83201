"""FOR: which index checks its bounds make needless, and which places of the innermost one never meet.

    FOR i := 1 TO n DO a[i + 1] := b[i]; ...      every checked index is i + constant:
        one test that first..last lies inside an interval known now, then a body without those checks

An index that is another variable, which the body does not write, is tested there too: a[row, i] with the row chosen
before. Such a test reads the program's own memory and stops nothing, so it may come before what it stands for.
This is what lets LLVM run such loops on vectors. Where the test fails, the checked body runs: the
semantics stay exact, to the run and the statement that stops. A loop with loops in it has no two versions: there
the checks are left out where its bounds are constants that show them needless.
"""

from __future__ import annotations

from dataclasses import dataclass

from plc.lang import ir
from plc.lang.native.code import Code, Module, Region, limits, operand
from plc.lang.native.meeting import bases_meet, may_meet, span
from plc.lang.types import Kind, Scalar
from plc.lang.walk import nodes


@dataclass(frozen=True, slots=True)
class Interval:
    """Values of the variable, both ends included, for which the variable + ``plus`` is what an index says."""

    plus: int
    first: int
    last: int

    def within(self, first: int, last: int) -> Interval:
        """Only those for which variable + plus lies in first..last."""
        return Interval(self.plus, max(self.first, first - self.plus), min(self.last, last - self.plus))


def same(place: ir.Place, variable: ir.Place) -> bool:
    """Whether a place is the loop's variable, whole."""
    return (
        place.offset == variable.offset
        and place.base is variable.base
        and place.number == variable.number
        and not place.steps
        and place.type == variable.type
    )


def affine(index: ir.Expr, variable: ir.Place) -> Interval | None:
    """An index of the form variable + constant, and where no width on the way wraps it; None for any other."""
    limited: list[tuple[int, Scalar]] = []
    while not isinstance(index, ir.Load):
        match index:
            case ir.Convert(operand=inner, type=Scalar(kind=Kind.SIGNED | Kind.UNSIGNED | Kind.BITS | Kind.TIME) as to):
                index, by = inner, 0
            case ir.Binary(op=ir.BinaryOp.ADD, left=inner, right=ir.Const(value=int() as by), type=to):
                index = inner
            case ir.Binary(op=ir.BinaryOp.ADD, left=ir.Const(value=int() as by), right=inner, type=to):
                index = inner
            case ir.Binary(op=ir.BinaryOp.SUB, left=inner, right=ir.Const(value=int() as less), type=to):
                index, by = inner, -less
            case _:
                return None
        limited.append((by, to))
    if not same(index.place, variable):
        return None
    found = Interval(0, *limits(operand(variable.type)))
    for by, to in reversed(limited):
        found = Interval(found.plus + by, found.first, found.last).within(*limits(to))
    return found


def tested(code: Code, step: ir.Step) -> bool:
    """Whether an index cannot stop here: a constant inside its bounds, or one whose check was made before the loop."""
    if isinstance(step.index, ir.Const):
        return step.first <= step.index.value <= step.last
    if code.counter is None or not code.counter.hoisted:
        return False
    return id(step) in code.counter.pasts or affine(step.index, code.counter.variable) is not None


def known_past(code: Code, step: ir.Step) -> str | None:
    """How far the index is past the first, in a body whose checks were made before the loop; None to check here."""
    for counter in code.counters():
        if not counter.hoisted:
            continue
        if id(step) in counter.pasts:
            return counter.pasts[id(step)]
        found = affine(step.index, counter.variable)
        if found is not None:
            return code.let(f"add nsw i64 {counter.wide}, {found.plus - step.first}")
    return None


# ---------------------------------------------------------------- what a body touches


@dataclass(frozen=True, slots=True)
class Body:
    """What the body of a loop reads, writes and indexes; ``others`` are written by no assignment."""

    places: tuple[ir.Place, ...]
    assigned: tuple[ir.Assign, ...]
    others: tuple[ir.Place, ...]
    steps: tuple[ir.Step, ...]
    calls: bool
    innermost: bool

    def unchanging(self, code: Code, variable: ir.Place) -> list[ir.Step]:
        """The steps whose index is another variable that the body does not write, + a constant."""
        return [step for step in self.steps if self._stays(code, step.index, variable)]

    def _stays(self, code: Code, index: ir.Expr, variable: ir.Place) -> bool:
        while not isinstance(index, ir.Load):
            match index:
                case ir.Convert(operand=inner, rounding=ir.Rounding.WRAP) if _whole(inner):
                    index = inner
                case ir.Binary(op=ir.BinaryOp.ADD | ir.BinaryOp.SUB, left=inner, right=ir.Const()):
                    index = inner
                case _:
                    return False
        place = index.place
        return not (place.steps or may_meet(place, variable, code.is_entry) or self.writes(code, place))

    def writes(self, code: Code, variable: ir.Place) -> bool:
        """Whether it may write a variable."""
        written = (one.place for one in self.assigned)
        return self.writes_otherwise(code, variable) or any(may_meet(p, variable, code.is_entry) for p in written)

    def writes_otherwise(self, code: Code, variable: ir.Place) -> bool:
        """The same, but by assigning. What is called has its instance, what is passed to it, SITE and GLOBAL."""
        if self.calls and not (variable.base is ir.Base.TEMP or _own(code, variable)):
            return True
        return any(may_meet(place, variable, code.is_entry) for place in self.others)

    def interval(self, variable: ir.Place) -> Interval | None:
        """The variable's values for which no index of the form variable + constant stops; None without any."""
        found = [
            interval.within(step.first, step.last)
            for step in self.steps
            for interval in [affine(step.index, variable)]
            if interval is not None
        ]
        if not found:
            return None
        return Interval(0, max(interval.first for interval in found), min(interval.last for interval in found))


def _whole(expression: ir.Expr) -> bool:
    type_ = ir.type_of(expression)
    return isinstance(type_, Scalar) and type_.kind not in (Kind.REAL, Kind.BOOL)


def _own(code: Code, variable: ir.Place) -> bool:
    """Whether a variable lies in an instance that what is called cannot reach through an area."""
    return variable.base is ir.Base.SELF and code.module.aliases.in_own_memory


def body(statements: tuple[ir.Stmt, ...]) -> Body:
    """What is in the body of a loop, and in loops inside it."""
    found = list(nodes(statements))
    loops = [node for node in found if isinstance(node, ir.For | ir.Loop)]
    places = [_reach(node) for node in found if isinstance(node, ir.Fold)]
    places += [node for node in found if isinstance(node, ir.Place)]
    assigned = [node for node in found if isinstance(node, ir.Assign)]
    written = [node.place for node in found if isinstance(node, ir.Copy | ir.CopyText)]
    written += [node.variable for node in loops if isinstance(node, ir.For)]
    written += [node.result for node in found if isinstance(node, ir.MakeText)]
    calls = [node for node in found if isinstance(node, ir.CallBlock | ir.CallFunction)]
    for call in calls:
        written += (call.instance if isinstance(call, ir.CallBlock) else call.frame, *call.refs)
    steps = [node for node in found if isinstance(node, ir.Step)]
    return Body(tuple(places), tuple(assigned), tuple(written), tuple(steps), bool(calls), not loops)


def _reach(fold: ir.Fold) -> ir.Place:
    """The fold's first element as a place that spans all its elements."""
    place = fold.place
    if isinstance(fold.limit, ir.Bound):
        return place  # behind a REF, which may meet anything
    whole = ir.Step(ir.Const(0, fold.type), 0, max(0, fold.limit - 1), fold.type.size, fold.fault)
    return ir.Place(place.base, place.offset, (*place.steps, whole), place.type, place.number)


# ---------------------------------------------------------------- what never meets


def regions(module: Module, places: tuple[ir.Place, ...], entry: bool) -> tuple[Region, ...]:
    """The loop's places as regions that never meet, each with the metadata that says so."""
    merged: list[Region] = []
    for base, (start, end) in sorted((place.base, span(place)) for place in places if place.base is not ir.Base.REF):
        if merged and merged[-1].base is base and start < merged[-1].end:
            merged[-1] = Region(base, merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Region(base, start, end))
    domain = module.scope_domain()
    scopes = [module.scope(domain) for _ in merged]
    tagged = []
    for region, own in zip(merged, scopes, strict=True):
        apart = [
            scope
            for other, scope in zip(merged, scopes, strict=True)
            if scope != own and (other.base is region.base or not bases_meet(other.base, region.base, entry))
        ]
        tags = f", !alias.scope {module.metadata_list([own])}"
        tags += f", !noalias {module.metadata_list(apart)}" if apart else ""
        tagged.append(Region(region.base, region.start, region.end, tags))
    return tuple(tagged)


def tags(code: Code, place: ir.Place) -> str:
    """The metadata of an access inside the loop being written, or nothing."""
    if not code.regions or place.base is ir.Base.REF:
        return ""
    start, end = span(place)
    return next((r.tags for r in code.regions if r.base is place.base and r.start <= start and end <= r.end), "")
