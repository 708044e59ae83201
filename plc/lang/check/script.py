"""Lowers a TEST to its script: what runs in one go becomes pieces of code, what the bench does becomes steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import places
from plc.lang.check.assertions import Claimed, claimed
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce
from plc.lang.check.layout import Layout
from plc.lang.check.names import find
from plc.lang.check.scope import Lock, Variable
from plc.lang.check.standard_tests import ADVANCE, BENCH
from plc.lang.check.statements import condition, statements
from plc.lang.check.store import store
from plc.lang.check.values import UNKNOWN, Value, Whole
from plc.lang.script import (
    Advance,
    Claim,
    Count,
    Leave,
    LeaveKind,
    Pick,
    Repeat,
    Run,
    SetInput,
    Slot,
    Step,
)  # fmt: skip
from plc.lang.types import BOOL, DINT, LINT, TIME, Enumeration, Scalar, Text

_LEAVE = {ast.Exit: LeaveKind.EXIT, ast.Continue: LeaveKind.CONTINUE, ast.Return: LeaveKind.RETURN}


@dataclass(slots=True)
class Script:
    """A test being lowered. ``own`` is its area: its variables, and behind them the slots."""

    body: Body
    own: Layout
    claims: int = 0
    pieces: list[tuple[ir.Stmt, ...]] = field(default_factory=list)
    _pending: list[ir.Stmt] = field(default_factory=list)

    def steps(self, nodes: Iterable[ast.Statement]) -> tuple[Step, ...]:
        """The steps of statements in a row; nothing of them is pending afterwards."""
        found: list[Step] = []
        for node in nodes:
            if by_bench(self.body, node):
                found.extend(self._step(node))
            else:
                self._pending.extend(statements(self.body, (node,)))
        if self._pending:
            found.append(Run(self._cut()))
        return tuple(found)

    def entry(self, number: Slot, span: Span) -> tuple[ir.Stmt, ...]:
        """The routine's body: runs the piece of that number."""
        arms = tuple(ir.Arm(((n, n),), piece) for n, piece in enumerate(self.pieces, 1))
        return (ir.Case(ir.Load(_place(number), DINT), arms, (), span),)

    def slot(self, kind: Scalar | Enumeration | Text) -> Slot:
        placed = self.own.add(f"slot {len(self.own.fields)}", kind, bytes(kind.size))
        return Slot(placed.offset, kind)

    # ------------------------------------------------ what becomes code

    def _cut(self) -> int:
        """What is pending becomes a piece; its number, 0 where there is nothing."""
        if not self._pending:
            return 0
        self.pieces.append(tuple(self._pending))
        self._pending.clear()
        return len(self.pieces)

    def _kept(self, value: Value, span: Span, kind: Scalar | Enumeration | Text) -> Slot:
        """A slot that the piece under way fills with the value."""
        slot = self.slot(kind)
        stored = store(self.body, _place(slot), value, span, span)
        if stored is not None:
            self._pending.append(stored)
        return slot

    # ------------------------------------------------ what becomes a step

    def _step(self, node: ast.Statement) -> Iterable[Step]:
        match node:
            case ast.CallStatement():
                return self._call(node)
            case ast.Assign():
                return self._input(node)
            case ast.If():
                return self._if(node)
            case ast.Case():
                return self._case(node)
            case ast.For():
                return self._for(node)
            case ast.While() | ast.Repeat():
                return self._loop(node)
            case _:
                return self._leave(node)

    def _call(self, node: ast.CallStatement) -> Iterable[Step]:
        found = claimed(self.body, node.call)
        self.claims += not isinstance(node.call.target, ast.Name) or node.call.target.name.upper() != ADVANCE
        if isinstance(found, Claimed):
            values = tuple(self._kept(value, span, kind) for value, span, kind in found.values)
            told = None
            if found.told is not None:
                told = self._kept(*found.told)
            yield Claim(self._cut(), found.kind, values, found.names, told, found.said, node.span)
        elif found is not None:
            by = self._kept(found, node.span, TIME)
            yield Advance(self._cut(), by, node.span)

    def _input(self, node: ast.Assign) -> Iterable[Step]:
        """``Strings[1].Smoke.Active := TRUE;``: a reading of the plant."""
        goal = places.reach(self.body, node.target)
        value = self.body.value(node.value, None if goal is None else goal.type)
        if goal is None or goal.type is UNKNOWN:
            return
        if goal.lock is Lock.OUTPUT_IN_BLOCK:
            cure = f"let the PROGRAM under test write it, and write ASSERT_EQUAL({goal.path}, ...)"
            self.body.report.error("S083", node.target.span, f"{goal.path} is an output, which a TEST only reads", cure)
            return
        if not isinstance(goal.type, Scalar | Enumeration):
            what = f"{self.body.world.text(node.target.span)} is {goal.type}, not one reading"
            self.body.report.error("S083", node.target.span, what, "set its elementary places one by one")
            return
        slot = self._kept(coerce(self.body, value, goal.type, node.value.span), node.value.span, goal.type)
        path, indices = self._path(node.target)
        yield SetInput(self._cut(), path, tuple(indices), slot, node.span)

    def _path(self, node: ast.Expression) -> tuple[str, list[Slot]]:
        match node:
            case ast.Member():
                path, indices = self._path(node.target)
                return f"{path}.{node.name}", indices
            case ast.Index():
                path, indices = self._path(node.target)
                for index in node.indices:
                    value = self.body.value(index)
                    if isinstance(value, Whole):
                        continue
                    indices.append(self._kept(_as_lint(value), index.span, LINT))
                return f"{path}[{', '.join(['{}'] * len(node.indices))}]", indices
            case ast.Name():
                return node.name, []
            case _:
                raise TypeError(f"{node.span}: no place of the plant")

    def _if(self, node: ast.If) -> Iterable[Step]:
        number = self.slot(DINT)
        choice: tuple[ir.Stmt, ...] = (_set(number, len(node.branches), node.span),)
        tests = [condition(self.body, branch.condition) for branch in node.branches]
        for way, test in reversed(list(enumerate(tests))):
            choice = (ir.If(test, (_set(number, way, node.span),), choice, node.span),)
        self._pending.extend(choice)
        piece = self._cut()
        yield Pick(piece, number, tuple(map(self.steps, (*(b.body for b in node.branches), node.otherwise))))

    def _case(self, node: ast.Case) -> Iterable[Step]:
        number = self.slot(DINT)
        bare = tuple(ast.Arm(arm.labels, (), arm.span) for arm in node.arms)
        otherwise = (ast.Empty(node.span),) if node.otherwise else ()
        lowered = statements(self.body, (ast.Case(node.selector, bare, otherwise, node.span),))
        for case in lowered:
            if isinstance(case, ir.Case):
                arms = tuple(ir.Arm(arm.ranges, (_set(number, way, node.span),)) for way, arm in enumerate(case.arms))
                last = (_set(number, len(arms), node.span),)
                self._pending.append(ir.Case(case.selector, arms, last, node.span))
        piece = self._cut()
        yield Pick(piece, number, tuple(map(self.steps, (*(arm.body for arm in node.arms), node.otherwise))))

    def _for(self, node: ast.For) -> Iterable[Step]:
        lowered = statements(self.body, (ast.For(node.variable, node.first, node.last, node.step, (), node.span),))
        heads = [head for head in lowered if isinstance(head, ir.For)]
        if not heads:
            return
        head = heads[0]
        kind = head.variable.type
        if not isinstance(kind, Scalar):
            raise TypeError(f"{node.span}: {kind} cannot count")
        first, last, step = (self._kept(value, node.span, kind) for value in (head.first, head.last, head.step))
        piece = self._cut()
        self.body.loop_variables.append(head.variable)
        inner = self._inside(node.body)
        self.body.loop_variables.pop()
        yield Count(piece, Slot(head.variable.offset, kind), first, last, step, inner, node.span)

    def _loop(self, node: ast.While | ast.Repeat) -> Iterable[Step]:
        before = self._cut()
        if before:
            yield Run(before)
        test = node.condition if isinstance(node, ast.While) else node.until
        held = self._kept(condition(self.body, test), test.span, BOOL)
        piece = self._cut()
        yield Repeat(piece, held, self._inside(node.body), isinstance(node, ast.While), node.span)

    def _inside(self, nodes: tuple[ast.Statement, ...]) -> tuple[Step, ...]:
        self.body.loops += 1
        found = self.steps(nodes)
        self.body.loops -= 1
        return found

    def _leave(self, node: ast.Statement) -> Iterable[Step]:
        if self.body.loops == 0 and not isinstance(node, ast.Return):
            statements(self.body, (node,))
            return
        piece = self._cut()
        if piece:
            yield Run(piece)
        yield Leave(_LEAVE[type(node)])


def by_bench(body: Body, node: ast.Statement, looped: bool = False) -> bool:
    """Whether a statement, or one inside it, asks for the bench; ``looped``: EXIT and CONTINUE end a loop of code."""
    match node:
        case ast.CallStatement():
            return isinstance(node.call.target, ast.Name) and node.call.target.name.upper() in BENCH
        case ast.Assign():
            return _of_site(body, node.target)
        case ast.If():
            return any(_any(body, branch.body, looped) for branch in node.branches) or _any(
                body, node.otherwise, looped
            )
        case ast.Case():
            return any(_any(body, arm.body, looped) for arm in node.arms) or _any(body, node.otherwise, looped)
        case ast.For() | ast.While() | ast.Repeat():
            return _any(body, node.body, True)
        case ast.Return():
            return True
        case ast.Exit() | ast.Continue():
            return not looped
        case _:
            return False


def _any(body: Body, nodes: tuple[ast.Statement, ...], looped: bool) -> bool:
    return any(by_bench(body, node, looped) for node in nodes)


def _of_site(body: Body, node: ast.Expression) -> bool:
    """Whether the root of a target lies in SITE."""
    while isinstance(node, ast.Member | ast.Index | ast.BitAccess):
        if isinstance(node, ast.BitAccess):
            return False
        node = node.target
    entry = find(body, node.name) if isinstance(node, ast.Name) else None
    return isinstance(entry, Variable) and entry.base is ir.Base.SITE


def _as_lint(value: ir.Expr) -> ir.Expr:
    return ir.Const(int(value.value), LINT) if isinstance(value, ir.Const) else ir.Convert(value, LINT)


def _place(slot: Slot) -> ir.Place:
    return ir.Place(ir.Base.SELF, slot.offset, (), slot.type)


def _set(slot: Slot, value: int, span: Span) -> ir.Assign:
    return ir.Assign(_place(slot), ir.Const(value, DINT), span)
