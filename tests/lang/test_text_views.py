"""Texts that move as late as they can: of each length blocks have, made of themselves, and beside calls."""

from __future__ import annotations

import ctypes
import mmap
import random
import subprocess
import sys
from pathlib import Path

import pytest
from machine import Machine
from twice import Twice

from plc.lang import native
from plc.lang.native.text_blocks import blocks

CAPACITIES = (1, 2, 3, 7, 8, 9, 15, 16, 17, 20, 31, 33, 48, 63, 64, 65, 80, 100, 127, 128, 129, 200)


def test_blocks_cover_each_byte_and_none_beyond() -> None:
    for count in range(200):
        covered = {at + number for at, size in blocks(count) for number in range(size)}
        assert covered == set(range(count))
        assert {size for _, size in blocks(count)} <= {1, 2, 4, 8, 16, 32, 64}


def _samples(capacity: int) -> list[str]:
    """Texts that differ late, begin one another, or are as long as they can be."""
    chance = random.Random(capacity)
    full = "".join(chance.choice("ab") for _ in range(capacity))
    lengths = {0, 1, capacity // 2, capacity - 1, capacity}
    begun = [full[:length] for length in sorted(lengths)]
    return [*begun, full[:-1] + "c", "~" + full[1:], full[: capacity // 2] + "Z", "".join(reversed(full))]


@pytest.mark.parametrize("capacity", CAPACITIES)
def test_texts_of_any_capacity_compare_and_copy_and_are_found(capacity: int) -> None:
    texts = _samples(capacity)
    number = len(texts)
    listed = ", ".join(f"'{text}'" for text in texts)
    machine = Twice(f"""PROGRAM p VAR
      t : ARRAY[1..{number}] OF STRING[{capacity}] := [{listed}]; u : ARRAY[1..{number}] OF STRING[{capacity + 3}];
      less, equal, more : ARRAY[1..{number}, 1..{number}] OF BOOL; found : ARRAY[1..{number}, 1..3] OF INT;
      short : ARRAY[1..{number}] OF STRING[5]; i, j : INT; END_VAR
    FOR i := 1 TO {number} DO
      u[i] := t[i]; short[i] := t[i];
      found[i, 1] := FIND(t[i], 'b'); found[i, 2] := FIND(t[i], 'aba'); found[i, 3] := FIND(t[i], 'abaab');
    END_FOR;
    FOR i := 1 TO {number} DO FOR j := 1 TO {number} DO
      less[i, j] := t[i] < u[j]; equal[i, j] := t[i] = u[j]; more[i, j] := u[i] > t[j];
    END_FOR; END_FOR;
    END_PROGRAM""").run()
    for i, one in enumerate(texts, 1):
        assert (machine[f"u[{i}]"], machine[f"short[{i}]"]) == (one, one[:5])
        assert [machine[f"found[{i}, {n}]"] for n in (1, 2, 3)] == [
            one.find(part) + 1 for part in ("b", "aba", "abaab")
        ]
        for j, other in enumerate(texts, 1):
            found = tuple(machine[f"{name}[{i}, {j}]"] for name in ("less", "equal", "more"))
            assert found == (one < other, one == other, one > other)


def test_a_text_is_made_of_itself() -> None:
    cases = {
        "LEFT(s, 3)": "abc",
        "RIGHT(s, 3)": "def",
        "MID(s, 3, 2)": "bcd",
        "CONCAT(s, s, s)": "abcdefabcdefabcd",
        "CONCAT('<', s, '>')": "<abcdef>",
        "CONCAT(RIGHT(s, 2), s)": "efabcdef",
        "INSERT(s, s, 3)": "abcabcdefdef",
        "INSERT(s, LEFT(s, 2), 0)": "ababcdef",
        "DELETE(s, 2, 2)": "adef",
        "REPLACE(s, s, 1, 3)": "ababcdefdef",
        "REPLACE(s, RIGHT(s, 1), 4, 2)": "aff",
        "SEL(TRUE, 'x', s)": "abcdef",
        "MIN(s, CONCAT(s, 'a'))": "abcdef",
        "MAX(s, RIGHT(s, 2))": "ef",
        "CONCAT(DELETE(s, 1, 1), INSERT(s, '-', 1))": "bcdefa-bcdef",
        "LEFT(CONCAT(s, s), 8)": "abcdefab",
        "s": "abcdef",
    }
    for expression, wanted in cases.items():
        text = f"PROGRAM p VAR s : STRING[16] := 'abcdef'; END_VAR s := {expression}; END_PROGRAM"
        assert Twice(text).run()["s"] == wanted, expression


def test_what_a_text_no_longer_has_is_zero_in_memory() -> None:
    text = "VAR s : STRING[9] := 'abcdefghi'; long : STRING[150]; n : INT := 120; END_VAR"
    body = "FOR n := 1 TO 15 DO long := CONCAT(long, s); END_FOR; long := RIGHT(long, 2); s := MID(s, 3, 2);"
    machine = Twice(f"PROGRAM p {text} {body} END_PROGRAM").run()
    assert (machine["s"], machine["long"]) == ("bcd", "hi")
    assert bytes(machine.area).count(b"\0") == len(machine.area) - len("bcd" + "hi") - 3  # two lengths, and n


def test_the_longest_text_leaves_alone_what_lies_behind_its_room() -> None:
    variables = "VAR s : STRING[32767]; t : STRING[20] := '12345678'; r : STRING; i : INT; END_VAR"
    body = "s := 'abcdefgh'; FOR i := 1 TO 12 DO s := CONCAT(s, s); END_FOR; s := DELETE(s, 1, 1);"
    body += "r := CONCAT(TO_STRING(i), RIGHT(CONCAT(s, t), 3));"
    machine = Twice(f"PROGRAM p {variables} {body} END_PROGRAM")
    assert machine.run()["r"] == "12fg1"


CHANGES = """
FUNCTION Changed : STRING[9] VAR_IN_OUT s : STRING[9]; END_VAR
s := 'xyz'; Changed := '!';
END_FUNCTION
FUNCTION Place : INT VAR_IN_OUT s : STRING[9]; END_VAR
s := 'xyz'; Place := 2;
END_FUNCTION
"""


def test_a_text_made_before_a_call_is_not_changed_by_it() -> None:
    cases = {
        "r := CONCAT(LEFT(s, 2), Changed(s));": "ab!",
        "r := CONCAT(Changed(s), LEFT(s, 2));": "!xy",
        "r := CONCAT(CONCAT(LEFT(s, 1), RIGHT(s, 1)), Changed(s), s);": "ad!xyz",
        "r := INSERT(MID(s, 2, 2), s, Place(s));": "bcabcd",
        "r := SEL(LEFT(s, 1) = LEFT(Changed(s), 1), 'other', 'same');": "other",
        "list[Place(s)] := LEFT(s, 3); r := list[2];": "abc",
    }
    for body, wanted in cases.items():
        variables = "VAR s : STRING[9] := 'abcd'; r : STRING[20]; list : ARRAY[1..3] OF STRING[4]; END_VAR"
        assert Twice(f"{CHANGES} PROGRAM p {variables} {body} END_PROGRAM").run()["r"] == wanted, body


def test_a_length_in_memory_beyond_the_capacity_reads_as_the_capacity() -> None:
    machine = Twice("""PROGRAM p VAR s : STRING[4]; t : STRING[8]; n, f : INT; same : BOOL; END_VAR
    t := CONCAT('<', s, '>'); n := LEN(s); f := FIND(s, 'd'); same := s = 'abcd';
    END_PROGRAM""")
    memory, place = machine.places["S"]
    memory[place.offset : place.offset + 6] = b"\xff\xffabcd"
    machine.run()
    assert (machine["t"], machine["n"], machine["f"], machine["same"]) == ("<abcd>", 4, 4, True)


def test_no_byte_behind_the_memory_is_read() -> None:
    """In a process of its own, which dies of a byte too many."""
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, __file__], cwd=root, env={"PYTHONPATH": str(root)}, check=False)
    assert ran.returncode == 0


AT_THE_END = """PROGRAM p VAR
  n : INT := 3; r : ARRAY[1..6] OF STRING[14]; f : INT; b : ARRAY[1..3] OF BOOL;
  s, t : STRING[14] := 'abcdefghijklmn'; END_VAR
r[1] := RIGHT(t, n); r[2] := MID(t, 2, n); r[3] := DELETE(t, 1, n); r[4] := INSERT(t, 'x', n); r[5] := LEFT(t, n);
r[6] := REPLACE(t, RIGHT(t, n), 2, n); f := FIND(RIGHT(t, n), 'n'); b[1] := RIGHT(t, n) = RIGHT(s, n);
b[2] := MID(t, n, 12) < s; b[3] := MIN(t, RIGHT(t, 3)) = 'lmn';
END_PROGRAM"""


def _run_before_a_page_nobody_may_touch() -> None:
    machine = Machine(AT_THE_END)
    pages = mmap.mmap(-1, 2 * mmap.PAGESIZE)
    second = ctypes.addressof(ctypes.c_char.from_buffer(pages)) + mmap.PAGESIZE
    if ctypes.CDLL(None).mprotect(ctypes.c_void_p(second), ctypes.c_size_t(mmap.PAGESIZE), 0):
        raise OSError("mprotect")
    area = memoryview(pages)[mmap.PAGESIZE - len(machine.area) : mmap.PAGESIZE]
    area[:] = machine.area
    code = native.load(native.compile_object(native.emit(machine.program.unit), 0), "p")
    if code.bind(area, machine.site, machine.globals, machine.context)() or machine.scan() or area != machine.area:
        raise ValueError("the two back ends differ")


if __name__ == "__main__":
    _run_before_a_page_nobody_may_touch()
