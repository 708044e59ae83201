"""Many expressions in one program, run on both back ends, which must leave the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from machine import Machine

from plc.lang import native
from plc.lang.runner import new_context, read_context

BUDGET = 1_000_000


class Twice(Machine):
    """A Machine whose every scan runs on the native back end too, on a copy of its memory."""

    def scan(self, after_ms: int = 0) -> int:
        code = native.load(native.compile_object(native.emit(self.program.unit), 1), self.program.name)
        area, site, globals_ = bytearray(self.area), bytearray(self.site), bytearray(self.globals)
        context = new_context(self.budget)
        site[: len(self.site)] = self.site
        wanted = super().scan(after_ms)
        site[:] = self.site
        status = code.bind(area, site, globals_, context)()
        assert (status, area, globals_, context) == (wanted, self.area, self.globals, self.context)
        code.close()
        return wanted

    def faults(self) -> int:
        return read_context(self.context)[1]


def values(cases: Sequence[str], kind: str, variables: str = "", **inputs: Any) -> list[Any]:
    """What each expression is worth as ``kind``, in order; ``variables`` are declared beside."""
    places = " ".join(f"r{number} : {kind};" for number in range(len(cases)))
    lines = "\n".join(f"r{number} := {case};" for number, case in enumerate(cases))
    machine = Twice(f"PROGRAM p VAR {variables} {places} END_VAR\n{lines}\nEND_PROGRAM").run(**inputs)
    return [machine[f"r{number}"] for number in range(len(cases))]


def check(cases: Mapping[str, Any], kind: str, variables: str = "", **inputs: Any) -> None:
    """Each expression is worth what stands beside it."""
    found = values(list(cases), kind, variables, **inputs)
    assert dict(zip(cases, found, strict=True)) == dict(cases)
