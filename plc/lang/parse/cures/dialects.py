"""What other controllers write beyond the standard, or with a part of it that comes later: refused by name, read on.

    fan S= hot;      t : Tc2_Standard.TON;      w.%X3      again: ...      delay(IN := hot, Q => );

What stands around units is in dialect_units.py.
"""

from __future__ import annotations

import re

from plc.lang.parse.declarations import pragma_problem
from plc.lang.parse.tokens import NUMBER_PREFIXES, STATEMENT_WORDS, UNIT_WORDS, Token, kinds
from plc.lang.parse.trouble import Repair, Trouble

_LATER = "P020"
_SET = {"S": "TRUE", "R": "FALSE"}
_STATEMENT_STOPS = kinds("; THEN ELSE DO OF : PRAGMA END_VAR END_IF END_CASE END_FOR END_WHILE END_REPEAT REPEAT")
_BODY_STOPS = UNIT_WORDS | kinds("METHOD ACTION")
_TYPES = NUMBER_PREFIXES | kinds("TIME LTIME DATE TOD DT")
_MEMBERS = kinds("STEP ACTION METHOD TRANSITION TYPE EXIT CONTINUE RETURN REPEAT CONSTANT RETAIN PROGRAM FUNCTION AT")
_PART_BITS = {"X": 1, "B": 8, "W": 16, "D": 32}
_CAUGHT = ("__TRY", "__CATCH", "__FINALLY", "__ENDTRY")
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
    at, insert = word.to(sign), (":=",)
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
    return Repair(_LATER, first.to(second), what, f"write {second.text}", drop=2, back=(1, 1))


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
    return Repair("P024", name.to(trouble.previous), what, cure, drop=drop, back=(back, back))


def exception(trouble: Trouble) -> Repair | None:
    """``__TRY a := b / c; __CATCH(e) a := 0; __ENDTRY``: what is caught is left out."""
    tokens, position = trouble.tokens, trouble.position
    start = position - 4 if trouble.previous.kind == ")" and position > 4 else position - 1
    word, said = tokens[start], tokens[start].text.upper()
    entries = trouble.entries_back("IF")
    if said not in _CAUGHT or trouble.kind in (":=", ".") or entries is None:
        return None
    back = (position - start, entries)
    if said == "__TRY":
        what = f"{word.text}: no program catches its own faults"
        return Repair("P024", word, what, "test beforehand: IF divisor <> 0 THEN", drop=1, back=back)
    ends = (n + 1 for n, token in enumerate(tokens[start:]) if token.text.upper() == "__ENDTRY")
    drop = next(ends, position - start)
    return Repair("P024", word, f"{word.text} catches nothing here", "take it away", drop=drop, back=back)


def retentive_assignment(trouble: Trouble) -> Repair | None:
    """``count [:=] 5;``."""
    if trouble.kind != ":=" or trouble.previous.kind != "[" or trouble.following.kind != "]":
        return None
    entries = trouble.entries_back(":=")
    if entries is None:
        return None
    at = trouble.previous.to(trouble.following)
    back = (1, entries)
    return Repair("P017", at, "[:=] is no operator of this language", "write :=", drop=3, insert=(":=",), back=back)


def _joined(tokens: list[Token]) -> str:
    text = "".join(f" {token.text} " if token.kind == ":=" else token.text for token in tokens)
    return text.replace(",", ", ")[:60]


CURES = (
    set_sign, library_before_type, values_behind_type, jump_label, word_as_member, part_of_word, values_in_parentheses,
    directive, union, output_to_nothing, exception, retentive_assignment, address_without_name,
)  # fmt: skip
