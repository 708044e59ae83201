"""What each request is answered with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.workspace import PositionCodec

from plc.core.diagnostic import Diagnostic, Span
from plc.lang.check.unit import Origin
from plc.lang.compile import library_file
from plc.lang.format.form import format_source
from plc.lang.meaning.complete import complete
from plc.lang.meaning.entity import Entity
from plc.lang.meaning.names import Told, named, references, told
from plc.lang.meaning.outline import Entry, outline
from plc.lang.meaning.rename import Refused, may_rename, rename
from plc.lang.meaning.signature import signature
from plc.lang.meaning.study import Study
from plc.lang.meaning.text import Place
from plc.lang.source import Source, read_source
from plc.lsp.convert import SYMBOLS, Lines, item, uri_of
from plc.lsp.desk import Desk, Texts
from plc.lsp.present import now
from plc.store.declarations import PLANT_PATH

MOST = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A place in a document, with the open texts as they were when it was asked about."""

    desk: Desk
    path: Path
    texts: Texts
    place: Place
    lines: Lines
    codec: PositionCodec
    state: Path | None

    def study(self) -> tuple[Study, str]:
        return self.desk.study(self.path, self.texts)

    def entity(self) -> tuple[Span, Entity] | None:
        study, name = self.study()
        return named(study, name, self.place)

    def lines_of(self, path: str) -> Lines:
        """The lines of any source of the set."""
        study, name = self.study()
        if path == name:
            return self.lines
        text = next((unit.source.text for unit in study.units if unit.source.path == path), "")
        return Lines(text, self.codec)

    def location(self, span: Span) -> lsp.Location:
        return lsp.Location(uri_of(span.file), self.lines_of(span.file).range(span))


def problems(asked: Asked, meanwhile: Callable[[], None] | None = None) -> Mapping[Path, Sequence[Diagnostic]]:
    """The problems of a document and of what is compiled with it, by file. ``meanwhile`` as in `compile_set`."""
    found: dict[Path, list[Diagnostic]] = {}
    for each in asked.desk.diagnostics(asked.path, asked.texts, meanwhile):
        if each.span.file != PLANT_PATH and library_file(each.span.file) is None:
            found.setdefault(Path(each.span.file).resolve(), []).append(each)
    return {file: each for file, each in found.items() if file.exists() or file == asked.path or file in asked.texts}


def completion(asked: Asked, snippets: bool) -> lsp.CompletionList:
    study, name = asked.study()
    found = complete(study, name, asked.place)
    line, column = asked.place
    at = lsp.Range(asked.lines.position(line, column - len(found.typed)), asked.lines.position(line, column))
    items = [item(each, at, number, snippets) for number, each in enumerate(found.items[:MOST])]
    return lsp.CompletionList(len(found.items) > MOST, items)


def hover(asked: Asked) -> lsp.Hover | None:
    study, name = asked.study()
    found = told(study, name, asked.place)
    if found is None:
        return None
    text = "\n\n".join(
        part for part in (f"```iecst\n{found.code}\n```", found.role, found.comment, _now(asked, found)) if part
    )
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), asked.lines.range(found.span))


def _now(asked: Asked, found: Told) -> str:
    site = asked.desk.set_of(asked.path, asked.texts).site
    values = now(site, found.unit, found.path, asked.state)
    return f"now {'  '.join(values)}" if values else ""


def signature_help(asked: Asked) -> lsp.SignatureHelp | None:
    study, name = asked.study()
    found = signature(study, name, asked.place)
    if found is None:
        return None
    parameters = [lsp.ParameterInformation(each.label, each.detail or None) for each in found.arguments]
    one = lsp.SignatureInformation(found.label, found.comment or None, parameters, found.active)
    return lsp.SignatureHelp([one], 0, found.active)


def definition(asked: Asked) -> lsp.Location | None:
    """Where the name is declared; None for a tag of the plant, whose declaration is made of the site file."""
    found = asked.entity()
    if found is None or found[1].origin is Origin.PLANT:
        return None
    return asked.location(found[1].span)


def uses(asked: Asked, declaration: bool) -> list[lsp.Location]:
    found = asked.entity()
    if found is None:
        return []
    study, _ = asked.study()
    places = references(study, found[1])
    return [asked.location(span) for span in places if declaration or span != found[1].span]


def symbols(asked: Asked) -> list[lsp.DocumentSymbol]:
    study, name = asked.study()
    return [_symbol(asked, entry) for entry in outline(study, name)]


def _symbol(asked: Asked, entry: Entry) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        entry.name or "?",
        SYMBOLS[entry.sort],
        asked.lines.range(entry.span),
        asked.lines.range(entry.name_span),
        entry.detail or None,
        children=[_symbol(asked, part) for part in entry.parts],
    )


def renamable(asked: Asked) -> lsp.Range | None:
    found = asked.entity()
    if found is None:
        return None
    try:
        may_rename(found[1], asked.desk.fixed_names(asked.path, asked.texts))
    except Refused as refused:
        raise _failed(str(refused)) from refused
    return asked.lines.range(found[0])


def renamed(asked: Asked, new: str) -> lsp.WorkspaceEdit | None:
    found = asked.entity()
    if found is None:
        raise _failed("no declared name stands here")
    study, _ = asked.study()
    try:
        changes = rename(study, found[1], new, asked.desk.fixed_names(asked.path, asked.texts))
    except Refused as refused:
        raise _failed(str(refused)) from refused
    return lsp.WorkspaceEdit(
        {
            uri_of(path): [lsp.TextEdit(asked.lines_of(path).range(span), changes.name) for span in places]
            for path, places in changes.places.items()
        }
    )


def formatted(asked: Asked) -> list[lsp.TextEdit]:
    """One edit of the whole text; none where it stands in its layout."""
    text = asked.texts[asked.path] if asked.path in asked.texts else read_source(asked.path).text
    found = format_source(Source(str(asked.path), text))
    if found.text is None:
        first = found.diagnostics[0]
        raise _failed(f"left as it is: line {first.span.line}: {first.what}; {first.cure}")
    return [] if found.text == text else [lsp.TextEdit(asked.lines.whole, found.text)]


def _failed(reason: str) -> JsonRpcException:
    return JsonRpcException(reason, lsp.LSPErrorCodes.RequestFailed.value)
