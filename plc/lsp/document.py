"""The documents an editor holds open, each as it is typed.

pygls would keep them too, but takes form feeds and U+2028 for ends of lines, which no editor does, and a place beyond
the end of a line for the place before its last character.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types as lsp
from pygls.uris import to_fs_path
from pygls.workspace import PositionCodec

from plc.lsp.convert import Lines


@dataclass(frozen=True, slots=True)
class Document:
    """An open document: its address as its editor writes it, the file it stands for, its text."""

    uri: str
    path: Path
    text: str


class Documents:
    """Open documents by address. Two addresses of one file are two documents; the one typed in last counts."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}

    @property
    def texts(self) -> dict[Path, str]:
        """The texts by resolved path, as they are now."""
        return {each.path: each.text for each in self._open.values()}

    @property
    def paths(self) -> dict[Path, str]:
        """The open files, each with its editor's address."""
        return {each.path: each.uri for each in self._open.values()}

    def open(self, uri: str, text: str) -> None:
        self._put(Document(uri, file_of(uri), text))

    def change(self, uri: str, changes: Sequence[lsp.TextDocumentContentChangeEvent], codec: PositionCodec) -> bool:
        """Put the changes into the text, in turn; False where the document was never opened."""
        known = self._open.get(unquote(uri))
        if known is None:
            return False
        text = known.text
        for change in changes:
            text = edited(text, change, codec)
        self._put(Document(known.uri, known.path, text))
        return True

    def close(self, uri: str) -> bool:
        """False where the document was never opened."""
        return self._open.pop(unquote(uri), None) is not None

    def _put(self, document: Document) -> None:
        self._open.pop(unquote(document.uri), None)
        self._open[unquote(document.uri)] = document


def edited(text: str, change: lsp.TextDocumentContentChangeEvent, codec: PositionCodec) -> str:
    """The text after one change; a range that ends before it begins is where it begins."""
    if not isinstance(change, lsp.TextDocumentContentChangePartial):
        return change.text
    lines = Lines(text, codec)
    start, end = lines.offset(change.range.start), lines.offset(change.range.end)
    return text[:start] + change.text + text[max(start, end) :]


def file_of(uri: str) -> Path:
    """The file of an address; a text that was never saved counts as a file of the working folder."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    name = path or f"{uri.rpartition(':')[2] or 'untitled'}.st"
    return Path(name.replace("\0", "")).resolve()
