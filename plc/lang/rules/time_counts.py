"""S101: nanoseconds counted as if they were milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang import ast
from plc.lang.rules.findings import Findings

_NUMBERS = ("REAL", "LREAL", "LINT", "ULINT")
_FROM = frozenset(f"TIME_TO_{kind}" for kind in _NUMBERS)
_TO = frozenset(f"{kind}_TO_TIME" for kind in _NUMBERS)
_COMPARISONS = frozenset(("<", ">", "<=", ">=", "=", "<>"))
_FACTORS = frozenset((1e3, 6e4, 3.6e6, 8.64e7))
_MILLISECOND_NS = 1e6


def time_counts(findings: Findings) -> Iterator[Diagnostic]:
    """A TIME as a number is in nanoseconds here; other controllers count milliseconds.

    passes: ``TIME_TO_REAL(t) / 1.0E9``, ``LINT_TO_TIME(ms * 1_000_000)``, ``TIME_TO_LREAL(a) / TIME_TO_LREAL(b)``
    fails:  ``TIME_TO_REAL(t) / 1000.0``, ``TIME_TO_LINT(t) > 500``, ``REAL_TO_TIME(s * 1000.0)``
    """
    for key in findings.sound:
        survey = findings.survey(key)
        for node in (*_counted_out(survey.numbers), *_counted_in(survey.calls)):
            what = f"{findings.text(node.span)} counts milliseconds, and a TIME as a number is in nanoseconds"
            cure = "a second is 1.0E9, a millisecond 1_000_000; or compute with times alone, as in x * T#1s"
            yield Diagnostic("S101", node.span, what, cure, Severity.ADVICE)


def _counted_out(nodes: Iterable[ast.Binary]) -> Iterator[ast.Expression]:
    """``TIME_TO_REAL(t) / 1000.0`` and ``TIME_TO_LINT(t) > 500``."""
    for node in nodes:
        for value, number in ((node.left, _number(node.right)), (node.right, _number(node.left))):
            if number is None or not _converts(value, _FROM):
                continue
            divided = node.operator == "/" and value is node.left and number in _FACTORS
            if divided or (node.operator in _COMPARISONS and 0 < number < _MILLISECOND_NS):
                yield node


def _counted_in(calls: Iterable[ast.Call]) -> Iterator[ast.Expression]:
    """``REAL_TO_TIME(s * 1000.0)`` and ``LINT_TO_TIME(500)``."""
    for call in calls:
        value = call.arguments[0].value if len(call.arguments) == 1 and _converts(call, _TO) else None
        alone = _number(value)
        factors = {_number(value.left), _number(value.right)} if isinstance(value, ast.Binary) else set()
        times = isinstance(value, ast.Binary) and value.operator == "*" and factors & _FACTORS
        if times or (alone is not None and 0 < alone < _MILLISECOND_NS):
            yield call


def _converts(node: ast.Expression, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.target, ast.Name) and node.target.name.upper() in names


def _number(node: ast.Expression | None) -> float | None:
    """A number as written."""
    value = node.value if isinstance(node, ast.Literal) else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
