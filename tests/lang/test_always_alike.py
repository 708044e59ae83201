"""A text is told the same in every process: nothing depends on the order in which Python's sets come."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from plc.lang.compile import compile_set
from plc.lang.source import Source
from tests.lang.editing import PLANT
from tests.lang.test_kept import TEXT, edited

TEXTS = 20
TIE = """PROGRAM p
VAR
    a : ARRAY[1..3] OF TON;
    n : INT;
    b : BOOL;
END_VAR
a[n](IN := b AND n >= Satu NOT (b OR b);
n := SEL(b, 0, 1);
END_PROGRAM
"""
"""Two brackets may be missing here, and both read on as far."""


def told() -> str:
    """What texts are told that a few edits each have damaged."""
    found = [str(each) for each in compile_set([Source("tie.st", TIE)], PLANT).diagnostics]
    for seed in range(TEXTS):
        chance, text = random.Random(seed), TEXT
        for _ in range(6):
            text = edited(text, chance)
        found += [str(each) for each in compile_set([Source(f"{seed}.st", text)], PLANT).diagnostics]
    return "\n".join(found)


def in_a_process(seed: str) -> str:
    command = [sys.executable, "-c", "from tests.lang.test_always_alike import told; print(told())"]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, check=True, capture_output=True, cwd=root, env=environment).stdout.decode()


def test_every_process_tells_a_damaged_text_the_same() -> None:
    first, second = in_a_process("1"), in_a_process("2")
    assert first.count("error") > 5 * TEXTS
    assert first == second
