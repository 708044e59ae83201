"""An editor: a real client of the protocol, talking to ``plc lsp`` over its standard input and output."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

WITHIN_S = 60.0
ENDS_WITHIN_S = 20.0


class Editor:
    """One session. ``published`` holds the problems last told of each document."""

    def __init__(self) -> None:
        self.client = LanguageClient("test", "1")
        self.published: dict[str, list[lsp.Diagnostic]] = {}
        self._news = asyncio.Event()
        self._versions: dict[str, int] = {}
        self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: self._told(params))
        self.shown: list[str] = []
        self.client.feature(lsp.WINDOW_SHOW_MESSAGE)(lambda params: self._shown(params))

    def _told(self, params: lsp.PublishDiagnosticsParams) -> None:
        self.published[params.uri] = list(params.diagnostics)
        self._news.set()

    def _shown(self, params: lsp.ShowMessageParams) -> None:
        self.shown.append(params.message)

    async def start(self, folder: Path, *arguments: str) -> lsp.InitializeResult:
        await self.client.start_io(sys.executable, "-m", "plc.cli", "lsp", *arguments)
        completion = lsp.CompletionClientCapabilities(
            completion_item=lsp.ClientCompletionItemOptions(snippet_support=True)
        )
        result = await self.client.initialize_async(
            lsp.InitializeParams(
                capabilities=lsp.ClientCapabilities(
                    text_document=lsp.TextDocumentClientCapabilities(completion=completion)
                ),
                root_uri=folder.as_uri(),
            )
        )
        self.client.initialized(lsp.InitializedParams())
        return result

    async def end(self) -> int | None:
        """Say goodbye; the server's exit code."""
        await self.client.shutdown_async(None)
        self.client.exit(None)
        process = self.client._server
        assert process is not None
        await asyncio.wait_for(process.wait(), ENDS_WITHIN_S)
        await self.client.stop()
        return process.returncode

    # ------------------------------------------------ documents

    def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        self._versions[uri] = 1
        shown = path.read_text() if text is None else text
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "iecst", 1, shown)))
        return uri

    def type(self, uri: str, line: int, character: int, text: str, end: tuple[int, int] | None = None) -> None:
        """Put text in the place of what stands between two positions; both count from 0."""
        until = end or (line, character)
        change = lsp.TextDocumentContentChangePartial(
            lsp.Range(lsp.Position(line, character), lsp.Position(*until)), text
        )
        self._change(uri, change)

    def replace(self, uri: str, text: str) -> None:
        self._change(uri, lsp.TextDocumentContentChangeWholeDocument(text))

    def _change(self, uri: str, change: Any) -> None:
        self._versions[uri] += 1
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(lsp.VersionedTextDocumentIdentifier(self._versions[uri], uri), [change])
        )

    async def problems(self, uri: str, holds: Callable[[list[lsp.Diagnostic]], bool]) -> list[lsp.Diagnostic]:
        """The problems of a document as soon as they are as wanted."""

        async def wanted() -> list[lsp.Diagnostic]:
            while uri not in self.published or not holds(self.published[uri]):
                self._news.clear()
                await self._news.wait()
            return self.published[uri]

        return await asyncio.wait_for(wanted(), WITHIN_S)

    # ------------------------------------------------ questions

    async def completion(self, uri: str, line: int, character: int) -> list[lsp.CompletionItem]:
        at = lsp.CompletionParams(lsp.TextDocumentIdentifier(uri), lsp.Position(line, character))
        found = await self.client.text_document_completion_async(at)
        assert isinstance(found, lsp.CompletionList)
        return list(found.items)

    async def hover(self, uri: str, line: int, character: int) -> str:
        at = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(line, character))
        found = await self.client.text_document_hover_async(at)
        if found is None:
            return ""
        assert isinstance(found.contents, lsp.MarkupContent)
        return found.contents.value


def session(folder: Path, talk: Callable[[Editor], Awaitable[None]], *arguments: str) -> int | None:
    """Run a talk with a server of its own; its exit code. Whatever happens, the process has ended afterwards."""

    async def whole() -> int | None:
        editor = Editor()
        try:
            await editor.start(folder, *arguments)
            await talk(editor)
            return await editor.end()
        finally:
            process = editor.client._server
            if process is not None and process.returncode is None:
                process.kill()
                await process.wait()

    return asyncio.run(whole())
