"""Action control (IEC 61131-3, 6.7.4.5): whether an action runs in this scan, by its qualifiers.

on    := NOT R AND (N OR stored OR L, SL before their time OR D, SD after it)
pulse := P1, P (unless R) when its step begins, P0 when its step ends
an ACTION runs while it is on, in a pulse, and once more when it is no longer on: its final scan, with .Q FALSE
a BOOL is TRUE while it is on, and for one scan in a pulse
"""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check.chart.ground import TRUE, Ground, added, both, inverted, load, put, some, zero
from plc.lang.check.chart.state import PULSES, STORING, memory_of
from plc.lang.check.convert import coerce
from plc.lang.check.values import NOTHING
from plc.lang.types import TIME

UNTIMED = ("N", "S", "R", *PULSES)
TIMED = ("L", "D", "SD", "DS", "SL")


@dataclass(slots=True)
class Control:
    """What the steps say about one action: statements to run first, then the terms of ``on`` and of ``pulse``.

    ``guarded`` are pulses that R suppresses, ``sets`` the flags that R clears.
    """

    before: list[ir.Stmt] = field(default_factory=list)
    resets: list[ir.Expr] = field(default_factory=list)
    levels: list[ir.Expr] = field(default_factory=list)
    pulses: list[ir.Expr] = field(default_factory=list)
    guarded: list[ir.Expr] = field(default_factory=list)
    sets: list[ir.Place] = field(default_factory=list)

    def on(self) -> ir.Expr:
        return self._unless_reset(some(self.levels))

    def pulse(self) -> ir.Expr:
        guarded = [self._unless_reset(some(self.guarded))] if self.guarded else []
        return some([*self.pulses, *guarded])

    def _unless_reset(self, value: ir.Expr) -> ir.Expr:
        return both(inverted(some(self.resets)), value) if self.resets else value


def pulse_flags(ground: Ground) -> None:
    """Gives a flag to each step whose beginning or end some action waits for."""
    shared: ir.Place | None = None
    for number, step in enumerate(ground.net.steps):
        qualifiers = {each.qualifier for each in step.associations}
        if qualifiers & {"P", "P1"}:
            if shared is None or ground.now is None:
                shared = ground.flag("entered")
            ground.entered[number] = shared
        if "P0" in qualifiers:
            ground.left[number] = ground.flag("left")


def control_of(ground: Ground, name: str) -> Control:
    """What all steps together say about the action or variable called ``name``, in upper case."""
    control = Control()
    for number, each in ground.lines[name]:
        if _sound(ground, each):
            _associate(ground, control, number, each, ground.active(number))
    _forget(ground, control)
    return control


def control_in(ground: Ground, name: str, active: int) -> Control:
    """The same while the step of that number is the only active one; not for what runs on after its step (SD, SL)."""
    control = Control()
    for number, each in ground.lines[name]:
        if number == active and _sound(ground, each):
            _associate(ground, control, number, each, TRUE)
        elif each.qualifier == "P0":
            control.pulses.append(load(ground.left[number]))
        elif each.qualifier in STORING:
            _stored(ground, control, number, each)
    _forget(ground, control)
    return control


def _forget(ground: Ground, control: Control) -> None:
    """What R resets is no longer stored, and no longer runs on."""
    forgotten = tuple(put(place, False, ground.span) for place in control.sets)
    if control.resets and forgotten:
        control.before += _where(some(control.resets), forgotten, ground.span)


def _sound(ground: Ground, each: ast.Association) -> bool:
    """Whether a qualifier exists and has the time it needs."""
    report = ground.body.report
    if each.qualifier not in (*UNTIMED, *TIMED):
        what = f"{each.qualifier} is no qualifier of an action"
        report.error("S084", each.span, what, "write N, S, R, L, D, P, P0, P1, SD, DS or SL")
    elif each.qualifier in TIMED and each.time is None:
        report.error("S084", each.span, f"{each.qualifier} needs a time", f"write {each.name}({each.qualifier}, T#5s);")
    elif each.qualifier in UNTIMED and each.time is not None:
        report.error("S084", each.span, f"{each.qualifier} takes no time", f"write {each.name}({each.qualifier});")
    else:
        return True
    return False


def _where(condition: ir.Expr, then: tuple[ir.Stmt, ...], span: Span) -> tuple[ir.Stmt, ...]:
    return then if condition == TRUE else (ir.If(condition, then, (), span),)


def _associate(ground: Ground, control: Control, number: int, each: ast.Association, active: ir.Expr) -> None:
    """Adds what one line of a step says; ``active`` is whether the step is."""
    lasted = ground.lasted(number)
    limit = _limit(ground, ground.net.steps[number], each)
    match each.qualifier:
        case "N":
            control.levels.append(active)
        case "R":
            control.resets.append(active)
        case "P":
            control.guarded.append(ground.begun(number, active))
        case "P1":
            control.pulses.append(ground.begun(number, active))
        case "P0":
            control.pulses.append(load(ground.left[number]))
        case "L":
            control.levels.append(both(active, _before(lasted, limit)))
        case "D":
            control.levels.append(both(active, inverted(_before(lasted, limit))))
        case "S":
            _store(ground, control, number, each, active)
        case "DS":
            _store(ground, control, number, each, both(active, inverted(_before(lasted, limit))))
        case _:
            _run_on(ground, control, number, each, limit)


def _limit(ground: Ground, step: ast.Step, each: ast.Association) -> ir.Expr:
    """The time of a qualifier as the program has it in this scan."""
    if each.time is None:
        return NOTHING
    body = ground.body
    body.where = f"step {step.name}"
    value = coerce(body, body.value(each.time, TIME), TIME, each.time.span)
    body.where = ""
    return value


def _before(lasted: ir.Place, limit: ir.Expr) -> ir.Expr:
    return ir.Compare(ir.CompareOp.LT, load(lasted), limit)


def _store(ground: Ground, control: Control, number: int, each: ast.Association, when: ir.Expr) -> None:
    """S and DS: set until R, all of one action in one flag."""
    flag = _stored(ground, control, number, each)
    control.before += _where(when, (put(flag, True, each.span),), each.span)


def _stored(ground: Ground, control: Control, number: int, each: ast.Association) -> ir.Place:
    flag = ground.own(memory_of(ground.net.steps[number], each))
    if flag not in control.sets:
        control.sets.append(flag)
        control.levels.append(load(flag))
    return flag


def _run_on(ground: Ground, control: Control, number: int, each: ast.Association, limit: ir.Expr) -> None:
    """SD and SL: a time that runs from the step's beginning until R, whatever becomes of the step."""
    name, span = memory_of(ground.net.steps[number], each), each.span
    flag, lasted = ground.part(name, "Set"), ground.part(name, "T")
    begin = (put(flag, True, span), zero(lasted, span))
    waiting = ir.If(ground.active(number), begin, (), span)
    control.before.append(ir.If(load(flag), (added(lasted, ground.passed, span),), (waiting,), span))
    control.sets.append(flag)
    within = _before(lasted, limit)
    control.levels.append(both(load(flag), within if each.qualifier == "SL" else inverted(within)))
