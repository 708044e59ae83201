"""A syntax tree back to text that reads as the same tree, up to places, in one fixed layout.

    Binary(*, Binary(+, a, b), c)  ->  (a + b) * c

Parentheses are written where the tree needs them, and where the language asks for them (AND beside OR).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from plc.lang import ast, dates
from plc.lang.ast import Expression, Initial, Statement, TypeText

_LEVELS = (
    ("OR", "OR_ELSE"), ("XOR",), ("AND", "AND_THEN"), ("=", "<>", "<", ">", "<=", ">="), ("+", "-"),
    ("*", "/", "MOD"), ("**",),
)  # fmt: skip
_LEVEL = {operator: level for level, row in enumerate(_LEVELS) for operator in row}
_LOGIC, _COMPARISON, _POWER = _LEVEL["AND"], _LEVEL["="], _LEVEL["**"]
_ESCAPES = {"$": "$$", "'": "$'", "\n": "$N", "\r": "$R", "\t": "$T", "\f": "$P", "{": "$7B", "}": "$7D"}

Lines = Iterator[str]


def text_of(file: ast.File) -> str:
    """The whole file: types, globals, POUs, then tests."""
    parts = [*_types(file.types)]
    for block in file.globals:
        parts.extend(_block(block))
    for pou in file.pous:
        parts.extend(["", *_pou(pou)])
    for each in file.configurations:
        parts.extend(["", *_configuration(each)])
    for test in file.tests:
        parts.extend(["", *_test(test)])
    return "\n".join(parts) + "\n"


def _indented(lines: Iterable[str]) -> Lines:
    return (f"    {line}" for line in lines)


def _attributes(attributes: tuple[ast.Attribute, ...]) -> Lines:
    for attribute in attributes:
        value = "" if attribute.value is None else f" := {_quoted(attribute.value)}"
        yield f"{{attribute {_quoted(attribute.name)}{value}}}"


def _types(declarations: tuple[ast.TypeDeclaration, ...]) -> Lines:
    if not declarations:
        return
    yield "TYPE"
    for each in declarations:
        yield from _indented(_attributes(each.attributes))
        yield from _indented(_declaration(each.name, each.type, each.initial))
    yield "END_TYPE"


def _declaration(name: str, type_text: TypeText, initial: Initial | None) -> Lines:
    *lines, last = _type(type_text)
    first = f"{name} : "
    for line in lines:
        yield first + line
        first = ""
    value = "" if initial is None else f" := {_initial(initial)}"
    yield f"{first}{last}{value};"


def _block(block: ast.VariableBlock) -> Lines:
    kept = " RETAIN" * block.retain + " PERSISTENT" * block.persistent
    yield f"{block.section}{' CONSTANT' * block.constant}{kept}"
    yield from _indented(_variables(block.variables))
    yield "END_VAR"


def _variables(variables: tuple[ast.Variable, ...]) -> Lines:
    for variable in variables:
        yield from _attributes(variable.attributes)
        name = variable.name if variable.address is None else f"{variable.name} AT {variable.address}"
        yield from _declaration(name, variable.type, variable.initial)


def _pou(pou: ast.Pou) -> Lines:
    yield from _attributes(pou.attributes)
    result = "" if pou.result is None else f" : {' '.join(_type(pou.result))}"
    yield f"{pou.kind} {pou.name}{result}"
    for block in pou.blocks:
        yield from _block(block)
    for method in pou.methods:
        yield from _indented(_method(method))
    if pou.chart is not None:
        yield from _indented(_chart(pou.chart))
    for action in pou.actions:
        yield from _indented(_action(action))
    yield from _statements(pou.body)
    yield f"END_{pou.kind}"


def _chart(chart: ast.Chart) -> Lines:
    for step in chart.steps:
        yield f"{'INITIAL_STEP' if step.initial else 'STEP'} {step.name}:"
        for each in step.associations:
            time = "" if each.time is None else f", {expression(each.time)}"
            yield f"    {each.name}({each.qualifier}{time});"
        yield "END_STEP"
    for transition in chart.transitions:
        name = "" if transition.name is None else f" {transition.name}"
        priority = "" if transition.priority is None else f" (PRIORITY := {transition.priority})"
        ends = f"FROM {_steps(transition.sources)} TO {_steps(transition.targets)}"
        yield f"TRANSITION{name}{priority} {ends} := {expression(transition.condition)};"
        yield "END_TRANSITION"


def _steps(names: tuple[ast.Name, ...]) -> str:
    """One step, or several in parentheses."""
    listed = ", ".join(name.name for name in names)
    return listed if len(names) == 1 else f"({listed})"


def _action(action: ast.Action) -> Lines:
    yield f"ACTION {action.name}:"
    yield from _statements(action.body)
    yield "END_ACTION"


def _method(method: ast.Method) -> Lines:
    yield from _attributes(method.attributes)
    access = f" {method.access}" if method.access else ""
    result = "" if method.result is None else f" : {' '.join(_type(method.result))}"
    yield f"METHOD{access} {method.name}{result}"
    for block in method.blocks:
        yield from _block(block)
    yield from _statements(method.body)
    yield "END_METHOD"


def _test(test: ast.Test) -> Lines:
    yield f"TEST {_quoted(test.name)}"
    for block in test.blocks:
        yield from _block(block)
    yield from _statements(test.body)
    yield "END_TEST"


def _configuration(node: ast.Configuration) -> Lines:
    yield f"CONFIGURATION {node.name}"
    for block in node.globals:
        yield from _indented(_block(block))
    for resource in node.resources:
        inner = _resource(resource)
        if resource.name:
            yield from _indented((f"RESOURCE {resource.name} ON {resource.kind}", *_indented(inner), "END_RESOURCE"))
        else:
            yield from _indented(inner)
    if node.configured:
        configured = (line for each in node.configured for line in _configured(each))
        yield from _indented(("VAR_CONFIG", *_indented(configured), "END_VAR"))
    yield "END_CONFIGURATION"


def _resource(node: ast.Resource) -> Lines:
    for block in node.globals:
        yield from _block(block)
    for task in node.tasks:
        settings = (("INTERVAL", task.interval), ("SINGLE", task.single), ("PRIORITY", task.priority))
        given = ", ".join(f"{name} := {expression(value)}" for name, value in settings if value is not None)
        yield f"TASK {task.name} ({given});"
    for program in node.programs:
        task_name = "" if program.task is None else f" WITH {program.task}"
        arguments = f"({', '.join(map(_argument, program.arguments))})" if program.arguments else ""
        yield f"PROGRAM {program.name}{task_name} : {program.type_name}{arguments};"


def _configured(node: ast.ConfiguredVariable) -> Lines:
    at = "" if node.address is None else f" AT {node.address}"
    yield from _declaration(".".join(node.path) + at, node.type, node.initial)


def _type(node: TypeText) -> Lines:
    """One line, or several for a structure."""
    match node:
        case ast.TypeName():
            yield node.name
        case ast.StringType():
            yield "STRING" if node.length is None else f"STRING[{expression(node.length)}]"
        case ast.SubrangeType():
            yield f"{node.base} ({expression(node.first)}..{expression(node.last)})"
        case ast.EnumType():
            members = ", ".join(map(_enumerator, node.enumerators))
            yield f"({members})" if node.base is None else f"{node.base} ({members})"
        case ast.ArrayType():
            first, *rest = _type(node.element)
            bounds = ", ".join(f"{expression(d.first)}..{expression(d.last)}" for d in node.dimensions)
            stars = ", ".join("*" * node.open_dimensions)
            yield f"ARRAY[{bounds or stars}] OF {first}"
            yield from rest
        case ast.StructType():
            yield "STRUCT"
            yield from _indented(_variables(node.fields))
            yield "END_STRUCT"


def type_text(node: TypeText) -> str:
    """A type on one line."""
    return " ".join(_type(node))


def _enumerator(node: ast.Enumerator) -> str:
    return node.name if node.value is None else f"{node.name} := {expression(node.value)}"


def _initial(node: Initial) -> str:
    match node:
        case ast.ArrayInitial():
            return f"[{', '.join(map(_item, node.items))}]"
        case ast.StructInitial():
            return f"({', '.join(f'{each.name} := {_initial(each.value)}' for each in node.fields)})"
        case _:
            return expression(node)


def _item(node: ast.Repeated) -> str:
    value = _initial(node.value)
    return value if node.count is None else f"{expression(node.count)}({value})"


def _statements(body: tuple[Statement, ...]) -> Lines:
    for statement in body:
        yield from _indented(_statement(statement))


def _statement(node: Statement) -> Lines:
    match node:
        case ast.Assign():
            yield f"{expression(node.target)} := {expression(node.value)};"
        case ast.CallStatement():
            yield f"{expression(node.call)};"
        case ast.If():
            for word, branch in zip(["IF"] + ["ELSIF"] * len(node.branches), node.branches, strict=False):
                yield f"{word} {expression(branch.condition)} THEN"
                yield from _statements(branch.body)
            yield from _otherwise(node.otherwise)
            yield "END_IF;"
        case ast.Case():
            yield from _case(node)
        case ast.For():
            step = "" if node.step is None else f" BY {expression(node.step)}"
            bounds = f"{expression(node.first)} TO {expression(node.last)}{step}"
            yield f"FOR {expression(node.variable)} := {bounds} DO"
            yield from _statements(node.body)
            yield "END_FOR;"
        case ast.While():
            yield f"WHILE {expression(node.condition)} DO"
            yield from _statements(node.body)
            yield "END_WHILE;"
        case ast.Repeat():
            yield "REPEAT"
            yield from _statements(node.body)
            yield f"UNTIL {expression(node.until)} END_REPEAT;"
        case ast.Exit() | ast.Continue() | ast.Return():
            yield f"{type(node).__name__.upper()};"
        case ast.Empty():
            yield ";"


def _otherwise(body: tuple[Statement, ...]) -> Lines:
    if body:
        yield "ELSE"
        yield from _statements(body)


def _case(node: ast.Case) -> Lines:
    yield f"CASE {expression(node.selector)} OF"
    for arm in node.arms:
        yield f"    {', '.join(map(_label, arm.labels))}:"
        yield from _indented(_statements(arm.body))
    yield from _otherwise(node.otherwise)
    yield "END_CASE;"


def _label(node: ast.Label) -> str:
    return expression(node.first) if node.last is None else f"{expression(node.first)}..{expression(node.last)}"


def expression(node: Expression) -> str:
    """One expression on one line."""
    match node:
        case ast.Literal():
            return _literal(node)
        case ast.Name():
            return node.name
        case ast.TypedEnumerator():
            return f"{node.type_name}#{node.name}"
        case ast.Member():
            return f"{expression(node.target)}.{node.name}"
        case ast.BitAccess():
            return f"{expression(node.target)}.{node.bit}"
        case ast.Index():
            return f"{expression(node.target)}[{', '.join(map(expression, node.indices))}]"
        case ast.Call():
            return f"{expression(node.target)}({', '.join(map(_argument, node.arguments))})"
        case ast.Unary():
            return _unary(node)
        case ast.Binary():
            return _binary(node)


def _argument(node: ast.Argument) -> str:
    value = expression(node.value)
    if node.name is None:
        return value
    return f"{'NOT ' * node.inverted}{node.name} {'=>' if node.output else ':='} {value}"


def _unary(node: ast.Unary) -> str:
    operand = expression(node.operand)
    if isinstance(node.operand, ast.Binary):
        operand = f"({operand})"
    apart = node.operator == "NOT" or isinstance(node.operand, ast.Unary)
    return f"{node.operator} {operand}" if apart else f"{node.operator}{operand}"


def _binary(node: ast.Binary) -> str:
    """Goes down the left side by iteration, as sums may be long."""
    parts: list[str] = []
    left: Expression = node
    while isinstance(left, ast.Binary):
        level = _LEVEL[left.operator]
        right = expression(left.right)
        if isinstance(left.right, ast.Binary) and not _binds_tighter(left.right, level):
            right = f"({right})"
        parts.append(f" {left.operator} {right}")
        if _left_needs_parentheses(left.left, level):
            parts.append(f"({expression(left.left)})")
            break
        left = left.left
    else:
        parts.append(expression(left))
    return "".join(reversed(parts))


def _binds_tighter(node: ast.Binary, level: int) -> bool:
    inner = _LEVEL[node.operator]
    return inner > level and not (inner <= _LOGIC and level < _LOGIC)


def _left_needs_parentheses(node: Expression, level: int) -> bool:
    if isinstance(node, ast.Unary):
        return level == _POWER
    if not isinstance(node, ast.Binary):
        return False
    same = _LEVEL[node.operator] == level and level not in (_COMPARISON, _POWER)
    return not (same or _binds_tighter(node, level))


def _literal(node: ast.Literal) -> str:
    match node.value, node.type_name:
        case bool(), _:
            return "TRUE" if node.value else "FALSE"
        case str(), _:
            return _quoted(node.value)
        case int(), "TIME" | "LTIME":
            return f"{'T' if node.type_name == 'TIME' else 'LT'}#{_duration(node.value)}"
        case int(), "DATE" | "TOD" | "DT":
            return dates.show(node.type_name or "", node.value)
        case _, None:
            return repr(node.value)
        case _:
            return f"{node.type_name}#{node.value!r}"


def _duration(ns: int) -> str:
    sign, rest, parts = "-" if ns < 0 else "", abs(ns), ""
    for unit, size in dates.UNITS_NS.items():
        count, rest = divmod(rest, size)
        parts += f"{count}{unit}" if count else ""
    return f"{sign}{parts or '0s'}"


def _quoted(text: str) -> str:
    return f"'{''.join(map(_escaped, text))}'"


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:  # a byte given by its number that is no letter by itself
        return f"${number - 0xDC00:02X}"
    return f"${number:02X}" if number < 0x20 or number == 0x7F else character
