"""Parts of a source as they are written, comments and all: the bodies of units, and what stands behind a variable."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.parse.lexer import scan
from plc.lang.parse.problems import Problems
from plc.lang.parse.tables import tables
from plc.lang.source import Source

_COMMENT = re.compile(r"[ \t;]*(?://(?P<line>[^\n]*)|\(\*(?P<block>[^*\n]*)\*\)[ \t]*(?=\n|$))")


class SourceText:
    """One source without errors."""

    def __init__(self, source: Source) -> None:
        self._text = source.text
        self._starts = [0, *(match.end() for match in re.finditer("\n", source.text))]
        tokens = [token for token in scan(source.text, tables().keywords, Problems(source.path)) if token.kind != "END"]
        self._tokens = tokens
        self._begins = [token.start for token in tokens]

    def body(self, unit: ast.Pou | ast.Method | ast.Action, without: Iterable[Span] = ()) -> str:
        """What stands between the declarations of a unit and its closing word, less some spans."""
        start = self._body_start(unit)
        closing = self._tokens[bisect_right(self._begins, self._end(unit.span) - 1) - 1]
        pieces, at = [], start
        for span in sorted(without, key=self._start):
            pieces.append(self._text[at : self._start(span)])
            at = self._end(span)
        pieces.append(self._text[at : closing.start])
        body = "".join(pieces)
        first, _, rest = body.partition("\n")
        return (first.strip() + "\n" + rest if first.strip() else rest).strip("\n").rstrip()

    def _body_start(self, unit: ast.Pou | ast.Method | ast.Action) -> int:
        if isinstance(unit, ast.Action):
            position = bisect_right(self._begins, self._end(unit.name_span) - 1)
            return self._tokens[position].end
        if unit.blocks:
            return self._end(unit.blocks[-1].span)
        return self._end(unit.name_span if unit.result is None else unit.result.span)

    def comments(self, blocks: Iterable[ast.VariableBlock]) -> dict[ast.Variable, str]:
        """What a comment says behind a variable, on its line; of several variables on one line the last has it."""
        found: dict[ast.Variable, str] = {}
        for block in blocks:
            for variable in block.variables:
                match = _COMMENT.match(self._text, self._end(variable.span))
                if match is not None:
                    found[variable] = (match["line"] or match["block"] or "").strip()
        return found

    def _start(self, span: Span) -> int:
        return self._starts[span.line - 1] + span.column - 1

    def _end(self, span: Span) -> int:
        return self._starts[span.end_line - 1] + span.end_column - 1
