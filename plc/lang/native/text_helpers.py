"""Functions of the module that work on texts, as LLVM IR: each is taken in where a program needs it.

A text is a pointer to its bytes and how many it has; where one is stored, its 16-bit length stands before its bytes.
Numbers are written and read by the C library's snprintf and strtod, in the "C" locale.
"""

from __future__ import annotations

import struct

from plc.lang.native.arithmetic import LIBRARY_PREFIX

TEXT_LIBRARY = ("memmem", "snprintf", "strtod")
"""What is called in the C library; load.py gives the addresses."""

LONGEST_NUMBER = 100


def _double(value: float) -> str:
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


_STORE = """define internal void @store_text(ptr %to, i64 %room, ptr %from, i64 %length) #0 {
 %to_bytes = getelementptr inbounds i8, ptr %to, i64 2
 call void @llvm.memmove.p0.p0.i64(ptr %to_bytes, ptr %from, i64 %length, i1 false)
 %rest = getelementptr inbounds i8, ptr %to_bytes, i64 %length
 %unused = sub i64 %room, %length
 call void @llvm.memset.p0.i64(ptr %rest, i8 0, i64 %unused, i1 false)
 %new = trunc i64 %length to i16
 store i16 %new, ptr %to, align 1
 ret void
}"""

_ORDER = """define internal i32 @order_texts(ptr %a, i64 %a_length, ptr %b, i64 %b_length) #0 {
 %common = call i64 @llvm.umin.i64(i64 %a_length, i64 %b_length)
 %order = call i32 @memcmp(ptr %a, ptr %b, i64 %common)
 %same = icmp eq i32 %order, 0
 %difference = sub i64 %a_length, %b_length
 %longer = trunc i64 %difference to i32
 %result = select i1 %same, i32 %longer, i32 %order
 ret i32 %result
}"""

_EQUAL = """define internal i1 @equal_texts(ptr %a, i64 %a_length, ptr %b, i64 %b_length) #0 {
 %as_long = icmp eq i64 %a_length, %b_length
 br i1 %as_long, label %bytes, label %other
other:
 ret i1 false
bytes:
 %order = call i32 @memcmp(ptr %a, ptr %b, i64 %a_length)
 %same = icmp eq i32 %order, 0
 ret i1 %same
}"""

_FIND = f"""define internal i64 @find_text(ptr %text, i64 %length, ptr %other, i64 %wanted) #0 {{
 %at = call ptr @{LIBRARY_PREFIX}memmem(ptr %text, i64 %length, ptr %other, i64 %wanted)
 %nowhere = icmp eq ptr %at, null
 %nothing = icmp eq i64 %wanted, 0
 %none = or i1 %nowhere, %nothing
 %here = ptrtoint ptr %at to i64
 %start = ptrtoint ptr %text to i64
 %past = sub i64 %here, %start
 %position = add i64 %past, 1
 %result = select i1 %none, i64 0, i64 %position
 ret i64 %result
}}"""

_KEEP = """define internal i64 @keep_bytes(ptr %to, i64 %capacity, ptr %from, i64 %count) #0 {
 %kept = call i64 @llvm.umin.i64(i64 %count, i64 %capacity)
 call void @llvm.memcpy.p0.p0.i64(ptr %to, ptr %from, i64 %kept, i1 false)
 ret i64 %kept
}"""

_TURN = """define internal void @turn_letters(ptr noalias %to, ptr noalias %from, i64 %length, i8 %first) #0 {
entry:
 %none = icmp eq i64 %length, 0
 br i1 %none, label %out, label %turn
turn:
 %at = phi i64 [ 0, %entry ], [ %next, %turn ]
 %from_at = getelementptr inbounds i8, ptr %from, i64 %at
 %letter = load i8, ptr %from_at, align 1
 %number = sub i8 %letter, %first
 %is_letter = icmp ult i8 %number, 26
 %other = xor i8 %letter, 32
 %turned = select i1 %is_letter, i8 %other, i8 %letter
 %to_at = getelementptr inbounds i8, ptr %to, i64 %at
 store i8 %turned, ptr %to_at, align 1
 %next = add nuw nsw i64 %at, 1
 %done = icmp eq i64 %next, %length
 br i1 %done, label %out, label %turn
out:
 ret void
}"""

_SHOW_INTEGER = """define internal i64 @show_integer(ptr %to, i64 %capacity, i64 %value, i1 %signed) #0 {
entry:
 %digits = alloca [21 x i8], align 1
 %below = icmp slt i64 %value, 0
 %negative = and i1 %signed, %below
 %opposite = sub i64 0, %value
 %size = select i1 %negative, i64 %opposite, i64 %value
 br label %head
head:
 %at = phi i64 [ 21, %entry ], [ %before, %head ]
 %rest = phi i64 [ %size, %entry ], [ %less, %head ]
 %before = sub nuw nsw i64 %at, 1
 %less = udiv i64 %rest, 10
 %digit = urem i64 %rest, 10
 %small = trunc i64 %digit to i8
 %letter = add nuw nsw i8 %small, 48
 %here = getelementptr inbounds i8, ptr %digits, i64 %before
 store i8 %letter, ptr %here, align 1
 %done = icmp eq i64 %less, 0
 br i1 %done, label %out, label %head
out:
 %signed_before = sub nsw i64 %before, 1
 br i1 %negative, label %minus, label %show
minus:
 %sign = getelementptr inbounds i8, ptr %digits, i64 %signed_before
 store i8 45, ptr %sign, align 1
 br label %show
show:
 %first = phi i64 [ %before, %out ], [ %signed_before, %minus ]
 %from = getelementptr inbounds i8, ptr %digits, i64 %first
 %count = sub nuw nsw i64 21, %first
 %kept = call i64 @keep_bytes(ptr %to, i64 %capacity, ptr %from, i64 %count)
 ret i64 %kept
}"""

_SHOW_REAL = f"""@show_fixed = private unnamed_addr constant [5 x i8] c"%.*f\\00"
@show_power = private unnamed_addr constant [5 x i8] c"%.*E\\00"
@show_odd = private unnamed_addr constant [12 x i8] c"-InfinityNaN"
declare i32 @{LIBRARY_PREFIX}snprintf(ptr, i64, ptr, ...) #0
define internal i64 @show_real(ptr %to, i64 %capacity, double %value, i1 %single) #0 {{
entry:
 %letters = alloca [80 x i8], align 1
 %size = call double @llvm.fabs.f64(double %value)
 %finite = fcmp olt double %size, 0x7FF0000000000000
 %zero = fcmp oeq double %value, 0.0
 %not_small = fcmp oge double %size, {_double(1e-4)}
 %limit = select i1 %single, double {_double(1e7)}, double {_double(1e15)}
 %not_large = fcmp olt double %size, %limit
 %middle = and i1 %not_small, %not_large
 %fixed = or i1 %zero, %middle
 %form = select i1 %fixed, ptr @show_fixed, ptr @show_power
 br i1 %finite, label %head, label %odd
head:
 %digits = phi i32 [ 1, %entry ], [ %more, %head ]
 %printed = call i32 (ptr, i64, ptr, ...) @{LIBRARY_PREFIX}snprintf(ptr %letters, i64 80, ptr %form, i32 %digits, double %value)
 %again = call double @{LIBRARY_PREFIX}strtod(ptr %letters, ptr null)
 %narrow = fptrunc double %again to float
 %rounded = fpext float %narrow to double
 %back = select i1 %single, double %rounded, double %again
 %same = fcmp oeq double %back, %value
 %more = add nuw nsw i32 %digits, 1
 br i1 %same, label %out, label %head
out:
 %count = sext i32 %printed to i64
 %kept = call i64 @keep_bytes(ptr %to, i64 %capacity, ptr %letters, i64 %count)
 ret i64 %kept
odd:
 %is_nan = fcmp uno double %value, %value
 %below = fcmp olt double %value, 0.0
 %sign_first = select i1 %below, i64 0, i64 1
 %sign_count = select i1 %below, i64 9, i64 8
 %first = select i1 %is_nan, i64 9, i64 %sign_first
 %odd_count = select i1 %is_nan, i64 3, i64 %sign_count
 %from = getelementptr inbounds i8, ptr @show_odd, i64 %first
 %kept_odd = call i64 @keep_bytes(ptr %to, i64 %capacity, ptr %from, i64 %odd_count)
 ret i64 %kept_odd
}}"""  # noqa: E501

_READ_NUMBER = f"""define internal double @read_number(ptr %text, i64 %length) #0 {{
entry:
 %letters = alloca [{LONGEST_NUMBER + 1} x i8], align 1
 %stop = alloca ptr, align 8
 %too_long = icmp ugt i64 %length, {LONGEST_NUMBER}
 br i1 %too_long, label %unreadable, label %leading
leading:
 %first = phi i64 [ 0, %entry ], [ %after, %blank ]
 %empty = icmp eq i64 %first, %length
 br i1 %empty, label %unreadable, label %look
look:
 %first_at = getelementptr inbounds i8, ptr %text, i64 %first
 %first_letter = load i8, ptr %first_at, align 1
 %first_blank = icmp eq i8 %first_letter, 32
 br i1 %first_blank, label %blank, label %trailing
blank:
 %after = add nuw nsw i64 %first, 1
 br label %leading
trailing:
 %last = phi i64 [ %length, %look ], [ %before, %trailing ]
 %before = sub nuw nsw i64 %last, 1
 %last_at = getelementptr inbounds i8, ptr %text, i64 %before
 %last_letter = load i8, ptr %last_at, align 1
 %last_blank = icmp eq i8 %last_letter, 32
 br i1 %last_blank, label %trailing, label %measure
measure:
 %count = sub nuw nsw i64 %last, %first
 br label %copy
copy:
 %n = phi i64 [ 0, %measure ], [ %next, %kept ]
 %done = icmp eq i64 %n, %count
 %to = getelementptr inbounds i8, ptr %letters, i64 %n
 br i1 %done, label %convert, label %letter
letter:
 %from = getelementptr inbounds i8, ptr %first_at, i64 %n
 %byte = load i8, ptr %from, align 1
 store i8 %byte, ptr %to, align 1
 %past_zero = sub i8 %byte, 48
 %is_digit = icmp ule i8 %past_zero, 9
 br i1 %is_digit, label %kept, label %sign
sign:
 switch i8 %byte, label %unreadable [ i8 43, label %kept i8 45, label %kept i8 46, label %kept
  i8 69, label %kept i8 101, label %kept ]
kept:
 %next = add nuw nsw i64 %n, 1
 br label %copy
convert:
 store i8 0, ptr %to, align 1
 %value = call double @{LIBRARY_PREFIX}strtod(ptr %letters, ptr %stop)
 %stopped = load ptr, ptr %stop, align 8
 %whole = icmp eq ptr %stopped, %to
 %result = select i1 %whole, double %value, double 0x7FF8000000000000
 ret double %result
unreadable:
 ret double 0x7FF8000000000000
}}"""

HELPERS = {
    "equal_texts": _EQUAL,
    "find_text": _FIND,
    "keep_bytes": _KEEP,
    "memmem": f"declare ptr @{LIBRARY_PREFIX}memmem(ptr, i64, ptr, i64) #0",
    "order_texts": _ORDER,
    "read_number": _READ_NUMBER,
    "show_integer": _SHOW_INTEGER,
    "show_real": _SHOW_REAL,
    "store_text": _STORE,
    "turn_letters": _TURN,
    "strtod": f"declare double @{LIBRARY_PREFIX}strtod(ptr, ptr) #0",
}
NEEDS = {
    "find_text": ("memmem",),
    "read_number": ("strtod",),
    "show_integer": ("keep_bytes",),
    "show_real": ("keep_bytes", "strtod"),
}
"""Which helpers each one calls."""
