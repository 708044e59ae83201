"""What of a text decides what runs on a plant: all of it but its TESTs."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast


def without_tests(text: str, tests: tuple[ast.Test, ...]) -> str:
    """The text less its TESTs: to add, change or drop one behind the last unit leaves it as it is. Of one before a
    unit the line ends stay, because faults and trips are told with their lines."""
    if not tests:
        return text.rstrip()
    starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    kept, after = "", 0
    for test in sorted(tests, key=lambda test: (test.span.line, test.span.column)):
        start, end = _stretch(starts, test.span)
        before = text[after:start].rstrip()
        kept += before + "\n" * text.count("\n", after + len(before), end)
        after = end
    return (kept + text[after:]).rstrip()


def _stretch(starts: list[int], span: Span) -> tuple[int, int]:
    return starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
