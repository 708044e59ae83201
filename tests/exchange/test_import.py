"""Projects of other systems, and files that are none."""

from __future__ import annotations

import time

import pytest

from plc.exchange.element import DEEPEST, MOST_BYTES
from plc.exchange.read import Imported, import_project
from plc.exchange.troubles import Troubles, Unreadable
from plc.lang.parse import parse

HEAD = '<project xmlns="http://www.plcopen.org/xml/tc6_0201" xmlns:xhtml="http://www.w3.org/1999/xhtml">'


def project(types: str = "", pous: str = "", configurations: str = "") -> str:
    return f"""{HEAD}
    <types><dataTypes>{types}</dataTypes><pous>{pous}</pous></types>
    <instances><configurations>{configurations}</configurations></instances></project>"""


def pou(body: str, interface: str = "", more: str = "", kind: str = "program") -> str:
    return f'<pou name="p" pouType="{kind}"><interface>{interface}</interface>{more}<body>{body}</body></pou>'


def st(text: str) -> str:
    return f"<ST><xhtml:p><![CDATA[{text}]]></xhtml:p></ST>"


def imported(text: str) -> Imported:
    return import_project("a/project.xml", text.encode())


def text_of(text: str) -> str:
    """The one file of a project without problems, which parses without a word."""
    found = imported(text)
    assert [str(each) for each in found.diagnostics] == []
    [source] = found.texts
    assert parse(source).diagnostics == ()
    return source.text


def problems(text: str) -> list[str]:
    return [f"{each.code} {each.what}; {each.cure}" for each in imported(text).diagnostics]


def variable(kind: str, more: str = "") -> str:
    return f'<localVars><variable name="v"><type>{kind}</type>{more}</variable></localVars>'


def test_a_unit_in_xhtml_of_any_shape_is_read():
    codesys = '<ST><xhtml xmlns="http://www.w3.org/1999/xhtml">v := 1;\nv := 2;</xhtml></ST>'
    lines = "<ST><xhtml:p>v := 1;<xhtml:br/>v := 2;</xhtml:p></ST>"
    for body in (codesys, lines, st("v := 1;\nv := 2;")):
        assert "v := 1;\nv := 2;\nEND_PROGRAM" in text_of(project(pous=pou(body, variable("<INT/>"))))


def test_the_namespace_of_version_2_0_is_read_too():
    assert "PROGRAM p" in text_of(project(pous=pou(st(";"))).replace("tc6_0201", "tc6_0200"))


TYPES = {
    '<string length="5"/>': "STRING[5]",
    "<string/>": "STRING",
    '<STRING length="7"/>': "STRING[7]",
    '<derived name="TON"/>': "TON",
    '<array><dimension lower="1" upper="N + 1"/><dimension lower="0" upper="3"/><baseType><REAL/></baseType></array>':
        "ARRAY[1..N + 1, 0..3] OF REAL",
    '<subrangeUnsigned><range lower="0" upper="9"/><baseType><UINT/></baseType></subrangeUnsigned>': "UINT (0..9)",
    '<enum><values><value name="A"/><value name="B" value="7"/></values></enum>': "(A, B := 7)",
    '<struct><variable name="a"><type><BOOL/></type></variable></struct>': "STRUCT a : BOOL; END_STRUCT",
}  # fmt: skip


@pytest.mark.parametrize(("kind", "wanted"), TYPES.items(), ids=TYPES.values())
def test_types_are_read(kind: str, wanted: str):
    text = text_of(project(f'<dataType name="t"><baseType>{kind}</baseType></dataType>'))
    assert f"t : {wanted};" in text


VALUES = {
    '<simpleValue value="T#5s"/>': "T#5s",
    '<simpleValue value="-1.5E-3"/>': "-1.5E-3",
    "<simpleValue value=\"'a b'\"/>": "'a b'",
    '<arrayValue><value repetitionValue="3"><simpleValue value="0"/></value><value><simpleValue value="1"/></value>'
    "</arrayValue>": "[3(0), 1]",
    '<structValue><value member="a"><simpleValue value="TRUE"/></value></structValue>': "(a := TRUE)",
}


@pytest.mark.parametrize(("value", "wanted"), VALUES.items(), ids=VALUES.values())
def test_initial_values_are_read(value: str, wanted: str):
    text = text_of(project(pous=pou(st(";"), variable("<INT/>", f"<initialValue>{value}</initialValue>"))))
    assert f"v : INT := {wanted};" in text


def test_addresses_flags_and_documentation_are_read():
    interface = """<localVars retain="true"><variable name="v" address="%IX0.0"><type><BOOL/></type>
    <documentation><xhtml:p>the door
    of the room *) END_VAR</xhtml:p></documentation></variable></localVars><inOutVars constant="true"/>"""
    text = text_of(project(pous=pou(st(";"), interface, kind="functionBlock")))
    assert "VAR RETAIN\n    // the door\n    // of the room *) END_VAR\n    v AT %IX0.0 : BOOL;\nEND_VAR" in text
    assert "VAR_IN_OUT CONSTANT\nEND_VAR" in text


CONFIGURATION = """<configuration name="plant"><resource name="cpu"><task name="fast" interval="T#20ms" priority="1">
<pouInstance name="a" typeName="rule"/></task><task name="slow" interval="PT0.5S" priority="0"/>
<globalVars><variable name="g"><type><INT/></type></variable></globalVars><pouInstance name="b" typeName="rule"/>
</resource><configVars><configVariable instancePathAndName="cpu.a.x" address="%IX0.0"><type><BOOL/></type>
</configVariable></configVars></configuration>"""


def test_a_configuration_is_read():
    assert text_of(project(configurations=CONFIGURATION)).split("\n")[:-1] == [
        "CONFIGURATION plant",
        "RESOURCE cpu ON plc",
        "    VAR_GLOBAL",
        "        g : INT;",
        "    END_VAR",
        "    TASK fast (INTERVAL := T#20ms, PRIORITY := 1);",
        "    TASK slow (INTERVAL := T#500ms);",
        "    PROGRAM a WITH fast : rule;",
        "    PROGRAM b : rule;",
        "END_RESOURCE",
        "VAR_CONFIG",
        "    cpu.a.x AT %IX0.0 : BOOL;",
        "END_VAR",
        "END_CONFIGURATION",
    ]


CODESYS = """<project xmlns="http://www.plcopen.org/xml/tc6_0200">
<types><dataTypes/><pous/></types><instances><configurations><configuration name="Device"><resource name="Application">
<task name="MainTask" interval="PT0.02S" priority="1"><pouInstance name="PLC_PRG" typeName=""/></task>
<addData>
<data name="http://www.3s-software.com/plcopenxml/datatype" handleUnknown="implementation"><dataType name="t"><baseType>
<INT/></baseType></dataType></data>
<data name="http://www.3s-software.com/plcopenxml/globalvars" handleUnknown="implementation"><globalVars name="GVL">
<variable name="a"><type><INT/></type></variable><addData><data name="http://www.3s-software.com/plcopenxml/\
mixedattrsvarlist" handleUnknown="implementation"><MixedAttrsVarList><globalVars name="GVL"><variable name="a"><type>
<INT/></type></variable></globalVars><globalVars name="GVL" retain="true"><variable name="b"><type><INT/></type>
</variable></globalVars></MixedAttrsVarList></data></addData></globalVars></data>
<data name="http://www.3s-software.com/plcopenxml/pou" handleUnknown="implementation"><pou name="PLC_PRG"
pouType="program"><interface><addData><data name="http://www.3s-software.com/plcopenxml/attributes"
handleUnknown="implementation"><Attributes><Attribute Name="protective" Value=""/></Attributes></data></addData>
</interface><body><ST><xhtml xmlns="http://www.w3.org/1999/xhtml">b := a;</xhtml></ST></body></pou></data>
</addData></resource></configuration></configurations></instances></project>""".replace("\\\n", "")


def test_the_export_of_a_codesys_device_is_read_with_all_it_nests():
    found = imported(CODESYS)
    assert [str(each) for each in found.diagnostics] == []
    texts = {source.path: source.text for source in found.texts}
    assert texts["types.st"] == "TYPE\n    t : INT;\nEND_TYPE\n"
    wanted = "VAR_GLOBAL a : INT; END_VAR VAR_GLOBAL RETAIN b : INT; END_VAR"
    assert " ".join(texts["globals.st"].split()) == wanted
    assert texts["plc_prg.st"] == "{attribute 'protective' := ''}\nPROGRAM PLC_PRG\nb := a;\nEND_PROGRAM\n"
    assert "    PROGRAM PLC_PRG WITH MainTask : PLC_PRG;\n" in texts["configuration.st"]


def sfc(*objects: str) -> str:
    return f"<SFC>{''.join(objects)}</SFC>"


def step(number: int, name: str, *origins: int, initial: bool = False) -> str:
    start = ' initialStep="true"' if initial else ""
    return f'<step localId="{number}" name="{name}"{start}><position x="0" y="0"/>{point(*origins)}</step>'


def point(*origins: int) -> str:
    links = "".join(f'<connection refLocalId="{origin}"/>' for origin in origins)
    return f"<connectionPointIn>{links}</connectionPointIn>" if origins else ""


def transition(number: int, condition: str, *origins: int) -> str:
    return f'<transition localId="{number}"><position x="0" y="0"/>{point(*origins)}{condition}</transition>'


def inline(text: str, more: str = "") -> str:
    return f'<condition{more}><inline name="">{st(text)}</inline></condition>'


def jump(number: int, target: str, origin: int) -> str:
    return f'<jumpStep localId="{number}" targetName="{target}"><position x="0" y="0"/>{point(origin)}</jumpStep>'


def test_a_drawn_chart_with_branches_of_branches_is_read():
    chart = sfc(
        step(1, "a", 30, initial=True),
        f'<selectionDivergence localId="2">{point(1)}</selectionDivergence>',
        f'<selectionDivergence localId="3">{point(2)}</selectionDivergence>',
        transition(4, inline("x"), 2), transition(5, inline(":= y;"), 3),
        transition(6, inline("z", ' negated="true"'), 3),
        step(7, "b", 4), f'<simultaneousDivergence localId="8" name="both">{point(5)}</simultaneousDivergence>',
        step(9, "c", 8), step(10, "d", 8), jump(11, "both", 6),
        f'<simultaneousConvergence localId="12">{point(9)}{point(10)}</simultaneousConvergence>',
        transition(13, inline("x AND y"), 12), transition(14, inline("y"), 7),
        f'<selectionConvergence localId="30">{point(13)}{point(14)}</selectionConvergence>',
    )  # fmt: skip
    [chart_text] = [text_of(project(pous=pou(chart)))]
    lines = [line for line in chart_text.split("\n") if line.startswith(("TRANSITION", "    :="))]
    assert lines == [
        "TRANSITION FROM a TO b", "    := x;", "TRANSITION FROM a TO (c, d)", "    := y;",
        "TRANSITION FROM a TO (c, d)", "    := NOT (z);", "TRANSITION FROM (c, d) TO a", "    := x AND y;",
        "TRANSITION FROM b TO a", "    := y;",
    ]  # fmt: skip


def test_actions_inside_steps_become_actions_of_the_unit():
    block = f"""<actionBlock localId="5">{point(1)}<action localId="6" qualifier="L" duration="T#3s">
    <relPosition x="0" y="0"/><inline>{st("n := n + 1;")}</inline></action><action localId="7">
    <reference name="lamp"/></action></actionBlock>"""
    text = text_of(project(pous=pou(sfc(step(1, "a", initial=True), block))))
    assert "INITIAL_STEP a:\n    a_action_1(L, T#3s);\n    lamp(N);\nEND_STEP" in text
    assert "ACTION a_action_1:\nn := n + 1;\nEND_ACTION" in text


def test_conditions_by_name_and_by_variable_are_read():
    named = f'<transitions><transition name="Ready"><body>{st("x OR y")}</body></transition></transitions>'
    chart = sfc(
        step(1, "a", initial=True),
        '<inVariable localId="2"><position x="0" y="0"/><expression>z.Q</expression></inVariable>',
        transition(3, '<condition><reference name="ready"/></condition>', 1), jump(4, "a", 3),
        transition(5, '<condition><reference name="flag"/></condition>', 1), jump(6, "a", 5),
        transition(7, f"<condition>{point(2)}</condition>", 1), jump(8, "a", 7),
    )  # fmt: skip
    text = text_of(project(pous=pou(chart, more=named)))
    assert [line.strip() for line in text.split("\n") if ":=" in line] == [":= x OR y;", ":= flag;", ":= z.Q;"]


REFUSED = {
    "a ladder": (pou("<LD/>"), "X003 p is a ladder diagram"),
    "a function block diagram": (pou("<FBD/>"), "X003 p is a function block diagram"),
    "an instruction list": (pou("<IL><xhtml:p>LD x</xhtml:p></IL>"), "X003 p is an instruction list"),
    "a drawn action": (pou(st(";"), more='<actions><action name="a"><body><LD/></body></action></actions>'),
                       "X003 an action of p is a ladder diagram"),
    "a macro step": (pou(sfc('<macroStep localId="1"/>')), "X003 the chart of p holds macroStep"),
    "a contact in a chart": (pou(sfc('<contact localId="1"/>')), "X003 the chart of p holds contact"),
    "a drawn condition": (pou(sfc(step(1, "a"), transition(2, f"<condition>{point(9)}</condition>", 1),
                                  jump(3, "a", 2))), "X003 the condition of a transition of p is drawn"),
    "a condition that is none": (pou(sfc(step(1, "a"), transition(2, inline("x := 1; y"), 1), jump(3, "a", 2))),
                                 "X004 the condition of a transition of p is"),
    "a transition without a condition": (pou(sfc(step(1, "a"), transition(2, "", 1), jump(3, "a", 2))),
                                         "X004 a transition of p has no condition"),
    "a transition from nowhere": (pou(sfc(step(1, "a"), transition(2, inline("x")), jump(3, "a", 2))),
                                  "X004 a transition of p comes from no step"),
    "a transition to nowhere": (pou(sfc(step(1, "a"), transition(2, inline("x"), 1))),
                                "X004 a transition of p leads to no step"),
    "a connection to nothing": (pou(sfc(step(1, "a"), transition(2, inline("x"), 7), jump(3, "a", 2))),
                                "X004 transition of p comes from 7"),
    "a circle": (pou(sfc(f'<selectionDivergence localId="1">{point(2)}</selectionDivergence>',
                         f'<selectionDivergence localId="2">{point(1)}</selectionDivergence>',
                         transition(3, inline("x"), 1))), "X004 the connections of p run in a circle"),
    "two objects of one number": (pou(sfc(step(1, "a"), step(1, "b"))), "X004 two objects of p have the localId 1"),
    "two ways without a divergence": (pou(sfc(step(1, "a"), transition(2, inline("x"), 1), step(3, "b", 2),
                                              step(4, "c", 2))), "X004 transition of p leads to several"),
    "two worksheets": (pou(f"{st(';')}</body><body>{st(';')}"), "X003 p has 2 worksheets"),
    "a unit of another kind": (pou(st(";"), kind="interface"), "X004 p is a 'interface'"),
    "a name that is none": (pou(st(";")).replace('"p"', '"p; END_PROGRAM"'), "X004 pou has the name"),
    "a body that ends its unit": (pou(st("END_PROGRAM PROGRAM q ;")), "X004 the text of p does not stay inside"),
    "a pointer": (pou(st(";"), variable("<pointer><baseType><INT/></baseType></pointer>")), "X003 the type pointer"),
    "wide text": (pou(st(";"), variable("<wstring/>")), "X003 the type wstring"),
    "a generic type": (pou(st(";"), variable("<ANY_INT/>")), "X003 the type ANY_INT"),
    "two types": (pou(st(";"), variable("<INT/><BOOL/>")), "X004 type holds 2 types"),
    "a value that is none": (pou(st(";"), variable("<INT/>", '<initialValue><simpleValue value="1; x : INT"/>'
                                                   "</initialValue>")), "X004 a value is '1; x : INT'"),
    "a value that closes a bracket": (pou(st(";"), variable("<INT/>", '<initialValue><simpleValue value="1); z := (2'
                                                            '"/></initialValue>')), "X004 a value is '1); z := (2'"),
    "an address that is none": (pou(st(";"), '<localVars><variable name="v" address="%ZZ"><type><INT/></type>'
                                             "</variable></localVars>"), "X004 %ZZ is no address"),
    "an element of a later version": (pou(st(";"), more="<properties/>"), "X003 pou holds properties, which is not"),
    "a property": (pou(st(";")).replace("</pou>", '<addData><data name="http://www.3s-software.com/plcopenxml/property"'
                                        ' handleUnknown="implementation"/></addData></pou>'), "X003 p has a PROPERTY"),
    "an unknown list": (pou(st(";"), "<classVars/>"), "X003 interface holds classVars"),
    "an unknown part of a variable": (pou(st(";"), variable("<INT/>", "<edge/>")), "X003 variable holds edge"),
    "access paths": (pou(st(";"), '<accessVars><accessVariable alias="a" instancePathAndName="b"/></accessVars>'),
                     "X003 VAR_ACCESS is not done"),
    "an indicator": (pou(sfc(step(1, "a"), f'<actionBlock localId="2">{point(1)}<action indicator="seen">'
                                           '<reference name="x"/></action></actionBlock>',
                             transition(3, inline("x"), 1), jump(4, "a", 3))),
                     "X003 the indicator seen in step a is not done"),
    "actions without a step": (pou(sfc(step(1, "a"), '<actionBlock localId="2"><action><reference name="x"/></action>'
                                       "</actionBlock>", transition(3, inline("x"), 1), jump(4, "a", 3))),
                               "X004 an action block of p belongs to no step"),
}  # fmt: skip


@pytest.mark.parametrize(("unit", "wanted"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_done_or_wrong_is_named(unit: str, wanted: str):
    [problem] = problems(project(pous=unit))
    assert problem.startswith(wanted)


def test_a_body_with_an_error_is_handed_over_for_its_author_to_cure():
    [source] = imported(project(pous=pou(st("n := ;")))).texts
    assert [d.span.line for d in parse(source).diagnostics] == [2]


def test_one_bad_unit_does_not_keep_the_others_back():
    good = pou(st("n := 1;")).replace('name="p"', 'name="q"')
    found = imported(project(pous=pou("<LD/>") + good))
    assert [source.path for source in found.texts] == ["q.st"]
    assert len(found.diagnostics) == 1


def test_units_whose_names_differ_in_case_alone_get_files_of_their_own():
    other = pou(st("n := 1;")).replace('name="p"', 'name="P"')
    assert [source.path for source in imported(project(pous=pou(st(";")) + other)).texts] == ["p.st", "p_2.st"]


BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "entities": (BOMB + project(), "X001 the file has a document type"),
    "a file from outside": ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + project(pous=pou(st(";"))),
                            "X001 the file has a document type"),
    "an unknown entity": (project(pous=pou("<ST>&x;</ST>")), "X001 this is no XML: undefined entity"),
    "no XML": ("PROGRAM p ; END_PROGRAM", "X001 this is no XML"),
    "nothing": ("", "X001 this is no XML"),
    "half a file": (project()[:80], "X001 this is no XML"),
    "a NUL": (project(pous=pou(st("\0"))), "X001 this is no XML"),
    "another root": ("<a/>", "X002 this is <a> of no namespace"),
    "another namespace": (project().replace("tc6_0201", "tc6.xsd"), "X002 this is <project> of"),
    "an encoding that is none": ('<?xml version="1.0" encoding="nonsense"?>' + project(), "X001 "),
    "deep elements": (project(pous="<a>" * (DEEPEST + 5)), "X001 elements are nested more than"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_answered_with_one_sentence(text: str, wanted: str):
    [problem] = problems(text)
    assert problem.startswith(wanted)
    assert imported(text).texts == ()


def test_a_huge_file_is_refused_before_it_is_read():
    started = time.monotonic()
    [problem] = import_project("x.xml", b" " * (MOST_BYTES + 1)).diagnostics
    assert (problem.code, time.monotonic() - started < 1.0) == ("X001", True)


def test_a_flood_of_long_expressions_ends_in_time():
    troubles = Troubles("x.xml", most_expressions=2)
    texts = ["(1 + 2) * 3", "f(x)", "(1 + 2) * 3"]
    assert [troubles.expression(text, 1, "a value") for text in texts] == texts
    with pytest.raises(Unreadable):
        troubles.expression("f(y)", 7, "a value")
    assert [(each.code, each.span.line) for each in troubles.found] == [("X001", 7)]


def test_bytes_that_are_no_text_are_refused():
    [problem] = import_project("x.xml", b"<project>\xff\xfe</project>").diagnostics
    assert problem.code == "X001"
