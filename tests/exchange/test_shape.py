"""What is written has the shape that TC6 2.01 asks for: elements in their order, attributes that must be there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from plc.exchange.element import Element, read_xml
from plc.exchange.tc6 import ELEMENTARY, NAMESPACE, XHTML
from plc.exchange.write import export
from plc.lang.source import Source, read_source
from tests.exchange.test_round_trip import CHARTS, EVERYTHING, SHIPPED

VAR_LISTS = "localVars tempVars inputVars outputVars inOutVars externalVars globalVars"
TYPES = f"{' '.join(sorted(ELEMENTARY))} string array derived enum struct subrangeSigned subrangeUnsigned"
OBJECTS = (
    "step actionBlock transition jumpStep selectionDivergence selectionConvergence simultaneousDivergence "
    "simultaneousConvergence"
)
CHILDREN = {
    "project": "fileHeader contentHeader types instances",
    "contentHeader": "coordinateInfo", "coordinateInfo": "fbd ld sfc", "fbd": "scaling", "ld": "scaling",
    "sfc": "scaling", "types": "dataTypes pous", "dataTypes": "dataType", "pous": "pou",
    "dataType": "baseType initialValue addData", "baseType": TYPES, "type": TYPES, "returnType": TYPES,
    "pou": "interface actions body addData", "Method": "interface body addData",
    "interface": f"returnType {VAR_LISTS}", "actions": "action", "body": "ST SFC", "inline": "ST",
    **dict.fromkeys([*VAR_LISTS.split(), "struct"], "variable"),
    "variable": "type initialValue addData documentation", "initialValue": "simpleValue arrayValue structValue",
    "value": "simpleValue arrayValue structValue", "arrayValue": "value", "structValue": "value",
    "array": "dimension baseType", "enum": "values baseType", "values": "value", "subrangeSigned": "range baseType",
    "subrangeUnsigned": "range baseType", "addData": "data", "data": "Attributes text Method",
    "Attributes": "Attribute", "ST": "p", "documentation": "p", "SFC": OBJECTS, "connectionPointIn": "connection",
    "step": "position connectionPointIn connectionPointOut connectionPointOutAction",
    "transition": "position connectionPointIn connectionPointOut condition", "condition": "inline",
    "jumpStep": "position connectionPointIn", "actionBlock": "position connectionPointIn action",
    **dict.fromkeys(OBJECTS.split()[-4:], "position connectionPointIn connectionPointOut"),
    "instances": "configurations", "configurations": "configuration",
    "configuration": "resource globalVars configVars addData", "resource": "task globalVars pouInstance addData",
    "task": "pouInstance addData", "pouInstance": "addData", "configVars": "configVariable",
    "configVariable": "type initialValue",
}  # fmt: skip
REQUIRED = {
    "fileHeader": "companyName productName productVersion creationDateTime", "contentHeader": "name",
    "scaling": "x y", "position": "x y", "relPosition": "x y", "dataType": "name", "pou": "name pouType",
    "variable": "name", "derived": "name", "dimension": "lower upper", "range": "lower upper",
    "data": "name handleUnknown", "step": "localId name", "transition": "localId", "jumpStep": "localId targetName",
    "actionBlock": "localId", "connection": "refLocalId", "configuration": "name", "resource": "name",
    "task": "name priority", "pouInstance": "name typeName", "configVariable": "instancePathAndName",
    "reference": "name", "inline": "name", **dict.fromkeys(OBJECTS.split()[-4:], "localId"),
}  # fmt: skip


def written(*sources: Source) -> Element:
    return read_xml(export(list(sources), "test", datetime(2026, 11, 23)).text.encode())


def misshapen(element: Element, way: str = "") -> list[str]:
    """Every element below that the format does not have there."""
    here = f"{way}/{element.tag}"
    children = [child.tag for child in element.children]
    if element.tag == "action":  # of a unit, or of an action block
        allowed = ["body"] if way.endswith("/actions") else ["relPosition", "reference"]
    elif way.endswith("/values"):
        allowed = []
    else:
        allowed = CHILDREN.get(element.tag, "").split()
    wrong = [f"{here} holds {tag}" for tag in children if tag not in allowed]
    places = [allowed.index(tag) for tag in children if tag in allowed]
    if places != sorted(places) and element.tag not in ("SFC", "interface"):
        wrong.append(f"{here} has {children}")
    wrong += [
        f"{here} lacks {name}" for name in REQUIRED.get(element.tag, "").split() if name not in element.attributes
    ]
    return wrong + [each for child in element.children for each in misshapen(child, here)]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_shipped_program_is_written_in_the_formats_shape(path: Path):
    assert misshapen(written(read_source(path))) == []


def test_everything_is_written_in_the_formats_shape():
    charts = [
        Source(f"{number}.st", f"PROGRAM c{number} {text} END_PROGRAM") for number, text in enumerate(CHARTS.values())
    ]
    root = written(Source("everything.st", EVERYTHING), *charts)
    assert misshapen(root) == []
    assert root.space == NAMESPACE


def test_every_object_of_a_chart_has_a_number_of_its_own_and_connections_name_one():
    for chart in CHARTS.values():
        [body] = written(Source("c.st", f"PROGRAM c {chart} END_PROGRAM")).every("types", "pous", "pou", "body", "SFC")
        numbers = [each.get("localId") for each in body.children]
        assert len(set(numbers)) == len(numbers)
        links = [link for each in body.children for link in each.every("connectionPointIn", "connection")]
        assert {link.get("refLocalId") for link in links} <= set(numbers)


def test_bodies_are_xhtml():
    [text] = written(Source("p.st", "PROGRAM p x := 1; END_PROGRAM")).every("types", "pous", "pou", "body", "ST")
    assert [(child.tag, child.space, child.text) for child in text.children] == [("p", XHTML, "x := 1;")]
