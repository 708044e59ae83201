"""A person's first mistakes: each gives exactly one message, the right one, in the right place."""

from __future__ import annotations

import pytest

from tests.lang.machine import compiled
from tests.lang.mistakes import FIRST, HEAD_LINES, PAGE, Mistake, framed, mistakes, page

TABLE = mistakes()


@pytest.mark.parametrize("mistake", TABLE, ids=[mistake.of for mistake in TABLE])
def test_a_mistake_gives_its_one_message(mistake: Mistake):
    found = compiled(mistake.text, plant=True, idle=True).diagnostics
    above = 0 if mistake.whole else HEAD_LINES
    said = [(f"{d.span.line - above}:{d.span.column}", d.code, d.what, d.cure) for d in found]
    assert said == [(mistake.at, mistake.code, mistake.what, mistake.cure)]


def test_the_program_around_the_mistakes_has_none_of_its_own():
    assert [str(d) for d in compiled(framed(";"), plant=True, idle=True).diagnostics] == []


def test_no_mistake_stands_in_the_table_twice():
    assert len({mistake.typed for mistake in TABLE}) == len({mistake.of for mistake in TABLE}) == len(TABLE)
    assert len(TABLE) >= FIRST


def test_the_page_shows_the_table():
    assert PAGE.read_text("utf-8") == page(), "python -m tests.lang.mistakes > docs/mistakes.md"
