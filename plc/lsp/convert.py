"""Places of the compiler and of the protocol: the one counts characters from 1, the other code units from 0."""

from __future__ import annotations

import re
from pathlib import Path

from lsprotocol import types as lsp
from pygls.uris import from_fs_path
from pygls.workspace import PositionCodec

from plc.core.diagnostic import Diagnostic, Severity, Span
from plc.lang.compile import library_file
from plc.lang.meaning.entity import Sort
from plc.lang.meaning.suggestion import Suggestion
from plc.lang.meaning.text import Place
from plc.lang.problem_pages import folder as pages

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
    """A text's lines as the compiler counts them, and places in them as one client counts."""

    def __init__(self, text: str, codec: PositionCodec) -> None:
        self._lines = text.split("\n")
        self._codec = codec

    def place(self, position: lsp.Position) -> Place:
        """Line and column from 1; a position past a line's or the text's end is that end."""
        if position.line >= len(self._lines):
            return len(self._lines), len(self._lines[-1]) + 1
        line = self._lines[position.line]
        units = 0
        for column, character in enumerate(line):
            if units >= position.character:
                return position.line + 1, column + 1
            units += self._codec.client_num_units(character)
        return position.line + 1, len(line) + 1

    def position(self, line: int, column: int) -> lsp.Position:
        """The protocol's position of a line and column from 1."""
        text = self._lines[line - 1] if 0 < line <= len(self._lines) else ""
        return lsp.Position(max(line - 1, 0), self._codec.client_num_units(text[: max(column - 1, 0)]))

    def range(self, span: Span) -> lsp.Range:
        return lsp.Range(self.position(span.line, span.column), self.position(span.end_line, span.end_column))

    @property
    def whole(self) -> lsp.Range:
        end = self.position(len(self._lines), len(self._lines[-1]) + 1)
        return lsp.Range(lsp.Position(0, 0), end)


def diagnostic(found: Diagnostic, lines: Lines) -> lsp.Diagnostic:
    """A problem with its cure, and the page of its code."""
    page = pages() / f"{found.code}.md"
    return lsp.Diagnostic(
        lines.range(found.span),
        f"{found.what}; {found.cure}",
        lsp.DiagnosticSeverity.Error if found.severity is Severity.ERROR else lsp.DiagnosticSeverity.Warning,
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
