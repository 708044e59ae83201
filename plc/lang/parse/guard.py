"""What is refused before the parser sees it: texts too large, bytes that are no text, nesting too deep.

One pass each, so that hostile input costs a diagnostic and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plc.lang.parse.problems import Problems
from plc.lang.parse.tokens import Token, kinds
from plc.lang.source import BYTES_MOST

DEEPEST = 100

_UTF16 = ("\udcff\udcfe", "\udcfe\udcff")
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_OPENERS = kinds("( [ IF CASE FOR WHILE REPEAT STRUCT")
_CLOSERS = kinds(") ] END_IF END_CASE END_FOR END_WHILE END_REPEAT END_STRUCT")
_FRESH = kinds(
    "PROGRAM FUNCTION FUNCTION_BLOCK TYPE TEST END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END_TYPE END_TEST"
)


def readable(text: str, problems: Problems) -> bool:
    """Whether the text may be read at all; if not, one problem says why."""
    if len(text) > BYTES_MOST or (
        len(text) > BYTES_MOST // 4 and len(text.encode("utf-8", "surrogatepass")) > BYTES_MOST
    ):
        at = Token("text", "", 1, 1, 1, 2)
        size_mib = BYTES_MOST // (1024 * 1024)
        problems.report("P001", at, f"this text is larger than {size_mib} MiB", "divide it into several files")
        return False
    found = _UNREADABLE.search(text)
    if found is None:
        return _has_lines(text, problems)
    line = text.count("\n", 0, found.start()) + 1
    column = found.start() - text.rfind("\n", 0, found.start())
    at = Token("character", "", line, column, line, column + 1)
    if text.startswith(_UTF16) or (found.group() == "\x00" and text[1::2].count("\x00") > len(text) // 3):
        what = "this file is saved as UTF-16, not as UTF-8"
    elif found.group() == "\x00":
        what = "a zero byte stands here, which no text has"
    else:
        what = "bytes stand here that are no character of UTF-8"
        byte = ord(found.group()) - 0xDC00
        if 0xC0 <= byte <= 0xFF:
            letter = chr(byte)
            what = f"a byte stands here that is no character of UTF-8: {letter}, as older editors save it"
    problems.report("P002", at, what, "save the file as text in UTF-8")
    return False


def _has_lines(text: str, problems: Problems) -> bool:
    """A text whose lines end in CR alone would be one long line, and all behind a // a comment."""
    if "\r" not in text or "\n" in text:
        return True
    at = Token("text", "", 1, 1, 1, 2)
    what = "the lines of this text end in a lone CR, which makes them one line"
    problems.report("P002", at, what, "save the file with the line ends of Windows or Unix")
    return False


def bounded(tokens: Iterator[Token], problems: Problems) -> list[Token] | None:
    """All the tokens, or None, with one problem, where brackets and blocks are nested more than ``DEEPEST`` deep."""
    kept: list[Token] = []
    depth = arrays = 0
    for token in tokens:
        kind = token.kind
        kept.append(token)
        if kind in _OPENERS:
            depth += 1
        elif kind == "ARRAY":
            arrays += 1
        elif kind == ";":
            arrays = 0
        elif kind in _CLOSERS:
            depth = max(depth - 1, 0)
        elif kind in _FRESH:
            depth = 0
        if depth > DEEPEST or arrays > DEEPEST:
            what = f"brackets and blocks are nested more than {DEEPEST} deep here"
            problems.report("P003", token, what, "divide it: give the inner part a variable or a function of its own")
            return None
        if problems.full:
            return None
    return kept
