"""The condition of a transition: a BOOL that only looks."""

from __future__ import annotations

from collections.abc import Iterator

from plc.lang import ast, ir
from plc.lang.check.body import Body
from plc.lang.check.chart.ground import Ground
from plc.lang.check.chart.net import Move
from plc.lang.check.decisions import decided
from plc.lang.check.members import method_called
from plc.lang.check.statements import condition
from plc.lang.check.values import UNKNOWN


def condition_of(ground: Ground, move: Move) -> ir.Expr:
    """What lets a transition fire; reports one that writes, and one that is always the same."""
    body, node = ground.body, move.node.condition
    body.where = f"the transition {move.name}"
    _only_looks(body, node)
    value = condition(body, node)
    body.where = ""
    if isinstance(value, ir.Const) and value.type is not UNKNOWN:
        _advise_constant(ground, move, bool(value.value))
    return decided(body, value, node.span, "TRANSITION")


def _advise_constant(ground: Ground, move: Move, always: bool) -> None:
    """TRUE as the last of several ways out of a step says "otherwise"; elsewhere it waits for nothing."""
    alternatives = [ground.net.leaving[step] for step in move.sources]
    if always and any(len(ways) > 1 and ways[-1] is move for ways in alternatives):
        return
    what = "this transition never fires: its condition is always FALSE"
    if always:
        alone = all(len(ways) == 1 for ways in alternatives)
        what = "this transition fires in the scan after its step begins" + (
            ", and none behind it ever does" * (not alone)
        )
    ground.body.report.advice("S076", move.node.condition.span, what, "name what it waits for")


def never_fires(value: ast.Expression) -> bool:
    """Whether a condition is the literal FALSE."""
    return isinstance(value, ast.Literal) and value.value is False


def _only_looks(body: Body, node: ast.Expression) -> None:
    for call in calls_in(node):
        why = _writes(body, call)
        if why:
            what = f"{body.world.text(call.target.span)} {why}, and the condition of a transition only looks"
            cure = "call it in an ACTION and use its result here"
            body.report.error("S079", call.span, what, cure)


def _writes(body: Body, call: ast.Call) -> str:
    if any(argument.output for argument in call.arguments):
        return "writes with =>"
    if method_called(body, call) is not None:
        return "may change its block"
    known = body.world.pous.get(call.target.name.upper()) if isinstance(call.target, ast.Name) else None
    blocks = () if known is None else known[0].blocks
    if any(block.section is ast.Section.IN_OUT and not block.constant for block in blocks):
        return "may write its VAR_IN_OUT"
    return ""


def calls_in(node: ast.Expression) -> Iterator[ast.Call]:
    """Every call inside an expression, without recursion: a condition may be long."""
    waiting: list[ast.Expression] = [node]
    while waiting:
        found = waiting.pop()
        match found:
            case ast.Call():
                yield found
                waiting += [argument.value for argument in found.arguments if not argument.output]
            case ast.Unary():
                waiting.append(found.operand)
            case ast.Binary():
                waiting += [found.right, found.left]
            case ast.Member() | ast.BitAccess():
                waiting.append(found.target)
            case ast.Index():
                waiting += [found.target, *found.indices]
            case _:
                pass
