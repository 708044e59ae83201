"""Short ways to read texts and to see what became of them."""

from __future__ import annotations

from plc.core.diagnostic import Severity
from plc.lang import ast
from plc.lang.parse import Parsed, parse
from plc.lang.source import Source


def read(text: str) -> Parsed:
    return parse(Source("t.st", text))


def read_clean(text: str) -> ast.File:
    parsed = read(text)
    assert not parsed.diagnostics, [str(each) for each in parsed.diagnostics]
    return parsed.file


def statements(text: str) -> tuple[ast.Statement, ...]:
    return read_clean(f"PROGRAM p\n{text}\nEND_PROGRAM").pous[0].body


def expression(text: str) -> ast.Expression:
    (statement,) = read(f"PROGRAM p\nx := {text};\nEND_PROGRAM").file.pous[0].body
    assert isinstance(statement, ast.Assign)
    return statement.value


def variables(text: str, section: str = "VAR") -> tuple[ast.Variable, ...]:
    (block,) = read_clean(f"PROGRAM p {section}\n{text}\nEND_VAR END_PROGRAM").pous[0].blocks
    return block.variables


def types(text: str) -> tuple[ast.TypeDeclaration, ...]:
    return read_clean(f"TYPE\n{text}\nEND_TYPE").types


def errors(text: str) -> list[str]:
    """``line:column code what; cure`` of each error."""
    return [
        f"{d.span.line}:{d.span.column} {d.code} {d.what}; {d.cure}"
        for d in read(text).diagnostics
        if d.severity is Severity.ERROR
    ]


def shape(node: ast.Expression) -> str:
    """The expression with all its parentheses."""
    match node:
        case ast.Literal():
            return str(node.value) if node.type_name is None else f"{node.type_name}#{node.value}"
        case ast.Name():
            return node.name
        case ast.TypedEnumerator():
            return f"{node.type_name}#{node.name}"
        case ast.Member():
            return f"{shape(node.target)}.{node.name}"
        case ast.BitAccess():
            return f"{shape(node.target)}.{node.bit}"
        case ast.Index():
            return f"{shape(node.target)}[{', '.join(map(shape, node.indices))}]"
        case ast.Unary():
            return f"({node.operator} {shape(node.operand)})"
        case ast.Binary():
            return f"({shape(node.left)} {node.operator} {shape(node.right)})"
        case ast.Call():
            return f"{shape(node.target)}({', '.join(map(_argument, node.arguments))})"


def _argument(argument: ast.Argument) -> str:
    value = shape(argument.value)
    if argument.name is None:
        return value
    return f"{argument.name} {'=>' if argument.output else ':='} {value}"
