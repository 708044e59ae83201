"""Lowers the ACTIONs of a unit: each to a routine of its own, on the unit's instance."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.interface import Interface
from plc.lang.check.layout import Layout
from plc.lang.check.members import references_of_action, routine_of, seen_from_action
from plc.lang.check.scope import Scope
from plc.lang.check.statements import statements


def lower_actions(body: Body, interface: Interface) -> tuple[ir.Routine, ...]:
    """The routines of all actions, each after those it calls. ``body`` is the unit's: they share its facts and faults.

    A circle of actions is reported (S005).
    """
    made: dict[str, ir.Routine] = {}
    calls: dict[str, dict[str, Span]] = {}
    scope, steps = seen_from_action(interface), _steps_with(interface.pou)
    for action in interface.pou.actions:
        inner = _body(body, interface, action, scope)
        inner.where = f"action {action.name}{_of(steps.get(action.name.upper(), []))}"
        lowered = statements(inner, action.body)
        name = routine_of(interface, action)
        frame = inner.temp.finish(f"{name} frame")
        made[action.name.upper()] = ir.Routine(
            name, interface.instance, frame, references_of_action(interface), lowered, action.span
        )
        calls[action.name.upper()] = inner.actions_called
    return tuple(made[key] for key in _callees_first(body, interface, calls))


def _body(body: Body, interface: Interface, action: ast.Action, scope: Scope) -> Body:
    return Body(
        body.world,
        scope,
        Layout(),
        body.facts,
        body.faults,
        slots=body.slots,
        may_write_site=body.may_write_site,
        is_program=body.is_program,
        first_fault=body.first_fault,
        marks=body.marks,
        interface=interface,
        action=action,
    )


def _steps_with(pou: ast.Pou) -> dict[str, list[str]]:
    """In which steps each action runs, for the message of a fault inside it."""
    found: dict[str, list[str]] = {}
    for step in () if pou.chart is None else pou.chart.steps:
        for each in step.associations:
            found.setdefault(each.name.upper(), []).append(step.name)
    return found


def _of(steps: list[str]) -> str:
    names = list(dict.fromkeys(steps))
    return f" of step {' or '.join(names[:3])}{' or others' * (len(names) > 3)}" if names else ""


def _callees_first(body: Body, interface: Interface, calls: dict[str, dict[str, Span]]) -> list[str]:
    ordered: list[str] = []
    for start in calls:
        path = [(start, list(calls[start]))]
        while path:
            key, rest = path[-1]
            if key in ordered:
                path.pop()
            elif not rest:
                ordered.append(key)
                path.pop()
            else:
                called = rest.pop(0)
                names = [name for name, _ in path]
                if called in names:
                    _circle(body, interface, [*names[names.index(called) :], called], calls)
                else:
                    path.append((called, list(calls[called])))
    return ordered


def _circle(body: Body, interface: Interface, circle: list[str], calls: dict[str, dict[str, Span]]) -> None:
    spelled = {action.name.upper(): action.name for action in interface.pou.actions}
    names = " -> ".join(spelled[key] for key in circle)
    span = calls[circle[-2]][circle[-1]]
    body.report.error("S005", span, f"these call each other in a circle: {names}", "use a loop instead of this call")
