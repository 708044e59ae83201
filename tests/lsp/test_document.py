"""A document follows what is typed in it, whatever its characters and ends of lines."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.workspace import PositionCodec

from plc.core.diagnostic import Span
from plc.lsp.convert import Lines
from plc.lsp.document import Documents, edited, file_of

CODEC = PositionCodec(lsp.PositionEncodingKind.Utf16)
PIECES = ("a", "xyz := 1;", "\n", "\r\n", "\r", "\t", "é", "😀", "𝔘n", "\x0c", "\x0b", "\u2028", "\x85", "\x1c", "")


class Pane:
    """What an editor does: lines of UTF-16 units that end in CR LF, CR or LF."""

    def __init__(self) -> None:
        self.units: list[bytes] = []

    @property
    def text(self) -> str:
        return b"".join(self.units).decode("utf-16-le", "surrogatepass")

    def lines(self) -> list[tuple[int, int]]:
        """The first unit of each line, and the one behind its last."""
        found, start, at = [], 0, 0
        while at < len(self.units):
            ends = 2 if self.units[at : at + 2] == [b"\r\0", b"\n\0"] else self.units[at] in (b"\r\0", b"\n\0")
            if ends:
                found.append((start, at))
                start = at + ends
            at += ends or 1
        return [*found, (start, len(self.units))]

    def unit(self, line: int, character: int) -> int:
        lines = self.lines()
        if line >= len(lines):
            return len(self.units)
        start, end = lines[line]
        return min(start + character, end)

    def type(self, start: int, end: int, text: str) -> None:
        raw = text.encode("utf-16-le")
        self.units[start : max(start, end)] = [raw[at : at + 2] for at in range(0, len(raw), 2)]


def whole_characters(pane: Pane, unit: int) -> int:
    """No editor puts its cursor between the halves of a character, or between CR and LF."""
    high = 0 < unit < len(pane.units) and 0xDC <= pane.units[unit][1] <= 0xDF
    return unit - 1 if high else unit


@pytest.mark.parametrize("seed", range(8))
def test_a_document_holds_what_its_editor_shows(seed: int) -> None:
    chance, pane, text = random.Random(seed), Pane(), ""
    for _ in range(150):
        places = []
        for _ in range(2):
            line = chance.randrange(len(pane.lines()) + 1)
            character = chance.choice((0, 1, chance.randrange(12), 99))
            unit = whole_characters(pane, pane.unit(line, character))
            places.append((unit, line, character - (pane.unit(line, character) - unit)))
        places.sort()
        (start, *first), (end, *last) = places
        new = "".join(chance.choices(PIECES, k=chance.randrange(3)))
        if chance.random() < 0.5:
            end, last = start, first
        pane.type(start, end, new)
        where = lsp.Range(lsp.Position(*first), lsp.Position(*last))
        text = edited(text, lsp.TextDocumentContentChangePartial(where, new), CODEC)
        assert text == pane.text


@pytest.mark.parametrize("seed", range(4))
def test_every_place_of_the_compiler_has_its_place_in_the_editor(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choices(PIECES, k=60))
    lines = Lines(text, CODEC)
    own = text.split("\n")
    for line, column in ((number, place) for number, row in enumerate(own, 1) for place in range(1, len(row) + 2)):
        if own[line - 1][column - 2 : column - 1] != "\r":  # between CR and LF, or behind a CR: both ends are one place
            assert lines.place(lines.position(line, column)) == (line, column)


def test_a_place_behind_the_end_is_the_end() -> None:
    lines = Lines("ab\r\ncd", CODEC)
    assert [lines.offset(lsp.Position(*at)) for at in [(0, 99), (1, 99), (9, 0), (0, 2**31 - 1)]] == [2, 6, 6, 2]
    assert lines.position(7, 3) == lsp.Position(6, 0)
    assert lines.range(Span("x", 1, 1, 2, 99)) == lsp.Range(lsp.Position(0, 0), lsp.Position(1, 2))


def test_a_range_that_ends_before_it_begins_takes_nothing_away() -> None:
    change = lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(0, 3), lsp.Position(0, 1)), "-")
    assert edited("abcd", change, CODEC) == "abc-d"


def test_one_file_under_two_addresses_has_the_text_typed_last(tmp_path: Path) -> None:
    documents = Documents()
    plain, percent = (tmp_path / "é b.st").as_uri(), f"file://{tmp_path}/%C3%A9%20b.st"
    linked = tmp_path / "linked.st"
    linked.symlink_to(tmp_path / "é b.st")
    documents.open(plain, "first")
    documents.open(linked.as_uri(), "second")
    whole = lsp.TextDocumentContentChangeWholeDocument("third")
    assert documents.change(percent, [whole], CODEC)
    assert documents.texts == {tmp_path / "é b.st": "third"}
    assert documents.close(plain)
    assert documents.texts == {tmp_path / "é b.st": "second"}
    assert not documents.change(plain, [whole], CODEC)
    assert not documents.close(plain)


@pytest.mark.parametrize(
    "uri", ["", "file:", "file:///a%00b.st", "untitled:Untitled-1", "http://x/y.st", "file://h/c$/x.st", "\0"]
)
def test_every_address_stands_for_some_file(uri: str) -> None:
    assert file_of(uri).is_absolute()
