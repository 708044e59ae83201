"""Texts as views: bytes that lie somewhere, and how many of them; they move once, when the text is stored.

LEFT(a, 3) ---------> a's bytes, at most 3 of them
CONCAT(a, ': ', b) -> the views of a, ': ' and b, one after the other
"""

from __future__ import annotations

from dataclasses import dataclass

from plc.lang import ir
from plc.lang.native import memory, text_blocks, text_helpers
from plc.lang.native.code import Code
from plc.lang.types import Text


@dataclass(frozen=True, slots=True)
class View:
    """``length`` bytes (an i64) from ``at`` on. ``most`` is the greatest length; ``room`` bytes from ``at`` on can be
    read whatever the length is."""

    at: str
    length: str
    most: int
    room: int


@dataclass(frozen=True, slots=True)
class Joined:
    """A text as views in a row, and where there is room to lay them together."""

    views: tuple[View, ...]
    place: ir.Place | None = None

    @property
    def most(self) -> int:
        return sum(view.most for view in self.views)


def text_type(place: ir.Place) -> Text:
    if not isinstance(place.type, Text):
        raise TypeError(f"{place.type} is not a STRING")
    return place.type


def helper(code: Code, name: str) -> str:
    """A function of text_helpers.py, with those it calls, taken into the module."""
    for needed in text_helpers.NEEDS.get(name, ()):
        helper(code, needed)
    return code.module.declare(f"@{name}", text_helpers.HELPERS[name])


def constant(code: Code, content: bytes) -> View:
    return View(code.module.constant(content), str(len(content)), len(content), len(content))


def stored(code: Code, at: str, kind: Text) -> View:
    """The text that lies at a pointer; a length beyond its own counts as its own."""
    short = code.let(f"load i16, ptr {at}, align 1")
    length = code.let(f"zext i16 {short} to i64")
    return View(memory.advance(code, at, 2), limited(code, length, kind.length), kind.length, kind.length)


def limited(code: Code, length: str, most: int) -> str:
    return code.let(f"call i64 @llvm.umin.i64(i64 {length}, i64 {most})")


def cut(code: Code, view: View, most: int) -> View:
    """At most so many of its first bytes."""
    if view.most <= most:
        return view
    return View(view.at, limited(code, view.length, most), most, view.room)


# ---------------------------------------------------------------- moving bytes


def together(code: Code, text: Joined) -> View:
    """The text as one view: as it is, or laid together."""
    return text.views[0] if len(text.views) == 1 else laid(code, text)


def laid(code: Code, text: Joined) -> View:
    """The text in its own room, and cut to that."""
    if text.place is None:
        raise ValueError("a text that lies somewhere has no room of its own")
    capacity = text_type(text.place).length
    start = memory.advance(code, memory.pointer(code, text.place), 2)
    used, reach = "0", 0
    for view in text.views:
        reach += view.most
        to = start if used == "0" else code.let(f"getelementptr inbounds i8, ptr {start}, i64 {used}")
        length = view.length
        if reach > capacity:
            length = code.let(f"call i64 @llvm.umin.i64(i64 {length}, i64 {code.let(f'sub i64 {capacity}, {used}')})")
        in_block = reach <= capacity and view.most <= min(view.room, text_blocks.LONGEST_BLOCK)
        moved = view.most if in_block else length
        code.do(f"call void @llvm.memcpy.p0.p0.i64(ptr {to}, ptr {view.at}, i64 {moved}, i1 false)")
        used = length if used == "0" else code.let(f"add nuw nsw i64 {used}, {length}")
    return View(start, used, min(reach, capacity), capacity)


def store(code: Code, to: str, kind: Text, view: View) -> None:
    """Put a text where ``to`` points, cut to its length, zeros behind it; as if read before written."""
    view, room = cut(code, view, kind.length), kind.size - 2
    if view.most <= min(view.room, text_blocks.LONGEST_BLOCK):
        name = code.module.declare(f"@store_{view.most}_{room}", text_blocks.store(view.most, room))
        code.do(f"call void {name}(ptr {to}, ptr {view.at}, i64 {view.length})")
    else:
        name = helper(code, "store_text")
        code.do(f"call void {name}(ptr {to}, i64 {room}, ptr {view.at}, i64 {view.length})")


# ---------------------------------------------------------------- comparing


def _block(left: View, right: View) -> int | None:
    """So many bytes of both decide, where that is so few that they are compared at once."""
    count = min(left.most, right.most)
    return count if 0 < count <= min(left.room, right.room, text_blocks.LONGEST_BLOCK) else None


def equal(code: Code, left: View, right: View) -> str:
    """An i1."""
    count = _block(left, right)
    if count is None:
        arguments = f"ptr {left.at}, i64 {left.length}, ptr {right.at}, i64 {right.length}"
        return code.let(f"call i1 {helper(code, 'equal_texts')}({arguments})")
    as_long = code.let(f"icmp eq i64 {left.length}, {right.length}")
    first = code.let(f"call i64 {_difference(code, count)}(ptr {left.at}, ptr {right.at})")
    return code.let(f"and i1 {as_long}, {code.let(f'icmp uge i64 {first}, {left.length}')}")


def order(code: Code, left: View, right: View) -> str:
    """An i32 below, at or above 0."""
    count = _block(left, right)
    if count is None:
        name = helper(code, "order_texts")
    else:
        _difference(code, count)
        name = code.module.declare(f"@order_{count}", text_blocks.order(count))
    return code.let(f"call i32 {name}(ptr {left.at}, i64 {left.length}, ptr {right.at}, i64 {right.length})")


def _difference(code: Code, count: int) -> str:
    return code.module.declare(f"@difference_{count}", text_blocks.difference(count))


def find(code: Code, text: View, wanted: View, letters: bytes | None) -> str:
    """Where ``wanted`` begins in the text, from 1, or 0, as an i64; ``letters`` are its bytes where they are known."""
    count = text.most
    if (
        letters
        and len(letters) <= text_blocks.LONGEST_WANTED
        and 0 < count <= min(text.room, text_blocks.LONGEST_BLOCK)
    ):
        name = code.module.declare(f"@find_{count}_{len(letters)}", text_blocks.find(count, len(letters)))
        numbers = ", ".join(f"i8 {letter}" for letter in letters)
        return code.let(f"call i64 {name}(ptr {text.at}, i64 {text.length}, {numbers})")
    arguments = f"ptr {text.at}, i64 {text.length}, ptr {wanted.at}, i64 {wanted.length}"
    return code.let(f"call i64 {helper(code, 'find_text')}({arguments})")
