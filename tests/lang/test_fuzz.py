"""Wrong texts at random; the long run is a command: see fuzz.py."""

from __future__ import annotations

from itertools import islice

import pytest

from plc.lang.compile import compile_set
from plc.lang.source import Source
from tests.lang.fuzz import broken, corpus, run


def test_no_wrong_text_breaks_the_compiler_and_none_is_silently_dropped() -> None:
    found = [(text, fault) for text, fault, _ in islice(run(20_261_123, corpus()), 400) if fault]
    assert found == []


@pytest.mark.parametrize(
    "text", ["TEST", "TEST x := 1", "PROGRAM p END_PROGRAM TEST", "test $", " TEST\n", "PROGRAM p VAR r : POINTER TO "]
)
def test_a_repair_at_the_end_of_the_text_leaves_its_end(text: str) -> None:
    assert broken(text) == ""
    assert compile_set([Source("fuzz.st", text)]).errors


@pytest.mark.parametrize("text", ["abc ~ x := 1", "PROGRAM\u2028(steady", "abc\u2028HIGH := high"])
def test_a_word_before_a_sign_that_is_none_is_not_dropped_without_a_word(text: str) -> None:
    assert broken(text) == ""
