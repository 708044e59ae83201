"""The usual mistakes of form, each with its cure, in the order in which they are tried."""

from __future__ import annotations

from difflib import get_close_matches

from plc.lang.parse.cures import (
    dialect_units,
    dialects,
    ends,
    everyday,
    everyday_declarations,
    later,
    parts,
    prose,
    signs,
    strays,
)
from plc.lang.parse.one_slip import touched
from plc.lang.parse.tokens import STATEMENT_BORDERS, STATEMENT_WORDS, Token, kinds
from plc.lang.parse.trouble import Cure, Repair, Trouble
from plc.lang.parse.words import meant_word

_STATEMENT_ENDS = STATEMENT_BORDERS | parts.PART_STARTS | parts.PART_ENDS
_RARE_WORDS = kinds("""
    STEP INITIAL_STEP TRANSITION ACTION METHOD TASK TEST ON AT WITH FROM RESOURCE CONFIGURATION PRIVATE PUBLIC PRIORITY
    INTERVAL SINGLE BY TO OF DO""")
_CONNECTIVES = ("THEN", "DO", "OF")


def word_as_name(trouble: Trouble) -> Repair | None:
    """``VAR At : INT``: a word of the language as a name."""
    token = trouble.token
    if not token.text[:1].isalpha() or token.kind == "NAME" or trouble.following.kind not in (":", ",", ":=", "AT"):
        return None
    if not trouble.accepts("NAME", trouble.following.kind):
        return None
    what = f"{token.text} is a word of the language and cannot be a name"
    cure = f"choose another name, such as {token.text}_1"
    rename = trouble.following.kind in (":", ",") and token.kind in _RARE_WORDS
    return Repair("P022", token, what, cure, drop=1, insert=("NAME",), rename=rename)


def misplaced_pragma(trouble: Trouble) -> Repair | None:
    """``{attribute 'x'}`` before something that has no attributes, and ``IF a { b(); }``."""
    if trouble.kind != "PRAGMA":
        return None
    if not trouble.token.text[1:].lstrip().lower().startswith("attribute"):
        if strays.among_variables(trouble):
            return Repair("P021", trouble.token, "this pragma means nothing here", "take it away", drop=1)
        what = "{ and } hold attributes here, not statements"
        cure = "write the statements between THEN and END_IF, DO and END_FOR, ..."
        return Repair("P021", trouble.token, what, cure, drop=1)
    what = "an attribute stands here, where it describes nothing"
    cure = "write it before a PROGRAM, FUNCTION, FUNCTION_BLOCK, TYPE or variable"
    return Repair("P021", trouble.token, what, cure, drop=1)


def string_in_parentheses(trouble: Trouble) -> Repair | None:
    """``STRING(20)``."""
    if trouble.previous.kind != "STRING" or trouble.kind != "(":
        return None
    inside = trouble.ahead(kinds("; ) END"))
    length, drop = "".join(token.text for token in inside[1:]), len(inside) + 1
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


def unquoted_test(trouble: Trouble) -> Repair | None:
    """``TEST breaker opens``: the name of a test without its quotes."""
    if trouble.token.text.upper() != "TEST" or not trouble.accepts("TEST"):
        return None
    rest = trouble.tokens[trouble.position + 1 :]
    name = [token for token in rest[:60] if token.line == trouble.token.line and token.kind not in (";", "END")]
    written = " ".join(token.text for token in name[:12]).rstrip("' ")
    cure = f"write TEST '{written or 'what it shows'}'"
    insert = ("TEST", "LITERAL")
    at = trouble.token.to(name[-1] if name else trouble.token)
    return Repair("P024", at, "the name of a TEST stands in quotes", cure, 1 + len(name), insert, alone=True)


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


def misspelt_then(trouble: Trouble) -> Repair | None:
    """``IF a THNE``: a name at the end of a condition that looks like THEN."""
    if trouble.kind != "NAME" or trouble.starts_line or trouble.following.kind in (":=", "(", ".", "["):
        return None
    if not trouble.accepts("THEN") or not get_close_matches(trouble.token.text.upper(), ["THEN"], cutoff=0.7):
        return None
    return _misspelt(trouble.token, "THEN")


def _misspelt(token: Token, word: str, back: tuple[int, int] = (0, 0)) -> Repair:
    what = f"{token.text} looks like {word} misspelt"
    return Repair("P031", token, what, f"write {word}", drop=1, insert=(word,), back=back)


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
        rest = {token.kind for token in trouble.ahead(_STATEMENT_ENDS | STATEMENT_WORDS)}
        if stops or trouble.kind in STATEMENT_WORDS or trouble.starts_line or word not in rest:
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
    begins = trouble.starts_line or trouble.kind in STATEMENT_WORDS | _STATEMENT_ENDS
    assigns = trouble.kind == "NAME" and trouble.following.kind in (":=", "(", ":")
    if not (begins or assigns):
        return None
    return Repair("P012", trouble.gap(), f"; is missing after {_text(trouble.previous)}", "write ;", insert=(";",))


def open_bracket(trouble: Trouble) -> Repair | None:
    """``x := (a + b;``: a bracket without its partner."""
    closer = next((sign for sign in (")", "]") if trouble.accepts(sign)), None)
    if closer is None:
        return None
    stops = trouble.kind in _STATEMENT_ENDS | STATEMENT_WORDS | frozenset(_CONNECTIVES) | {"TO", "BY", "]", ")"}
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
                since = next((v for v in reversed(trouble.machine.values) if getattr(v, "kind", "") == opener), None)
                return Repair("P029", trouble.gap(), what, f"write {closer}", insert=(closer,) * count, since=since)
    return None


def surplus_bracket(trouble: Trouble) -> Repair | None:
    """``x := a);``."""
    if trouble.kind not in (")", "]") or not trouble.accepts(trouble.following.kind):
        return None
    if trouble.previous.kind in ("(", "["):
        return None
    what, since = f"this {trouble.kind} closes nothing", touched(trouble.previous, trouble.token)
    return Repair("P029", trouble.token, what, "take it away", drop=1, since=since)


def _text(token: Token) -> str:
    return "the end" if token.kind == "END" else token.text.split("\n")[0][:30]


CURES: tuple[Cure, ...] = (
    everyday_declarations.step_for_by,
    later.later_word,
    later.later_pointer,
    *dialects.CURES,
    *dialect_units.CURES,
    word_as_name,
    strays.stray_in_section,
    strays.early_end,
    strays.stray_between_sections,
    strays.bare_address,
    strays.head_line,
    strays.list_without_brackets,
    everyday_declarations.variable_without_type,
    everyday_declarations.sign_after_head,
    everyday_declarations.begin_and_end,
    everyday_declarations.condition_after_else,
    ends.statement_among_variables,
    signs.split_sign,
    everyday.several_targets,
    ends.undeclared_section,
    ends.globals_inside,
    everyday.foreign_comment,
    signs.foreign_step,
    signs.equals_for_assignment,
    signs.equals_in_case,
    signs.assignment_for_equals,
    signs.arrow_for_comparison,
    signs.comma_for_range,
    signs.range_for_to,
    signs.comma_in_number,
    signs.comma_in_parentheses,
    signs.bare_point,
    signs.semicolon_for_comma,
    string_in_parentheses,
    missing_result_colon,
    unquoted_test,
    everyday_declarations.divided_section,
    everyday_declarations.type_before_name,
    everyday_declarations.single_bound,
    everyday_declarations.bounds_as_subrange,
    everyday_declarations.bounds_after_type,
    everyday_declarations.comma_after_declaration,
    everyday.unit_after_number,
    everyday.type_as_name,
    everyday.statements_in_braces,
    everyday.comparison_without_left_side,
    everyday.word_for_sign,
    prose.comment_not_begun,
    prose.text_not_begun,
    prose.sentence,
    everyday.words_in_a_row,
    everyday.semicolon_in_head,
    everyday.sign_at_the_end,
    everyday.hyphen_in_name,
    everyday.value_after_return,
    everyday.bare_end,
    everyday.missing_label_colon,
    everyday.comma_between_conditions,
    misspelt_then,
    wrong_connective,
    misspelt_word,
    missing_connective,
    missing_semicolon,
    everyday.values_in_a_row,
    ends.missing_if,
    open_bracket,
    surplus_bracket,
    ends.unclosed_block,
    *parts.CURES,
    ends.wrong_pou_end,
    ends.unclosed_pou,
    ends.unclosed_declarations,
    ends.late_variables,
    ends.outside_pou,
    ends.surplus_end,
    misplaced_pragma,
    semicolon_before_end,
)
