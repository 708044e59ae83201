"""Arguments of a call, matched with the inputs, references and outputs of what is called."""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.core.diagnostic import Span
from plc.lang import ast, ir
from plc.lang.check import names, places
from plc.lang.check.bits import load, store_bit
from plc.lang.check.body import Body
from plc.lang.check.convert import coerce, implicit
from plc.lang.check.interface import Interface, Parameter
from plc.lang.check.places import at
from plc.lang.check.signature import is_enable
from plc.lang.check.store import Store, store
from plc.lang.check.values import NOTHING, UNKNOWN, Value, Whole, is_block, same_type, type_of
from plc.lang.types import BOOL, Array, Enumeration, Scalar, Text, Type, plain

_IN = ast.Section.INPUT
_OUT = ast.Section.OUTPUT
_REFERENCE = ast.Section.IN_OUT


@dataclass(slots=True)
class Bound:
    """Which argument goes to which parameter, each in the order written."""

    inputs: list[tuple[Parameter, ast.Expression]] = field(default_factory=list)
    outputs: list[tuple[Parameter, ast.Argument]] = field(default_factory=list)
    references: dict[int, ast.Expression] = field(default_factory=dict)
    given: set[str] = field(default_factory=set)
    unknown: bool = False


def bind(body: Body, interface: Interface, call: ast.Call) -> Bound:
    """Matches arguments by name or by position, and reports those that match nothing."""
    bound = Bound()
    ordered = [p for p in interface.parameters.values() if p.section is not _OUT]
    for position, written in enumerate(call.arguments):
        argument = _meant_assignment(body, interface, written)
        if argument.name is not None:
            parameter = _named(body, interface, argument)
        else:
            parameter = _positional(body, interface, call, ordered, position)
        if parameter is None:
            bound.unknown = True
            continue
        if parameter.name.upper() in bound.given:
            what = f"{parameter.name} is given twice"
            body.report.error("S037", argument.span, what, "take one of the two away")
            continue
        bound.given.add(parameter.name.upper())
        _sort(bound, parameter, argument)
    return bound


def _meant_assignment(body: Body, interface: Interface, argument: ast.Argument) -> ast.Argument:
    """``IN = x`` where IN is a parameter: reported, and read as ``IN := x``."""
    match argument:
        case ast.Argument(name=None, value=ast.Binary(operator="=", left=ast.Name(name=name), right=value)):
            if name.upper() in interface.parameters and body.scope.find(name.upper()) is None:
                what = f"= compares, it gives {name} no value"
                body.report.error("S037", argument.span, what, f"write {name} := {body.world.text(value.span)}")
                return ast.Argument(name, value, False, argument.span)
    return argument


def _sort(bound: Bound, parameter: Parameter, argument: ast.Argument) -> None:
    if parameter.section is _OUT:
        bound.outputs.append((parameter, argument))
    elif parameter.section is _REFERENCE:
        bound.references[parameter.number] = argument.value
    else:
        bound.inputs.append((parameter, argument.value))


def _named(body: Body, interface: Interface, argument: ast.Argument) -> Parameter | None:
    name = argument.name or ""
    parameter = interface.parameters.get(name.upper())
    pou = interface.pou.name
    if parameter is None:
        if is_enable(body, argument):
            return None
        known = [p.name for p in interface.parameters.values()]
        cure = body.world.near(name, known) or f"it has {', '.join(known) or 'none'}"
        body.report.error("S037", argument.span, f"{pou} has no input or output {name}", cure)
    elif argument.output and parameter.section is not _OUT:
        cure = f"write {parameter.name} := ..."
        body.report.error("S037", argument.span, f"{parameter.name} goes into {pou}, => takes out of it", cure)
        return None
    elif not argument.output and parameter.section is _OUT:
        cure = f"write {parameter.name} => variable, or read it after the call"
        body.report.error("S037", argument.span, f"{parameter.name} comes out of {pou}, := puts into it", cure)
        return None
    return parameter


def _positional(
    body: Body, interface: Interface, call: ast.Call, ordered: list[Parameter], position: int
) -> Parameter | None:
    argument = call.arguments[position]
    if any(other.name is not None for other in call.arguments):
        cure = f"name them all, as in {ordered[0].name if ordered else 'IN'} := ..."
        body.report.error("S037", argument.span, "some arguments have a name and this one has none", cure)
        return None
    if position >= len(ordered):
        what = f"{interface.pou.name} takes {len(ordered)} inputs, this is number {position + 1}"
        body.report.error("S037", argument.span, what, "take it away")
        return None
    return ordered[position]


def store_inputs(body: Body, bound: Bound, instance: ir.Place, span: Span | None) -> list[Store]:
    """The assignments of the inputs into an instance, in the order written."""
    stores: list[Store] = []
    for parameter, node in bound.inputs:
        if parameter.field is None:
            continue
        place = at(instance, parameter.field.offset, parameter.type)
        stored = store(body, place, body.value(node, parameter.type), node.span, span or node.span)
        if stored is not None:
            stores.append(stored)
    return stores


def references(body: Body, interface: Interface, bound: Bound, call: ast.Call) -> tuple[ir.Place, ...]:
    """The places behind VAR_IN_OUT, in order of declaration; all of them must be given, of exactly their type.

    A METHOD's first, its instance, is not among them.
    """
    found: list[ir.Place] = []
    implicit = 0 if interface.owner is None else 1
    for number, reference in enumerate(interface.references[implicit:], implicit):
        node = bound.references.get(number)
        if node is None and bound.unknown:
            continue
        if node is None:
            what = f"{interface.pou.name} needs {reference.name}"
            body.report.error("S037", call.span, what, f"write {reference.name} := and a variable of {reference.type}")
            continue
        place = _reference(body, reference, node)
        if place is not None:
            found.append(place)
    return tuple(found)


def _reference(body: Body, reference: ir.Reference, node: ast.Expression) -> ir.Place | None:
    found = places.reach(body, node) if reference.constant else places.target(body, node)
    if found is None:
        return None
    place = places.read(body, found, node.span)
    if place is None or UNKNOWN in (place.type, reference.type):
        return None
    read_only = reference.constant and plain(reference.type) == plain(place.type)
    if not read_only and not takes(reference.type, place.type):
        what = f"{body.world.text(node.span)} is {place.type}, but {reference.name} refers to {reference.type}"
        body.report.error("S008", node.span, what, _reference_cure(body, reference, node))
        return None
    if is_block(place.type):
        body.facts.started.setdefault(found.path.split(".")[0].split("[")[0].upper(), node.span)
    return place


def takes(wanted: Type, given: Type) -> bool:
    """Whether a VAR_IN_OUT of one type can refer to a variable of the other; an open array takes any bounds."""
    if isinstance(wanted, Array) and wanted.open and isinstance(given, Array):
        return len(wanted.dimensions) == len(given.dimensions) and same_type(wanted.element, given.element)
    return same_type(wanted, given)


def _reference_cure(body: Body, reference: ir.Reference, node: ast.Expression) -> str:
    whole = places.reach(body, node.target) if isinstance(node, ast.Member | ast.Index) else None
    if whole is not None and isinstance(node, ast.Member | ast.Index) and same_type(whole.type, reference.type):
        return f"write {body.world.text(node.target.span)} alone"
    return "a VAR_IN_OUT takes a variable of exactly its own type"


def store_outputs(body: Body, bound: Bound, instance: ir.Place, span: Span | None) -> list[Store]:
    """The assignments of outputs, taken with =>, out of an instance."""
    stores: list[Store] = []
    for parameter, argument in bound.outputs:
        if parameter.field is None:
            continue
        value = _output(body, argument, at(instance, parameter.field.offset, parameter.type))
        target = names.spelled_out(body, argument.value)
        if isinstance(target, ast.BitAccess):
            if _of_one_type(body, parameter, argument, value, BOOL):
                stores += _to_bit(body, target, value, argument, span or argument.span)
            continue
        goal = places.target(body, target)
        if goal is not None and _of_one_type(body, parameter, argument, value, goal.place.type):
            stores += _some(store(body, goal.place, value, argument.span, span or argument.span))
    return stores


def _some(stored: Store | None) -> tuple[Store, ...]:
    return () if stored is None else (stored,)


def _of_one_type(body: Body, parameter: Parameter, argument: ast.Argument, value: Value, wanted: Type) -> bool:
    """Whether an output fits the variable it is taken into; False after reporting that it cannot be converted there."""
    kind = type_of(value)
    if not isinstance(kind, Scalar | Enumeration) or not isinstance(wanted, Scalar | Enumeration | Text):
        return True
    if UNKNOWN in (kind, wanted) or isinstance(value, Whole) or implicit(value, plain(wanted)) is not None:
        return True
    what = f"{parameter.name} is {kind}, but {body.world.text(argument.value.span)} is {wanted}"
    cure = f"take it into a variable of type {kind}, and convert that after the call"
    body.report.error("S008", argument.span, what, cure)
    return False


def _output(body: Body, argument: ast.Argument, source: ir.Place) -> Value:
    if argument.inverted:
        return _inverted(body, argument, source) or NOTHING
    return load(source)


def _to_bit(body: Body, target: ast.BitAccess, value: Value, argument: ast.Argument, span: Span) -> list[ir.Assign]:
    return store_bit(body, target, coerce(body, value, BOOL, argument.span), span)


def _inverted(body: Body, argument: ast.Argument, source: ir.Place) -> ir.Expr | None:
    if source.type is UNKNOWN:
        return None
    if source.type != BOOL:
        what = f"NOT works on BOOL outputs, {argument.name} is {source.type}"
        body.report.error("S009", argument.span, what, "take NOT away")
        return None
    return ir.Unary(ir.UnaryOp.NOT, ir.Load(source, BOOL), BOOL)


def missing(body: Body, interface: Interface, bound: Bound, call: ast.Call) -> None:
    """Reports inputs of a FUNCTION that have neither an argument nor an initial value. Where an argument matched
    nothing it was meant for one of them: that is reported already."""
    if bound.unknown:
        return
    for parameter in interface.parameters.values():
        if parameter.section is _IN and not parameter.has_initial and parameter.name.upper() not in bound.given:
            what = f"{interface.pou.name} needs {parameter.name}"
            body.report.error("S037", call.span, what, f"give it: {parameter.name} := ...")
