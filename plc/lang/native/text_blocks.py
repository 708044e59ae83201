"""Functions of the module on texts whose greatest length is short and known: as LLVM IR, without a loop or a branch.

So many bytes are taken in blocks, the last of which may lie over the one before it; what is no part of the text is
left out once all are there. ``bits`` has one bit a byte, that of the first byte lowest.
"""

from __future__ import annotations

from functools import cache

LONGEST_BLOCK = 128
"""Bytes; for more a call of the C library costs no more than this."""
LONGEST_WANTED = 4
"""Bytes that are looked for in this way."""
_LARGEST = 64


def blocks(count: int) -> list[tuple[int, int]]:
    """First byte and size, a power of 2, of the blocks that cover ``count`` bytes and touch no other."""
    found: list[tuple[int, int]] = []
    at = 0
    while at < count:
        rest = count - at
        over = 1 << (rest - 1).bit_length()
        if over <= min(count, _LARGEST):
            return [*found, (count - over, over)]
        size = min(_LARGEST, 1 << rest.bit_length() - 1)
        found.append((at, size))
        at += size
    return found


def _width(count: int) -> int:
    return 64 if count <= 64 else 128


def _loads(name: str, count: int) -> list[str]:
    """All blocks of what ``%name`` points to, as ``%nameN``."""
    return [
        line
        for number, (at, size) in enumerate(blocks(count))
        for line in (
            f" %{name}_at{number} = getelementptr inbounds i8, ptr %{name}, i64 {at}",
            f" %{name}{number} = load <{size} x i8>, ptr %{name}_at{number}, align 1",
        )
    ]


def _bits(name: str, count: int, test: str, left: str, right: str) -> list[str]:
    """``%name``: in which bytes of two texts' blocks the test holds."""
    wide, lines, so_far = f"i{_width(count)}", list[str](), "0"
    for number, (at, size) in enumerate(blocks(count)):
        own = f"%{name}_{number}"
        each = f" {own}_each = icmp {test} <{size} x i8> %{left}{number}, %{right}{number}"
        lines += [each, f" {own}_few = bitcast <{size} x i1> {own}_each to i{size}"]
        few = f"{own}_few"
        if size < _width(count):
            few = f"{own}_low"
            lines.append(f" {few} = zext i{size} {own}_few to {wide}")
        lines += [f" {own}_bits = shl {wide} {few}, {at}", f" {own} = or {wide} {so_far}, {own}_bits"]
        so_far = own
    return [*lines, f" %{name} = or {wide} {so_far}, 0"]


def _lowest(result: str, bits: str, count: int) -> list[str]:
    """``%result``, an i64: the number of the lowest bit that is set, ``count`` or more where none is."""
    if _width(count) == 64:
        return [f" %{result} = call i64 @llvm.cttz.i64(i64 %{bits}, i1 false)"]
    first = f" %{result}_wide = call i128 @llvm.cttz.i128(i128 %{bits}, i1 false)"
    return [first, f" %{result} = trunc i128 %{result}_wide to i64"]


def _function(head: str, *lines: str) -> str:
    return "\n".join((f"define internal {head} #0 {{", *lines, "}"))


@cache
def difference(count: int) -> str:
    """``difference_N(ptr a, ptr b)``: the first of N bytes in which two texts differ, from 0; N or more where none."""
    return _function(
        f"i64 @difference_{count}(ptr %a, ptr %b)",
        *_loads("a", count),
        *_loads("b", count),
        *_bits("bits", count, "ne", "a", "b"),
        *_lowest("first", "bits", count),
        " ret i64 %first",
    )


@cache
def order(count: int) -> str:
    """``order_N(ptr a, i64 a_length, ptr b, i64 b_length)``: an i32 below, at or above 0; needs difference_N."""
    return _function(
        f"i32 @order_{count}(ptr %a, i64 %a_length, ptr %b, i64 %b_length)",
        f" %first = call i64 @difference_{count}(ptr %a, ptr %b)",
        " %common = call i64 @llvm.umin.i64(i64 %a_length, i64 %b_length)",
        " %differ = icmp ult i64 %first, %common",
        f" %here = call i64 @llvm.umin.i64(i64 %first, i64 {count - 1})",
        *_letter("a"),
        *_letter("b"),
        " %by_letter = sub i32 %a_wide, %b_wide",
        " %by_length = sub i64 %a_length, %b_length",
        " %longer = trunc i64 %by_length to i32",
        " %result = select i1 %differ, i32 %by_letter, i32 %longer",
        " ret i32 %result",
    )


def _letter(name: str) -> tuple[str, ...]:
    return (
        f" %{name}_here = getelementptr inbounds i8, ptr %{name}, i64 %here",
        f" %{name}_letter = load i8, ptr %{name}_here, align 1",
        f" %{name}_wide = zext i8 %{name}_letter to i32",
    )


@cache
def store(count: int, room: int) -> str:
    """``store_N_ROOM(ptr to, ptr from, i64 length)``: at most N bytes into a text of that room, zeros behind."""
    lines = [*_loads("from", count), " %small = trunc i64 %length to i8"]
    lines.append(" %bytes = getelementptr inbounds i8, ptr %to, i64 2")
    for number, (at, size) in enumerate(blocks(count)):
        numbers = ", ".join(f"i8 {at + lane}" for lane in range(size))
        kind = f"<{size} x i8>"
        lines += [
            f" %one{number} = insertelement {kind} poison, i8 %small, i32 0",
            f" %all{number} = shufflevector {kind} %one{number}, {kind} poison, <{size} x i32> zeroinitializer",
            f" %inside{number} = icmp ult {kind} <{numbers}>, %all{number}",
            f" %kept{number} = select <{size} x i1> %inside{number}, {kind} %from{number}, {kind} zeroinitializer",
            f" %to{number} = getelementptr inbounds i8, ptr %bytes, i64 {at}",
            f" store {kind} %kept{number}, ptr %to{number}, align 1",
        ]
    if room > count:
        lines += [
            f" %rest = getelementptr inbounds i8, ptr %bytes, i64 {count}",
            f" call void @llvm.memset.p0.i64(ptr %rest, i8 0, i64 {room - count}, i1 false)",
        ]
    head = f"void @store_{count}_{room}(ptr %to, ptr %from, i64 %length)"
    return _function(head, *lines, " %new = trunc i64 %length to i16", " store i16 %new, ptr %to, align 1", " ret void")


@cache
def find(count: int, wanted: int) -> str:
    """``find_N_WANTED(ptr text, i64 length, i8 w0, ...)``: where the bytes begin first, from 1; 0 where nowhere."""
    parameters = ", ".join(f"i8 %w{number}" for number in range(wanted))
    wide, lines, so_far = f"i{_width(count)}", _loads("text", count), "-1"
    for letter in range(wanted):
        for number, (_, size) in enumerate(blocks(count)):
            one, kind = f"%one{letter}_{number}", f"<{size} x i8>"
            lines.append(f" {one} = insertelement {kind} poison, i8 %w{letter}, i32 0")
            lines.append(
                f" %w{letter}_{number} = shufflevector {kind} {one}, {kind} poison, <{size} x i32> zeroinitializer"
            )
        lines += _bits(f"at{letter}", count, "eq", "text", f"w{letter}_")
        lines.append(f" %moved{letter} = lshr {wide} %at{letter}, {letter}")
        lines.append(f" %begins{letter} = and {wide} {so_far}, %moved{letter}")
        so_far = f"%begins{letter}"
    return _function(
        f"i64 @find_{count}_{wanted}(ptr %text, i64 %length, {parameters})",
        *lines,
        *_lowest("first", so_far[1:], count),
        f" %end = add nuw nsw i64 %first, {wanted}",
        " %inside = icmp ule i64 %end, %length",
        " %position = add nuw nsw i64 %first, 1",
        " %result = select i1 %inside, i64 %position, i64 0",
        " ret i64 %result",
    )
