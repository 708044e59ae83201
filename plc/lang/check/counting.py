"""The variable that counts a FOR loop, and the ACTIONs and METHODs of its unit that are called inside the loop."""

from __future__ import annotations

from collections.abc import Iterator

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.check.body import Body
from plc.lang.check.outputs import targets_of
from plc.lang.check.scope import Variable
from plc.lang.walk import nodes


def keep_counter(body: Body, name: str, span: Span) -> None:
    """Reports a call, inside a FOR loop, of a part of this unit that writes the variable that counts the loop."""
    if not body.loop_variables or body.interface is None:
        return
    owner = body.interface.owner or body.interface
    parts: dict[str, ast.Method | ast.Action] = {method.name.upper(): method for method in owner.pou.methods}
    parts |= {action.name.upper(): action for action in owner.pou.actions}
    counted = {(place.base, place.offset) for place in body.loop_variables}
    for written in _written(parts, name.upper()):
        entry = body.scope.entries.get(written)
        if isinstance(entry, Variable) and (entry.base, entry.offset) in counted:
            what = f"{name} writes {entry.name}, which counts the FOR loop around this line"
            body.report.error("S032", span, what, "count with a variable of its own in one of the two")
            return


def _written(parts: dict[str, ast.Method | ast.Action], name: str) -> Iterator[str]:
    """The variables of the unit that a part writes, itself or by the parts it calls."""
    waiting, seen = [name], {name}
    while waiting:
        part = parts[waiting.pop()]
        blocks = part.blocks if isinstance(part, ast.Method) else ()
        own = {variable.name.upper() for block in blocks for variable in block.variables}
        for target in targets_of(part.body):
            name = ast.root(target)
            if name and name not in own:
                yield name
        calls = (node.target for node in nodes(part.body) if isinstance(node, ast.Call))
        called = {target.name.upper() for target in calls if isinstance(target, ast.Name)} & parts.keys() - seen
        seen |= called
        waiting += called
