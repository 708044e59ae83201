"""What a unit does with its names: one walk over its statements, looked at by several rules.

statements --survey--> who is read, who is written and with what, what is called, what can never run
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.interface import Interface
from plc.lang.check.lower import Lowered
from plc.lang.check.scope import type_at
from plc.lang.types import Struct

_SYMMETRIC = frozenset(("<", ">", "<=", ">=", "=", "<>", "AND", "OR", "XOR", "AND_THEN", "OR_ELSE", "-", "/"))
_LEAVES = (ast.Return, ast.Exit, ast.Continue)
Reference = ast.Name | ast.Member | ast.Index | ast.BitAccess


@dataclass(frozen=True, slots=True)
class Write:
    """A value put into a variable: ``constant`` where that is TRUE or FALSE as written, ``sometimes`` under a
    condition."""

    span: Span
    constant: bool | None
    sometimes: bool


@dataclass(slots=True)
class Survey:
    """Names in capitals. ``paths`` are written places as ``RELAYS.FAN``, without indices.

    ``unreachable`` are statements after RETURN, EXIT or CONTINUE, ``same_sides`` operators with two equal sides,
    ``numbers`` operators with a number as written on one side.
    """

    read: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    paths: dict[str, list[Write]] = field(default_factory=dict)
    calls: list[ast.Call] = field(default_factory=list)
    unreachable: list[Span] = field(default_factory=list)
    same_sides: list[ast.Binary] = field(default_factory=list)
    numbers: list[ast.Binary] = field(default_factory=list)


def survey(lowered: Lowered, everything: Mapping[str, Lowered]) -> Survey:
    """The survey of a unit with its actions, methods and chart."""
    walk = _Walk(lowered.interface, everything, Survey())
    pou = lowered.interface.pou
    for block in pou.blocks:
        for variable in block.variables:
            walk.declared(variable.type)
            walk.initial(variable.initial)
    walk.statements(pou.body, False)
    for body in (*(action.body for action in pou.actions), *(method.body for method in pou.methods)):
        walk.statements(body, True)
    if pou.chart is not None:
        for step in pou.chart.steps:
            for association in step.associations:
                walk.association(association)
        for transition in pou.chart.transitions:
            walk.expression(transition.condition)
    return walk.found


def path(node: ast.Expression) -> str:
    """``RELAYS.FAN`` of ``Relays.fan``; indices are left out."""
    match node:
        case ast.Name():
            return node.name.upper()
        case ast.Member():
            return f"{path(node.target)}.{node.name.upper()}"
        case ast.Index():
            return f"{path(node.target)}[]"
        case _:
            return ""


class _Walk:
    def __init__(self, interface: Interface, everything: Mapping[str, Lowered], found: Survey) -> None:
        self.interface = interface
        self.everything = everything
        self.found = found

    def declared(self, node: ast.TypeText) -> None:
        """Notes the constants that bounds and lengths name."""
        match node:
            case ast.StringType():
                self.expression(node.length)
            case ast.SubrangeType():
                self.expression(node.first)
                self.expression(node.last)
            case ast.ArrayType():
                for dimension in node.dimensions:
                    self.expression(dimension.first)
                    self.expression(dimension.last)
                self.declared(node.element)
            case _:
                pass

    def initial(self, node: ast.Initial | None) -> None:
        """Notes the constants that initial values name."""
        match node:
            case ast.ArrayInitial():
                for item in node.items:
                    self.expression(item.count)
                    self.initial(item.value)
            case ast.StructInitial():
                for field in node.fields:
                    self.initial(field.value)
            case _:
                self.expression(node)

    def statements(self, nodes: Iterable[ast.Statement], sometimes: bool) -> None:
        left = False
        for node in nodes:
            if left and not isinstance(node, ast.Empty):
                self.found.unreachable.append(node.span)
                left = False
            self._statement(node, sometimes)
            left = left or isinstance(node, _LEAVES)

    def _statement(self, node: ast.Statement, sometimes: bool) -> None:
        match node:
            case ast.Assign():
                self.expression(node.value)
                self._write(node.target, node.value, sometimes)
            case ast.CallStatement():
                self._call(node.call, sometimes)
            case ast.If():
                for branch in node.branches:
                    self.expression(branch.condition)
                    self.statements(branch.body, True)
                self.statements(node.otherwise, True)
            case ast.Case():
                self.expression(node.selector)
                for arm in node.arms:
                    for label in arm.labels:
                        self.expression(label.first)
                        self.expression(label.last)
                    self.statements(arm.body, True)
                self.statements(node.otherwise, True)
            case ast.For():
                self.expression(node.variable)
                self._write(node.variable, None, sometimes)
                for part in (node.first, node.last, node.step):
                    self.expression(part)
                self.statements(node.body, sometimes)
            case ast.While():
                self.expression(node.condition)
                self.statements(node.body, True)
            case ast.Repeat():
                self.statements(node.body, sometimes)
                self.expression(node.until)
            case _:
                pass

    def expression(self, node: ast.Expression | None) -> None:
        """Notes what is read."""
        match node:
            case ast.Name():
                self.found.read.add(node.name.upper())
            case ast.Member() | ast.BitAccess():
                self.expression(node.target)
            case ast.Index():
                self.expression(node.target)
                for index in node.indices:
                    self.expression(index)
            case ast.Unary():
                self.expression(node.operand)
            case ast.Binary():
                self._binary(node)
            case ast.Call():
                self._call(node, True)
            case _:
                pass

    def _binary(self, node: ast.Binary) -> None:
        """A chain of operators leans to the left: walked, not descended into."""
        link: ast.Expression = node
        while isinstance(link, ast.Binary):
            if link.operator in _SYMMETRIC and isinstance(link.right, Reference) and _same(link.left, link.right):
                self.found.same_sides.append(link)
            if isinstance(link.right, ast.Literal) or isinstance(link.left, ast.Literal):
                self.found.numbers.append(link)
            self.expression(link.right)
            link = link.left
        self.expression(link)

    def _write(self, target: ast.Expression, value: ast.Expression | None, sometimes: bool) -> None:
        name = ast.root(target)
        self.found.written.add(name)
        constant = value.value if isinstance(value, ast.Literal) and isinstance(value.value, bool) else None
        if isinstance(target, ast.BitAccess):
            target, constant = target.target, None
        self.found.paths.setdefault(path(target), []).append(Write(target.span, constant, sometimes))
        while isinstance(target, ast.Member | ast.Index):
            for index in target.indices if isinstance(target, ast.Index) else ():
                self.expression(index)
            target = target.target

    def _call(self, node: ast.Call, sometimes: bool) -> None:
        self.found.calls.append(node)
        self.expression(node.target)
        callee = self._callee(node.target)
        for argument in node.arguments:
            if argument.output:
                self._write(argument.value, None, sometimes)
                continue
            self.expression(argument.value)
            if isinstance(argument.value, Reference) and _may_write(callee, argument):
                self._write(argument.value, None, sometimes)

    def _callee(self, target: ast.Expression) -> Lowered | None:
        kind = type_at(self.interface.scope, target)
        name = kind.block if isinstance(kind, Struct) else ast.root(target)
        return self.everything.get(name.upper())

    def association(self, association: ast.Association) -> None:
        """A step's line on a variable: S sets it, R takes it back, the others do both."""
        self.expression(association.time)
        constant = {"S": True, "R": False}.get(association.qualifier)
        name = association.name.upper()
        self.found.read.add(name)
        self.found.written.add(name)
        self.found.paths.setdefault(name, []).append(Write(association.span, constant, True))


def _may_write(callee: Lowered | None, argument: ast.Argument) -> bool:
    """Whether the called unit can write what is passed: it takes it by reference, and not read only."""
    if callee is None:
        return False
    parameters = callee.interface.parameters
    if argument.name is None:
        return any(p.section is ast.Section.IN_OUT and not p.constant for p in parameters.values())
    known = parameters.get(argument.name.upper())
    return known is not None and known.section is ast.Section.IN_OUT and not known.constant


def _same(one: ast.Expression, other: ast.Expression) -> bool:
    """Whether two references name the same place in the same words."""
    match one, other:
        case (ast.Name(), ast.Name()):
            return one.name.upper() == other.name.upper()
        case (ast.Member(), ast.Member()):
            return one.name.upper() == other.name.upper() and _same(one.target, other.target)
        case (ast.BitAccess(), ast.BitAccess()):
            return one.bit == other.bit and _same(one.target, other.target)
        case (ast.Literal(), ast.Literal()):
            return one.value == other.value
        case (ast.Index(), ast.Index()):
            pairs = zip(one.indices, other.indices, strict=False)
            return _same(one.target, other.target) and all(_same(a, b) for a, b in pairs)
        case _:
            return False
