"""The usual mistakes of form, each with its cure, in the order in which they are tried."""

from __future__ import annotations

from plc.lang import ends, later
from plc.lang.tokens import Token, kinds
from plc.lang.trouble import Cure, Repair, Trouble
from plc.lang.words import meant_word

_STATEMENT_STARTS = kinds("IF CASE FOR WHILE REPEAT EXIT CONTINUE RETURN")
_STATEMENT_ENDS = kinds("""
    ; ELSE ELSIF UNTIL END_IF END_CASE END_FOR END_WHILE END_REPEAT END_VAR END_STRUCT END_TYPE
    END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END""")
_CONNECTIVES = ("THEN", "DO", "OF")
_SPLIT_SIGNS = {
    "> =": ">=", "< =": "<=", "< >": "<>", "= >": ">=", "= <": "<=", "> <": "<>", ": =": ":=", "= =": "=",
    "= :": ":=", "& &": "&",
}  # fmt: skip


def word_as_name(trouble: Trouble) -> Repair | None:
    """``VAR At : INT``: a word of the language as a name."""
    token = trouble.token
    if not token.text[:1].isalpha() or token.kind == "NAME" or trouble.following.kind not in (":", ",", ":=", "AT"):
        return None
    if not trouble.accepts("NAME", trouble.following.kind):
        return None
    what = f"{token.text} is a word of the language and cannot be a name"
    return Repair("P022", token, what, f"choose another name, such as {token.text}_1", drop=1, insert=("NAME",))


def misplaced_pragma(trouble: Trouble) -> Repair | None:
    """``{attribute 'x'}`` before something that has no attributes, and ``IF a { b(); }``."""
    if trouble.kind != "PRAGMA":
        return None
    if not trouble.token.text[1:].lstrip().lower().startswith("attribute"):
        what = "{ and } hold attributes here, not statements"
        cure = "write the statements between THEN and END_IF, DO and END_FOR, ..."
        return Repair("P021", trouble.token, what, cure, drop=1)
    what = "an attribute stands here, where it describes nothing"
    cure = "write it before a PROGRAM, FUNCTION, FUNCTION_BLOCK, TYPE or variable"
    return Repair("P021", trouble.token, what, cure, drop=1)


def split_sign(trouble: Trouble) -> Repair | None:
    """``a > = b``, ``a =< b``, ``x : = 1``."""
    before, token, after = trouble.previous, trouble.token, trouble.following
    with_before, with_after = f"{before.kind} {token.kind}", f"{token.kind} {after.kind}"
    if with_before in _SPLIT_SIGNS and trouble.position:
        sign, second = _SPLIT_SIGNS[with_before], token
        return Repair("P017", before, f"{before.text} {second.text} is no sign here", f"write {sign}", drop=1)
    if with_after in _SPLIT_SIGNS and trouble.accepts(_SPLIT_SIGNS[with_after]):
        sign = _SPLIT_SIGNS[with_after]
        return Repair(
            "P017", token, f"{token.text} {after.text} is no sign here", f"write {sign}", drop=2, insert=(sign,)
        )
    return None


def foreign_step(trouble: Trouble) -> Repair | None:
    """``x += 1`` and ``x++``."""
    sign, after = trouble.token, trouble.following
    if sign.kind not in ("+", "-", "*", "/") or not trouble.touches_following or after.kind not in ("=", sign.kind):
        return None
    name = trouble.previous.text
    what = f"{sign.text}{after.text} is no operator of this language"
    operand = "..." if after.kind == "=" else "1"
    return Repair("P017", sign, what, f"write {name} := {name} {sign.text} {operand}", skip=True)


def equals_for_assignment(trouble: Trouble) -> Repair | None:
    """``x = 5;``: the sign that compares where a value is assigned."""
    if trouble.kind != "=" or not trouble.accepts(":="):
        return None
    return Repair("P011", trouble.token, "= compares, it does not assign", "write :=", drop=1, insert=(":=",))


def equals_in_case(trouble: Trouble) -> Repair | None:
    """``x = 5;`` in a CASE, where it looks like a label at first."""
    if trouble.kind != ";" or not trouble.accepts(":"):
        return None
    sign = next((token for token in trouble.behind(kinds("; : OF ELSE THEN DO")) if token.kind == "="), None)
    if sign is None:
        return None
    return Repair("P011", sign, "= compares, it does not assign", "write :=", skip=True)


def assignment_for_equals(trouble: Trouble) -> Repair | None:
    """``IF a := 5 THEN``: the sign that assigns where two values are compared."""
    if trouble.kind != ":=" or not trouble.accepts("="):
        return None
    what = ":= assigns, it does not compare"
    return Repair("P011", trouble.token, what, "write = to compare", drop=1, insert=("=",))


def arrow_for_comparison(trouble: Trouble) -> Repair | None:
    """``a => b`` in a comparison."""
    if trouble.kind != "=>" or not trouble.accepts(">="):
        return None
    what = "=> hands out a block's output, it does not compare"
    return Repair("P017", trouble.token, what, "write >=", drop=1, insert=(">=",))


def comma_in_number(trouble: Trouble) -> Repair | None:
    """``1,5``."""
    if (
        trouble.kind != ","
        or trouble.previous.kind != "INTEGER"
        or trouble.following.kind not in ("INTEGER", "LITERAL")
    ):
        return None
    before, after = trouble.previous, trouble.following
    if not after.text[:1].isdigit():
        return None
    what = f"{before.text},{after.text} has a comma in the number"
    place = Token("number", "", before.line, before.column, after.end_line, after.end_column)
    return Repair("P010", place, what, f"write {before.text}.{after.text}", drop=2)


def bare_point(trouble: Trouble) -> Repair | None:
    """``.5`` and ``5.``."""
    if trouble.kind != ".":
        return None
    before, after = trouble.previous, trouble.following
    if after.kind == "INTEGER" and trouble.touches_following and trouble.accepts("LITERAL"):
        what = f".{after.text} has no digit before the point"
        return Repair("P009", trouble.token, what, f"write 0.{after.text}", drop=2, insert=("LITERAL",))
    if before.kind == "INTEGER" and trouble.touches_previous:
        return Repair("P009", before, f"{before.text}. has no digit after the point", f"write {before.text}.0", drop=1)
    return None


def comma_for_range(trouble: Trouble) -> Repair | None:
    """``ARRAY[1,3]`` and ``ARRAY[1:3]``."""
    if trouble.kind not in (",", ":", "-") or not trouble.accepts(".."):
        return None
    what = f"{trouble.token.text} stands between the first and the last index"
    return Repair("P013", trouble.token, what, "write ..", drop=1, insert=("..",))


def semicolon_for_comma(trouble: Trouble) -> Repair | None:
    """``(A; B)`` and ``f(a; b)``."""
    after_next = trouble.tokens[min(trouble.position + 2, len(trouble.tokens) - 1)]
    if trouble.kind != ";" or not trouble.accepts(",") or not trouble.accepts(",", trouble.following.kind):
        return None
    if after_next.kind not in (",", ")", "]", ";") or trouble.following.line != trouble.token.line:
        return None
    return Repair("P024", trouble.token, "; stands inside brackets", "write ,", drop=1, insert=(",",))


def string_in_parentheses(trouble: Trouble) -> Repair | None:
    """``STRING(20)``."""
    if trouble.previous.kind != "STRING" or trouble.kind != "(":
        return None
    length = trouble.following.text
    drop = len(trouble.ahead(kinds("; ) END"))) + 1
    return Repair("P024", trouble.token, "the length of a STRING stands in ( )", f"write STRING[{length}]", drop=drop)


def missing_result_colon(trouble: Trouble) -> Repair | None:
    """``FUNCTION f REAL``."""
    values = trouble.machine.values
    if len(values) < 6 or values[-1] is not trouble.previous or trouble.previous.kind != "NAME":
        return None
    start, name = values[-6], values[-5]
    if not (isinstance(start, Token) and start.kind == "FUNCTION" and values[-4] is None):
        return None
    what = f": is missing after {name.text}"
    cure = f"write FUNCTION {name.text} : {trouble.previous.text}"
    return Repair("P024", trouble.previous, what, cure, insert=(":",), back=(1, 4))


def misspelt_word(trouble: Trouble) -> Repair | None:
    """``WHLIE a DO``: a name that stands where only a word of the language very like it could."""
    if trouble.kind == "NAME":
        word = meant_word(trouble.token, trouble.machine)
        if word and trouble.accepts(word):
            return _misspelt(trouble.token, word)
    before, depth = trouble.previous, len(trouble.machine.states) - 1
    if before.kind == "NAME" and trouble.machine.values and trouble.machine.values[-1] is before:
        word = meant_word(before, trouble.machine)
        if word and trouble.machine.accepts(word, depth=depth):
            return _misspelt(before, word, back=(1, 1))
    return None


def _misspelt(token: Token, word: str, back: tuple[int, int] = (0, 0)) -> Repair:
    what = f"{token.text} looks like {word} misspelt"
    return Repair("P031", token, what, f"write {word}", drop=1, insert=(word,), back=back)


def range_for_to(trouble: Trouble) -> Repair | None:
    """``FOR i := 1..5 DO``."""
    if trouble.kind not in ("..", ",", ":") or not trouble.accepts("TO"):
        return None
    if any(token.kind == "TO" for token in trouble.ahead(_STATEMENT_ENDS | {"DO"})):
        return None
    what = f"{trouble.token.text} stands between the first and the last value of a FOR"
    return Repair("P013", trouble.token, what, "write TO", drop=1, insert=("TO",))


def wrong_connective(trouble: Trouble) -> Repair | None:
    """``WHILE a THEN``, ``IF a DO``."""
    right = next((word for word in _CONNECTIVES if trouble.accepts(word)), None)
    if right is None or trouble.kind not in (*_CONNECTIVES, ":"):
        return None
    what = f"{trouble.token.text} stands where {right} belongs"
    return Repair("P013", trouble.token, what, f"write {right}", drop=1, insert=(right,))


def missing_connective(trouble: Trouble) -> Repair | None:
    """``IF a b := 1;``: THEN, DO or OF is missing."""
    for word in _CONNECTIVES:
        stops = trouble.kind in _STATEMENT_ENDS and trouble.kind != ";"
        if not trouble.accepts(word) or not (stops or trouble.fits_after(word)):
            continue
        rest = {token.kind for token in trouble.ahead(_STATEMENT_ENDS | _STATEMENT_STARTS)}
        if stops or trouble.kind in _STATEMENT_STARTS or trouble.starts_line or word not in rest:
            return Repair(
                "P013",
                trouble.gap(),
                f"{word} is missing after {_text(trouble.previous)}",
                f"write {word}",
                insert=(word,),
            )
    return None


def semicolon_before_end(trouble: Trouble) -> Repair | None:
    """``UNTIL a; END_REPEAT`` and ``END_PROGRAM;``: a semicolon where none belongs."""
    between_pous = trouble.accepts("PROGRAM") and trouble.position > 0
    if trouble.kind != ";" or not (between_pous or trouble.following.kind == "END_REPEAT"):
        return None
    what = f"no ; belongs between {_text(trouble.previous)} and {_text(trouble.following)}"
    return Repair("P024", trouble.token, what, "take it away", drop=1)


def missing_semicolon(trouble: Trouble) -> Repair | None:
    """A statement or declaration without its ``;``."""
    if not trouble.fits_after(";"):
        return None
    begins = trouble.starts_line or trouble.kind in _STATEMENT_STARTS | _STATEMENT_ENDS
    assigns = trouble.kind == "NAME" and trouble.following.kind in (":=", "(", ":")
    if not (begins or assigns):
        return None
    return Repair("P012", trouble.gap(), f"; is missing after {_text(trouble.previous)}", "write ;", insert=(";",))


def open_bracket(trouble: Trouble) -> Repair | None:
    """``x := (a + b;``: a bracket without its partner."""
    closer = next((sign for sign in (")", "]") if trouble.accepts(sign)), None)
    if closer is None:
        return None
    stops = trouble.kind in _STATEMENT_ENDS | _STATEMENT_STARTS | frozenset(_CONNECTIVES) | {"TO", "BY", "]", ")"}
    if not (stops or trouble.starts_line):
        return None
    insert = [closer]
    while len(insert) < 10 and trouble.accepts(*insert, closer):
        insert.append(closer)
    for count in range(1, len(insert) + 1):
        for ending in ((), (";",)):
            if trouble.fits_after(*insert[:count], *ending):
                opener = "(" if closer == ")" else "["
                what = f"a {opener} before this place has no {closer}"
                return Repair("P029", trouble.gap(), what, f"write {closer}", insert=(closer,) * count)
    return None


def surplus_bracket(trouble: Trouble) -> Repair | None:
    """``x := a);``."""
    if trouble.kind not in (")", "]") or not trouble.accepts(trouble.following.kind):
        return None
    if trouble.previous.kind in ("(", "["):
        return None
    what = f"this {trouble.kind} closes nothing"
    return Repair("P029", trouble.token, what, "take it away", drop=1)


def _text(token: Token) -> str:
    return "the end" if token.kind == "END" else token.text.split("\n")[0][:30]


CURES: tuple[Cure, ...] = (
    later.later_word,
    later.later_pointer,
    word_as_name,
    ends.statement_among_variables,
    split_sign,
    ends.undeclared_section,
    ends.globals_inside,
    foreign_step,
    equals_for_assignment,
    equals_in_case,
    assignment_for_equals,
    arrow_for_comparison,
    comma_for_range,
    range_for_to,
    comma_in_number,
    bare_point,
    semicolon_for_comma,
    string_in_parentheses,
    missing_result_colon,
    wrong_connective,
    missing_connective,
    missing_semicolon,
    misspelt_word,
    ends.missing_if,
    open_bracket,
    surplus_bracket,
    ends.unclosed_block,
    ends.wrong_pou_end,
    ends.unclosed_pou,
    ends.unclosed_declarations,
    ends.late_variables,
    ends.outside_pou,
    ends.surplus_end,
    misplaced_pragma,
    semicolon_before_end,
)
