"""Trees -> a TC6 2.01 project.

What the format has no place for travels as additional data that other systems pass over: VAR_GLOBAL of a file,
priorities that are no plain number, methods. TEST blocks stay behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plc.core.diagnostic import Diagnostic
from plc.exchange.element import Element, write_xml
from plc.exchange.source_text import SourceText
from plc.exchange.tc6 import FILE, METHOD, NAMESPACE, OURS, POU_TYPES, XHTML
from plc.exchange.write_chart import write_chart
from plc.exchange.write_types import (
    write_attributes,
    write_block,
    write_type,
    write_value,
)
from plc.lang import ast
from plc.lang.parse import parse
from plc.lang.print import expression
from plc.lang.source import Source


@dataclass(frozen=True, slots=True)
class Exported:
    """``text`` is empty if a source has an error. ``left_behind`` counts TEST blocks."""

    text: str
    diagnostics: tuple[Diagnostic, ...]
    left_behind: int = 0


def export(sources: Sequence[Source], name: str, when: datetime) -> Exported:
    """All sources as one project. Raises XmlError where a text holds a sign that XML cannot."""
    parsed_all = [parse(source) for source in sources]
    errors = tuple(d for parsed in parsed_all for d in parsed.diagnostics if d.is_error)
    if errors:
        return Exported("", errors)
    read = [(SourceText(source), parsed) for source, parsed in zip(sources, parsed_all, strict=True)]
    root = _project(name, when)
    types = root.add("types")
    data_types, pous = types.add("dataTypes"), types.add("pous")
    configurations = root.add("instances").add("configurations")
    for text, parsed in read:
        for declaration in parsed.file.types:
            _data_type(data_types, declaration)
        for pou in parsed.file.pous:
            _pou(pous, pou, text)
        for configuration in parsed.file.configurations:
            _configuration(configurations, configuration, text)
    _file_globals(configurations, [(text, block) for text, parsed in read for block in parsed.file.globals])
    return Exported(write_xml(root), (), sum(len(parsed.file.tests) for _, parsed in read))


def _project(name: str, when: datetime) -> Element:
    root = Element("project", {"xmlns": NAMESPACE, "xmlns:xhtml": XHTML})
    at = when.strftime("%Y-%m-%dT%H:%M:%S")
    root.add("fileHeader", companyName="Cellkeeper", productName="plc", productVersion="1", creationDateTime=at)
    info = root.add("contentHeader", name=name).add("coordinateInfo")
    for language in ("fbd", "ld", "sfc"):
        info.add(language).add("scaling", x="1", y="1")
    return root


def _data_type(parent: Element, declaration: ast.TypeDeclaration) -> None:
    element = parent.add("dataType", name=declaration.name)
    write_type(element.add("baseType"), declaration.type)
    if declaration.initial is not None:
        write_value(element.add("initialValue"), declaration.initial)
    write_attributes(element, declaration.attributes)


# ---------------------------------------------------------------- units


def _pou(parent: Element, pou: ast.Pou, text: SourceText) -> None:
    element = parent.add("pou", name=pou.name, pouType=POU_TYPES[pou.kind])
    _interface(element, pou, text)
    if pou.actions:
        actions = element.add("actions")
        for action in pou.actions:
            _st(actions.add("action", name=action.name).add("body"), text.body(action))
    body = element.add("body")
    if pou.chart is not None:
        write_chart(body, pou.chart)
    else:
        inner = [action.span for action in pou.actions]
        inner += [method.span for method in pou.methods]
        inner += [attribute.span for method in pou.methods for attribute in method.attributes]
        _st(body, text.body(pou, inner))
    if pou.attributes:
        write_attributes(element, pou.attributes)
    if pou.methods:
        additional = element.child("addData") or element.add("addData")
        for method in pou.methods:
            _method(additional, method, text)


def _method(parent: Element, method: ast.Method, text: SourceText) -> None:
    data = parent.add("data", name=METHOD, handleUnknown="implementation")
    element = data.add("Method", name=method.name, xmlns=NAMESPACE)
    _interface(element, method, text)
    _st(element.add("body"), text.body(method))
    write_attributes(element, method.attributes)


def _interface(parent: Element, unit: ast.Pou | ast.Method, text: SourceText) -> None:
    interface = parent.add("interface")
    if unit.result is not None:
        write_type(interface.add("returnType"), unit.result)
    comments = text.comments(unit.blocks)
    for block in unit.blocks:
        write_block(interface, block, comments)


def _st(body: Element, text: str) -> None:
    body.add("ST").add("xhtml:p", text)


# ---------------------------------------------------------------- configurations


def _configuration(parent: Element, node: ast.Configuration, text: SourceText) -> None:
    element = parent.add("configuration", name=node.name)
    for resource in node.resources:
        _resource(element, resource, text)
    _globals(element, node.globals, text)
    if node.configured:
        variables = element.add("configVars")
        for line in node.configured:
            address = {} if line.address is None else {"address": line.address}
            variable = variables.add("configVariable", instancePathAndName=".".join(line.path), **address)
            write_type(variable.add("type"), line.type)
            if line.initial is not None:
                write_value(variable.add("initialValue"), line.initial)


def _resource(parent: Element, node: ast.Resource, text: SourceText) -> None:
    element = parent.add("resource", name=node.name)
    for task in node.tasks:
        _task(element, task, [program for program in node.programs if _runs_in(program, task)])
    _globals(element, node.globals, text)
    known = {task.name.upper() for task in node.tasks}
    for number, program in enumerate(node.programs):
        if program.task is None or program.task.upper() not in known:
            _program(element, program, number)
    notes = {"kind": node.kind} if node.kind else {}
    order = ",".join(program.name for program in node.programs)
    write_attributes(element, (), {**notes, "order": order})


def _runs_in(program: ast.ProgramInstance, task: ast.Task) -> bool:
    return program.task is not None and program.task.upper() == task.name.upper()


def _task(parent: Element, task: ast.Task, programs: Iterable[ast.ProgramInstance]) -> None:
    plain = isinstance(task.priority, ast.Literal) and isinstance(task.priority.value, int) and task.priority.value > 0
    times = {"single": task.single, "interval": task.interval}
    given = {name: expression(node) for name, node in times.items() if node is not None}
    priority = expression(task.priority) if plain and task.priority is not None else "0"
    element = parent.add("task", name=task.name, **given, priority=priority)
    for number, program in enumerate(programs):
        _program(element, program, number)
    if task.priority is not None and not plain:
        write_attributes(element, (), {"priority": expression(task.priority)})


def _program(parent: Element, program: ast.ProgramInstance, number: int) -> None:
    element = parent.add("pouInstance", name=program.name, typeName=program.type_name)
    notes: dict[str, str] = {}
    if program.arguments:
        call = ast.Call(ast.Name("", program.span), program.arguments, program.span)
        notes["arguments"] = expression(call)
    if parent.tag == "resource" and program.task is not None:
        notes["task"] = program.task
    write_attributes(element, (), notes)


def _globals(parent: Element, blocks: Sequence[ast.VariableBlock], text: SourceText) -> None:
    comments = text.comments(blocks)
    for block in blocks:
        write_block(parent, block, comments)


def _file_globals(parent: Element, blocks: Sequence[tuple[SourceText, ast.VariableBlock]]) -> None:
    if not blocks:
        return
    element = parent.add("configuration", name="Globals")
    for text, block in blocks:
        write_block(element, block, text.comments([block]))
    data = element.add("addData").add("data", name=f"{OURS}/{FILE}", handleUnknown="discard")
    data.add("text", "VAR_GLOBAL of files", xmlns="")
