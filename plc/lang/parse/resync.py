"""Reads all tokens, and goes on after each error, so that all of them are found at once.

At a token that cannot stand where it stands, first a cure of a usual mistake is tried (cures/repairs.py): a token put
in, taken away or replaced. Otherwise the parser goes back to the nearest place where the rule ERROR may stand for what
cannot be read, and forward to a token after which it can go on: a bracket or comma of the same expression, else the
end of the statement, else of the POU.
"""

from __future__ import annotations

from collections.abc import Iterator

from plc.lang.ast import File
from plc.lang.parse.cures.repairs import CURES
from plc.lang.parse.declarations import Declarations
from plc.lang.parse.kept import ENDS, Kept, stretch
from plc.lang.parse.one_slip import mended, stop_after
from plc.lang.parse.problems import Place, Problems
from plc.lang.parse.tables import Machine
from plc.lang.parse.tokens import Token, kinds
from plc.lang.parse.trouble import Repair, Trouble
from plc.lang.parse.words import describe


def read(tokens: list[Token], builder: Declarations, problems: Problems, known: Kept) -> File | None:
    """The tree of the tokens, with units that are ``known``; None where there were too many problems to read on."""
    return _Reader(tokens, builder, problems, known).run()


_STATEMENT_ENDS = kinds("""
    ; IF CASE FOR WHILE REPEAT EXIT CONTINUE RETURN ELSE ELSIF UNTIL END_IF END_CASE END_FOR END_WHILE END_REPEAT
    END_VAR END_STRUCT END_TYPE VAR VAR_INPUT VAR_OUTPUT VAR_IN_OUT VAR_TEMP VAR_EXTERNAL VAR_GLOBAL STRUCT
    PROGRAM FUNCTION FUNCTION_BLOCK TYPE TEST END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END_TEST PRAGMA END
    CONFIGURATION END_CONFIGURATION END_RESOURCE VAR_CONFIG
    STEP INITIAL_STEP TRANSITION ACTION METHOD END_STEP END_TRANSITION END_ACTION END_METHOD""")
_POU_ENDS = kinds("""
    PROGRAM FUNCTION FUNCTION_BLOCK TYPE TEST END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END_TEST END
    CONFIGURATION END_CONFIGURATION END_RESOURCE STEP INITIAL_STEP TRANSITION ACTION METHOD""")
_JOINING = kinds("BY TO OF DO")
_VALUE_ENDS = kinds("NAME INTEGER LITERAL ENUMERATOR ) ]")
_UNIT_ENDS = kinds("END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END")
_ANCHORS = _STATEMENT_ENDS | kinds(", ) ] : .. := THEN DO OF TO BY")

_OPENERS = kinds("""
    IF CASE FOR WHILE REPEAT VAR VAR_INPUT VAR_OUTPUT VAR_IN_OUT VAR_TEMP VAR_EXTERNAL VAR_GLOBAL STRUCT TYPE
    PROGRAM FUNCTION FUNCTION_BLOCK TEST STEP INITIAL_STEP TRANSITION ACTION METHOD CONFIGURATION VAR_CONFIG""")
_SECTIONS = kinds("VAR VAR_INPUT VAR_OUTPUT VAR_IN_OUT VAR_TEMP VAR_EXTERNAL VAR_GLOBAL VAR_CONFIG STRUCT TYPE")
_DECLARING = _SECTIONS | kinds("PROGRAM FUNCTION FUNCTION_BLOCK METHOD ACTION STEP INITIAL_STEP")
_SECTION_ENDS = kinds("END_VAR END_STRUCT END_TYPE") | _POU_ENDS
_DECLARATION_ENDS = _SECTION_ENDS | {";"}
_DECLARATION_STARTS = _DECLARING | _DECLARATION_ENDS
MOST_REPAIRS = 1_000
MOST_LOOKS = 5_000_000
MOST_SLIPS = 100
"""Troubles of one text at which slips are looked for."""
MARGIN = 4
"""Tokens that the mending of a slip has to read on farther than a cure known by name."""


class _Reader:
    def __init__(self, tokens: list[Token], builder: Declarations, problems: Problems, known: Kept) -> None:
        self.tokens = tokens
        self.position = 0
        self.problems = problems
        self.machine = Machine(builder)
        self._kept = known
        self._text = builder.text
        self._repairs = 0
        self._looks = 0

    def run(self) -> File | None:
        while not self.problems.full:
            if all(self._units()):
                file: File = self.machine.values[-1]
                return file
            self._recover()
        return None

    def _units(self) -> Iterator[bool]:
        """Read on, from unit to unit; False at a token that cannot stand where it stands."""
        while self.position < len(self.tokens):
            ended = self.position == 0 or self.tokens[self.position - 1].kind in ENDS
            here = stretch(self.tokens, self.position) if ended and self.machine.between_units() else None
            known = here and self._kept.find(here, self._text, self.problems)
            if here and known is not None:
                self.machine.values[-1].extend(known)
                self.position = here.end
                continue
            before = len(self.machine.values[-1]) if here else 0
            yield self._unit()
            if here and self.machine.between_units():
                self._kept.keep(here, self._text, self.problems, self.machine.values[-1][before:])

    def _unit(self) -> bool:
        """Read to the end of this unit, or of the text; whether that is possible."""
        feed, tokens = self.machine.feed, self.tokens
        for position in range(self.position, len(tokens)):
            token = tokens[position]
            if not feed(token):
                self.position = position
                return False
            if token.kind in ENDS:
                self.position = position + 1
                return True
        self.position = len(tokens)
        return True

    def _recover(self) -> None:
        trouble = Trouble(self.tokens, self.position, self.machine)
        repair = self._repair(trouble)
        if repair is not None:
            self._apply(repair, trouble)
            return
        what, advice = describe(trouble)
        if self.problems.sound or not self.problems.known_between(trouble.previous, trouble.token):
            self._report("P024", trouble.token, what, advice)
        if self._declares():
            self._lose_declaration()
        if self._fits_without(trouble):
            del self.tokens[self.position]
        else:
            self._resynchronise()

    def _repair(self, trouble: Trouble) -> Repair | None:
        """The first cure of a usual mistake, but where it does not read on, the mending of one slip that does."""
        known = next(filter(None, (cure(trouble) for cure in CURES)), None)
        if self._repairs >= MOST_SLIPS or (known and (known.silent or known.rename)):
            return known
        slip = mended(trouble)
        if slip is None:
            return known
        if known is None:
            return slip.repair
        if known.skip:
            return known if slip.doubtful else slip.repair
        read_on = slip.stop - stop_after(trouble, known)
        return slip.repair if read_on > MARGIN or (slip.repair.code == "P031" and read_on >= 0) else known

    def _fits_without(self, trouble: Trouble) -> bool:
        """Whether the text reads on for a while with this one token left out."""
        following = [token.kind for token in self.tokens[self.position + 1 : self.position + 4]]
        return trouble.kind != ";" and len(following) > 0 and self.machine.accepts(*following)

    def _apply(self, repair: Repair, trouble: Trouble) -> None:
        at = self.tokens[self.position]
        if repair.alone:
            self.problems.forget_inside(repair.at)
        follows = repair.silent or self.problems.known_between(trouble.previous, trouble.token)
        if not follows or self.problems.sound:
            self._report(repair.code, repair.at, repair.what, repair.cure)
        if repair.since is not None:
            self.problems.doubt(repair.since, at)
        if repair.loses:
            self._lose_from(repair.at.start if isinstance(repair.at, Token) else at.start, _SECTION_ENDS)
            behind = self.tokens[min(self.position + repair.drop, len(self.tokens) - 1)]
            self.problems.lose(self._text[max(at.start, 0) : max(behind.start, 0)])
        elif (repair.drop > 1 or repair.skip) and self._declares():
            self._lose_declaration()
        self._repairs += 1
        if repair.skip or self._repairs > MOST_REPAIRS:
            self._resynchronise()
            return
        if repair.rename:
            self._rename(at.kind)
        tokens_back, entries_back = repair.back
        if entries_back:
            self.machine.cut(len(self.machine.states) - entries_back)
        self.position -= tokens_back
        first = self.position + repair.keep
        inserted = [_synthetic(each, at) if isinstance(each, str) else each for each in repair.insert]
        end = min(first + repair.drop, len(self.tokens) - 1)  # the text's end is never taken away
        self.tokens[first : max(end, first)] = inserted

    def _rename(self, word: str) -> None:
        """Reads a word as a name from here to the end of its unit: it was declared as one."""
        for position in range(self.position + 1, len(self.tokens)):
            token = self.tokens[position]
            if token.kind in _UNIT_ENDS:
                return
            joins = word in _JOINING and self.tokens[position - 1].kind in _VALUE_ENDS
            if token.kind == word and not joins and self.tokens[position + 1].kind not in ("ADDRESS", "NAME"):
                self.tokens[position] = token.as_kind("NAME")

    def _report(self, code: str, at: Place, what: str, cure: str) -> None:
        """Note a problem, but none of the end of a text that an open comment has swallowed."""
        if not (self.problems.cut_short and self.tokens[self.position].kind == "END"):
            self.problems.report(code, at, what, cure)

    def _resynchronise(self) -> None:
        """Skip as little as can be: inside the block that is open if possible, else giving the block up."""
        self.machine.settle()
        block = self._open_block()
        near = (_STATEMENT_ENDS, _POU_ENDS | {";"}, _POU_ENDS)
        if any(self._skip(ends, block) for ends in near):
            return
        if not any(self._skip(ends, 0) for ends in (_STATEMENT_ENDS, _POU_ENDS, frozenset({"END"}))):
            self.position = len(self.tokens) - 1

    def _open_block(self) -> int:
        """How many states stand before the innermost block that is open."""
        for number in range(len(self.machine.values) - 1, -1, -1):
            value = self.machine.values[number]
            if isinstance(value, Token) and value.kind in _OPENERS:
                return number + 1
        return 0

    def _skip(self, ends: frozenset[str], lowest: int) -> bool:
        """Go back to where ERROR may stand and forward to a token that may follow, at most to one of ``ends``.

        Of the states read so far, the first ``lowest`` stay.
        """
        for depth in range(len(self.machine.states), lowest, -1):
            if "ERROR" not in self.machine.tables.actions[self.machine.states[depth - 1]]:
                continue
            fillings = self._fillings(depth)
            for position in range(self.position, len(self.tokens)):
                kind = self.tokens[position].kind
                if kind in fillings:
                    self._resume(depth, fillings[kind], position)
                    return True
                self._looks += 1
                if kind in ends or self._looks > MOST_LOOKS:
                    break
        return False

    def _fillings(self, depth: int) -> dict[str, tuple[str, ...]]:
        """What may follow a part left out after the first ``depth`` states, and what stands for that part."""
        found: dict[str, tuple[str, ...]] = {}
        for filling in (("ERROR", ";"), ("ERROR",)):
            found |= {kind: filling for kind in _ANCHORS if self.machine.accepts(*filling, kind, depth=depth)}
        return found

    def _resume(self, depth: int, filling: tuple[str, ...], position: int) -> None:
        self._lose(depth, position)
        self.machine.cut(depth)
        at = self.tokens[self.position]
        for kind in filling:
            self.machine.feed(at.as_kind(kind))
        self.position = position

    def _lose(self, depth: int, position: int) -> None:
        """Note what a section or unit may have declared that is given up down to ``depth``."""
        given_up = (value for value in self.machine.values[depth - 1 :] if isinstance(value, Token))
        start = next((token.start for token in given_up if token.kind in _DECLARING and token.start >= 0), -1)
        if start >= 0:
            self.problems.lose(self._text[start : self.tokens[position].start])

    def _lose_declaration(self) -> None:
        """Note that the declaration around this place may mean something else than it seems to."""
        first = self.position
        while first > 0 and self.tokens[first - 1].kind not in _DECLARATION_STARTS:
            first -= 1
        self._lose_from(self.tokens[first].start, _DECLARATION_ENDS)

    def _lose_from(self, start: int, ends: frozenset[str]) -> None:
        """Note that nothing is known of the words from an offset to the first of ``ends`` behind this place."""
        last = self.position
        while last < len(self.tokens) - 1 and self.tokens[last].kind not in ends:
            last += 1
        self.problems.lose(self._text[max(start, 0) : max(self.tokens[last].start, 0)])

    def _declares(self) -> bool:
        """Whether the parser stands among declarations."""
        opened = (value.kind for value in reversed(self.machine.values) if isinstance(value, Token))
        return next((kind for kind in opened if kind in _OPENERS), "") in _SECTIONS


_SPELLING = {"LITERAL": "0", "ERROR": ""}


def _synthetic(kind: str, at: Token) -> Token:
    """A token nobody typed, at the place of another one; a name keeps what was typed there."""
    text = at.text if kind == "NAME" else _SPELLING.get(kind, kind)
    return Token(kind, text, at.line, at.column, at.end_line, at.end_column)
