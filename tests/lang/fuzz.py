"""Wrong texts without end: pieces of every program in the tree, torn, doubled and mixed, through the whole compiler.

    python -m tests.lang.fuzz --minutes 10 --seed 0

For each text: no exception; every problem lies in the text and names a cure; a text without errors keeps none after it
was formatted. Prints each that breaks this, the slowest text, and what was run; ends with 1 if any broke.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from plc.core.diagnostic import Diagnostic, Severity
from plc.lang.compile import compile_set
from plc.lang.format.form import format_source
from plc.lang.source import Source
from tests.lang.machine import PLANT

ROOT = Path(__file__).parents[2]
_PART = re.compile(
    r"\(\*.*?\*\)|//[^\n]*|\{[^}]*\}|'[^'\n]*'|[A-Za-z_]\w*(?:#[\w.#+-]*)?|[\d_.]+|:=|=>|<=|>=|<>|\*\*|\s+|.", re.S
)
_ODD = [
    "\0",
    "\ud800",
    "é",
    "𝔘",
    "\r\n",
    "\u2028",
    "(*",
    "*)",
    "/*",
    "'",
    "$",
    "{",
    "}",
    "16#",
    "T#",
    "9" * 40,
    "1E999",
    "%IX0.0",
]


def corpus() -> list[list[str]]:
    """Every Structured Text of the tree, in parts: words, numbers, signs, blanks."""
    found = sorted(
        path for folder in ("plc", "programs", "examples", "tests") for path in (ROOT / folder).rglob("*.st")
    )
    return [_PART.findall(path.read_text("utf-8")) for path in found]


class Maker:
    """Texts from a seed."""

    def __init__(self, seed: int, texts: list[list[str]]) -> None:
        self.random = random.Random(seed)
        self.texts = texts
        self.words = sorted({part for text in texts for part in text})

    def text(self) -> str:
        """A file, or a part of one, changed in one to eight places."""
        parts = self.random.choice(self.texts)[:]
        if len(parts) > 400 and self.random.random() < 0.8:
            first = self.random.randrange(len(parts) - 300)
            parts = parts[first : first + self.random.randrange(50, 300)]
        for _ in range(self.random.randrange(1, 9)):
            self._change(parts)
        return "".join(parts)

    def _change(self, parts: list[str]) -> None:
        pick = self.random
        at = pick.randrange(len(parts) + 1)
        to = min(len(parts), at + pick.randrange(1, 20))
        match pick.randrange(9):
            case 0:
                del parts[at:to]
            case 1:
                parts[at:at] = parts[at:to]
            case 2:
                parts[at : at + 1] = [pick.choice(self.words)]
            case 3:
                parts[at:at] = [pick.choice(_ODD)]
            case 4:
                other = pick.choice(self.texts)
                begin = pick.randrange(len(other))
                parts[at:to] = other[begin : begin + pick.randrange(1, 40)]
            case 5:
                parts[at:at] = [
                    pick.choice(["(", ")", "[", "IF a THEN ", "NOT ", "-", "END_IF;", ";"])
                ] * pick.randrange(1, 200)
            case 6:
                del parts[at:]
            case 7:
                parts[at:to] = parts[at:to][::-1]
            case 8:
                parts[at:to] = [part.swapcase() for part in parts[at:to]]


def broken(text: str) -> str:
    """What is wrong with how the compiler takes a text; empty when nothing is."""
    try:
        compiled = compile_set([Source("fuzz.st", text)], PLANT)
        for diagnostic in compiled.diagnostics:
            fault = _fault(diagnostic, text)
            if fault:
                return f"{fault}: {diagnostic}"
        formatted = format_source(Source("fuzz.st", text))
        sound = not any(d.severity is Severity.ERROR for d in compiled.diagnostics)
        if sound and formatted.diagnostics:
            return f"a sound text is not formatted: {formatted.diagnostics[0]}"
        if sound and compile_set([Source("fuzz.st", formatted.text)], PLANT).errors:
            return "a sound text has errors once it is formatted"
    except Exception:
        return traceback.format_exc()
    return ""


def _fault(diagnostic: Diagnostic, text: str) -> str:
    span = diagnostic.span
    if span.file != "fuzz.st":
        return "" if span.file == PLANT.path else "a problem in a text nobody gave"
    lines = text.count("\n") + 1
    if (
        not 1 <= span.line <= span.end_line <= lines + 1
        or span.column < 1
        or (span.line, span.column) > (span.end_line, span.end_column)
    ):
        return "a problem outside the text"
    return "" if diagnostic.what.strip() and diagnostic.cure.strip() else "a problem without a cure"


def run(seed: int, texts: list[list[str]]) -> Iterator[tuple[str, str, float]]:
    """Without end: a text, what is wrong with it, the processor time it took in seconds."""
    maker = Maker(seed, texts)
    while True:
        text = maker.text()
        began = time.process_time()
        fault = broken(text)
        yield text, fault, time.process_time() - began


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.lang.fuzz")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    end = time.monotonic() + asked.minutes * 60
    count = faults = 0
    slowest = (0.0, "")
    for text, fault, took_s in run(asked.seed, corpus()):
        count += 1
        slowest = max(slowest, (took_s, text))
        if fault:
            faults += 1
            print(f"--- text {count} of seed {asked.seed}\n{text}\n--- {fault}", flush=True)
        if time.monotonic() >= end:
            break
    print(f"{count} texts, {faults} broken; the slowest took {slowest[0]:.2f} s for {len(slowest[1])} characters")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
