"""Which pointers of a routine never lead to one byte, found from all calls before any routine is written.

A routine has five ways to memory: its instance, SITE, GLOBAL, the context, and what each VAR_IN_OUT refers to.
``noalias`` on one of them promises LLVM that what is written by one way is not read by another while the routine runs.
It is true of a VAR_IN_OUT where every call of the routine in this unit passes a place

    of SITE, which nobody in the unit writes, or
    of the caller's own memory, apart from the instance called and from each other place passed
    (two that are only read may be one), or
    that the caller got in the same way

and of an instance where all of these are true. A place in GLOBAL is not apart: any routine may write GLOBAL.

Accesses also carry their elementary type (TBAA): a REAL and a LINT never share a byte, in the instances and frames of
typed variables that this language has. Markers (%M) do overlap; they lie in GLOBAL, so accesses of GLOBAL, and by a
VAR_IN_OUT that may lead there, carry none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from plc.lang import ir
from plc.lang.native.meeting import may_meet
from plc.lang.types import Array, Type
from plc.lang.walk import nodes


@dataclass(frozen=True, slots=True)
class _Call:
    """One call: by whom, on which instance, with what passed."""

    caller: str
    instance: ir.Place
    refs: tuple[ir.Place, ...]


class Aliases:
    """What is known of one unit."""

    def __init__(self, unit: ir.Unit) -> None:
        self._unit = unit
        self._routines = {routine.name: routine for routine in unit.routines}
        self._calls: dict[str, list[_Call]] = {name: [] for name in self._routines}
        self._copied: dict[str, list[ir.Place]] = {name: [] for name in self._routines}
        self._written: set[ir.Base] = set()
        for routine in unit.routines:
            self._read(routine)
        self._apart: dict[tuple[str, int], bool] = {}

    def _read(self, routine: ir.Routine) -> None:
        for node in nodes(routine.body):
            match node:
                case ir.CallBlock(routine=callee, instance=instance, refs=refs):
                    self._call(routine.name, callee, instance, refs)
                case ir.CallFunction(routine=callee, frame=frame, refs=refs):
                    self._call(routine.name, callee, frame, refs)
                case ir.Copy(place=place, source=source):
                    self._written.add(place.base)
                    self._copied[routine.name].append(source)
                case ir.Assign(place=place) | ir.CopyText(place=place):
                    self._written.add(place.base)
                case ir.MakeText(result=place) | ir.For(variable=place):
                    self._written.add(place.base)

    def _call(self, caller: str, callee: str, instance: ir.Place, refs: tuple[ir.Place, ...]) -> None:
        self._calls[callee].append(_Call(caller, instance, refs))
        self._copied[caller] += (instance, *refs)
        self._written.add(instance.base)
        constant = [reference.constant for reference in self._routines[callee].refs]
        self._written.update(ref.base for ref, only_read in zip(refs, constant, strict=True) if not only_read)

    # ------------------------------------------------ what LLVM is told of a routine's pointers

    def self_attributes(self, routine: ir.Routine) -> str:
        """Of the pointer to its instance."""
        apart = routine.name == self._unit.entry or self._instance_apart(routine)
        return (" noalias" if apart else "") + _room(routine.instance, written=True)

    def site_attributes(self, entry: bool) -> str:
        """Of the pointer to SITE."""
        written = ir.Base.SITE in self._written
        noalias = " noalias" if entry or not written else ""
        return noalias + (" readonly" if not written else "") + _room(self._unit.site, written)

    def ref_attributes(self, routine: ir.Routine, number: int) -> str:
        """Of the pointer to what a VAR_IN_OUT refers to."""
        reference = routine.refs[number]
        noalias = " noalias" if self.apart(routine.name, number) else ""
        readonly = " readonly" if noalias and reference.constant else ""
        return noalias + readonly + _room(reference.type, written=not reference.constant)

    def apart(self, name: str, number: int) -> bool:
        """Whether what that VAR_IN_OUT refers to is reached by no other way."""
        key = name, number
        if key not in self._apart:
            self._apart[key] = False  # no routine calls itself; if one did, this is the safe answer
            constant = [reference.constant for reference in self._routines[name].refs]
            self._apart[key] = all(self._passed_apart(call, number, constant) for call in self._calls[name])
        return self._apart[key]

    def _passed_apart(self, call: _Call, number: int, constant: list[bool]) -> bool:
        place = call.refs[number]
        if place.base is ir.Base.SITE:
            return ir.Base.SITE not in self._written
        if place.base is ir.Base.GLOBAL or not self._no_common_byte(call.caller, place, call.instance):
            return False
        if place.base is ir.Base.REF and not self.apart(call.caller, place.number):
            return False
        return all(
            (constant[number] and constant[other]) or self._no_common_byte(call.caller, place, against)
            for other, against in enumerate(call.refs)
            if other != number
        )

    def _no_common_byte(self, caller: str, one: ir.Place, other: ir.Place) -> bool:
        """Of two places of one caller."""
        bases = {one.base, other.base}
        if ir.Base.GLOBAL in bases or (ir.Base.SITE in bases and ir.Base.SITE in self._written):
            return False
        if ir.Base.REF not in bases:
            return one.base is not other.base or not may_meet(one, other, entry=True)
        if one.base is other.base and one.number == other.number:
            return False
        return all(self.apart(caller, place.number) for place in (one, other) if place.base is ir.Base.REF)

    def _instance_apart(self, routine: ir.Routine) -> bool:
        if not self.in_own_memory:
            return False
        numbers = range(len(routine.refs))
        return all(self.apart(routine.name, number) for number in numbers) and all(
            call.instance.base is not ir.Base.REF or self.apart(call.caller, call.instance.number)
            for call in self._calls[routine.name]
        )

    @cached_property
    def in_own_memory(self) -> bool:
        """Whether no block's instance lies in SITE or GLOBAL."""
        shared = (ir.Base.SITE, ir.Base.GLOBAL)
        return not any(call.instance.base in shared for calls in self._calls.values() for call in calls)

    def typed(self, routine: str, place: ir.Place) -> bool:
        """Whether the bytes of a place have one elementary type for everybody."""
        if not self.in_own_memory or place.base is ir.Base.GLOBAL:
            return False
        return place.base is not ir.Base.REF or self._typed_ref(routine, place.number)

    def _typed_ref(self, routine: str, number: int) -> bool:
        return all(self.typed(call.caller, call.refs[number]) for call in self._calls[routine])

    # ------------------------------------------------ frames

    def only_loaded(self, routine: str, place: ir.Place) -> bool:
        """Whether a place lies in the routine's frame and nobody takes its bytes but by loading its value: no copy of a
        whole structure holds it, no call is passed it."""
        if place.base is not ir.Base.TEMP:
            return False
        return not any(may_meet(place, copied, entry=True) for copied in self._copied[routine])


def _room(kind: Type, written: bool) -> str:
    """So many bytes may be read, and written back unchanged, at any time: a program's memory is its own in a scan."""
    if (isinstance(kind, Array) and kind.open) or not kind.size:
        return ""
    return (" writable" if written else "") + f" dereferenceable({kind.size})"
