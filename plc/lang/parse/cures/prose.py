"""Cures where a mark of a comment or text is lost, and prose is read as if it were code."""

from __future__ import annotations

from itertools import takewhile

from plc.lang.parse.one_slip import states_before
from plc.lang.parse.tokens import Token, kinds
from plc.lang.parse.trouble import Repair, Trouble

_LONGEST = 2_000
_UNIT_ENDS = kinds("END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END_TEST END_VAR END_IF END")
_HEAD_ENDS = kinds("THEN DO")


def comment_not_begun(trouble: Trouble) -> Repair | None:
    """``what it does *)``: the comment's end stands there, its begin is lost."""
    tokens, first = trouble.tokens, _first_in_line(trouble)
    for last in range(trouble.position, min(trouble.position + _LONGEST, len(tokens) - 1)):
        one, two = tokens[last : last + 2]
        if one.kind in _UNIT_ENDS:
            return None
        if one.kind == "*" and two.kind == ")" and one.end == two.start:
            what = "*) ends a comment here that begins nowhere"
            cure = f"write (* before it begins, as before {tokens[first].text} in line {tokens[first].line}"
            return _passed_over(trouble, "P005", first, last + 1, two, what, cure)
    return None


def text_not_begun(trouble: Trouble) -> Repair | None:
    """``ASSERT(a, it stays);`` with the closing quote alone."""
    tokens, position = trouble.tokens, trouble.position
    quote = next((n for n in range(position, _line_end(trouble)) if tokens[n].text == "'"), None)
    first = position
    while first > 0 and tokens[first - 1].kind not in ("(", ",") and tokens[first - 1].line == trouble.token.line:
        first -= 1
    if quote is None or tokens[first - 1].kind not in ("(", ","):
        return None
    what = "this text has no opening quote"
    return _passed_over(trouble, "P006", first, quote, tokens[quote], what, "write ' where it begins", ("LITERAL",))


def sentence(trouble: Trouble) -> Repair | None:
    """``which modules are warm``: words in a row are a comment whose ``//`` is lost."""
    tokens, end, first = trouble.tokens, _line_end(trouble), trouble.position
    while first > 0 and tokens[first - 1].line == trouble.token.line and tokens[first - 1].kind == "NAME":
        first -= 1
    words = list(takewhile(_is_word, tokens[first:end]))
    names = len(list(takewhile(lambda token: token.kind == "NAME", words)))
    code = any(token.kind == ":=" for token in tokens[first:end])
    if first == trouble.position or code or names < 2 or (names < 3 and len(words) < 4):
        return None
    what = f"{' '.join(token.text for token in words[:3])} ... is a sentence, no statement"
    return _passed_over(trouble, "P023", first, end - 1, tokens[end - 1], what, "write // before a comment")


def _is_word(token: Token) -> bool:
    return token.text[:1].isalpha() and token.kind not in _HEAD_ENDS and not token.kind.startswith("END")


def _passed_over(
    trouble: Trouble, code: str, first: int, last: int, end: Token, what: str, cure: str, insert: tuple[str, ...] = ()
) -> Repair | None:
    """Takes the tokens from the first to the last away, and what was reported of them back."""
    depth = states_before(trouble, first)
    if depth is None:
        return None
    back = (trouble.position - first, len(trouble.machine.states) - depth)
    return Repair(code, trouble.tokens[first].to(end), what, cure, last + 1 - first, insert, back=back, alone=True)


def _first_in_line(trouble: Trouble) -> int:
    """The first token of this line, or the first behind a ``;`` in it."""
    first = trouble.position
    while (
        first > 0 and trouble.tokens[first - 1].end_line == trouble.token.line and trouble.tokens[first - 1].kind != ";"
    ):
        first -= 1
    return first


def _line_end(trouble: Trouble) -> int:
    """The first token behind this line."""
    end = trouble.position
    while end < len(trouble.tokens) - 1 and trouble.tokens[end].line == trouble.token.line:
        end += 1
    return end
