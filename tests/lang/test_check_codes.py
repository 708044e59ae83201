"""The table of codes and the checker say the same."""

from __future__ import annotations

import re
from pathlib import Path

from plc.lang.check.codes import CODES

LANG = Path(__file__).parents[2] / "plc" / "lang"


def used() -> set[str]:
    files = LANG.rglob("*.py")
    texts = [file.read_text("utf-8") for file in files if file.name != "codes.py"]
    return set(re.findall(r'"([SP]\d{3})"', "\n".join(texts)))


def test_the_table_holds_every_code_and_no_other():
    assert used() == set(CODES)


def test_every_code_has_a_case_in_the_tests():
    texts = [
        file.read_text("utf-8") for file in Path(__file__).parent.glob("test_*.py") if file.name != Path(__file__).name
    ]
    assert set(CODES) - set(re.findall(r"[SP]\d{3}", "\n".join(texts))) == set()
