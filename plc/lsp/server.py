"""The server: each request of an editor becomes one question to the desk, asked on one thread of its own.

editor --JSON-RPC on stdin--> pygls --> Desk, meaning --> answer on stdout
           didChange .. wait until nothing is typed .. publishDiagnostics
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from plc.core.diagnostic import Diagnostic
from plc.lsp import answers
from plc.lsp.answers import Asked
from plc.lsp.checks import Checks, Found, Meanwhile
from plc.lsp.convert import Lines, diagnostic, uri_of
from plc.lsp.desk import Desk
from plc.lsp.document import Documents, file_of
from plc.lsp.protocol import Protocol

QUIET_S = 0.3
"""How long nothing is typed before problems are looked for."""

T = TypeVar("T")


class Server(LanguageServer):
    """pygls's server with a desk. ``state`` is where the site's controller keeps its state, if not the usual place."""

    def __init__(self, state: Path | None = None, quiet_s: float = QUIET_S) -> None:
        super().__init__("plc", "1", lsp.TextDocumentSyncKind.Incremental, protocol_cls=Protocol)
        self.desk = Desk()
        self.state = state
        self.documents = Documents()
        self.checks = Checks(self._look, self._show, quiet_s)
        self._one_thread = ThreadPoolExecutor(1, "desk")
        self._told: dict[str, set[Path]] = {}

    async def ask(self, question: Callable[[Asked], T], uri: str, position: lsp.Position | None = None) -> T:
        """The answer to a question about a place in a document, asked of the texts as they are now."""
        self.checks.questions += 1
        try:
            return await self._answer(question, uri, position)
        finally:
            self.checks.questions -= 1

    async def _answer(self, question: Callable[[Asked], T], uri: str, position: lsp.Position | None = None) -> T:
        """Raises JsonRpcException, also where a file cannot be read or its address is none."""
        texts, codec = self.documents.texts, self.workspace.position_codec

        def answer() -> T:
            try:
                path = file_of(uri)
                text = texts.get(path)
                lines = Lines(on_disk(path) if text is None else text, codec)
                place = lines.place(position) if position else (1, 1)
                return question(Asked(self.desk, path, texts, place, lines, codec, self.state))
            except (OSError, UnicodeError) as exc:
                raise JsonRpcException(f"{uri[:200]}: {exc}"[:500], lsp.LSPErrorCodes.RequestFailed.value) from exc

        return await asyncio.get_running_loop().run_in_executor(self._one_thread, answer)

    def opened(self, uri: str, text: str) -> None:
        self.documents.open(uri, text)
        self.checks.changed(uri)

    def typed(self, uri: str, changes: Sequence[lsp.TextDocumentContentChangeEvent]) -> None:
        if self.documents.change(uri, changes, self.workspace.position_codec):
            self.checks.changed(uri)
        else:
            self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Warning, f"{uri} was changed, never opened"))

    def closed(self, uri: str) -> None:
        """Take back what was told because of a document, and look again at the others, which now see its file."""
        if not self.documents.close(uri):
            return
        self.checks.forget(uri)
        for file in {*self._told.pop(uri, set()), file_of(uri)}:
            self._publish(file, [])
        self.check_all()

    def check_all(self) -> None:
        """Look for the problems of every open document: what they are compiled with may have changed."""
        for uri in self.documents.paths.values():
            self.checks.later(uri)

    def shutdown(self) -> None:
        """End, a check that is going on too."""
        self.checks.end()
        self._one_thread.shutdown(cancel_futures=True)
        super().shutdown()  # type: ignore[no-untyped-call]  # pygls has no types here

    def _look(self, uri: str, meanwhile: Meanwhile) -> Awaitable[Found]:
        return self._answer(lambda asked: answers.problems(asked, meanwhile), uri)

    def _show(self, uri: str, found: Found) -> None:
        """Publish the problems of a document and of what is compiled with it."""
        if file_of(uri) not in self.documents.paths:
            return
        before = self._told.get(uri, set())
        self._told[uri] = set(found)
        for file in {*found, *before, file_of(uri)}:
            self._publish(file, found.get(file, ()))

    def _publish(self, file: Path, found: Sequence[Diagnostic]) -> None:
        text = self.documents.texts.get(file)
        lines = Lines(on_disk(file) if text is None else text, self.workspace.position_codec)
        address = self.documents.paths.get(file) or uri_of(str(file))
        shown = [diagnostic(each, lines) for each in found]
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(address, shown))


def on_disk(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except (OSError, ValueError):
        return ""


def make_server(state: Path | None = None, quiet_s: float = QUIET_S) -> Server:
    """A server with all it can do, not yet started."""
    server = Server(state, quiet_s)
    _typing(server)
    _reading(server)
    _writing(server)
    return server


def _typing(server: Server) -> None:
    for kept_here in (lsp.TEXT_DOCUMENT_DID_OPEN, lsp.TEXT_DOCUMENT_DID_CHANGE, lsp.TEXT_DOCUMENT_DID_CLOSE):
        server.protocol.fm.builtin_features.pop(kept_here)

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        server.opened(params.text_document.uri, params.text_document.text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        server.typed(params.text_document.uri, params.content_changes)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def saved(params: lsp.DidSaveTextDocumentParams) -> None:
        server.check_all()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def on_disk_changed(params: lsp.DidChangeWatchedFilesParams) -> None:
        server.check_all()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        server.closed(params.text_document.uri)


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


def serve(state: Path | None = None) -> int:
    """Answer an editor on standard input and output until it says exit; 0, or 1 where it said no shutdown before."""
    server = make_server(state)
    server.start_io()
    return 0 if isinstance(server.protocol, Protocol) and server.protocol.said_goodbye else 1
