"""Makes the syntax tree of types, variables and POUs, as tree.py does of statements."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from plc.lang import ast
from plc.lang.parse.charts import Charts
from plc.lang.parse.configuration import Configurations
from plc.lang.parse.literal import BadLiteral, read_literal
from plc.lang.parse.tokens import Token, kinds
from plc.lang.parse.tree import Items, Statements

LATER_TYPES = dict.fromkeys(("CHAR", "WCHAR"), "use STRING[1]") | dict.fromkeys(
    kinds("ANY ANY_NUM ANY_INT ANY_REAL ANY_BIT ANY_STRING ANY_DATE ANY_ELEMENTARY ANY_MAGNITUDE ANY_DERIVED"),
    "write a FUNCTION for each type for now",
)
_ATTRIBUTE = re.compile(
    r"\{\s*attribute\s+'((?:[^'$]|\$.)*)'\s*(?::=\s*'((?:[^'$]|\$.)*)'\s*)?;?\s*\}", re.IGNORECASE | re.DOTALL
)


_CHOICE = re.compile(r"\{\s*(IF|ELSIF|ELSE|END_IF|DEFINE|UNDEFINE)\b", re.IGNORECASE)


def pragma_problem(text: str) -> tuple[str, str]:
    """What is wrong with a pragma that is no attribute, and the cure."""
    if _CHOICE.match(text):
        return "texts chosen by a pragma are not known here", "keep the text that is meant, without the pragma"
    return "this pragma means nothing here", "write {attribute 'name' := 'value'}, or a comment (* ... *)"


class Types(Statements):
    """Type texts and initial values."""

    def type_name(self, items: Items) -> ast.TypeName:
        token: Token = items[0]
        if token.text.upper() in LATER_TYPES:
            what = f"the type {token.text} comes with a later version"
            self.problems.report("P020", token, what, LATER_TYPES[token.text.upper()])
            return ast.TypeName("", self.span(token, token))
        return ast.TypeName(token.text, self.span(token, token))

    def unknown_type(self, items: Items) -> ast.TypeName:
        return ast.TypeName("", self.span(items[0], items[0]))

    def string_type(self, items: Items) -> ast.StringType:
        length = items[2] if len(items) == 4 else None
        return ast.StringType(length, self.span(items[0], items[-1]))

    def subrange(self, items: Items) -> ast.SubrangeType:
        base, _, first, _, last, end = items
        return ast.SubrangeType(base.text, first, last, self.span(base, end))

    def enumeration(self, items: Items) -> ast.EnumType:
        return ast.EnumType(tuple(items[1]), None, self.span(items[0], items[2]))

    def enumeration_with_base(self, items: Items) -> ast.EnumType:
        return ast.EnumType(tuple(items[1]), items[3].text, self.span(items[0], items[3]))

    def based_enumeration(self, items: Items) -> ast.EnumType:
        return ast.EnumType(tuple(items[2]), items[0].text, self.span(items[0], items[3]))

    def enumerator(self, items: Items) -> ast.Enumerator:
        name, value = items[0], items[2] if len(items) == 3 else None
        return ast.Enumerator(name.text, value, self.span(name, name if value is None else value.span))

    def array(self, items: Items) -> ast.ArrayType:
        start, _, dimensions, _, _, element = items
        span = self.span(start, element.span)
        if isinstance(dimensions, int):
            return ast.ArrayType((), element, span, dimensions)
        return ast.ArrayType(tuple(dimensions), element, span)

    def open_dimensions(self, items: Items) -> int:
        return len(items[0])

    def dimension(self, items: Items) -> ast.Dimension:
        first, _, last = items
        return ast.Dimension(first, last, self.span(first.span, last.span))

    def struct(self, items: Items) -> ast.StructType:
        start, fields, end = items
        return ast.StructType(tuple(fields), self.span(start, end))

    def array_initial(self, items: Items) -> ast.ArrayInitial:
        return ast.ArrayInitial(tuple(items[1]), self.span(items[0], items[2]))

    def array_item(self, items: Items) -> ast.Repeated:
        return ast.Repeated(None, items[0], items[0].span)

    def repeated_item(self, items: Items) -> ast.Repeated:
        count, _, value, end = items
        return ast.Repeated(self.literal([count]), value, self.span(count, end))

    def struct_initial(self, items: Items) -> ast.StructInitial:
        return ast.StructInitial(tuple(items[1]), self.span(items[0], items[2]))

    def field_initial(self, items: Items) -> ast.FieldInitial:
        name, _, value = items
        return ast.FieldInitial(name.text, value, self.span(name, value.span))


class Declarations(Charts, Configurations, Types):
    """Variables, types, POUs and the file."""

    def attribute(self, items: Items) -> list[ast.Attribute]:
        found: list[ast.Attribute] = items[0]
        token: Token = items[1]
        match = _ATTRIBUTE.fullmatch(token.text)
        if match is None:
            self.problems.report("P021", token, *pragma_problem(token.text))
            return found
        try:
            name = str(read_literal(f"'{match[1]}'")[0])
            value = None if match[2] is None else str(read_literal(f"'{match[2]}'")[0])
        except BadLiteral as bad:
            self.problems.report("P009", token, bad.what, bad.cure)
            return found
        found.append(ast.Attribute(name, value, self.span(token, token)))
        return found

    def variable(self, items: Items) -> list[ast.Variable]:
        """One Variable for each name of ``a, b : INT := 1;``; each one's span runs from its name to the end."""
        attributes, names, address, _, type_text = items[:5]
        initial = items[5] if len(items) == 7 else None
        last = (initial or type_text).span
        at = None if address is None else address.text
        return [
            ast.Variable(name.text, type_text, initial, at, tuple(attributes), self.span(name, last)) for name in names
        ]

    def block(self, items: Items) -> ast.VariableBlock:
        section, qualifiers, variables, end = items
        words = {qualifier.kind for qualifier in qualifiers}
        if len(words & {"RETAIN", "PERSISTENT"}) and words & {"NON_RETAIN", "CONSTANT"}:
            what = f"{section.text} is said to be {' and '.join(q.text for q in qualifiers)}, which excludes each other"
            self.problems.report("P024", qualifiers[-1], what, "keep one of them")
        kind = ast.Section(section.kind)
        return ast.VariableBlock(
            kind, "CONSTANT" in words, "RETAIN" in words, tuple(variables), self.span(section, end),
            "PERSISTENT" in words,
        )  # fmt: skip

    def type_declaration(self, items: Items) -> ast.TypeDeclaration:
        attributes, name, _, type_text = items[:4]
        initial = items[4] if len(items) == 6 else None
        last = (initial or type_text).span
        return ast.TypeDeclaration(name.text, type_text, initial, tuple(attributes), self.span(name, last))

    def types(self, items: Items) -> list[ast.TypeDeclaration]:
        """Attributes before TYPE belong to each of its types."""
        shared = tuple(items[0])
        return [replace(each, attributes=shared + each.attributes) for each in items[2]] if shared else items[2]

    def globals(self, items: Items) -> Any:
        for attribute in items[0]:
            what = "an attribute stands before VAR_GLOBAL, where it describes nothing"
            self.problems.report("P021", attribute.span, what, "write it before the variable it describes")
        return items[1]

    def program(self, items: Items) -> ast.Pou:
        attributes, start, name, blocks, body, end = items
        return self._pou(ast.PouKind.PROGRAM, attributes, start, name, None, blocks, body, end)

    def function_block(self, items: Items) -> ast.Pou:
        attributes, start, name, blocks, body, end = items
        return self._pou(ast.PouKind.FUNCTION_BLOCK, attributes, start, name, None, blocks, body, end)

    def function(self, items: Items) -> ast.Pou:
        attributes, start, name, result, blocks, body, end = items
        return self._pou(ast.PouKind.FUNCTION, attributes, start, name, result, blocks, body, end)

    def _pou(
        self, kind: ast.PouKind, attributes: list[ast.Attribute], start: Token, name: Token,
        result: ast.TypeText | None, blocks: list[ast.VariableBlock], body: Items, end: Token,
    ) -> ast.Pou:  # fmt: skip
        spelled = "" if name.kind == "ERROR" else name.text
        name_span, span = self.span(name, name), self.span(start, end)
        parts = self.divided(kind, body)
        return ast.Pou(
            kind, spelled, result, tuple(blocks), parts.statements, tuple(attributes), name_span, span,
            parts.chart, parts.actions, parts.methods,
        )  # fmt: skip

    def test(self, items: Items) -> ast.Test:
        attributes, start, name, blocks, body, end = items
        for attribute in attributes:
            what = "an attribute stands before a TEST, where it describes nothing"
            self.problems.report("P021", attribute.span, what, "take it away")
        return ast.Test(str(self.literal([name]).value), tuple(blocks), tuple(body), self.span(start, end))

    def file(self, items: Items) -> ast.File:
        types: list[ast.TypeDeclaration] = []
        global_blocks: list[ast.VariableBlock] = []
        pous: list[ast.Pou] = []
        tests: list[ast.Test] = []
        configurations: list[ast.Configuration] = []
        for item in items[0]:
            match item:
                case ast.Configuration():
                    configurations.append(item)
                case ast.Pou():
                    pous.append(item)
                case ast.VariableBlock():
                    global_blocks.append(item)
                case ast.Test():
                    tests.append(item)
                case _:
                    types.extend(item)
        return ast.File(self.path, tuple(types), tuple(global_blocks), tuple(pous), tuple(configurations), tuple(tests))
