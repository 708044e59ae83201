"""Each problem has a page; its wrong example has that one problem at the marked place, its right example has none."""

from __future__ import annotations

import re

import pytest

from plc.core.diagnostic import Span
from plc.lang.check.codes import CODES
from plc.lang.problem_pages import NoPage, folder, page
from tests.lang.machine import compiled

GLOBALS = "S100"
"""It is told where all programs of a site are known, and the example shows them all."""
_TIMES = re.compile(r"(.*?) *// (\d+) times")


def text_and_place(example: str) -> tuple[str, str]:
    """The program of an example, and the marked place as line:column-end, the end one past it, at most the line's.

    A line that ends with ``// 101 times`` stands for so many of it, the sign for a zero byte stands for the byte.
    """
    lines: list[str] = []
    place = ""
    for line in example.replace("␀", "\0").split("\n"):
        if re.fullmatch(r" *\^+", line):
            place = f"{len(lines)}:{line.index('^') + 1}-{len(line) + 1}"
            continue
        times = _TIMES.fullmatch(line)
        lines.extend([times[1]] * int(times[2]) if times else [line])
    return "\n".join(lines), place


def marked(span: Span, text: str) -> str:
    """The place of a problem as an example marks it."""
    line = text.split("\n")[span.line - 1]
    end = span.end_column if span.end_line == span.line else len(line) + 1
    return f"{span.line}:{span.column}-{max(end, span.column + 1)}"


def test_every_code_has_a_page_and_every_page_a_code():
    assert {path.stem for path in folder().glob("*.md")} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_page_bears_the_title_of_its_code(code: str):
    found = page(code)
    assert (found.code, found.title) == (code, CODES[code])


@pytest.mark.parametrize("code", CODES)
def test_the_wrong_example_has_that_one_problem_at_the_marked_place(code: str):
    text, place = text_and_place(page(code).wrong)
    found = compiled(text, plant=True, idle=True, whole=code == GLOBALS).diagnostics
    shown = [(marked(d.span, text), d.code) for d in found]
    assert (shown[-1:] if code == "P030" else shown) == [(place, code)]


@pytest.mark.parametrize("code", CODES)
def test_the_right_example_has_no_problem(code: str):
    text, _ = text_and_place(page(code).right)
    assert [str(d) for d in compiled(text, plant=True, idle=True, whole=code == GLOBALS).diagnostics] == []


@pytest.mark.parametrize("code", CODES)
def test_advice_is_called_so_in_its_title(code: str):
    text, _ = text_and_place(page(code).wrong)
    severities = {
        str(d.severity)
        for d in compiled(text, plant=True, idle=True, whole=code == GLOBALS).diagnostics
        if d.code == code
    }
    assert severities == {"advice" if CODES[code].startswith("advice: ") else "error"} or code == "P030"


def test_a_code_is_found_in_small_letters():
    assert page(" s014 ").code == "S014"


def test_a_code_that_does_not_exist_gets_the_near_ones():
    with pytest.raises(NoPage, match="did you mean S0"):
        page("S1O4")


def test_nonsense_for_a_code_gets_the_list():
    with pytest.raises(NoPage, match="plc explain lists them all"):
        page("../../etc/passwd")
