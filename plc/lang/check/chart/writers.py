"""Variables that two parts of one step write: only the later one's value stays."""

from __future__ import annotations

from plc.lang import ast
from plc.lang.check.body import Body
from plc.lang.check.outputs import targets_of
from plc.lang.print import expression


def advise_two_writers(body: Body, pou: ast.Pou) -> None:
    """Reports what two associations of one step both write."""
    writes = {
        action.name.upper(): {expression(target).upper() for target in targets_of(action.body)}
        for action in pou.actions
    }
    order = {action.name.upper(): number for number, action in enumerate(pou.actions)}
    for step in () if pou.chart is None else pou.chart.steps:
        lines = [each for each in step.associations if each.qualifier not in ("P0", "R")]
        for number, each in enumerate(lines):
            for other in lines[:number]:
                if other.name.upper() != each.name.upper():
                    _compare(body, step, (other, each), writes, order)


def _compare(
    body: Body,
    step: ast.Step,
    pair: tuple[ast.Association, ast.Association],
    writes: dict[str, set[str]],
    order: dict[str, int],
) -> None:
    one, other = (each.name.upper() for each in pair)
    both = writes.get(one, {one}) & writes.get(other, {other})
    if both:
        last = max(pair, key=lambda each: order.get(each.name.upper(), -1))
        what = f"{pair[0].name} and {pair[1].name} both write {min(both)} in step {step.name}"
        cure = f"let one of them write it; as it is, the value of {last.name} stays, which runs later"
        body.report.advice("S078", pair[1].span, what, cure)
