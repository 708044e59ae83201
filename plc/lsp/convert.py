"""Places of the compiler and of the protocol: the one counts characters from 1, the other code units from 0."""

from __future__ import annotations

import re
from bisect import bisect_right
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import from_fs_path
from pygls.workspace import PositionCodec

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.compile import library_file
from plc.lang.meaning.entity import Sort
from plc.lang.meaning.suggestion import Suggestion
from plc.lang.meaning.text import Place
from plc.lang.problem_pages import folder as pages

_LINE_END = re.compile(r"\r\n?|\n")
_LINE_FEED = re.compile(r"\n")
_PLACE = re.compile(r"\$\{\d+:([^}]*)\}|\$\d")
_KINDS = {
    Sort.VARIABLE: lsp.CompletionItemKind.Variable,
    Sort.CONSTANT: lsp.CompletionItemKind.Constant,
    Sort.FIELD: lsp.CompletionItemKind.Field,
    Sort.ENUMERATOR: lsp.CompletionItemKind.EnumMember,
    Sort.TYPE: lsp.CompletionItemKind.Struct,
    Sort.BLOCK: lsp.CompletionItemKind.Class,
    Sort.METHOD: lsp.CompletionItemKind.Method,
    Sort.ACTION: lsp.CompletionItemKind.Method,
    "parameter": lsp.CompletionItemKind.Property,
    "function": lsp.CompletionItemKind.Function,
    "keyword": lsp.CompletionItemKind.Keyword,
    "snippet": lsp.CompletionItemKind.Snippet,
}
SYMBOLS = {
    Sort.VARIABLE: lsp.SymbolKind.Variable,
    Sort.CONSTANT: lsp.SymbolKind.Constant,
    Sort.FIELD: lsp.SymbolKind.Field,
    Sort.ENUMERATOR: lsp.SymbolKind.EnumMember,
    Sort.TYPE: lsp.SymbolKind.Struct,
    Sort.PROGRAM: lsp.SymbolKind.Module,
    Sort.FUNCTION: lsp.SymbolKind.Function,
    Sort.BLOCK: lsp.SymbolKind.Class,
    Sort.METHOD: lsp.SymbolKind.Method,
    Sort.ACTION: lsp.SymbolKind.Method,
    Sort.STEP: lsp.SymbolKind.Event,
}


class Lines:
    """A text's lines as the compiler counts them, which end in LF, and places in them as one client counts, to whom a
    CR alone ends a line as well (LSP 3.17, TextDocuments)."""

    def __init__(self, text: str, codec: PositionCodec) -> None:
        self._text = text
        self._codec = codec
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._own = self._starts
        if "\r" in text:
            self._own = [0, *(match.end() for match in _LINE_FEED.finditer(text))]

    def offset(self, position: lsp.Position) -> int:
        """How many characters stand before a position; past a line's or the text's end it is that end."""
        if position.line >= len(self._starts):
            return len(self._text)
        start = self._starts[position.line]
        end = self._starts[position.line + 1] if position.line + 1 < len(self._starts) else len(self._text)
        line = self._text[start:end].rstrip("\r\n")
        if line.isascii():
            return start + min(position.character, len(line))
        units = 0
        for column, character in enumerate(line):
            if units >= position.character:
                return start + column
            units += self._codec.client_num_units(character)
        return start + len(line)

    def place(self, position: lsp.Position) -> Place:
        """Line and column from 1."""
        offset = self.offset(position)
        line = bisect_right(self._own, offset)
        return line, offset - self._own[line - 1] + 1

    def position(self, line: int, column: int) -> lsp.Position:
        """The protocol's position of a line and column from 1."""
        if not 0 < line <= len(self._own):
            return lsp.Position(max(line - 1, 0), 0)
        end = self._own[line] - 1 if line < len(self._own) else len(self._text)
        offset = min(self._own[line - 1] + max(column - 1, 0), end)
        shown = bisect_right(self._starts, offset)
        before = self._text[self._starts[shown - 1] : offset]
        return lsp.Position(shown - 1, len(before) if before.isascii() else self._codec.client_num_units(before))

    def range(self, span: Span) -> lsp.Range:
        return lsp.Range(self.position(span.line, span.column), self.position(span.end_line, span.end_column))

    @property
    def whole(self) -> lsp.Range:
        return lsp.Range(lsp.Position(0, 0), self.position(len(self._own), len(self._text) + 1))


def diagnostic(found: Diagnostic, lines: Lines) -> lsp.Diagnostic:
    """A problem with its cure, and the page of its code."""
    page = pages() / f"{found.code}.md"
    return lsp.Diagnostic(
        lines.range(found.span),
        f"{found.what}; {found.cure}",
        lsp.DiagnosticSeverity.Error if found.is_error else lsp.DiagnosticSeverity.Warning,
        found.code,
        lsp.CodeDescription(uri_of(str(page))) if page.is_file() else None,
        "plc",
    )


def item(suggestion: Suggestion, at: lsp.Range, number: int, snippets: bool) -> lsp.CompletionItem:
    """A suggestion that replaces what is typed of it; ``number`` keeps the order."""
    plain = not (snippets and suggestion.snippet)
    insert = plain_text(suggestion) if plain else suggestion.insert
    comment = lsp.MarkupContent(lsp.MarkupKind.Markdown, suggestion.comment) if suggestion.comment else None
    return lsp.CompletionItem(
        suggestion.label,
        kind=_KINDS.get(suggestion.sort, lsp.CompletionItemKind.Text),
        detail=suggestion.detail or None,
        documentation=comment,
        sort_text=f"{number:05}",
        insert_text_format=lsp.InsertTextFormat.PlainText if plain else lsp.InsertTextFormat.Snippet,
        text_edit=lsp.TextEdit(at, insert),
    )


def plain_text(suggestion: Suggestion) -> str:
    """What a client types that knows no snippets."""
    if not suggestion.snippet:
        return suggestion.insert
    return _PLACE.sub(lambda match: match[1] or "", suggestion.insert).replace("\\}", "}")


def uri_of(path: str) -> str:
    """The address of a source; a library source is a file as well."""
    file = library_file(path) or Path(path)
    return from_fs_path(str(file.resolve())) or ""
