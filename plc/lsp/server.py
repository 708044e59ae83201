"""The server: each request of an editor becomes one question to the desk, asked on one thread of its own.

editor --JSON-RPC on stdin--> pygls --> Desk, meaning --> answer on stdout
           didChange .. wait until nothing is typed .. publishDiagnostics
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from plc.lsp import answers
from plc.lsp.answers import Asked
from plc.lsp.convert import Lines, diagnostic, uri_of
from plc.lsp.desk import Desk

QUIET_S = 0.3
"""How long nothing is typed before problems are looked for."""

T = TypeVar("T")


class Server(LanguageServer):
    """pygls's server with a desk. ``state`` is where the site's controller keeps its state, if not the usual place."""

    def __init__(self, state: Path | None = None, quiet_s: float = QUIET_S) -> None:
        super().__init__("plc", "1", lsp.TextDocumentSyncKind.Incremental)
        self.desk = Desk()
        self.state = state
        self.texts: dict[Path, str] = {}
        self._quiet_s = quiet_s
        self._one_thread = ThreadPoolExecutor(1, "desk")
        self._waiting: dict[Path, asyncio.TimerHandle] = {}
        self._told: dict[Path, set[str]] = {}
        self._checks: set[asyncio.Task[None]] = set()

    async def ask(self, question: Callable[[Asked], T], uri: str, position: lsp.Position | None = None) -> T:
        """The answer to a question about a place in a document, asked of the texts as they are now."""
        path, texts = file_of(uri), dict(self.texts)
        codec = self.workspace.position_codec
        text = texts.get(path)

        def answer() -> T:
            lines = Lines(_on_disk(path) if text is None else text, codec)
            place = lines.place(position) if position else (1, 1)
            return question(Asked(self.desk, path, texts, place, lines, codec, self.state))

        return await asyncio.get_running_loop().run_in_executor(self._one_thread, answer)

    def changed(self, uri: str) -> None:
        """Note the text of a document, and look for problems when nothing more is typed."""
        path = file_of(uri)
        self.texts[path] = self.workspace.get_text_document(uri).source
        waiting = self._waiting.pop(path, None)
        if waiting is not None:
            waiting.cancel()
        self._waiting[path] = asyncio.get_running_loop().call_later(self._quiet_s, self._begin_check, uri)

    def closed(self, uri: str) -> None:
        path = file_of(uri)
        self.texts.pop(path, None)
        waiting = self._waiting.pop(path, None)
        if waiting is not None:
            waiting.cancel()
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def _begin_check(self, uri: str) -> None:
        self._waiting.pop(file_of(uri), None)
        check = asyncio.ensure_future(self._check(uri))
        self._checks.add(check)
        check.add_done_callback(self._checks.discard)

    async def _check(self, uri: str) -> None:
        """Publish the problems of a document and of what is compiled with it."""
        path = file_of(uri)
        found = await self.ask(answers.problems, uri)
        named = {file_of(other): other for other in self.workspace.text_documents}
        before = self._told.get(path, set())
        self._told[path] = {str(file) for file in found}
        for file in {*found, *map(Path, before), path}:
            text = self.texts.get(file)
            lines = Lines(_on_disk(file) if text is None else text, self.workspace.position_codec)
            shown = [diagnostic(each, lines) for each in found.get(file, ())]
            address = named.get(file) or uri_of(str(file))
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(address, shown))


def file_of(uri: str) -> Path:
    """The file of an address; a text that was never saved counts as a file of the working folder."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path or f"{uri.rpartition(':')[2] or 'untitled'}.st").resolve()


def _on_disk(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return ""


def make_server(state: Path | None = None, quiet_s: float = QUIET_S) -> Server:
    """A server with all it can do, not yet started."""
    server = Server(state, quiet_s)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.changed(params.text_document.uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)

    _reading(server)
    _writing(server)
    return server


def _reading(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions([".", "#", "("]))
    async def completion(params: lsp.CompletionParams) -> lsp.CompletionList:
        snippets = _knows_snippets(server.client_capabilities)
        return await server.ask(
            lambda asked: answers.completion(asked, snippets), params.text_document.uri, params.position
        )

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        return await server.ask(answers.hover, params.text_document.uri, params.position)

    @server.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(["(", ","]))
    async def signature(params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        return await server.ask(answers.signature_help, params.text_document.uri, params.position)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: lsp.DefinitionParams) -> lsp.Location | None:
        return await server.ask(answers.definition, params.text_document.uri, params.position)

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def uses(params: lsp.ReferenceParams) -> list[lsp.Location]:
        declared = params.context.include_declaration
        return await server.ask(lambda asked: answers.uses(asked, declared), params.text_document.uri, params.position)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        return await server.ask(answers.symbols, params.text_document.uri)


def _writing(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: lsp.PrepareRenameParams) -> lsp.Range | None:
        return await server.ask(answers.renamable, params.text_document.uri, params.position)

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        return await server.ask(
            lambda asked: answers.renamed(asked, params.new_name), params.text_document.uri, params.position
        )

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def formatting(params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        return await server.ask(answers.formatted, params.text_document.uri)


def _knows_snippets(client: lsp.ClientCapabilities) -> bool:
    completion = client.text_document.completion if client.text_document else None
    return bool(completion and completion.completion_item and completion.completion_item.snippet_support)


def serve(state: Path | None = None) -> None:
    """Answer an editor on standard input and output until it says exit."""
    make_server(state).start_io()
