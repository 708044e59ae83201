"""Cures where a block is not closed, closed twice or closed by the wrong word."""

from __future__ import annotations

from plc.lang.ast import Name
from plc.lang.parse.cures.parts import PART_ENDS, PART_STARTS
from plc.lang.parse.tokens import SECTION_WORDS, STATEMENT_WORDS, UNIT_CLOSERS, UNIT_WORDS, Token, kinds
from plc.lang.parse.trouble import Repair, Trouble
from plc.lang.parse.words import border

_CLOSER = {"IF": "END_IF", "CASE": "END_CASE", "FOR": "END_FOR", "WHILE": "END_WHILE", "REPEAT": "END_REPEAT"}
_OPENER = {closer: opener for opener, closer in _CLOSER.items()}
_FILLING: dict[str, tuple[str, ...]] = {opener: (closer, ";") for opener, closer in _CLOSER.items()}
_FILLING["REPEAT"] = ("UNTIL", "ERROR", "END_REPEAT", ";")
_POUS = UNIT_WORDS | kinds("TEST CONFIGURATION")
_POU_CLOSERS = UNIT_CLOSERS | kinds("END_TEST END_CONFIGURATION")
_HEAD_OF = {"END_TEST": ("TEST", "LITERAL"), "END_FUNCTION_BLOCK": ("FUNCTION_BLOCK", "ERROR")}
"""What begins a unit whose end alone stands there."""
_FILE_LEVEL = _POUS | kinds("TYPE VAR_GLOBAL END")
_LIKE = {"STEP": kinds("STEP INITIAL_STEP"), "VAR": SECTION_WORDS | kinds("VAR_GLOBAL VAR_CONFIG")}
_SURPLUS = {"ELSE": "IF", "ELSIF": "IF", "UNTIL": "REPEAT"}
_CLOSERS = frozenset(_OPENER) | _POU_CLOSERS | PART_ENDS | kinds("END_VAR END_STRUCT END_TYPE UNTIL ELSE ELSIF")
_HEADS = kinds("IF ELSIF WHILE FOR CASE UNTIL")
_STATEMENT_STOPS = STATEMENT_WORDS | _CLOSERS | UNIT_WORDS | kinds("; THEN DO OF END TEST")


def unclosed_block(trouble: Trouble) -> Repair | None:
    """``IF a THEN b(); END_PROGRAM``: an IF, FOR ... is open where something further out is closed."""
    opener = trouble.innermost(frozenset(_CLOSER))
    if opener is None or not _closes_further_out(trouble, opener):
        return None
    filling = _FILLING[opener.kind]
    insert = next((f for f in (filling, (";", *filling)) if trouble.accepts(*f)), None)
    if insert is None:
        return None
    closer = _CLOSER[opener.kind]
    blamed = _blamed(trouble, opener)
    before = border(trouble.token)
    if blamed.kind == "IF" and _follows_else(trouble, blamed):
        what = f"ELSE IF opens a second IF, which is not closed before {before}"
        return Repair("P015", blamed, what, "write ELSIF in one word", insert=insert)
    what = f"this {blamed.text} is not closed before {before}"
    return Repair("P016", blamed, what, f"write {closer}; after its last statement", insert=insert)


def _closes_further_out(trouble: Trouble, opener: Token) -> bool:
    kind = trouble.kind
    if kind in _FILE_LEVEL | _POU_CLOSERS | PART_STARTS | PART_ENDS:
        return True
    if kind == "PRAGMA":
        return _starts_pou(trouble)
    wanted = _OPENER.get(kind, "REPEAT" if kind == "UNTIL" else "")
    values = trouble.machine.values
    return any(isinstance(value, Token) and value.kind == wanted and value is not opener for value in values)


def _starts_pou(trouble: Trouble) -> bool:
    position = trouble.position
    while trouble.tokens[position].kind == "PRAGMA":
        position += 1
    return trouble.tokens[position].kind in _POUS


def _follows_else(trouble: Trouble, opener: Token) -> bool:
    for position in range(trouble.position - 1, 0, -1):
        if trouble.tokens[position] is opener:
            before = trouble.tokens[position - 1]
            return before.kind == "ELSE" and before.line == opener.line
    return False


def _blamed(trouble: Trouble, opener: Token) -> Token:
    """The opener whose closing word is missing, judged by indentation: a closing word stands below its opener.

    Where an END_IF stands below an outer IF although an inner one is open, the inner one is not closed.
    """
    open_now: list[Token] = []
    tokens = trouble.tokens
    start = next((n for n in range(trouble.position - 1, -1, -1) if tokens[n].kind in _POUS), 0)
    for position in range(start, trouble.position):
        token = tokens[position]
        if token.kind in _CLOSER:
            open_now.append(token)
        elif token.kind in _OPENER and open_now:
            last = open_now.pop()
            first_in_line = tokens[position - 1].end_line < token.line
            below_outer = any(outer.column == token.column for outer in open_now if outer.line < token.line)
            if first_in_line and below_outer and token.column < last.column and last.kind == opener.kind:
                return last
    return opener


def wrong_pou_end(trouble: Trouble) -> Repair | None:
    """``PROGRAM p ... END_FUNCTION``."""
    if trouble.kind not in _POU_CLOSERS:
        return None
    right = next((closer for closer in sorted(_POU_CLOSERS) if trouble.accepts(closer)), None)
    if right is None:
        return None
    what = f"{trouble.token.text} stands at the end of a {right[4:]}"
    return Repair("P016", trouble.token, what, f"write {right}", drop=1, insert=(right,))


def unclosed_pou(trouble: Trouble) -> Repair | None:
    """``PROGRAM a ... PROGRAM b``, or the text ends."""
    if not (trouble.kind in _FILE_LEVEL or (trouble.kind == "PRAGMA" and _starts_pou(trouble))):
        return None
    if trouble.kind == "PROGRAM" and trouble.accepts(";", "PROGRAM"):
        return None  # a line of a CONFIGURATION without its semicolon
    return _insert_closer(trouble, sorted(_POU_CLOSERS), _POUS)


def unclosed_declarations(trouble: Trouble) -> Repair | None:
    """``VAR a : INT; IF ...``: the END_VAR, END_STRUCT or END_TYPE is missing."""
    starts = (
        _FILE_LEVEL
        | _POU_CLOSERS
        | PART_STARTS
        | PART_ENDS
        | SECTION_WORDS
        | STATEMENT_WORDS
        | kinds("END_VAR END_TYPE")
    )
    if not (trouble.kind in starts or (trouble.kind == "PRAGMA" and _starts_pou(trouble))):
        return None
    openers = SECTION_WORDS | kinds("VAR_GLOBAL VAR_CONFIG RESOURCE STRUCT TYPE")
    return _insert_closer(trouble, ["END_VAR", "END_STRUCT", "END_TYPE", "END_RESOURCE"], openers)


def _insert_closer(trouble: Trouble, closers: list[str], openers: frozenset[str]) -> Repair | None:
    for closer in closers:
        for insert in ((closer,), (";", closer)):
            if trouble.accepts(*insert):
                opener = trouble.innermost(openers) or trouble.previous
                what = f"this {opener.text} is not closed before {border(trouble.token)}"
                nobody_typed_it = opener.start < 0
                cure = f"write {closer} where it ends"
                loses = opener.kind == "STRUCT" or (opener.kind in SECTION_WORDS and trouble.kind in SECTION_WORDS)
                return Repair("P016", opener, what, cure, insert=insert, silent=nobody_typed_it, loses=loses)
    return None


def statement_among_variables(trouble: Trouble) -> Repair | None:
    """``VAR a : INT; a := 1;``: a statement where END_VAR is missing."""
    values = trouble.machine.values
    if trouble.kind not in (":=", "(", ".", "[") or len(values) < 3 or values[-1] is not trouble.previous:
        return None
    depth = len(trouble.machine.states) - 2
    if trouble.previous.kind != "NAME" or not trouble.machine.accepts("END_VAR", "NAME", trouble.kind, depth=depth):
        return None
    what = f"a statement starts here, but the {_section(trouble)} before it is not closed"
    opener = trouble.innermost(SECTION_WORDS)
    silent = opener is not None and opener.start < 0
    cure = "write END_VAR before it"
    return Repair("P016", trouble.previous, what, cure, insert=("END_VAR",), back=(1, 2), silent=silent)


def undeclared_section(trouble: Trouble) -> Repair | None:
    """``PROGRAM p a : INT;``: a declaration without VAR before it."""
    values, depth = trouble.machine.values, len(trouble.machine.states) - 2
    if trouble.kind not in (":", ",") or trouble.previous.kind != "NAME" or len(values) < 3:
        return None
    name = Name(trouble.previous.text, values[-1].span) if isinstance(values[-1], Name) else trouble.previous
    if values[-1] != name or values[-2] != [] or not trouble.machine.accepts("VAR", "NAME", trouble.kind, depth=depth):
        return None
    what = f"the declaration of {trouble.previous.text} stands outside VAR and END_VAR"
    return Repair("P028", trouble.previous, what, "write VAR before it", insert=("VAR",), back=(1, 2), loses=True)


def globals_inside(trouble: Trouble) -> Repair | None:
    """``PROGRAM p VAR_GLOBAL ... END_VAR ... END_PROGRAM``."""
    if trouble.kind != "VAR_GLOBAL" or not trouble.accepts("VAR"):
        return None
    stop = trouble.position + len(trouble.ahead(_POU_CLOSERS | _POUS | kinds("TYPE END")))
    if trouble.tokens[stop].kind not in _POU_CLOSERS:
        return None
    opener = trouble.innermost(_POUS)
    what = f"VAR_GLOBAL stands inside a {opener.kind if opener else 'PROGRAM'}"
    return Repair("P027", trouble.token, what, "move it before the PROGRAM", drop=1, insert=("VAR",))


def missing_if(trouble: Trouble) -> Repair | None:
    """``a > 5 THEN b(); END_IF``: a condition without its IF, or WHILE."""
    tokens = trouble.tokens
    stop = trouble.position + len(trouble.ahead(_STATEMENT_STOPS))
    word = {"THEN": "IF", "DO": "WHILE"}.get(tokens[stop].kind)
    entries = trouble.entries_back("IF")
    if word is None or entries is None or tokens[stop].line != trouble.token.line:
        return None
    start = trouble.position - len(trouble.behind(_STATEMENT_STOPS))
    while tokens[start].line < trouble.token.line:
        start += 1
    if start == stop or tokens[start - 1].kind in _HEADS or (start == trouble.position) != (entries == 0):
        return None
    what = f"a condition stands here, but no {word} before it"
    back = (trouble.position - start, entries)
    return Repair("P013", tokens[start], what, f"write {word}", insert=(word,), back=back)


def _section(trouble: Trouble) -> str:
    opener = trouble.innermost(SECTION_WORDS)
    return f"{opener.text} in line {opener.line}" if opener else "VAR"


def surplus_end(trouble: Trouble) -> Repair | None:
    """``END_IF`` where no IF is open."""
    if trouble.kind not in _CLOSERS:
        return None
    token = trouble.token
    drop = 2 if trouble.following.kind == ";" else 1
    opener = _OPENER.get(token.kind) or _SURPLUS.get(token.kind) or token.kind.removeprefix("END_")
    inside = trouble.innermost(_LIKE.get(opener, frozenset({opener})))
    if inside is not None and trouble.previous.kind not in PART_ENDS:
        if opener == "IF" and trouble.accepts("IF"):
            what = f"{token.text} stands after the ELSE of this IF"
            return Repair("P016", token, what, "write one ELSE, as the last part of the IF", skip=True)
        return None
    what = f"{token.text} stands here, but no {opener} is open"
    cure = f"take it away or write the {opener} it belongs to"
    return Repair("P016", token, what, cure, drop=drop, skip=token.kind == "ELSIF")


def late_variables(trouble: Trouble) -> Repair | None:
    """``VAR ... END_VAR`` after the first statement."""
    if trouble.kind not in SECTION_WORDS or not trouble.accepts("IF"):
        return None
    drop = len(trouble.ahead(kinds("END_VAR END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END_TEST END")))
    drop += trouble.tokens[trouble.position + drop].kind == "END_VAR"
    what = f"{trouble.token.text} stands after the first statement"
    return Repair("P027", trouble.token, what, "write all variables before the first statement", drop=drop, loses=True)


def outside_pou(trouble: Trouble) -> Repair | None:
    """Variables or statements before any PROGRAM."""
    if not trouble.accepts("PROGRAM") or trouble.kind not in SECTION_WORDS | STATEMENT_WORDS | {"NAME"}:
        return None
    what = f"{trouble.token.text} stands outside any PROGRAM, FUNCTION or FUNCTION_BLOCK"
    closer = trouble.tokens[trouble.position + len(trouble.ahead(_POU_CLOSERS | _POUS | {"END"}))].kind
    word, name = _HEAD_OF.get(closer, ("PROGRAM", "ERROR"))
    return Repair("P028", trouble.token, what, f"write {word} and its name before it", insert=(word, name))
