"""FOR, WHILE and REPEAT, with their budget."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from plc.lang import ir
from plc.lang.native import counters, flat, memory
from plc.lang.native.code import Code, Counter, integer, operand, scalar_type
from plc.lang.native.conditions import jump
from plc.lang.native.remembered import Remembered, remembered
from plc.lang.types import Scalar

NOTHING: Mapping[int, str] = MappingProxyType({})


def loop(code: Code, statement: ir.Loop) -> None:
    test, body, end = code.label(), code.label(), code.label()
    code.jump(test if statement.test_first else body)
    code.begin(test)
    jump(code, statement.condition, *((body, end) if statement.test_first else (end, body)))
    code.begin(body)
    if code.module.checked:
        left = _budget(code)
        code.stop_if(code.let(f"icmp slt i64 {left}, 1"), statement.fault)
        _charge(code, left, "1")
    code.exits.append((end, test))
    code.block_of(statement.body)
    code.exits.pop()
    code.jump(test)
    code.begin(end)


def _budget(code: Code) -> str:
    return code.let("load i64, ptr %context, align 1")


def _charge(code: Code, left: str, runs: str) -> None:
    code.do(f"store i64 {code.let(f'sub i64 {left}, {runs}')}, ptr %context, align 1")


def for_(code: Code, statement: ir.For) -> None:
    scalar = operand(statement.variable.type)
    first, last, step = (code.value(part) for part in (statement.first, statement.last, statement.step))
    if _constant(statement.step) in (None, 0):
        code.stop_if(code.let(f"icmp eq {scalar_type(scalar)} {step}, 0"), statement.step_fault)
    start, end, by = (memory.widened(code, value, scalar) for value in (first, last, step))
    runs = _runs(code, statement, scalar, start, end, by)
    if code.module.checked:
        left = _budget(code)
        spent = code.let(f"or i1 {code.let(f'icmp slt i64 {left}, 0')}, {code.let(f'icmp ugt i64 {runs}, {left}')}")
        code.stop_if(spent, statement.budget_fault)
        _charge(code, left, runs)
    memory.store(code, statement.variable, first)
    _Runs(code, statement, scalar, (start, end, by), runs).write()


def _constant(expression: ir.Expr) -> int | None:
    return int(expression.value) if isinstance(expression, ir.Const) else None


def _runs(code: Code, statement: ir.For, scalar: Scalar, first: str, last: str, step: str) -> str:
    """How often the body runs, as an unsigned i64; 2**64 becomes 2**64 - 1, more than any budget."""
    known = [_constant(part) for part in (statement.first, statement.last, statement.step)]
    if None not in known and known[2]:
        start, end, by = (number or 0 for number in known)
        return integer(64, min(max(0, (end - start) // by + 1), (1 << 64) - 1))
    low, high = _ends(code, statement, scalar, first, last, step)
    size = step
    if known[2] is None and scalar.signed:
        size = code.let(f"call i64 @llvm.abs.i64(i64 {step}, i1 false)")
    elif known[2] is not None:
        size = integer(64, abs(known[2]))
    steps = code.let(f"udiv i64 {code.let(f'sub i64 {high}, {low}')}, {size}")
    runs = code.let(f"call i64 @llvm.uadd.sat.i64(i64 {steps}, i64 1)")
    some = code.let(f"icmp {'s' if scalar.signed else 'u'}le i64 {low}, {high}")
    return code.let(f"select i1 {some}, i64 {runs}, i64 0")


def _ends(code: Code, statement: ir.For, scalar: Scalar, first: str, last: str, step: str) -> tuple[str, str]:
    """Where the variable may go at least and at most, by the direction of the step."""
    known = _constant(statement.step)
    if known is not None or not scalar.signed:
        return (first, last) if known is None or known > 0 else (last, first)
    up = code.let(f"icmp sgt i64 {step}, 0")
    low = code.let(f"select i1 {up}, i64 {first}, i64 {last}")
    return low, code.let(f"select i1 {up}, i64 {last}, i64 {first}")


class _Runs:
    """The runs of one FOR: its body once, or as a fast and a checked version."""

    def __init__(self, code: Code, statement: ir.For, scalar: Scalar, wide: tuple[str, str, str], runs: str) -> None:
        self._code = code
        self._statement = statement
        self._scalar = scalar
        self._first, self._last, self._step = wide
        self._runs = runs
        self._end = code.label()
        self._pasts: dict[int, str] = {}
        self._remembered: Remembered | None = None

    def write(self) -> None:
        code, enter = self._code, self._code.label()
        code.branch(code.let(f"icmp ne i64 {self._runs}, 0"), enter, self._end)
        code.begin(enter)
        regions, code.regions = code.regions, ()
        body = counters.body(self._statement.body)
        if body.innermost:
            self._innermost(body)
        else:
            self._around(body)
        code.regions = regions
        code.begin(self._end)

    def _around(self, body: counters.Body) -> None:
        """A loop with loops in it is written once, so its checks are left out where they are known to be needless."""
        in_registers = not body.writes(self._code, self._statement.variable)
        interval = body.interval(self._statement.variable)
        known = not self._code.module.checked or (interval is not None and self._known_inside(interval))
        self._version(in_registers, hoisted=in_registers and bool(known))

    def _innermost(self, body: counters.Body) -> None:
        code, variable = self._code, self._statement.variable
        in_registers = not body.writes(code, variable)
        if body.steps:
            code.regions = counters.regions(code.module, (variable, *body.places), code.is_entry)
        if not in_registers:
            self._version(in_registers=False)
            return
        inside = self._inside_all(body)
        if inside == "true":
            self._fast()
            return
        if inside == "false":
            self._version(in_registers=True)
            return
        fast, checked = code.label(), code.label()
        code.branch(inside, fast, checked)
        code.begin(fast)
        self._fast()
        code.begin(checked)
        self._version(in_registers=True, hints=f", !llvm.loop {code.module.scalar_loop()}")

    def _inside_all(self, body: counters.Body) -> str:
        """Whether no index that can be tested now will stop a run; what is known then is kept for the fast version."""
        code, variable = self._code, self._statement.variable
        interval, unchanging = body.interval(variable), body.unchanging(code, variable)
        known = {id(step) for step in unchanging}
        if code.module.checked:
            self._remembered = remembered(code, self._statement, body, known)
        if interval is None and not unchanging and self._remembered is None:
            return "false"
        if self._remembered is not None and self._remembered.counted:
            interval = interval or counters.Interval(0, self._remembered.first, self._remembered.last)
            interval = interval.within(self._remembered.first, self._remembered.last)
        found = ["true" if interval is None or not code.module.checked else self._inside(interval)]
        if found == ["false"]:
            return "false"
        for step in unchanging:
            past = counters.known_past(code, step)
            if past is not None:
                self._pasts[id(step)] = past
                continue
            self._pasts[id(step)], bad = memory.past_first(code, step)
            if code.module.checked:
                found.append(code.let(f"xor i1 {bad}, true"))
        if self._remembered is not None:
            found.append(self._remembered.inside(code))
        inside = "true"
        for one in found:
            inside = one if inside == "true" else code.let(f"and i1 {inside}, {one}") if one != "true" else inside
        return inside

    def _inside(self, interval: counters.Interval) -> str:
        """Whether all the variable's values lie in the interval; what is known now is told as a literal."""
        known = self._known_inside(interval)
        if known is not None:
            return "true" if known else "false"
        code, sign = self._code, "s" if self._scalar.signed else "u"
        low, high = _ends(code, self._statement, self._scalar, self._first, self._last, self._step)
        above = code.let(f"icmp {sign}ge i64 {low}, {integer(64, interval.first)}")
        below = code.let(f"icmp {sign}le i64 {high}, {integer(64, interval.last)}")
        return code.let(f"and i1 {above}, {below}")

    def _known_inside(self, interval: counters.Interval) -> bool | None:
        if interval.first > interval.last:
            return False
        first, last = _constant(self._statement.first), _constant(self._statement.last)
        if first is None or last is None:
            return None
        return interval.first <= min(first, last) and max(first, last) <= interval.last

    def _fast(self) -> None:
        """The version with its checks before it, as one loop or two."""
        code, end = self._code, self._end
        *before, last = flat.parts(code, self._statement, self._pasts)
        for part in before:
            self._end = code.label()
            first = self._version(in_registers=True, hoisted=True, part=part, watched=flat.awaited(last))
            code.begin(self._end)
            if first is not None and (held := first.held(code)):
                second = code.label()
                code.branch(held, second, end)
                code.begin(second)
        self._end = end
        self._version(in_registers=True, hoisted=True, part=last)

    def _version(
        self,
        in_registers: bool,
        hoisted: bool = False,
        hints: str = "",
        part: tuple[ir.Stmt, ...] | None = None,
        watched: tuple[ir.Expr, ...] = (),
    ) -> flat.Flat | None:
        """The loop itself, of the body or a part of it. ``number`` counts runs, ``wide`` is the variable as an i64."""
        code, statement, type_ = self._code, self._statement, scalar_type(self._scalar)
        head, latch = code.label(), code.label()
        number, wide, next_number, next_wide = (code.name() for _ in range(4))
        body = statement.body if part is None else part
        noted = flat.begin(code, statement.variable, body, self._pasts, watched) if hoisted and part else None
        origin = code.block
        code.jump(head)
        code.begin(head)
        code.do(f"{number} = phi i64 [ 0, %{origin} ], [ {next_number}, %{latch} ]")
        code.do(f"{wide} = phi i64 [ {self._first}, %{origin} ], [ {next_wide}, %{latch} ]")
        value = wide if self._scalar.size == 8 else code.let(f"trunc i64 {wide} to {type_}")
        memory.store(code, statement.variable, value)
        outer = code.counter
        if in_registers:
            spans = self._remembered.spans() if hoisted and self._remembered else ()
            pasts = self._pasts if hoisted else NOTHING
            code.counter = Counter(statement.variable, wide, value, hoisted, pasts, spans, outer)
        code.exits.append((self._end, latch))
        if noted is None:
            code.block_of(body)
        else:
            noted.write(code, body)
        code.exits.pop()
        code.jump(latch)
        code.begin(latch)
        flag = "" if self._scalar.size == 8 and not self._scalar.signed else " nsw"
        code.do(f"{next_number} = add nuw nsw i64 {number}, 1")
        code.do(f"{next_wide} = add{flag} i64 {wide}, {self._step}")
        out = code.label() if noted else self._end
        code.branch(code.let(f"icmp eq i64 {next_number}, {self._runs}"), out, head, hints)
        if noted is not None:
            code.begin(out)
            noted.write_after(code)
            code.jump(self._end)
        code.counter = outer
        return noted
