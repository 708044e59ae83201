"""A TC6 project -> Structured Text, one file a unit.

Every name, address, value and condition is checked before it goes into a text; the bodies of units are taken as they
are, and the whole is parsed again: a body cannot close its unit and begin another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from plc.core.diagnostic import Diagnostic
from plc.exchange.element import Element, XmlError, read_xml
from plc.exchange.read_chart import ChartReader, body_text
from plc.exchange.read_types import TypeReader
from plc.exchange.tc6 import FILE, METHOD, NAMESPACE, NESTED, POU_TYPES, PROPERTY, READ
from plc.exchange.troubles import Troubles, Unreadable, attributes, comment, known_children, notes
from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.source import Source

_KINDS = {tag: kind for kind, tag in POU_TYPES.items()}


@dataclass(frozen=True, slots=True)
class Imported:
    """``texts`` are files by name. ``diagnostics`` are the problems of the project; where there is one, what it names
    is left out."""

    texts: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]


def import_project(path: str, content: bytes) -> Imported:
    """The texts of a project. Never raises on content."""
    troubles = Troubles(PurePath(path).name)
    try:
        root = read_xml(content)
        texts = list(_Project(troubles, root).texts())
    except XmlError as error:
        troubles.note("X001", error.line, error.what, error.cure)
        texts = []
    except Unreadable:
        texts = []
    return Imported(tuple(texts), tuple(troubles.found))


class _Project:
    def __init__(self, troubles: Troubles, root: Element) -> None:
        if root.tag != "project" or root.space not in READ:
            what = f"this is <{root.tag[:40]}> of {root.space[:80] or 'no namespace'}, no PLCopen project"
            raise troubles.refuse("X002", root.line, what, f"export it as PLCopen XML 2.01 ({NAMESPACE})")
        self.troubles = troubles
        self.root = root
        self.reader = TypeReader(troubles)
        self.taken: set[str] = set()

    def texts(self) -> Iterator[Source]:
        types = self._types()
        if types:
            yield self._source("types", ["TYPE", *(f"    {line}" for line in types), "END_TYPE"])
        for number, configuration in enumerate(self.root.every("instances", "configurations", "configuration")):
            try:
                lines = self._configuration(configuration)
            except Unreadable:
                continue
            is_file = FILE in notes(configuration)
            yield self._source("globals" if is_file else f"configuration{number or ''}", lines)
        nested = [line for each in self.root.data(NESTED["globalVars"]) for line in self._list(each)]
        if nested:
            yield self._source("globals", nested)
        for element in (*self.root.every("types", "pous", "pou"), *self.root.data(NESTED["pou"])):
            try:
                name, lines = self._pou(element)
            except Unreadable:
                continue
            source = self._source(name.lower(), lines)
            if self._whole(source, name, element):
                yield source

    def _list(self, element: Element) -> list[str]:
        return self.reader.lists(element, ast.Section.GLOBAL.value)

    def _source(self, name: str, lines: list[str]) -> Source:
        unique, number = name, 1
        while unique.casefold() in self.taken:
            number += 1
            unique = f"{name}_{number}"
        self.taken.add(unique.casefold())
        return Source(f"{unique}.st", "\n".join(lines) + "\n")

    def _whole(self, source: Source, name: str, element: Element) -> bool:
        """Whether the text is that one unit and nothing else."""
        file = parse(source).file
        alone = len(file.pous) == 1 and file.pous[0].name == name
        if alone and not (file.types or file.globals or file.configurations or file.tests):
            return True
        what = f"the text of {name} does not stay inside its unit"
        self.troubles.note("X004", element.line, what, "its body closes the unit, or leaves a comment or text open")
        return False

    def _types(self) -> list[str]:
        lines: list[str] = []
        nested = self.root.data(NESTED["dataType"])
        for element in (*self.root.every("types", "dataTypes", "dataType"), *nested):
            try:
                name = self.troubles.name(element)
                base = element.child("baseType")
                if base is None:
                    raise self.troubles.refuse(
                        "X004", element.line, f"the type {name} has no baseType", "export it again"
                    )
                line = f"{name} : {self.reader.type(base)}{self.reader.initial(element)};"
            except Unreadable:
                continue
            lines += [*comment(element), *attributes(element), line]
        return lines

    # ------------------------------------------------ units

    def _pou(self, element: Element) -> tuple[str, list[str]]:
        name = self.troubles.name(element)
        kind = _KINDS.get(element.get("pouType"))
        if kind is None:
            cure = "function, functionBlock and program are done"
            raise self.troubles.refuse("X004", element.line, f"{name} is a {element.get('pouType')[:40]!r}", cure)
        known_children(self.troubles, element, "interface actions transitions body")
        head, blocks = self._interface(element, f"{kind} {name}")
        body, actions = self._body(element, name)
        interface = element.child("interface")
        lines = [*comment(element), *attributes(element)]
        lines += [*(attributes(interface) if interface is not None else ()), head, *blocks, *body]
        for each in element.every("actions", "action"):
            inner = each.child("body")
            if inner is not None:
                actions.append((self.troubles.name(each), body_text(self.troubles, inner, f"an action of {name}")))
        for action, text in actions:
            lines += [f"ACTION {action}:", text, "END_ACTION"]
        for data in element.every("addData", "data"):
            if data.get("name") == PROPERTY:
                cure = "make it an input or output, or a method"
                self.troubles.note("X003", data.line, f"{name} has a PROPERTY, which is not done", cure)
            if data.get("name") == METHOD:
                for method in data.every("Method"):
                    lines += self._method(method, name)
        return name, [*lines, f"END_{kind}"]

    def _interface(self, element: Element, head: str) -> tuple[str, list[str]]:
        interface = element.child("interface")
        result = None if interface is None else interface.child("returnType")
        return head + (f" : {self.reader.type(result)}" if result is not None else ""), self.reader.blocks(interface)

    def _method(self, element: Element, pou: str) -> list[str]:
        name = self.troubles.name(element)
        head, blocks = self._interface(element, f"METHOD {name}")
        body = element.child("body")
        text = "" if body is None else body_text(self.troubles, body, f"method {name} of {pou}")
        return [*attributes(element), head, *blocks, text, "END_METHOD"]

    def _body(self, element: Element, name: str) -> tuple[list[str], list[tuple[str, str]]]:
        bodies = list(element.every("body"))
        if len(bodies) > 1:
            what = f"{name} has {len(bodies)} worksheets"
            raise self.troubles.refuse("X003", bodies[1].line, what, "put them into one")
        chart = bodies[0].child("SFC") if bodies else None
        if chart is None:
            return ([body_text(self.troubles, bodies[0], name)] if bodies else []), []
        conditions: dict[str, str] = {}
        for each in element.every("transitions", "transition"):
            inner = each.child("body")
            if inner is not None:
                text = body_text(self.troubles, inner, f"a transition of {name}")
                conditions[self.troubles.name(each).upper()] = text
        reader = ChartReader(self.troubles, chart, name, conditions)
        return reader.lines(), reader.actions

    # ------------------------------------------------ configurations

    def _configuration(self, element: Element) -> list[str]:
        if FILE in notes(element):
            return self.reader.blocks(element)
        known_children(self.troubles, element, "resource globalVars accessVars configVars")
        lines = [f"CONFIGURATION {self.troubles.name(element)}", *self.reader.blocks(element)]
        for resource in element.every("resource"):
            lines += self._resource(resource)
        configured = list(element.every("configVars", "configVariable"))
        if configured:
            lines += ["VAR_CONFIG", *(self._configured(each) for each in configured), "END_VAR"]
        return [*lines, "END_CONFIGURATION"]

    def _resource(self, element: Element) -> list[str]:
        known_children(self.troubles, element, "task globalVars pouInstance")
        own = notes(element)
        loose = not element.get("name") and "order" in own
        lines = self.reader.blocks(element)
        programs: dict[str, str] = {}
        for task in element.every("task"):
            lines.append(self._task(task))
            for program in task.every("pouInstance"):
                programs[program.get("name")] = self._program(program, task.get("name"))
        for program in element.every("pouInstance"):
            programs[program.get("name")] = self._program(program, notes(program).get("task", ""))
        order = own.get("order", "").split(",")
        ordered = sorted(programs, key=lambda name: order.index(name) if name in order else len(order))
        lines += [programs[name] for name in ordered]
        if loose:
            return lines
        kind = own.get("kind") or "plc"
        head = f"RESOURCE {self.troubles.name(element)} ON {self._word(kind, element)}"
        return [head, *(f"    {line}" for line in lines), "END_RESOURCE"]

    def _word(self, text: str, element: Element) -> str:
        return self.troubles.name(Element(element.tag, {"name": text}, line=element.line))

    def _task(self, element: Element) -> str:
        given = []
        for key in ("single", "interval"):
            text = element.get(key).strip()
            if text:
                given.append(f"{key.upper()} := {self.troubles.expression(_time(text), element.line, key)}")
        priority = notes(element).get("priority") or element.get("priority").strip()
        if priority not in ("", "0") or "priority" in notes(element):
            given.append(f"PRIORITY := {self.troubles.expression(priority, element.line, 'a priority')}")
        return f"TASK {self.troubles.name(element)} ({', '.join(given)});"

    def _program(self, element: Element, task: str) -> str:
        in_task = f" WITH {self._word(task, element)}" if task else ""
        arguments = notes(element).get("arguments", "")
        if arguments:
            arguments = self._arguments(arguments, element)
        name = self.troubles.name(element)
        type_name = self.troubles.name(element, "typeName") if element.get("typeName") else name
        return f"PROGRAM {name}{in_task} : {type_name}{arguments};"

    def _arguments(self, text: str, element: Element) -> str:
        call = self.troubles.tree(f"f{text}", element.line, "the connections of a program")
        if not isinstance(call, ast.Call):
            raise self.troubles.refuse(
                "X004", element.line, "the connections of a program are no list", "export it again"
            )
        return text

    def _configured(self, element: Element) -> str:
        path = element.get("instancePathAndName")
        for part in path.split("."):
            self._word(part, element)
        kind = element.child("type")
        if kind is None:
            raise self.troubles.refuse("X004", element.line, f"{path} has no type", "export it again")
        return f"    {path}{self.troubles.address(element)} : {self.reader.type(kind)}{self.reader.initial(element)};"


def _time(text: str) -> str:
    """An interval as other systems write it: ``t#20ms``, or ``PT0.02S``, a duration of XML."""
    if text[:2].upper() == "PT" and text[-1:].upper() == "S" and text[2:-1].replace(".", "", 1).isdecimal():
        return f"T#{text[2:-1]}s"
    return text
