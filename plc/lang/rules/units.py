"""S090: quantities that do not go together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from plc.core.diagnostic import Diagnostic, Span
from plc.lang import ast
from plc.lang.check.interface import Parameter
from plc.lang.check.lower import Lowered
from plc.lang.check.scope import type_at
from plc.lang.rules.findings import Findings
from plc.lang.types import Struct

_COMPARISONS = frozenset(("<", ">", "<=", ">=", "=", "<>"))
_KEEP = {
    "ABS": 0, "MAX": 0, "MIN": 0, "LIMIT": 0, "SEL": 1, "MUX": 1, "SUM": 0, "AVG": 0, "MINIMUM": 0, "MAXIMUM": 0,
    "ADD": 0, "SUB": 0, "MOVE": 0, "TO_REAL": 0, "TO_LREAL": 0, "REAL_TO_LREAL": 0, "LREAL_TO_REAL": 0,
}  # fmt: skip
_ALIASES = {"°C": "degC", "C": "degC", "celsius": "degC", "ohm": "Ohm", "Volt": "V", "Ampere": "A", "pct": "%"}
_PREFIXES = {"m": 1e-3, "k": 1e3, "M": 1e6}


def units(findings: Findings) -> Iterator[Diagnostic]:
    """Sums, differences, comparisons and assignments join one quantity. The site's tags have units, variables get
    them by {attribute 'unit' := 'degC'}; numbers, and what has no unit, go with everything.

    Products, quotients and powers make another quantity, which is not followed. The difference of two temperatures
    in degC is one in K, and degC + K is degC.

    passes: ``module.Value > ambient.Value + 5.0``
    fails:  ``module.Value + voltage.Value`` (degC and V), ``module.Value > rise`` (degC and K)
    """
    for lowered in findings.units.values():
        if lowered.facts.units:
            walk = _Units(findings, lowered)
            pou = lowered.interface.pou
            walk.statements(pou.body)
            for action in pou.actions:
                walk.statements(action.body)
            yield from walk.found


class _Units:
    """The unit of each expression: the empty text where it is none or unknown."""

    def __init__(self, findings: Findings, lowered: Lowered) -> None:
        self.findings = findings
        self.interface = lowered.interface
        self.units = lowered.facts.units
        self.found: list[Diagnostic] = []

    def statements(self, nodes: tuple[ast.Statement, ...]) -> None:
        for node in nodes:
            match node:
                case ast.Assign():
                    self._meet(
                        self.of(node.target), self.of(node.value), node.value.span, "goes into", node.target.span
                    )
                case ast.CallStatement():
                    self.of(node.call)
                case ast.If():
                    for branch in node.branches:
                        self.of(branch.condition)
                        self.statements(branch.body)
                    self.statements(node.otherwise)
                case ast.Case():
                    self.of(node.selector)
                    for arm in node.arms:
                        self.statements(arm.body)
                    self.statements(node.otherwise)
                case ast.For():
                    self.statements(node.body)
                case ast.While():
                    self.of(node.condition)
                    self.statements(node.body)
                case ast.Repeat():
                    self.statements(node.body)
                    self.of(node.until)
                case _:
                    pass

    def of(self, node: ast.Expression) -> str:
        """The unit of an expression; reports what does not go together inside it."""
        match node:
            case ast.Name() | ast.Member():
                return _spelled(self.units.get(node.span, ""))
            case ast.Index():
                for index in node.indices:
                    self.of(index)
                return _spelled(self.units.get(node.span, ""))
            case ast.Unary():
                return self.of(node.operand)
            case ast.Binary():
                return self._binary(node)
            case ast.Call():
                return self._call(node)
            case _:
                return ""

    def _binary(self, node: ast.Binary) -> str:
        chain: list[ast.Binary] = [node]
        while isinstance(chain[-1].left, ast.Binary):
            chain.append(chain[-1].left)
        unit = self.of(chain[-1].left)
        for link in reversed(chain):
            unit = self._join(link, unit, self.of(link.right))
        return unit

    def _join(self, node: ast.Binary, left: str, right: str) -> str:
        if node.operator in _COMPARISONS:
            self._meet(left, right, node.span, "is compared with", node.right.span)
            return ""
        if node.operator not in ("+", "-"):
            return ""
        if left == "degC" and right == "K":
            return "degC"
        if node.operator == "+" and (left, right) == ("K", "degC"):
            return "degC"
        if node.operator == "-" and left == right == "degC":
            return "K"
        verb = "is added to" if node.operator == "+" else "is taken from"
        self._meet(right, left, node.span, verb, node.left.span)
        return left or right

    def _call(self, node: ast.Call) -> str:
        kind = type_at(self.interface.scope, node.target)
        if isinstance(kind, Struct) and kind.block:
            self._parameters(node, kind.block.upper())
            return ""
        name = node.target.name.upper() if isinstance(node.target, ast.Name) else ""
        if name in self.findings.everything:
            self._parameters(node, name)
            return ""
        given = [self.of(argument.value) for argument in node.arguments]
        if name not in _KEEP:
            return ""
        kept = [(unit, argument) for unit, argument in zip(given, node.arguments, strict=True)][_KEEP[name] :]
        first = next((unit for unit, _ in kept if unit), "")
        for unit, argument in kept:
            self._meet(first, unit, argument.value.span, f"stands in {name} beside", None)
        return first

    def _parameters(self, node: ast.Call, key: str) -> None:
        lowered = self.findings.everything.get(key)
        parameters: Mapping[str, Parameter] = {} if lowered is None else lowered.interface.parameters
        for argument in node.arguments:
            given = self.of(argument.value)
            parameter = parameters.get((argument.name or "").upper())
            if parameter is not None and parameter.field is not None:
                wanted = _spelled(parameter.field.unit)
                self._meet(wanted, given, argument.value.span, f"goes into {parameter.name},", None)

    def _meet(self, one: str, other: str, at: Span, verb: str, beside: Span | None) -> None:
        """Reports two units that are both known and differ; ``one`` is that of ``beside``."""
        if not one or not other or one == other:
            return
        text = "" if beside is None else f" {self.findings.text(beside)}"
        what = f"a value in {other} {verb}{text} in {one}".replace(",  in", ", which is in").replace(
            ", in", ", which is in"
        )
        self.found.append(Diagnostic("S090", at, what, _cure(one, other)))


def _cure(one: str, other: str) -> str:
    if {one, other} == {"degC", "K"}:
        return "compare a temperature with a temperature, a difference (a - b) with a difference"
    factor = _scale(other) / _scale(one)
    if _stem(one) == _stem(other) and factor != 1.0:
        return f"convert it to {one}: multiply by {factor:.10g}" + ("" if factor % 1 else ".0")
    return "use two values of one unit, or correct the variable's {attribute 'unit' := '...'}"


def _scale(unit: str) -> float:
    return _PREFIXES[unit[0]] if len(unit) > 1 and unit[0] in _PREFIXES else 1.0


def _stem(unit: str) -> str:
    return unit[1:] if len(unit) > 1 and unit[0] in _PREFIXES else unit


def _spelled(unit: str) -> str:
    """A unit in its one spelling."""
    plain = re.sub(r"\s+", "", unit)
    return _ALIASES.get(plain, plain)
