"""What of a text decides what runs on a plant: all of it but its TESTs."""

from __future__ import annotations

from plc.core.diagnostic import Span
from plc.lang import ast


def without_tests(text: str, tests: tuple[ast.Test, ...]) -> str:
    """The text less its TESTs and the blanks before each and around the whole: to add, change or drop a test leaves
    it as it is."""
    if not tests:
        return text.strip()
    starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    kept, after = "", 0
    for test in sorted(tests, key=lambda test: (test.span.line, test.span.column)):
        start, end = _stretch(starts, test.span)
        kept += text[after:start].rstrip()
        after = end
    return (kept + text[after:]).strip()


def _stretch(starts: list[int], span: Span) -> tuple[int, int]:
    return starts[span.line - 1] + span.column - 1, starts[span.end_line - 1] + span.end_column - 1
