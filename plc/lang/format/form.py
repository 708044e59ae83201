"""``plc format``: a text in the one layout of this project. Spelling, comments, pragmas and their order stay.

text --pieces--> tokens and comments --lines--> lines --rows--> text
"""

from __future__ import annotations

from dataclasses import dataclass

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.format.comments import place, show
from plc.lang.format.lines import lines
from plc.lang.format.pieces import Piece, pieces, tokens_of
from plc.lang.parse import parse
from plc.lang.source import Source

MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Formatted:
    """``text`` is the whole text in its layout, or None where ``diagnostics`` say why it was left alone."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...]


def format_source(source: Source) -> Formatted:
    """The text in its layout. One with an error of form is left alone; errors of meaning do not matter. Never raises.

    A mark at the start and line ends of two characters are kept.
    """
    errors = tuple(d for d in parse(source).diagnostics if d.is_error)
    if errors:
        return Formatted(None, errors)
    plain = source.text.replace("\r\n", "\n")
    found = pieces(plain)
    text = _text(found)
    if tokens_of(pieces(text)) != tokens_of(found):
        return Formatted(None, (_unsafe(source),))
    if "\r\n" in source.text:
        text = text.replace("\n", "\r\n")
    return Formatted(MARK + text if source.text.startswith(MARK) else text, ())


def _text(found: list[Piece]) -> str:
    shown = [show(line) for line in lines(found)]
    place(shown)
    rows: list[str] = []
    for each in shown:
        if each.line.blank and rows:
            rows.append("")
        rows.extend(each.rows)
    return "".join(f"{row}\n" for row in rows)


def _unsafe(source: Source) -> Diagnostic:
    what = "this text would read differently in its layout"
    return Diagnostic("Y036", Span(source.path, 1, 1, 1, 1), what, "leave it as it is, and tell us the text")
