"""From IR nodes to closures: looks up who translates a node, keeps the routines translated so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from plc.lang import ir
from plc.lang.reference.calls import CALLS
from plc.lang.reference.expressions import EXPRESSIONS
from plc.lang.reference.frame import Closure, Frame, Observer, Referent, RoutineRun, Signal, Step, Translation
from plc.lang.reference.statements import STATEMENTS
from plc.lang.reference.texts import TEXTS
from plc.lang.runner import Memory

_EXPRESSIONS: dict[type, Callable[[Translation, Any], Closure]] = EXPRESSIONS | CALLS | TEXTS


class Translator:
    """Routines of one unit as closures over one set of memory; callees are added before their callers."""

    def __init__(self, site: Memory, globals: Memory, context: Memory, observe: Observer | None = None) -> None:
        self.site = site
        self.globals = globals
        self.context = context
        self.routines: dict[str, RoutineRun] = {}
        self.instances: dict[str, bytes] = {}
        self._observe = observe

    def add(self, routine: ir.Routine) -> None:
        """Translate a routine and make it known by its name."""
        body, image = self.block(routine.body), routine.temp.initial

        def run(memory: Memory, offset: int, refs: tuple[Referent, ...]) -> None:
            body(Frame(memory, offset, bytearray(image), refs))

        self.routines[routine.name] = run
        self.instances[routine.name] = routine.instance.initial

    def value(self, expression: ir.Expr | ir.MakeText) -> Closure:
        return self.observed(expression, _EXPRESSIONS[type(expression)](self, expression))

    def observed(self, expression: ir.Expr | ir.MakeText, closure: Closure) -> Closure:
        if self._observe is None:
            return closure
        observe = self._observe

        def seen(frame: Frame) -> Any:
            value = closure(frame)
            observe(expression, value, frame)
            return value

        return seen

    def statement(self, statement: ir.Stmt) -> Step:
        return STATEMENTS[type(statement)](self, statement)

    def block(self, statements: tuple[ir.Stmt, ...]) -> Step:
        steps = [self.statement(statement) for statement in statements]
        if len(steps) == 1:
            return steps[0]

        def run(frame: Frame) -> Signal:
            for step in steps:
                signal = step(frame)
                if signal:
                    return signal
            return Signal.NEXT

        return run
