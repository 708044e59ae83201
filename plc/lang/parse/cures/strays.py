"""Cures of a word or sign that slipped in among declarations: taken away, the section reads on."""

from __future__ import annotations

import re

from plc.lang.parse.cures.parts import PART_ENDS, PART_STARTS
from plc.lang.parse.tokens import SECTION_WORDS, UNIT_CLOSERS, UNIT_WORDS, Token, kinds
from plc.lang.parse.trouble import Repair, Trouble

SECTIONS = SECTION_WORDS | kinds("VAR_GLOBAL VAR_CONFIG")
_CLOSER = dict.fromkeys(SECTIONS, "END_VAR") | {"STRUCT": "END_STRUCT"}
_UNITS = UNIT_WORDS | PART_STARTS | kinds("TEST CONFIGURATION TYPE")
_CLOSERS = UNIT_CLOSERS | PART_ENDS
_CLOSERS |= kinds("""
    END_VAR END_STRUCT END_TYPE END_TEST END_CONFIGURATION END_RESOURCE
    END_IF END_FOR END_CASE END_WHILE END_REPEAT END""")
_BORDERS = SECTIONS | _CLOSERS | _UNITS | {"STRUCT"}
_ADDRESS = re.compile(r"[IQM][XBWDL]?[0-9]+")
_HEAD_LINES = kinds("VERSION TITLE AUTHOR FAMILY")
_DECLARES = kinds(": , AT")
_BETWEEN_STOPS = _BORDERS - _UNITS | kinds(":= ( => END")
_FEW = 4
_LONGEST = 2_000
"""Tokens of a section that are looked at: a longer one is read as far as it goes."""


def stray_in_section(trouble: Trouble) -> Repair | None:
    """``VAR a : INT; IF b : INT; END_VAR``: without the one word, the section reads on to its end."""
    opener = _open_section(trouble)
    token = trouble.token
    if opener is None or token.kind in (";", "NAME", "END", "PRAGMA", ":=", ",", _CLOSER[opener.kind]):
        return None
    between = trouble.previous.kind in (";", "PRAGMA") or trouble.previous is opener
    if token.kind in SECTIONS and between:
        return None
    if not (_closed_next(trouble, trouble.position + 1, _CLOSER[opener.kind]) and _reads_without(trouble)):
        return None
    if between and trouble.following.kind == ";":
        return None
    what = f"{_shown(token)} stands among the variables, where it means nothing"
    return Repair("P024", token, what, f"take {_shown(token)} away", drop=1)


def early_end(trouble: Trouble) -> Repair | None:
    """``VAR a : INT; END_VAR b : INT; END_VAR``: the first END_VAR closes the section too early."""
    tokens, position = trouble.tokens, trouble.position
    if trouble.kind not in _DECLARES or trouble.previous.kind != "NAME":
        return None
    before = position - 2
    while before > 0 and tokens[before].kind == ";":
        before -= 1
    if tokens[before].kind != "END_VAR" or not _closed_next(trouble, position, "END_VAR"):
        return None
    entries, machine = trouble.entries_back("VAR"), trouble.machine
    if entries is None:
        return None
    if not machine.accepts("VAR", "NAME", trouble.kind, depth=len(machine.states) - entries):
        return None
    what = f"{tokens[before].text} stands here, but declarations follow it"
    cure = f"take it away: {trouble.previous.text} is declared after it"
    return Repair("P016", tokens[before], what, cure, insert=("VAR",), back=(1, entries), loses=True)


def stray_between_sections(trouble: Trouble) -> Repair | None:
    """``END_VAR; VAR b : INT; END_VAR`` and ``END_VAR foo VAR b : INT; END_VAR``."""
    if trouble.previous.kind == "END_VAR" and trouble.following.kind in SECTIONS:
        if trouble.kind in SECTIONS or not trouble.accepts(trouble.following.kind):
            return None
        return _between(trouble.token, trouble.following, drop=1)
    if trouble.kind not in SECTIONS:
        return None
    first = trouble.position
    while first > trouble.position - _FEW and trouble.tokens[first - 1].kind not in _BETWEEN_STOPS:
        first -= 1
    entries = trouble.entries_back(trouble.kind)
    if first == trouble.position or trouble.tokens[first - 1].kind != "END_VAR" or entries is None:
        return None
    return _between(trouble.tokens[first], trouble.token, back=(0, entries))


def _between(stray: Token, section: Token, drop: int = 0, back: tuple[int, int] = (0, 0)) -> Repair:
    if stray.kind == ";":
        what = f"no ; belongs between END_VAR and {_shown(section)}"
        return Repair("P024", stray, what, "take it away", drop=drop, back=back)
    what = f"{_shown(stray)} stands between END_VAR and {_shown(section)}, where it means nothing"
    return Repair("P024", stray, what, f"take {_shown(stray)} away", drop=drop, back=back)


def bare_address(trouble: Trouble) -> Repair | None:
    """``door AT IX0.0 : BOOL;``."""
    token = trouble.token
    if token.kind != "NAME" or not trouble.accepts("ADDRESS") or not _ADDRESS.fullmatch(token.text.upper()):
        return None
    drop = len(trouble.ahead(kinds(": ; END END_VAR")))
    written = "".join(each.text for each in trouble.tokens[trouble.position : trouble.position + drop])
    what = f"{written} is an address without its %"
    return Repair("P024", token, what, f"write %{written.upper()}", drop=drop, skip=True)


def head_line(trouble: Trouble) -> Repair | None:
    """``VERSION : 0.1`` and ``TITLE = Fan``, which other editors write below the name of a unit."""
    word, position = trouble.previous, trouble.position
    if word.text.upper() not in _HEAD_LINES or trouble.kind not in (":", "=") or word.line != trouble.token.line:
        return None
    entries = trouble.entries_back("VAR")
    line = [token.kind for token in trouble.tokens[position : position + _LONGEST] if token.line == word.line]
    if entries is None or ";" in line or "END" in line:
        return None
    what, drop = f"{word.text} means nothing here", 1 + len(line)
    return Repair("P024", word, what, "write // before it", drop=drop, back=(1, entries))


def list_without_brackets(trouble: Trouble) -> Repair | None:
    """``a : ARRAY[1..3] OF INT := 1, 2, 3;``."""
    declared = trouble.behind(SECTIONS | kinds("; END_VAR"))
    kinds_of = [token.kind for token in declared]
    repeats = trouble.kind == "(" and trouble.previous.kind == "INTEGER"
    if not (trouble.kind == "," or repeats) or not trouble.accepts(";"):
        return None
    if "ARRAY" not in kinds_of or ":=" not in kinds_of:
        return None
    values = [*declared[kinds_of.index(":=") + 1 :], *trouble.ahead(kinds("; END END_VAR"))]
    written = " ".join(token.text for token in values[:20])
    for sign in (" ,", " (", "( ", " )"):
        written = written.replace(sign, sign.strip())
    what = "the first values of an array stand in [ ]"
    drop = len(trouble.ahead(kinds("; END END_VAR")))
    return Repair("P024", values[0], what, f"write [{written}]", drop=drop)


def among_variables(trouble: Trouble) -> bool:
    """Whether the refused token stands inside VAR ... END_VAR or a STRUCT."""
    return _open_section(trouble) is not None


def _open_section(trouble: Trouble) -> Token | None:
    """The VAR or STRUCT around the refused token."""
    opener = trouble.innermost(_BORDERS)
    return None if opener is None or opener.kind not in _CLOSER else opener


def _closed_next(trouble: Trouble, start: int, closer: str) -> bool:
    """Whether the next word that opens or closes anything is that one."""
    for token in trouble.tokens[start : start + _LONGEST]:
        if token.kind in _BORDERS:
            return token.kind == closer
    return False


def _reads_without(trouble: Trouble) -> bool:
    """Whether what follows the refused token reads on to the end of a declaration, or closes the section."""
    following = []
    for token in trouble.tokens[trouble.position + 1 : trouble.position + _LONGEST]:
        following.append(token.kind)
        if token.kind == ";" or token.kind in _CLOSERS:
            break
    return trouble.accepts(*following)


def _shown(token: Token) -> str:
    return token.text.split("\n")[0][:30]
