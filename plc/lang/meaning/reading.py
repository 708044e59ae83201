"""One pass over a text's tokens: what each name stands for, and what the end of what was read is in the middle of.

    watch[s](Battery := Strings[s].   -> in a call of WATCH, parameter Battery, after a value of type BatteryString

It follows brackets, dots and declarations only, so it reads what no parser reads: a statement that is being typed.
"""

from __future__ import annotations

from collections.abc import Sequence

from plc.lang.check.standard import FUNCTIONS
from plc.lang.check.standard_tests import BENCH
from plc.lang.meaning.entity import TEST, Entity, Sort, test_owner
from plc.lang.meaning.frames import Callee, Chain, Frame, element, holds_block, positional, unit_of
from plc.lang.meaning.study import Study
from plc.lang.meaning.text import Text
from plc.lang.parse.tokens import SOFT_WORDS, Token, kinds
from plc.lang.types import BOOL, DINT, TIME, Enumeration, Struct, Type

UNITS = kinds("PROGRAM FUNCTION FUNCTION_BLOCK")
_PARTS = kinds("METHOD ACTION STEP INITIAL_STEP")
_UNIT_ENDS = kinds("END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK END_TEST")
_SECTIONS = kinds("VAR VAR_INPUT VAR_OUTPUT VAR_IN_OUT VAR_TEMP VAR_GLOBAL VAR_EXTERNAL VAR_CONFIG TYPE")
_CONDITIONS = kinds("IF ELSIF WHILE UNTIL AND OR XOR NOT & AND_THEN OR_ELSE")
_COMPARISONS = kinds("= <> < > <= >=")
_BREAKS = kinds("; THEN DO ELSE REPEAT OF") | _UNIT_ENDS
NAMES = kinds("NAME LATER") | set(SOFT_WORDS.values())


class Reading:
    """The tokens of a text up to a number, read from the unit before it, or all of them."""

    def __init__(self, study: Study, text: Text, until: int | None = None) -> None:
        self.study = study
        self.text = text
        self.found: dict[int, Entity] = {}
        self.standard: dict[int, str] = {}
        self.units: dict[int, str] = {}
        self.words: set[int] = set()
        self.in_step = False
        self.unit = self.part = self.section = self.phase = ""
        self.owners: list[str] = [""]
        self.frames = [Frame()]
        self.chain: Chain | None = None
        self.before: Chain | None = None
        self.selectors: list[Type | None] = []
        self.head = ""
        self.declared: Entity | None = None
        self._tests = 0
        self._installs = False
        last = len(text.tokens) - 1 if until is None else until
        for number in range(0 if until is None else _unit_before(text.tokens, last), last):
            self._read(number, text.tokens[number])

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @property
    def call(self) -> Frame | None:
        """The innermost call that is open."""
        return next((each for each in reversed(self.frames) if each.callee), None)

    @property
    def selector(self) -> Type | None:
        """What the innermost CASE chooses by."""
        return self.selectors[-1] if self.selectors else None

    # ------------------------------------------------ the order of a text

    def _read(self, number: int, token: Token) -> None:
        kind = token.kind
        self.before, chain = self.chain, self.chain
        self.chain = None
        if kind in NAMES:
            self._name(number, token)
        elif kind == ".":
            self.chain = chain
        elif kind in "([":
            self._open(kind, chain, number)
        elif kind in ")]":
            self._close(kind)
        elif kind in (":=", "=>", ","):
            self._sign(kind, chain)
        elif kind == "ENUMERATOR":
            self._enumerator(number, token)
        elif kind in _COMPARISONS:
            self.frame.wanted = chain.type if chain else None
        elif kind in _CONDITIONS:
            self._condition(kind)
        elif kind == ":":
            self._colon()
        else:
            self._word(number, kind, chain)

    def _word(self, number: int, kind: str, chain: Chain | None) -> None:
        if kind == "OF" and not self.phase and self.selectors:
            self.selectors[-1] = chain.type if chain else None
        if kind in _BREAKS and not (kind == "OF" and self.section):
            self.frames = [Frame()]
            self.phase = "names" if self.section else ""
        if kind == "STRING":
            self.head = ""  # the result of a function
        elif kind in ("CONFIGURATION", "END_CONFIGURATION"):
            self._leave()
            self._installs = kind == "CONFIGURATION"
        elif kind in UNITS and not self._installs:
            self._leave()
            self.head = "unit"
        elif kind == "TEST":
            self._leave()
            self.unit, self._tests = test_owner(self._tests, self.text.path), self._tests + 1
        elif kind in _UNIT_ENDS:
            self._leave()
        elif kind in _PARTS:
            self.head = kind
            self.in_step = kind in ("STEP", "INITIAL_STEP")
        elif kind in ("END_METHOD", "END_ACTION", "END_STEP"):
            self.part = ""
            self.in_step = False
        elif kind in _SECTIONS:
            self.section, self.phase = kind, "names"
            outside = kind in ("TYPE", "VAR_EXTERNAL") or not self.unit
            self.owners = ["" if outside else self._owner]
        elif kind in ("END_VAR", "END_TYPE"):
            self.section = self.phase = ""
            self.owners = [""]
        elif kind in ("STRUCT", "END_STRUCT"):
            self._structure(number, kind)
        elif kind == "CASE":
            self.selectors.append(None)
        elif kind == "END_CASE" and self.selectors:
            self.selectors.pop()

    @property
    def in_test(self) -> bool:
        return self.unit.startswith(TEST)

    @property
    def _owner(self) -> str:
        return f"{self.unit}.{self.part}" if self.part else self.unit

    def _leave(self) -> None:
        self.unit = self.part = self.section = self.phase = self.head = ""
        self.in_step = False
        self.frames, self.selectors, self.owners = [Frame()], [], [""]

    def _structure(self, number: int, kind: str) -> None:
        if kind == "STRUCT":
            named = self.declared.name.upper() if self.declared and len(self.owners) == 1 else ""
            self.owners.append(named or self.owners[-1])
            self.phase = "names"
        else:
            if len(self.owners) > 1:
                ended = self.owners.pop()
                self.declared = self.study.entities.get((self.owners[-1], ended))
            self.phase = "type" if self._kind_at(number + 1) in (";", ":=") else "names"

    def _kind_at(self, number: int) -> str:
        return self.text.tokens[number].kind if number < len(self.text.tokens) else "END"

    def _colon(self) -> None:
        if self.head == "result":
            self.head = "type"
        elif self.phase == "names":
            self.phase = "type"
        elif not self.section:
            self.frames = [Frame()]

    def _condition(self, kind: str) -> None:
        if kind in ("IF", "ELSIF", "WHILE", "UNTIL"):
            self.frames = [Frame()]
        self.frame.wanted = BOOL

    def _sign(self, kind: str, chain: Chain | None) -> None:
        frame = self.frame
        if kind == ",":
            frame.position += 1
            frame.named = ""
            if frame.callee:
                frame.wanted = positional(frame.callee, frame.position, frame.outer)
            elif frame.record:
                frame.wanted = None
        elif frame.callee or frame.record:
            parameter = frame.callee.parameter(frame.named) if frame.callee else None
            known = self.study.world.field(frame.record, frame.named) if frame.record else None
            frame.wanted = parameter.type if parameter else known.type if known else None
        elif self.section and self.phase == "type":
            self.phase = "initial"
            frame.wanted = self._declared_type()
        else:
            frame.wanted = chain.type if chain else None

    def _declared_type(self) -> Type | None:
        """The type of what is being declared, or the type itself."""
        if self.declared is None:
            return None
        if self.declared.sort is Sort.TYPE:
            return self.study.type_of_type(self.declared.name.upper())
        return self.study.type_of_entity(self.declared, self.unit)

    # ------------------------------------------------ brackets

    def _open(self, sign: str, chain: Chain | None, number: int) -> None:
        frame = Frame(sign, base=chain, wanted=self.frame.wanted)
        before = self.text.tokens[number - 1].kind if number else ""
        if sign == "[":
            frame.wanted = DINT if chain or self.phase == "type" else element(self.frame.wanted)
        elif self.phase == "initial" and isinstance(self.frame.wanted, Struct) and before not in NAMES:
            frame.record = self.frame.wanted
        elif before in NAMES or before == "]":
            frame.callee = self._callee(chain, number - 1)
            frame.outer = self.frame.wanted
            frame.wanted = positional(frame.callee, 0, frame.outer) if frame.callee else None
        self.frames.append(frame)

    def _close(self, sign: str) -> None:
        opener = "(" if sign == ")" else "["
        if not any(each.sign == opener for each in self.frames):
            return
        while True:
            frame = self.frames.pop()
            if frame.sign == opener:
                break
        if sign == "]" and frame.base is not None:
            self.chain = Chain(element(frame.base.type), frame.base.entity, unit=frame.base.unit)
        elif frame.callee is not None:
            self.chain = Chain(frame.callee.result)

    def _callee(self, chain: Chain | None, number: int) -> Callee | None:
        if number in self.standard:
            name = self.standard[number]
            return Callee(name, name.upper())
        entity = chain.entity if chain else None
        if entity is not None and entity.sort is Sort.FUNCTION:
            return self._unit(entity.name.upper())
        if entity is not None and entity.sort is Sort.METHOD:
            return self._unit(f"{entity.owner}.{entity.name.upper()}")
        kind = chain.type if chain else None
        if isinstance(kind, Struct) and kind.block:
            return self._unit(kind.block.upper())
        return None

    def _unit(self, key: str) -> Callee | None:
        interface = self.study.interface(key)
        if interface is None:
            return None
        result = interface.result.type if interface.result else None
        return Callee(interface.pou.name, key, tuple(interface.parameters.values()), result)

    # ------------------------------------------------ names

    def _name(self, number: int, token: Token) -> None:
        tokens = self.text.tokens
        before = tokens[number - 1].kind if number else ""
        after = self._kind_at(number + 1)
        upper = token.text.upper()
        if self._installs and not self.section and (before == ":" or number + 1 == len(tokens)):
            self._note(number, "", upper)
        elif self.head:
            self._heading(number, upper, after)
        elif before == "." and self.before is not None:
            self._member(number, upper)
        elif self.phase == "names":
            self.declared = self._note(number, self.owners[-1], upper)
        elif self.phase == "type":
            self._in_type(number, upper)
        elif self._qualifies(before, after):
            self.words.add(number)
        elif self._names_parameter(before, after):
            self._parameter(number, token.text)
        elif before != ".":
            self._value(number, token, after)

    def _heading(self, number: int, upper: str, after: str) -> None:
        if self.head == "type":
            self._note(number, "", upper)
            self.head = ""
            return
        if self.head == "unit":
            self.unit = upper
            self._note(number, "", upper)
        elif not (self.head == "METHOD" and after in NAMES and self.text.tokens[number].kind == "ACCESS"):
            self._note(number, self.unit, upper)
            self.part = upper if self.head == "METHOD" else ""
        else:
            return
        self.head = "result" if after == ":" and self.head in ("unit", "METHOD") else ""

    def _note(self, number: int, owner: str, upper: str) -> Entity | None:
        entity = self.study.entities.get((owner, upper))
        if entity is not None:
            self.found[number] = entity
        return entity

    def _in_type(self, number: int, upper: str) -> None:
        if self.frame.sign == "(" and self.declared and self._note(number, self.declared.name.upper(), upper):
            return
        if self.frame.sign:
            self._value(number, self.text.tokens[number], "")
        else:
            self._note(number, "", upper)

    def _qualifies(self, before: str, after: str) -> bool:
        """``N`` of a step's ``horn(N);`` and PRIORITY of ``TRANSITION t (PRIORITY := 1)``."""
        if before != "(" or self.frame.callee or self.frame.record:
            return False
        return self.in_step or (after == ":=" and not self.phase and self.frame.base is None)

    def _names_parameter(self, before: str, after: str) -> bool:
        frame = self.frame
        if not (frame.callee or frame.record) or after not in (":=", "=>"):
            return False
        return before in ("(", ",") or (before == "NOT" and after == "=>")

    def _parameter(self, number: int, name: str) -> None:
        frame = self.frame
        frame.named = name
        frame.given.add(name.upper())
        owner = frame.callee.key if frame.callee else frame.record.name.upper() if frame.record else ""
        self._note(number, owner, name.upper())

    def _member(self, number: int, upper: str) -> None:
        chain = self.before
        kind = chain.type if chain else None
        if isinstance(kind, Enumeration) and chain and chain.of_type:
            self.chain = Chain(kind, self._note(number, kind.name.upper(), upper))
        elif chain and chain.entity and chain.entity.sort in (Sort.STEP, Sort.ACTION):
            self.words.add(number)
            self.chain = Chain({"X": BOOL, "T": TIME, "Q": BOOL}.get(upper))
        elif isinstance(kind, Struct):
            known = self.study.world.field(kind, upper)
            entity = self._note(number, (kind.block or kind.name).upper(), upper)
            found = known.type if known else None
            unit = unit_of(found, entity.unit if entity else "", chain.unit if chain else "")
            self.chain = Chain(found, entity, unit=unit)
            self.units[number] = unit

    def _value(self, number: int, token: Token, after: str) -> None:
        upper = token.text.upper()
        known = self.study.entities
        function = known.get(("", upper))
        callable_name = upper in FUNCTIONS or "TO_" in upper or "TRUNC" in upper or (upper in BENCH and self.in_test)
        if self.part and (local := known.get((self._owner, upper))):
            self.found[number] = local
            self.chain = Chain(self.study.type_of_entity(local, self.unit), local)
            return
        kind = self.study.type_of_name(self.unit, upper)
        block = holds_block(kind)
        if after == "(" and not block:
            if function is not None and function.sort is Sort.FUNCTION:
                self.found[number] = function
                self.chain = Chain(None, function)
                return
            if callable_name and (kind is None or upper in FUNCTIONS):
                self.standard[number] = token.text
                return
        if kind is not None:
            entity = self._note(number, self.unit, upper) or self._note(number, "", upper)
            self.chain = Chain(kind, entity, unit=entity.unit if entity else "")
            return
        own = known.get((self.unit, upper))
        if own is not None:
            self.found[number] = own
            of_test = own.sort in (Sort.VARIABLE, Sort.CONSTANT)
            self.chain = Chain(self.study.type_of_entity(own, "") if of_test else None, own, unit=own.unit)
        elif upper in self.study.world.enumerators:
            self._bare(number, token, upper)
        elif function is not None:
            self.found[number] = function
            shape = self.study.type_of_type(upper)
            self.chain = Chain(shape, function, isinstance(shape, Enumeration))

    def _bare(self, number: int, token: Token, upper: str) -> None:
        """An enumerator alone: of the type wanted here, as the checker chose it, else of the first that has it."""
        owners = self.study.world.enumerators[upper]
        wanted = self.frame.wanted if self.frame.wanted else self.selector
        owner = owners[0]
        if len(owners) > 1:
            chosen = self.study.chosen_enumeration(self.unit, self.text.path, token.line, token.column) or wanted
            if isinstance(chosen, Enumeration) and chosen.name.upper() in owners:
                owner = chosen.name.upper()
        self.chain = Chain(self.study.type_of_type(owner), self._note(number, owner, upper))

    def _enumerator(self, number: int, token: Token) -> None:
        of, _, name = token.text.partition("#")
        self.chain = Chain(self.study.type_of_type(of.upper()), self._note(number, of.upper(), name.upper()))


def _unit_before(tokens: Sequence[Token], until: int) -> int:
    """Where the unit begins that the end stands in, so that less need be read."""
    for number in range(until - 1, -1, -1):
        if tokens[number].kind in UNITS | {"TEST", "TYPE"}:
            return number
    return 0
