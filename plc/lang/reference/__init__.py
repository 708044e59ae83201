"""The reference back end: the IR in plain Python, exact. The oracle, the fall-back and the explainer.

Unit --translate once--> closures over the memory --each scan--> status
"""

from __future__ import annotations

from plc.lang import ir
from plc.lang.reference.frame import Observer, RoutineRun, Stop
from plc.lang.reference.translate import Translator
from plc.lang.runner import Memory, Runner, check_memory


class _Bound:
    """A program bound to its memory."""

    __slots__ = ("_area", "_entry")

    def __init__(self, entry: RoutineRun, area: Memory) -> None:
        self._entry = entry
        self._area = area

    def __call__(self) -> int:
        try:
            self._entry(self._area, 0, ())
        except Stop as stop:
            return stop.site
        return 0


def bind(
    unit: ir.Unit, area: Memory, site: Memory, globals: Memory, context: Memory, observe: Observer | None = None
) -> Runner:
    """The unit's entry over these areas; they must not overlap. Raises ValueError when one is too small.

    ``observe(expression, value, frame)`` sees every value as it is made, in order of evaluation.
    """
    check_memory(unit, area, site, globals, context)
    translator = Translator(site, globals, context, observe)
    for routine in unit.routines:
        translator.add(routine)
    return _Bound(translator.routines[unit.entry], area)


__all__ = ["Observer", "bind"]
