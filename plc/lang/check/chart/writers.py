"""Variables that two parts of one step write: only the later one's value stays."""

from __future__ import annotations

from plc.lang import ast
from plc.lang.check.body import Body
from plc.lang.check.outputs import targets_of
from plc.lang.print import expression


def advise_two_writers(body: Body, pou: ast.Pou, chart: ast.Chart) -> None:
    """Reports what two associations of one step both write."""
    writes = {
        action.name.upper(): {expression(target).upper() for target in targets_of(action.body)}
        for action in pou.actions
    }
    order = {action.name.upper(): number for number, action in enumerate(pou.actions)}
    for step in chart.steps:
        first: dict[str, ast.Association] = {}
        for each in step.associations:
            if each.qualifier in ("P0", "R"):
                continue
            for path in sorted(writes.get(each.name.upper(), {each.name.upper()})):
                other = first.setdefault(path, each)
                if other.name.upper() != each.name.upper():
                    last = max(other, each, key=lambda line: order.get(line.name.upper(), -1))
                    what = f"{other.name} and {each.name} both write {path} in step {step.name}"
                    cure = f"let one of them write it; as it is, the value of {last.name} stays, which runs later"
                    body.report.advice("S078", each.span, what, cure)
