"""What may be typed at a place, by meaning: the best first.

Strings[s].|               the fields of a BatteryString
hot(|                      the parameters of what hot is, with their types
State := |                 the enumerators of State's type
IF |                       BOOLs first, then what holds some
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from plc.lang import ast
from plc.lang.check.interface import Parameter
from plc.lang.check.standard import FUNCTIONS
from plc.lang.check.standard_tests import BENCH
from plc.lang.check.unit import Origin
from plc.lang.check.values import UNKNOWN, is_block, is_integer, is_real, same_type
from plc.lang.meaning.entity import Entity, Sort
from plc.lang.meaning.frames import Chain, Frame, unit_of
from plc.lang.meaning.grammar_words import FRAMES, QUALIFIERS, expected, words
from plc.lang.meaning.reading import UNITS, Reading
from plc.lang.meaning.standard_words import form
from plc.lang.meaning.study import Study
from plc.lang.meaning.suggestion import Suggestion, Suggestions
from plc.lang.meaning.text import Place, Text
from plc.lang.parse.tokens import Token, kinds
from plc.lang.types import ELEMENTARY, Array, Enumeration, Role, Struct, Type

WANTED, FITTING, NEAR, OTHER, FUNCTION, WORD = 0, 1, 2, 3, 4, 6
_NAMED = kinds("NAME LITERAL ENUMERATOR FROM ACCESS LATER INTEGER")
_STATEMENT_BEGINS = kinds("; THEN ELSE DO REPEAT OF : END_VAR PRAGMA END_STEP")
_RAW = re.compile(r"\w+_inputs")
"""What devices send, before it has names for people."""
_INSIDE = re.compile(r"TEXT_\w+|\w*MAGNITUDE\w*")
"""What the library's own conversions are made of."""
_ATTRIBUTES = ("unit", "text", "response", "protective", "task")


def complete(study: Study, path: str, place: Place) -> Suggestions:
    """Everything that may be typed at a place of one of the sources. Comments and texts get none."""
    text = study.text(path)
    count, typed = _typed(text, place)
    if count is None or text.in_comment(place):
        return Suggestions("", ())
    reading = Reading(study, text, count)
    items = sorted(_Completion(study, text, reading, count, typed).all(), key=lambda each: (each.rank, each.label))
    return Suggestions(typed.rpartition("#")[2], tuple({(each.label, each.insert): each for each in items}.values()))


def _typed(text: Text, place: Place) -> tuple[int | None, str]:
    """How many tokens come before the word at a place, and the beginning of that word; None inside a text or number."""
    count = text.before(place)
    tokens = text.tokens
    inside = count < len(tokens) and (tokens[count].line, tokens[count].column) < place
    number = count if inside else count - 1
    token = tokens[number] if number >= 0 else tokens[-1]
    touches = inside or (token.end_line, token.end_column) == place
    if not touches or number < 0 or not token.text:
        return count, ""
    if token.text[0].isidentifier() and token.line == place[0]:
        return number, token.text[: place[1] - token.column]
    return (None, "") if inside or token.kind in _NAMED else (count, "")


class _Completion:
    def __init__(self, study: Study, text: Text, reading: Reading, count: int, typed: str) -> None:
        self.study = study
        self.reading = reading
        self.typed = typed
        self.tokens = text.tokens[:count]
        self.last = self.tokens[-1].kind if self.tokens else ""

    def all(self) -> Iterator[Suggestion]:
        reading = self.reading
        if "#" in self.typed:
            yield from self._enumerators(self.study.type_of_type(self.typed.partition("#")[0].upper()), WANTED)
        elif self.last == ".":
            if reading.chain is not None:
                yield from self._members(reading.chain)
        elif reading.head:
            return
        elif reading.phase == "names":
            yield from self._words()
        elif reading.phase == "type" and not reading.frame.sign:
            yield from self._types()
            yield from self._words()
        else:
            yield from self._values()

    # ------------------------------------------------ after a dot

    def _members(self, chain: Chain) -> Iterator[Suggestion]:
        kind = chain.type
        if chain.entity is not None and chain.entity.sort is Sort.STEP:
            yield Suggestion("X", Sort.FIELD, "X", WANTED, "BOOL", "whether the step is active")
            yield Suggestion("T", Sort.FIELD, "T", WANTED, "TIME", "how long it has been active")
        if chain.entity is not None and chain.entity.sort is Sort.ACTION:
            yield Suggestion("Q", Sort.FIELD, "Q", WANTED, "BOOL", "whether the action runs")
        if isinstance(kind, Enumeration) and chain.of_type:
            yield from self._enumerators(kind, WANTED)
        if not isinstance(kind, Struct):
            return
        owner = (kind.block or kind.name).upper()
        path = written_chain(self.tokens)
        wanted = self._wanted
        declared = self.study.entities.get(("", owner))
        inside = self.reading.in_test and declared is not None and declared.origin is Origin.USER
        for field in kind.fields:
            if " " in field.name or (kind.block and field.role is Role.LOCAL and not inside):
                continue
            entity = self.study.entities.get((owner, field.name.upper()))
            yield self._variable(field.name, field.type, entity, wanted, path + field.name, chain.unit)
        for (of, _), entity in self.study.entities.items():
            if of == owner and entity.sort is Sort.METHOD and self.study.is_public(entity):
                yield self._method(entity, wanted, not self._in_value)

    def _method(self, entity: Entity, wanted: Type | None, alone: bool) -> Suggestion:
        """A call of a METHOD; ``alone`` as a statement."""
        interface = self.study.interface(f"{entity.owner}.{entity.name.upper()}")
        result = interface.result.type if interface and interface.result and interface.pou.result else None
        takes = interface is not None and bool(interface.parameters)
        rank = OTHER if result is None else NEAR if wanted is None else FITTING if fits(result, wanted) else OTHER
        insert = f"{entity.name}({'$0' if takes else ''}){';' if alone else ''}"
        detail = f"METHOD : {result}" if result else "METHOD"
        return Suggestion(
            f"{entity.name}()", entity.sort, insert, rank, detail, self.study.described(entity), snippet=takes
        )

    @property
    def _in_value(self) -> bool:
        """Whether the value at the place is part of a greater one, or of a statement that began before it."""
        if self.reading.frame.sign:
            return True
        start = len(self.tokens) - len(_chain(self.tokens))
        return start > 0 and self.tokens[start - 1].kind not in _STATEMENT_BEGINS

    # ------------------------------------------------ values

    @property
    def _wanted(self) -> Type | None:
        wanted = self.reading.frame.wanted
        return None if wanted is UNKNOWN else wanted

    def _values(self) -> Iterator[Suggestion]:
        kinds_here = expected(self.tokens[_start(self.tokens) :])
        begins = "IF" in kinds_here
        frame = self.reading.frame
        if self.reading.in_step and frame.sign == "(" and not frame.position:
            yield from (Suggestion(word, "keyword", word, WANTED, does) for word, does in QUALIFIERS.items())
            return
        if frame.callee is not None and self.last in ("(", ","):
            yield from self._parameters(frame)
        if frame.record is not None and self.last in ("(", ","):
            yield from self._fields(frame.record, frame)
            return
        if "NAME" in kinds_here or "LITERAL" in kinds_here:
            wanted = None if begins else self._wanted
            listed = self.last == "," and not frame.sign and not self.reading.section
            label = (begins or listed) and isinstance(self.reading.selector, Enumeration)
            yield from self._enumerators(wanted or (self.reading.selector if label else None), WANTED, label)
            yield from self._variables(wanted, begins)
            yield from self._of_tests() if begins else self._functions(wanted)
        yield from self._frames(kinds_here)
        yield from self._words(kinds_here)

    def _parameters(self, frame: Frame) -> Iterator[Suggestion]:
        callee = frame.callee
        for number, each in enumerate(callee.parameters if callee else ()):
            if each.name.upper() in frame.given or callee is None:
                continue
            entity = self.study.entities.get((callee.key, each.name.upper()))
            sign = "=>" if each.section is ast.Section.OUTPUT else ":="
            yield Suggestion(
                f"{each.name} {sign}", "parameter", f"{each.name} {sign} ", WANTED - 100 + number,
                parameter_detail(each, entity), self._comment(entity),
            )  # fmt: skip

    def _fields(self, record: Struct, frame: Frame) -> Iterator[Suggestion]:
        """The fields of an initial value that are not yet given."""
        for number, field in enumerate(record.fields):
            entity = self.study.entities.get((record.name.upper(), field.name.upper()))
            if field.name.upper() not in frame.given:
                told = detail(field.type, entity, self.study)
                insert = f"{field.name} := "
                yield Suggestion(
                    f"{field.name} :=", "parameter", insert, WANTED - 100 + number, told, self._comment(entity)
                )

    def _enumerators(self, kind: Type | None, rank: int, label: bool = False) -> Iterator[Suggestion]:
        if not isinstance(kind, Enumeration):
            return
        for name, number in kind.values:
            owners = self.study.world.enumerators.get(name.upper(), ())
            spelled = name if len(owners) < 2 or "#" in self.typed or self.last == "." else f"{kind.name}#{name}"
            entity = self.study.entities.get((kind.name.upper(), name.upper()))
            insert = f"{spelled}:" if label else spelled
            yield Suggestion(spelled, Sort.ENUMERATOR, insert, rank, f"{kind.name} {number}", self._comment(entity))

    def _variables(self, wanted: Type | None, begins: bool) -> Iterator[Suggestion]:
        reading = self.reading
        own = {reading.unit, f"{reading.unit}.{reading.part}" if reading.part else reading.unit}
        for entity in list(self.study.entities.values()):
            if entity.origin is Origin.PLANT and _RAW.fullmatch(entity.name):
                continue
            if entity.sort in (Sort.VARIABLE, Sort.CONSTANT) and (not entity.owner or entity.owner in own):
                kind = self._type(entity)
                if kind is None:
                    continue
                made = self._variable(entity.name, kind, entity, wanted, entity.name)
                nearer = bool(entity.owner)
                yield made if nearer else replace(made, rank=made.rank + 1)
                if begins and is_block(kind) and not self.study.is_program(kind):
                    yield self._called(entity, kind)
            elif entity.sort is Sort.ACTION and entity.owner == reading.unit and begins:
                yield Suggestion(f"{entity.name}()", entity.sort, f"{entity.name}();", NEAR, entity.sort)
            elif entity.sort is Sort.METHOD and entity.owner == reading.unit:
                yield self._method(entity, wanted, begins)

    def _type(self, entity: Entity) -> Type | None:
        if "." in entity.owner:
            return self.study.type_of_entity(entity, self.reading.unit)
        found = self.study.type_of_name(self.reading.unit, entity.name.upper())
        return self.study.type_of_entity(entity, "") if found is None and entity.origin is Origin.USER else found

    def _variable(
        self, name: str, kind: Type, entity: Entity | None, wanted: Type | None, path: str, around: str = ""
    ) -> Suggestion:
        rank = NEAR if wanted is None else FITTING if fits(kind, wanted) else NEAR if holds(kind, wanted) else OTHER
        sort = entity.sort if entity else Sort.FIELD
        return Suggestion(
            name, sort, name, rank, detail(kind, entity, self.study, around), self._comment(entity), path=path
        )

    def _called(self, entity: Entity, kind: Type) -> Suggestion:
        """A call of a block with all its inputs."""
        index = ""
        place = 1
        while isinstance(kind, Array):
            index += "[" + ", ".join(f"${{{place + n}:i}}" for n in range(len(kind.dimensions))) + "]"
            place += len(kind.dimensions)
            kind = kind.element
        block = kind.block if isinstance(kind, Struct) else ""
        interface = self.study.interface(block.upper())
        inputs = [] if interface is None else [
            each for each in interface.parameters.values()
            if each.section is not ast.Section.OUTPUT and not each.has_initial
        ]  # fmt: skip
        given = ", ".join(f"{each.name} := ${{{place + n}:{each.type}}}" for n, each in enumerate(inputs))
        insert = f"{entity.name}{index}({given});"
        return Suggestion(f"{entity.name}{'[]' if index else ''}(...)", "snippet", insert, FITTING, block, "", True)

    def _functions(self, wanted: Type | None) -> Iterator[Suggestion]:
        for name in FUNCTIONS:
            arguments, does = form(name)
            yield Suggestion(name, "function", f"{name}($0)", FUNCTION, f"({arguments})", does, True)
        for entity in self.study.entities.values():
            if entity.sort is Sort.FUNCTION and not (
                entity.origin is Origin.LIBRARY and _INSIDE.fullmatch(entity.name)
            ):
                interface = self.study.interface(entity.name.upper())
                result = interface.result.type if interface and interface.result else None
                good = wanted is not None and result is not None and fits(result, wanted)
                insert = f"{entity.name}($0)"
                yield Suggestion(
                    entity.name,
                    "function",
                    insert,
                    NEAR if good and entity.origin is Origin.USER else FUNCTION,
                    f": {result}",
                    self._comment(entity),
                    True,
                )

    def _of_tests(self) -> Iterator[Suggestion]:
        """The statements that only a TEST has."""
        for name in sorted(BENCH) if self.reading.in_test else ():
            arguments, does = form(name)
            yield Suggestion(name, "function", f"{name}($0);", FITTING, f"({arguments})", does, True)

    # ------------------------------------------------ types and words

    def _types(self) -> Iterator[Suggestion]:
        for name in (*ELEMENTARY, "STRING"):
            yield Suggestion(name, Sort.TYPE, name, NEAR)
        for entity in self.study.entities.values():
            if entity.sort in (Sort.TYPE, Sort.BLOCK):
                rank = FITTING if entity.origin is Origin.USER else NEAR
                yield Suggestion(entity.name, entity.sort, entity.name, rank, entity.sort, self._comment(entity))

    def _words(self, kinds_here: set[str] | None = None) -> Iterator[Suggestion]:
        found = expected(self.tokens[_start(self.tokens) :]) if kinds_here is None else kinds_here
        for word in words(found):
            yield Suggestion(word, "keyword", word, WORD)
        if "LITERAL" in found and "IF" not in found:
            yield Suggestion("TRUE", "keyword", "TRUE", WORD)
            yield Suggestion("FALSE", "keyword", "FALSE", WORD)
        if "PRAGMA" in found:
            for name in _ATTRIBUTES:
                value = "" if name == "protective" else " := '$1'"
                insert = f"{{attribute '{name}'{value}\\}}"
                yield Suggestion(f"{{attribute '{name}'}}", "snippet", insert, WORD + 1, "", "", True)

    def _frames(self, kinds_here: set[str]) -> Iterator[Suggestion]:
        for word, insert in FRAMES.items():
            if word in kinds_here:
                yield Suggestion(f"{word} ...", "snippet", insert, WORD - 1, "", "", True)

    def _comment(self, entity: Entity | None) -> str:
        return "" if entity is None else self.study.described(entity)


def fits(kind: Type, wanted: Type) -> bool:
    """Whether a value of one type goes where the other is wanted, as it is or as a wider number."""
    if same_type(kind, wanted) or (is_integer(kind) and is_integer(wanted)):
        return kind.size <= wanted.size
    return is_real(wanted) and (is_real(kind) or is_integer(kind)) and kind.size <= wanted.size


def holds(kind: Type, wanted: Type) -> bool:
    """Whether a part of it would fit."""
    if isinstance(kind, Array):
        return fits(kind.element, wanted) or holds(kind.element, wanted)
    if not isinstance(kind, Struct):
        return False
    fields = (each for each in kind.fields if not kind.block or each.role is Role.OUTPUT)
    return any(fits(each.type, wanted) or holds(each.type, wanted) for each in fields)


def detail(kind: Type, entity: Entity | None, study: Study, around: str = "") -> str:
    """A type as its declaration spells it, with its unit, which may be that of the measurement ``around`` it."""
    written = study.written_type(entity) if entity is not None else ""
    unit = unit_of(kind, entity.unit if entity is not None else "", around)
    return f"{written or kind}  {unit}".rstrip()


def parameter_detail(parameter: Parameter, entity: Entity | None) -> str:
    """``input REAL  degC``, and whether it must be given."""
    word = {ast.Section.INPUT: "input", ast.Section.OUTPUT: "output"}.get(parameter.section, "reference, must be given")
    unit = f"  {entity.unit}" if entity is not None and entity.unit else ""
    return f"{word} {parameter.type}{unit}"


def _start(tokens: list[Token]) -> int:
    """Where the file-level item begins that the end of the tokens stands in."""
    for number in range(len(tokens) - 1, -1, -1):
        if tokens[number].kind in UNITS | {"TYPE", "TEST"}:
            return number
    return 0


def written_chain(tokens: list[Token]) -> str:
    """The text of the value at the end of some tokens: ``Strings[s].``"""
    return "".join(token.text for token in _chain(tokens))


def _chain(tokens: list[Token]) -> list[Token]:
    """The tokens of that value."""
    depth = 0
    start = len(tokens)
    while start:
        token = tokens[start - 1]
        if token.kind in ("]", ")"):
            depth += 1
        elif token.kind in ("[", "("):
            depth -= 1
            if depth < 0:
                break
        elif (
            not depth
            and token.kind != "."
            and not (token.text[:1].isidentifier() and (start == len(tokens) or tokens[start].kind in (".", "[", "(")))
        ):
            break
        start -= 1
    return tokens[start:]
