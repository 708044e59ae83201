"""What other controllers write beyond the standard, or with a part of it that comes later: refused by name, read on.

fan S= hot;      t : Tc2_Standard.TON;      VAR_STAT ...      FUNCTION_BLOCK PUBLIC f      w.%X3      again: ...
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plc.lang.parse.declarations import pragma_problem
from plc.lang.parse.tokens import INHERITING, NUMBER_PREFIXES, STATEMENT_WORDS, UNIT_CLOSERS, UNIT_WORDS, Token, kinds
from plc.lang.parse.trouble import Repair, Trouble

_LATER = "P020"
_SET = {"S": "TRUE", "R": "FALSE"}
_STATEMENT_STOPS = kinds("; THEN ELSE DO OF : PRAGMA END_VAR END_IF END_CASE END_FOR END_WHILE END_REPEAT REPEAT")
_BODY_STOPS = UNIT_WORDS | kinds("METHOD ACTION")
_TYPES = NUMBER_PREFIXES | kinds("TIME LTIME DATE TOD DT")
_MEMBERS = kinds("STEP ACTION METHOD TRANSITION TYPE EXIT CONTINUE RETURN REPEAT CONSTANT RETAIN PROGRAM FUNCTION AT")
_PART_BITS = {"X": 1, "B": 8, "W": 16, "D": 32}
_UNIT_BORDERS = UNIT_WORDS | UNIT_CLOSERS | kinds("TYPE TEST CONFIGURATION VAR_GLOBAL END")
_LINE = 200
_DIRECTIVE = re.compile(
    r"\{\s*(region|endregion|warning|error|info|text|analysis|flow|nobp|if|elsif|else|end_if|define|undefine)\b", re.I
)


def set_sign(trouble: Trouble) -> Repair | None:
    """``fan S= hot;``, ``fan R= cold;`` and ``ref REF= x;``."""
    word, sign = trouble.token, trouble.following
    said = word.text.upper()
    if word.kind != "NAME" or said not in (*_SET, "REF") or sign.kind != "=" or not trouble.touches_following:
        return None
    if trouble.previous.kind not in ("NAME", "]", ")") or not trouble.accepts(":="):
        return None
    at, insert = _from(word, sign), (":=",)
    if said == "REF":
        what, cure = "REF=: references come with a later version", "pass the variable by VAR_IN_OUT for now"
        return Repair(_LATER, at, what, cure, drop=2, insert=insert)
    target = "".join(token.text for token in trouble.behind(_STATEMENT_STOPS))[-40:]
    cure = f"write IF ... THEN {target} := {_SET[said]}; END_IF;"
    return Repair("P017", at, f"{word.text}= is no operator of this language", cure, drop=2, insert=insert)


def library_before_type(trouble: Trouble) -> Repair | None:
    """``t : Standard.TON;``: the name of a library before that of its block."""
    first, second = trouble.previous, trouble.following
    if trouble.kind != "." or first.kind != "NAME" or second.kind not in ("NAME", "STRING"):
        return None
    if trouble.tokens[max(trouble.position - 2, 0)].kind not in (":", "OF") or not trouble.accepts(";"):
        return None
    if trouble.machine.values[-1:] != [first]:
        return None
    what = f"{first.text}.{second.text}: names with the name of a library before them come with a later version"
    return Repair(_LATER, _from(first, second), what, f"write {second.text}", drop=2, back=(1, 1))


def values_behind_type(trouble: Trouble) -> Repair | None:
    """``t : ARRAY[1..2] OF TON[(PT := T#1s), (PT := T#2s)];``."""
    if trouble.kind != "[" or trouble.following.kind != "(" or not trouble.accepts(":="):
        return None
    rest = trouble.ahead(kinds("] ; END"))
    if trouble.tokens[trouble.position + len(rest)].kind != "]":
        return None
    written = f"{trouble.previous.text} := [{_joined(rest[1:])}]"
    what = f"the first values of the array stand behind {trouble.previous.text} without :="
    return Repair("P024", trouble.token, what, f"write {written}", drop=len(rest) + 1)


def access_before_name(trouble: Trouble) -> Repair | None:
    """``FUNCTION_BLOCK PUBLIC f`` and ``FUNCTION_BLOCK ABSTRACT f``."""
    tokens, position = trouble.tokens, trouble.position
    word = tokens[max(position - 2, 0)]
    if word.kind != "ACCESS" or tokens[max(position - 3, 0)].kind not in UNIT_WORDS or trouble.previous.kind != "NAME":
        return None
    entries = trouble.entries_back("NAME", "VAR")
    if entries is None:
        return None
    what, cure = f"{word.text} stands before the name of a {tokens[position - 3].text}", "take it away"
    if word.text.upper() in INHERITING:
        what = f"{word.text}: classes and interfaces come with a later version"
    else:
        cure = "take it away: every unit is seen by all others"
    return Repair(_LATER, word, what, cure, drop=1, back=(2, entries))


def part_outside(trouble: Trouble) -> Repair | None:
    """``END_FUNCTION_BLOCK METHOD m ... END_METHOD``: a method or action behind the end of its unit."""
    tokens, position = trouble.tokens, trouble.position
    outside = trouble.accepts("PROGRAM") or trouble.previous.kind == "PRAGMA"
    if trouble.kind not in ("METHOD", "ACTION") or not outside:
        return None
    rest = trouble.ahead(kinds("END_METHOD END_ACTION END PROGRAM FUNCTION FUNCTION_BLOCK TYPE END_FUNCTION_BLOCK"))
    closed = tokens[position + len(rest)].kind in ("END_METHOD", "END_ACTION")
    ends = ("END_FUNCTION_BLOCK", "END_PROGRAM")
    end = next((token.kind for token in reversed(tokens[:position]) if token.kind in ends), "")
    cure = f"write {end} behind it, at the end of its unit" if end else "write FUNCTION_BLOCK and its name before it"
    what = f"this {trouble.token.text} stands outside any PROGRAM or FUNCTION_BLOCK"
    return Repair("P032", trouble.token, what, cure, drop=len(rest) + closed)


def jump_label(trouble: Trouble) -> Repair | None:
    """``again: i := i + 1;``: a place to jump to."""
    name, after = trouble.previous, trouble.following
    if trouble.kind != ":" or trouble.behind(_STATEMENT_STOPS | _BODY_STOPS) != [name] or name.kind != "NAME":
        return None
    if not (trouble.accepts(":=") and trouble.accepts(";")) or after.text.upper() in _TYPES:
        return None
    behind = trouble.tokens[min(trouble.position + 2, len(trouble.tokens) - 1)]
    assigns = after.kind == "NAME" and behind.kind in (":=", "(", ".", "[") and behind.line == after.line
    if not (assigns or after.kind in STATEMENT_WORDS):
        return None
    what = f"{name.text}: is a place to jump to, and this language has no jumps"
    return Repair("P024", name, what, "write IF, CASE or a loop around what is passed over", drop=2, back=(1, 1))


def word_as_member(trouble: Trouble) -> Repair | None:
    """``motor.Step(n)``: a word of the language as the name of a method or field."""
    token = trouble.token
    if trouble.previous.kind != "." or token.kind not in _MEMBERS or not trouble.touches_previous:
        return None
    if not trouble.accepts("NAME", trouble.following.kind):
        return None
    what = f"{token.text} is a word of the language and cannot be a name"
    return Repair("P022", token, what, f"choose another name, such as {token.text}_1", drop=1, insert=("NAME",))


def part_of_word(trouble: Trouble) -> Repair | None:
    """``w.%X3`` and ``w.%B0``."""
    token = trouble.token
    if trouble.previous.kind != "." or token.kind != "ADDRESS" or not trouble.touches_previous:
        return None
    size, number = token.text[1:2].upper(), token.text[2:]
    if size not in _PART_BITS or not number.isdecimal():
        return None
    what, cure = f".{token.text} comes with a later version", f"write .{number}"
    if size != "X":
        whole = trouble.tokens[max(trouble.position - 2, 0)].text
        target = {"B": "BYTE", "W": "WORD", "D": "DWORD"}[size]
        cure = f"write TO_{target}(SHR({whole}, {int(number) * _PART_BITS[size]}))"
    return Repair(_LATER, token, what, cure, skip=True)


def values_in_parentheses(trouble: Trouble) -> Repair | None:
    """``motor : FB_Motor(5, TRUE);``: values for a block where it is declared."""
    inside = trouble.behind(kinds("( ; END_VAR"))
    name = trouble.tokens[max(trouble.position - len(inside) - 2, 0)]
    before = trouble.tokens[max(trouble.position - len(inside) - 3, 0)].kind
    ended = trouble.kind in (",", ")") and trouble.accepts("..")
    listed = trouble.previous.kind == "," and trouble.accepts("NAME")
    if not (ended or listed) or before not in (":", "OF") or name.kind != "NAME" or name.text.upper() in _TYPES:
        return None
    cure = f"write {name.text} alone, and give the inputs where it is called"
    return Repair("P024", name, f"{name.text} takes no values in its declaration", cure, skip=True)


def directive(trouble: Trouble) -> Repair | None:
    """``{region 'x'}`` and ``{warning disable C1}`` among the statements of a block or method."""
    if trouble.kind != "PRAGMA" or not _DIRECTIVE.match(trouble.token.text) or ";" in trouble.token.text:
        return None
    return Repair("P021", trouble.token, *pragma_problem(trouble.token.text), drop=1)


def union(trouble: Trouble) -> Repair | None:
    """``TYPE u : UNION a : INT; b : WORD; END_UNION END_TYPE``."""
    tokens, position = trouble.tokens, trouble.position
    word = trouble.previous
    if word.text.upper() != "UNION" or word.kind != "NAME" or tokens[max(position - 2, 0)].kind != ":":
        return None
    stop = next((n for n in range(position, len(tokens)) if tokens[n].text.upper() == "END_UNION"), 0)
    if not stop:
        return None
    closed = tokens[stop + 1].kind == ";"
    what = "UNION: one memory under two types comes with a later version"
    cure = "write a STRUCT, and convert one field to the other: WORD_TO_INT(x)"
    return Repair(_LATER, word, what, cure, drop=stop + 1 - position, insert=() if closed else (";",))


def address_without_name(trouble: Trouble) -> Repair | None:
    """``VAR AT %MW5 : INT; END_VAR``."""
    if trouble.kind != "AT" or trouble.following.kind != "ADDRESS" or not trouble.accepts("NAME", "AT"):
        return None
    what = f"the variable at {trouble.following.text} has no name"
    return Repair("P024", trouble.token, what, f"write a name before AT, or use {trouble.following.text} without it",
                  skip=True)  # fmt: skip


def output_to_nothing(trouble: Trouble) -> Repair | None:
    """``delay(IN := hot, Q => , ET => );``: outputs that lead nowhere."""
    tokens, position = trouble.tokens, trouble.position
    if trouble.kind not in (",", ")") or trouble.previous.kind != "=>" or position < 4:
        return None
    name, before = tokens[position - 2], tokens[position - 3]
    back = 3 if trouble.kind == ")" and before.kind == "," else 2
    drop = back + (trouble.kind == ",")
    what = f"{name.text} => leads nowhere"
    cure = "write a variable behind it, or leave it out"
    return Repair("P024", _from(name, trouble.previous), what, cure, drop=drop, back=(back, back))


def unit_inside(trouble: Trouble) -> Repair | None:
    """``PROGRAM p VAR .. END_VAR FUNCTION_BLOCK f .. END_FUNCTION_BLOCK f1(); END_PROGRAM``."""
    tokens, position = trouble.tokens, trouble.position
    if trouble.kind not in ("FUNCTION", "FUNCTION_BLOCK") or trouble.accepts("PROGRAM"):
        return None
    borders = [n for n in range(position + 1, len(tokens)) if tokens[n].kind in _UNIT_BORDERS]
    kinds_of = [tokens[n].kind for n in borders]
    opener = next((token for token in reversed(tokens[:position]) if token.kind in _UNIT_BORDERS), None)
    if opener is None or opener.kind not in UNIT_WORDS or kinds_of[:1] != [f"END_{trouble.kind}"]:
        return None
    next_kinds = iter(kinds_of[1:])
    after = next((kind for kind in next_kinds if not _inner(kind, next_kinds)), "")
    if after != f"END_{opener.kind}":
        return None
    what = f"this {trouble.token.text} stands inside a {opener.kind}"
    drop = borders[0] + 1 - position
    return Repair("P016", trouble.token, what, f"move it before the {opener.kind}", drop=drop, loses=True)


def _inner(kind: str, rest: Iterator[str]) -> bool:
    """Whether one more unit begins here and ends as it should."""
    return kind in ("FUNCTION", "FUNCTION_BLOCK") and next(rest, "") == f"END_{kind}"


def region(trouble: Trouble) -> Repair | None:
    """``REGION name`` and ``END_REGION``, which fold a text in an editor."""
    word = trouble.previous
    said = word.text.upper()
    if said not in ("REGION", "END_REGION") or trouble.machine.values[-1:] != [word]:
        return None
    if trouble.kind in (":=", "(", "."):
        return None
    first = trouble.position - 1
    near = range(first, min(first + _LINE, len(trouble.tokens) - 1))
    drop = sum(1 for n in near if trouble.tokens[n].line == word.line) if said == "REGION" else 1
    what = f"{word.text} means nothing here"
    return Repair("P024", word, what, "write // before it", drop=drop, back=(1, 1))


def _joined(tokens: list[Token]) -> str:
    text = "".join(f" {token.text} " if token.kind == ":=" else token.text for token in tokens)
    return text.replace(",", ", ")[:60]


def _from(first: Token, last: Token) -> Token:
    """A place from one token to another."""
    return Token("place", "", first.line, first.column, last.end_line, last.end_column)


CURES = (
    set_sign, library_before_type, values_behind_type, access_before_name, part_outside, jump_label, word_as_member,
    part_of_word, values_in_parentheses, directive, union, output_to_nothing, unit_inside, address_without_name, region,
)  # fmt: skip
