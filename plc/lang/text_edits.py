"""What the text functions of the standard make of bytes; positions count from 1 (see ``ir.TextOp``)."""

from __future__ import annotations

from collections.abc import Callable

from plc.lang import ir


def find(text: bytes, other: bytes) -> int:
    """Where ``other`` first begins; 0 where nowhere, or where it is empty."""
    return text.find(other) + 1 if other else 0


def _left(text: bytes, count: int) -> bytes:
    return text[: max(count, 0)]


def _right(text: bytes, count: int) -> bytes:
    return text[max(len(text) - max(count, 0), 0) :]


def _mid(text: bytes, count: int, at: int) -> bytes:
    return text[at - 1 : at - 1 + max(count, 0)] if 1 <= at <= len(text) else b""


def _insert(text: bytes, other: bytes, at: int) -> bytes:
    return text[:at] + other + text[at:] if 0 <= at <= len(text) else text


def _delete(text: bytes, count: int, at: int) -> bytes:
    return _replace(text, b"", count, at)


def _replace(text: bytes, other: bytes, count: int, at: int) -> bytes:
    return text[: at - 1] + other + text[at - 1 + max(count, 0) :] if 1 <= at <= len(text) else text


def _choose(number: int, *texts: bytes) -> bytes:
    return texts[number if 0 <= number < len(texts) else -1]


EDITS: dict[ir.TextOp, Callable[..., bytes]] = {
    ir.TextOp.LEFT: _left,
    ir.TextOp.RIGHT: _right,
    ir.TextOp.MID: _mid,
    ir.TextOp.CONCAT: lambda *texts: b"".join(texts),
    ir.TextOp.TO_UPPER: bytes.upper,
    ir.TextOp.TO_LOWER: bytes.lower,
    ir.TextOp.INSERT: _insert,
    ir.TextOp.DELETE: _delete,
    ir.TextOp.REPLACE: _replace,
    ir.TextOp.CHOOSE: _choose,
    ir.TextOp.LEAST: lambda *texts: min(texts),
    ir.TextOp.GREATEST: lambda *texts: max(texts),
}
