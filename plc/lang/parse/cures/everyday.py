"""Cures of what people type who speak no programming language, or another one: ``fan ON``, ``55 degC``, ``WAIT 5s``."""

from __future__ import annotations

from plc.lang.parse.measure import TIME_WORDS, UNIT_WORDS
from plc.lang.parse.tokens import Token, kinds
from plc.lang.parse.trouble import Repair, Trouble
from plc.lang.parse.words import meant_word

_SIGNS = kinds("< > <= >= = <>")
_JOINS = kinds("AND & AND_THEN OR OR_ELSE XOR NOT")
_LEFT_ENDS = _JOINS | kinds(":= ( , ; IF ELSIF WHILE UNTIL THEN ELSE DO")
_NUMBERS = kinds("INTEGER LITERAL")
_WORDS_FOR_SIGNS = {
    "IS": "=", "EQUALS": "=", "EQUAL": "=", "EQ": "=", "ABOVE": ">", "OVER": ">", "GREATER": ">", "HIGHER": ">",
    "MORE": ">", "BELOW": "<", "UNDER": "<", "LESS": "<", "LOWER": "<", "ISNT": "<>", "PLUS": "+", "MINUS": "-",
    "TIMES": "*", "UND": "AND", "ODER": "OR",
}  # fmt: skip
_ON, _OFF = kinds("ON TRUE HIGH SET TURN SWITCH START ENABLE"), kinds("OFF FALSE LOW RESET RST STOP DISABLE CLEAR")
_LIST_WORDS = kinds("U UN O A AN LD LDN ST STN")
_NOTS = kinds("NICHT NON NIET")
_WAITS = kinds("WAIT DELAY SLEEP PAUSE")
_FUNCTIONS = kinds("ABS SQRT LN LOG EXP SIN COS TAN ASIN ACOS ATAN MIN MAX LIMIT SEL MUX TRUNC")
_BLOCKS = {"IF": "END_IF", "CASE": "END_CASE", "FOR": "END_FOR", "WHILE": "END_WHILE"}


def unit_after_number(trouble: Trouble) -> Repair | None:
    """``55 degC`` and ``5 s``."""
    number, unit = trouble.previous, trouble.token
    if unit.kind != "NAME" or number.kind not in _NUMBERS or not number.text[:1].isdigit():
        return None
    at = number.to(unit)
    if unit.text.lower() in TIME_WORDS:
        cure = f"write T#{number.text}{TIME_WORDS[unit.text.lower()]}"
        return Repair("P008", at, f"{number.text} {unit.text} looks like a time", cure, drop=1)
    if unit.text.lower() not in UNIT_WORDS:
        return None
    what = f"{number.text} {unit.text} is a number with a unit attached"
    return Repair("P007", at, what, f"write {number.text} (numbers carry no unit)", drop=1)


def type_as_name(trouble: Trouble) -> Repair | None:
    """``String[1].Ambient``."""
    if trouble.kind != "STRING" or trouble.following.kind not in (".", "[") or not trouble.accepts("NAME"):
        return None
    what = f"{trouble.token.text} is the type of texts, not a battery string"
    return Repair("P022", trouble.token, what, "write Strings, as in Strings[1]", drop=1, insert=("NAME",))


def statements_in_braces(trouble: Trouble) -> Repair | None:
    """``IF a THEN { b(); }`` and ``FOR i := 1 TO 4 { b(); }``: the braces stand for THEN, DO and END_IF, END_FOR."""
    if trouble.kind != "PRAGMA" or trouble.token.text[1:].lstrip().lower().startswith("attribute"):
        return None
    word = next((word for word in ("THEN", "DO", "OF") if trouble.accepts(word)), None)
    opener = _open_block(trouble)
    if opener is None or (word is None and not trouble.accepts("IF")):
        return None
    what = "{ and } hold attributes here, not statements"
    cure = f"write the statements between {'THEN' if opener.kind == 'IF' else 'DO'} and {_BLOCKS[opener.kind]}"
    closed = trouble.following.kind in (*_BLOCKS.values(), "ELSE", "ELSIF")
    closing = () if closed else (_BLOCKS[opener.kind], ";")
    insert = (*((word,) if word else ()), *closing)
    return Repair("P021", trouble.token, what, cure, drop=1, insert=insert)


def comparison_without_left_side(trouble: Trouble) -> Repair | None:
    """``a > 5 AND < 9``."""
    sign, join = trouble.token, trouble.previous
    if sign.kind not in _SIGNS or join.kind not in _JOINS or not trouble.accepts("LITERAL"):
        return None
    what = f"{sign.text} compares nothing: left of it stands {join.text}"
    compared = _compared_before(trouble)
    cure = f"write {join.text} {compared} {sign.text} ..." if compared else "write what is compared before it"
    return Repair("P018", sign, what, cure, insert=("LITERAL",))


def _compared_before(trouble: Trouble) -> str:
    """The left side of the comparison before this one, as written."""
    tokens, end = trouble.tokens, trouble.position - 1
    first = max(end - 60, 0)
    while end > first and tokens[end].kind not in _SIGNS and tokens[end].kind != ";":
        end -= 1
    start = end
    while start > first and tokens[start - 1].kind not in _LEFT_ENDS:
        start -= 1
    return "".join(token.text for token in tokens[start:end])[:40] if tokens[end].kind in _SIGNS else ""


def word_for_sign(trouble: Trouble) -> Repair | None:
    """``IF a IS 5``."""
    sign = _WORDS_FOR_SIGNS.get(trouble.token.text.upper()) if trouble.kind == "NAME" else None
    if sign is None or not trouble.accepts(sign):
        return None
    drop = 2 if trouble.following.text.upper() in ("THAN", "TO") else 1
    what = f"{trouble.token.text} is no operator of this language"
    return Repair("P017", trouble.token, what, f"write {sign}", drop=drop, insert=(sign,))


def words_in_a_row(trouble: Trouble) -> Repair | None:
    """``fan ON;``, ``WAIT 5s;``, ``room fan := TRUE;``: a statement of two words."""
    first, second = trouble.previous, trouble.token
    if first.kind != "NAME" or second.kind not in ("NAME", "INTEGER", "LITERAL") or trouble.starts_line:
        return None
    if not (trouble.accepts(":=") and trouble.accepts(";")) or meant_word(first, trouble.machine):
        return None
    what = f"{first.text} {second.text} is no statement of this language"
    return Repair("P023", first.to(second), what, _said_in_words(trouble, first, second), skip=True, alone=True)


def _said_in_words(trouble: Trouble, first: Token, second: Token) -> str:
    said, object_ = first.text.upper(), second.text.upper()
    if said in _WAITS:
        return "a program never waits: call a TON with PT := T#5s and go on when its Q is TRUE"
    if said in ("REM", "COMMENT", "NOTE", "REGION", "NETWORK", "TITLE"):
        return "write // before a comment"
    if said == "CALL":
        return f"write {second.text}(...), without CALL"
    if said in _LIST_WORDS:
        return "instruction list is not spoken here: write fan := hot AND NOT stop;"
    if said in ("GOTO", "JMP"):
        return "write IF or CASE around what is passed over"
    if object_ in _ON | _OFF:
        return f"write {first.text} := {'TRUE' if object_ in _ON else 'FALSE'};"
    if said in _ON | _OFF:
        named = trouble.following.text if object_ in ("ON", "OFF") else second.text
        return f"write {named} := {'FALSE' if said in _OFF or object_ == 'OFF' else 'TRUE'};"
    if trouble.following.kind in (":=", ".", "[", "(", ","):
        return f"a name has no blank: write {first.text}_{second.text}"
    return f"write {first.text} := {second.text}; to assign, {first.text}(...); to call"


def values_in_a_row(trouble: Trouble) -> Repair | None:
    """``ABS x`` and ``MAX(a b)`` inside an expression."""
    first, second = trouble.previous, trouble.token
    if first.kind != "NAME" or second.kind not in ("NAME", *_NUMBERS) or trouble.starts_line:
        return None
    if not trouble.accepts("+") or trouble.following.kind == ":=":
        return None
    if first.text.upper() in _NOTS:
        return Repair("P017", first, f"{first.text} is no operator of this language", "write NOT", drop=1)
    what = f"{first.text} and {second.text} stand side by side with nothing between them"
    if first.text.upper() in _FUNCTIONS:
        return Repair("P024", first.to(second), what, f"write {first.text}({second.text})", drop=1)
    cure = "write a comma between them" if trouble.accepts(",") else "write an operator, such as AND or +, between them"
    return Repair("P024", first.to(second), what, cure, drop=1)


def sign_at_the_end(trouble: Trouble) -> Repair | None:
    """``fan := TRUE:`` at the end of a line."""
    sign, after = trouble.token, trouble.following
    if sign.kind not in (":", ",", ".") or not trouble.accepts(";") or after.line == sign.line:
        return None
    if trouble.previous.kind in ("ELSE", "THEN", "DO"):
        return None
    return Repair("P012", sign, f"{sign.text} stands where the statement ends", "write ;", drop=1, insert=(";",))


def semicolon_in_head(trouble: Trouble) -> Repair | None:
    """``IF hot; THEN``."""
    after = trouble.following.kind
    if trouble.kind != ";" or after not in ("THEN", "DO", "OF") or not trouble.accepts(after):
        return None
    what = f"no ; belongs between {trouble.previous.text} and {trouble.following.text}"
    return Repair("P024", trouble.token, what, "take it away", drop=1)


def hyphen_in_name(trouble: Trouble) -> Repair | None:
    """``fan-1 := TRUE;``."""
    first, second = trouble.previous, trouble.following
    if trouble.kind != "-" or first.kind != "NAME" or not _may_name(trouble):
        return None
    if not (trouble.touches_previous and trouble.touches_following) or second.kind not in ("NAME", "INTEGER"):
        return None
    what = f"{first.text}-{second.text} is no name: - subtracts"
    return Repair("P004", first.to(second), what, f"write {first.text}_{second.text}", drop=2)


def _may_name(trouble: Trouble) -> bool:
    """Whether the token before ends the name of a variable, or of a unit."""
    head = trouble.tokens[max(trouble.position - 2, 0)].kind in ("PROGRAM", "FUNCTION", "FUNCTION_BLOCK")
    return head or trouble.accepts(":=") or trouble.accepts(":")


def several_targets(trouble: Trouble) -> Repair | None:
    """``fan, lamp := TRUE;``."""
    if trouble.kind != "," or not (trouble.accepts(":=") or trouble.accepts(":")):
        return None
    rest = trouble.ahead(kinds(":= : ; ("))
    stop = trouble.tokens[trouble.position + len(rest)]
    if stop.kind != ":=":
        return None
    first, value = trouble.previous, trouble.tokens[trouble.position + len(rest) + 1]
    what = "one statement gives one variable its value"
    cure = f"write {first.text} := {value.text}; and a statement for each of the others"
    return Repair("P023", first.to(stop), what, cure, skip=True)


def missing_label_colon(trouble: Trouble) -> Repair | None:
    """``CASE n OF 1 fan := TRUE;``."""
    if trouble.kind != "NAME" or not trouble.fits_after(":") or trouble.following.kind not in (":=", "(", ".", "["):
        return None
    if trouble.previous.kind not in ("INTEGER", "ENUMERATOR"):
        return None
    label = trouble.previous.text
    return Repair("P013", trouble.gap(), f": is missing after the label {label}", f"write {label}:", insert=(":",))


def comma_between_conditions(trouble: Trouble) -> Repair | None:
    """``IF a, b THEN``."""
    if trouble.kind != "," or not (trouble.accepts("THEN") or trouble.accepts("DO")):
        return None
    drop = len(trouble.ahead(kinds("THEN DO ; END")))
    return Repair("P024", trouble.token, ", stands between two conditions", "write AND or OR", drop=drop)


def value_after_return(trouble: Trouble) -> Repair | None:
    """``RETURN x;``."""
    if trouble.previous.kind != "RETURN" or not trouble.accepts(";") or trouble.starts_line:
        return None
    drop = len(trouble.ahead(kinds("; END")))
    what = "RETURN takes no value"
    return Repair("P024", trouble.token, what, "assign the value to the function's name, then write RETURN;", drop=drop)


def bare_end(trouble: Trouble) -> Repair | None:
    """``END;`` for END_IF."""
    opener = _open_block(trouble)
    if trouble.kind != "END_WHAT":
        return None
    if opener is None or not trouble.accepts(_BLOCKS[opener.kind]):
        return Repair("P014", trouble.token, "END closes nothing here", "take it away", drop=2)
    closer = _BLOCKS[opener.kind]
    what = f"{trouble.token.text} does not say what it ends: this {opener.text} of line {opener.line}"
    return Repair("P014", trouble.token, what, f"write {closer}", drop=1, insert=(closer,))


def foreign_comment(trouble: Trouble) -> Repair | None:
    """``-- a comment`` and ``REM a comment``."""
    token = trouble.token
    dashes = token.kind == "-" and trouble.following.kind == "-" and trouble.touches_following
    if not dashes or not (trouble.starts_line or trouble.previous.kind == ";"):
        return None
    drop = 0
    while trouble.tokens[trouble.position + drop].line == token.line and drop < 200:
        if trouble.tokens[trouble.position + drop].kind == "END":
            break
        drop += 1
    return Repair("P004", token, "-- begins no comment here", "write // before it", drop=drop)


def _open_block(trouble: Trouble) -> Token | None:
    """The innermost IF, CASE, FOR or WHILE that is open."""
    opener = trouble.innermost(frozenset({*_BLOCKS, "REPEAT"}))
    return None if opener is None or opener.kind == "REPEAT" else opener
