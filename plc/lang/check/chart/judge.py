"""What can be said of a chart without running it: steps nobody reaches, starts twice, or leaves."""

from __future__ import annotations

from plc.lang import ast
from plc.lang.check.body import Body
from plc.lang.check.chart.conditions import never_fires
from plc.lang.check.chart.marking import Situations, live_moves, names_of, situations
from plc.lang.check.chart.net import Net
from plc.lang.check.chart.reduced import is_sound


def judge(body: Body, net: Net) -> None:
    """Reports what is wrong with the net as a whole."""
    found = situations(net)
    if found.doubled is not None:
        doubled = found.doubled
        name = net.steps[doubled.step].name
        node = next(n for n in doubled.move.node.targets if n.name.upper() == name.upper())
        together = names_of(net, doubled.situation)
        what = f"{name} is started here while it is active already: {together} can be active together"
        cure = "let the branches that began together end together: FROM (a, b) TO c"
        body.report.error("S072", node.span, what, cure)
    if not found.complete and (found.doubled is not None or not is_sound(net)):
        what = f"only the first {len(found.found)} situations of this chart were searched for steps started twice"
        cure = "divide it into several charts, with fewer branches at the same time"
        body.report.advice("S075", net.steps[net.initial].name_span, what, cure)
    _unreached(body, net, found)
    if found.complete and not found.doubled:
        _waiting_for_ever(body, net, found)
    _never_left(body, net)


def _unreached(body: Body, net: Net, found: Situations) -> None:
    known = found.complete and found.doubled is None
    dead = known and _never_together(body, net, found)
    started = {step for move in live_moves(net) for step in move.targets} | {net.initial}
    reached = found.ever_active
    lost = {n for n in range(len(net.steps)) if n not in started or (known and not dead and not reached >> n & 1)}
    follows = {target for move in net.moves for target in move.targets if any(s in lost for s in move.sources)}
    roots = [n for n in sorted(lost) if n not in follows] or sorted(lost)[:1]
    for number in roots:
        step = net.steps[number]
        what = f"no way leads from {net.steps[net.initial].name} to {step.name}"
        body.report.error("S071", step.name_span, what, "write a transition that leads there, or take it away")


def _never_together(body: Body, net: Net, found: Situations) -> bool:
    """Reports transitions whose steps are each reached, and never active together."""
    dead = False
    reached = found.ever_active
    for move in live_moves(net):
        apart = len(move.sources) > 1 and all(reached >> step & 1 for step in move.sources)
        if apart and not found.ever_enabled(move):
            dead = True
            names = " and ".join(name.name for name in move.node.sources)
            what = f"{names} are never active together, so this transition never fires"
            body.report.error("S071", move.node.span, what, "begin them together: TO (a, b), or leave one out")
    return dead


def _waiting_for_ever(body: Body, net: Net, found: Situations) -> None:
    for number, step in enumerate(net.steps):
        leaving = [move for move in net.leaving[number] if not never_fires(move.node.condition)]
        if not leaving or any(len(move.sources) == 1 for move in leaving):
            continue
        if not any(found.ever_enabled(move) for move in leaving):
            continue
        situation = found.stuck_in(net, number)
        if situation is not None:
            what = f"{step.name} can wait for ever: nothing ends it any more in {names_of(net, situation)}"
            cure = "let no branch of those that began together leave for elsewhere alone"
            body.report.error("S073", step.name_span, what, cure)


def _never_left(body: Body, net: Net) -> None:
    for number, step in enumerate(net.steps):
        if not net.leaving[number] and len(net.steps) > 1:
            what = f"{step.name} is never left: the chart ends there until its program starts anew"
            body.report.advice("S074", step.name_span, what, "write the transition that leads back")


def advise_unused(body: Body, pou: ast.Pou) -> None:
    """Reports actions that nothing runs."""
    steps = () if pou.chart is None else pou.chart.steps
    used = {each.name.upper() for step in steps for each in step.associations} | body.facts.actions
    for action in pou.actions:
        if action.name.upper() not in used:
            cure = f"name it in a step: {action.name}(N);" if steps else f"call it: {action.name}();"
            body.report.advice("S077", action.name_span, f"nothing runs the ACTION {action.name}", cure)
