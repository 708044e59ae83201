"""The call a place stands in: its parameters, and which of them is being written."""

from __future__ import annotations

from dataclasses import dataclass

from plc.lang import ast
from plc.lang.check.interface import Parameter
from plc.lang.meaning.complete import parameter_detail
from plc.lang.meaning.frames import Callee, Frame
from plc.lang.meaning.reading import Reading
from plc.lang.meaning.standard_words import form
from plc.lang.meaning.study import Study
from plc.lang.meaning.text import Place


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter as written in the signature, and what is known of it."""

    label: str
    detail: str


@dataclass(frozen=True, slots=True)
class Signature:
    """``label`` is the whole call, ``active`` the number of the parameter at the place, None for none."""

    label: str
    comment: str
    arguments: tuple[Argument, ...]
    active: int | None


def signature(study: Study, path: str, place: Place) -> Signature | None:
    """The innermost call around a place; None outside of calls and in comments."""
    text = study.text(path)
    if text.in_comment(place):
        return None
    frame = Reading(study, text, text.before(place)).call
    if frame is None or frame.callee is None:
        return None
    return _declared(study, frame, frame.callee) if frame.callee.parameters else _standard(frame, frame.callee)


def _standard(frame: Frame, callee: Callee) -> Signature:
    arguments, does = form(callee.name)
    named = [Argument(each, "") for each in arguments.split(", ")]
    active = min(frame.position, len(named) - 1)
    return Signature(f"{callee.name.upper()}({arguments})", does, tuple(named), active)


def _declared(study: Study, frame: Frame, callee: Callee) -> Signature:
    ordered = [*callee.inputs, *(p for p in callee.parameters if p.section is ast.Section.OUTPUT)]
    arguments = tuple(_argument(study, callee, each) for each in ordered)
    if frame.named:
        names = [each.name.upper() for each in ordered]
        active = names.index(frame.named.upper()) if frame.named.upper() in names else None
    else:
        active = frame.position if frame.position < len(ordered) else None
    owner, _, name = callee.key.rpartition(".")
    entity = study.entities.get((owner, name))
    result = f" : {callee.result}" if callee.result else ""
    label = f"{callee.name}({', '.join(each.label for each in arguments)}){result}"
    return Signature(label, study.described(entity) if entity else "", arguments, active)


def _argument(study: Study, callee: Callee, parameter: Parameter) -> Argument:
    entity = study.entities.get((callee.key, parameter.name.upper()))
    sign = "=>" if parameter.section is ast.Section.OUTPUT else ":="
    comment = study.described(entity) if entity else ""
    detail = parameter_detail(parameter, entity)
    return Argument(f"{parameter.name} {sign} {parameter.type}", f"{detail}; {comment}" if comment else detail)
