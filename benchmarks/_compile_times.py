"""How long it takes from text to diagnostics and to loaded native code, and that it stays in proportion to the lines.

Processor time of this process, each the median of a few texts never seen before; grammar and library are read before.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from _contest import timed
from _relays import st_program

from plc.bench import Row, percentile
from plc.lang import native
from plc.lang.compile import compile_set, library
from plc.lang.parse.lexer import scan
from plc.lang.parse.problems import Problems
from plc.lang.parse.tables import tables
from plc.lang.program import Compiled
from plc.lang.source import Source

COLD_GOAL_MS, EDIT_GOAL_MS, NATIVE_GOAL_MS, LINEAR_GOAL = 600.0, 200.0, 1500.0, 1.3
BLOCK_LINES = 50
_fresh = count(1)


def tokens_per_line(text: str) -> float:
    """Tokens of the text for each line that has any."""
    found = list(scan(text, tables().keywords, Problems("bench.st")))
    return len(found) / len({token.line for token in found})


def blocks(lines: int) -> str:
    """A text of so many lines: function blocks of fifty lines and a program that calls each."""
    text: list[str] = []
    number = 0
    while len(text) < lines:
        number += 1
        text += [f"FUNCTION_BLOCK B{number}", "VAR_INPUT a, b, c : BOOL; x : REAL; END_VAR"]
        text += ["VAR_OUTPUT q : BOOL; n : INT; y : REAL; END_VAR", "VAR t : TON; END_VAR"]
        for row in range((BLOCK_LINES - 8) // 6):
            text += [f"q := (a AND NOT b) OR (q AND c AND x > {row}.5);", "IF q AND a THEN", f"    n := n + {row + 1};"]
            text += ["ELSE", f"    y := x * 0.5 + {row}.25;", "END_IF;"]
        text += ["t(IN := q, PT := T#5s);", "q := t.Q;", "END_FUNCTION_BLOCK", ""]
    names = range(1, number + 1)
    declared, calls = (f"b{n} : B{n};" for n in names), (f"b{n}(a := NOT b{n}.q, x := b{n}.y);" for n in names)
    return "\n".join([*text, "PROGRAM main", "VAR", *declared, "END_VAR", *calls, "END_PROGRAM", ""])


def rows(lines: Sequence[int] = (1_000, 10_000, 100_000), repeats: int = 5) -> Iterator[Row]:
    """Cold, after an edit, to native code, and time per line at several lengths."""
    yield Row("a fresh process: imports, grammar and library", _start_ms(), "ms")
    library()
    cold = blocks(lines[0])
    told = f"{lines[0]:,} lines of {tokens_per_line(cold):.1f} tokens"
    yield _bounded(f"{told}: all diagnostics, cold", _median(lambda: _check(_new(cold)), repeats), COLD_GOAL_MS)
    yield from _edits(cold, told, repeats)
    for name, text in (("blocks", blocks(2 * lines[0])), ("relays", st_program(1, 2 * lines[0]))):
        told = f"{2 * lines[0]:,} lines of {name}, {tokens_per_line(text):.1f} tokens"
        ms = _median(lambda text=text: _load(_check(_new(text))), repeats)
        yield _bounded(f"{told}: text to loaded native code", ms, NATIVE_GOAL_MS)
    yield from _per_line(lines)


def _start_ms() -> float:
    """Processor time of a process that has read the library and nothing else."""
    code = "import time; from plc.lang.compile import library; library(); print(time.process_time() * 1e3)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


def _bounded(name: str, ms: float, most: float) -> Row:
    return Row(name, ms, "ms", goal=f"at most {most:.0f} ms", holds=ms <= most)


def _edits(text: str, told: str, repeats: int) -> Iterator[Row]:
    """One unit in the middle changes: a number in a line, or one more line, which moves all units below it."""
    middle = text.index("y := x * 0.5", len(text) // 2)
    _check(text)
    for name, typed in (("a number typed", ""), ("a line added", "n := n + 1;\n")):

        def edit(typed: str = typed) -> None:
            _check(f"{text[:middle]}{typed}y := x * 0.{next(_fresh)}{text[middle + 12 :]}")

        yield _bounded(f"{told}: all diagnostics after {name}", _median(edit, repeats), EDIT_GOAL_MS)


def _per_line(lines: Sequence[int]) -> Iterator[Row]:
    """Text to diagnostics, then to object code. Of a unit of more than 5,000 statements only what repeats is optimised,
    so from 1,000 to 10,000 lines a line of object code gets cheaper; the bound is for diagnostics."""
    checked: list[tuple[int, float]] = []
    coded: list[tuple[int, float]] = []
    for number in lines:
        text = _new(blocks(number))
        before = time.process_time_ns()
        compiled = _check(text)
        checked.append((number, (time.process_time_ns() - before) / 1e3 / text.count("\n")))
        if number == lines[0]:
            yield Row(f"{number:,} lines: diagnostics, a line", checked[0][1], "us")
        else:
            ratio = checked[-1][1] / checked[-2][1]
            goal, against = f"at most {LINEAR_GOAL:g}", f"a line at {checked[-2][0]:,}"
            name = f"{number:,} lines: diagnostics, a line"
            yield Row(name, checked[-1][1], "us", against, ratio, goal, ratio <= LINEAR_GOAL)
        before = time.process_time_ns()
        _object(compiled)
        spent = (time.process_time_ns() - before) / 1e3 / text.count("\n")
        against, ratio = (f"a line at {coded[-1][0]:,}", spent / coded[-1][1]) if coded else ("", None)
        coded.append((number, spent))
        yield Row(f"{number:,} lines: object code, a line", spent, "us", against, ratio)


def _new(text: str) -> str:
    """The text as nobody has read it before, in every unit."""
    mark = next(_fresh)
    return text.replace("END_VAR\n", f"END_VAR // {mark}\n")


def _check(text: str) -> Compiled:
    compiled = compile_set([Source("bench.st", text)])
    if compiled.errors:
        raise ValueError("\n".join(map(str, compiled.errors[:5])))
    return compiled


def _object(compiled: Compiled) -> bytes:
    return native.compile_object(native.emit(next(iter(compiled.programs.values())).unit))


def _load(compiled: Compiled) -> None:
    native.load(_object(compiled), "bench").close()


def _median(work: Callable[[], object], repeats: int) -> float:
    """ms of processor time."""
    return percentile([timed(work) / 1e6 for _ in range(repeats)], 0.5)
