"""Proven procedures as a start: a text with blanks, which pickers fill. The result is ordinary text.

programs/templates/NAME.st.txt + {"strings": "S2", "limit": "55", ...} --fill--> PROGRAM text
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plc.store.resolve import SHIPPED_PROGRAMS

FOLDER = SHIPPED_PROGRAMS / "templates"
ALL = "all"
_HOLE = re.compile(r"<(\w+)>")


class TemplateError(Exception):
    """A blank that is not filled as it must be; the text says how."""


@dataclass(frozen=True, slots=True)
class Blank:
    """``kind`` is string, task, number or choice; a number lies between ``least`` and ``most`` in ``unit``."""

    name: str
    label: str
    kind: str
    default: str = ""
    unit: str = ""
    least: float = 0.0
    most: float = 0.0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    title: str
    blanks: tuple[Blank, ...]

    @property
    def text(self) -> str:
        return (FOLDER / f"{self.name}.st.txt").read_text(encoding="utf-8")


TEMPLATES = (
    Template(
        "hot_module",
        "A module too hot, or smoke: open that string's breaker",
        (
            Blank("strings", "of string", "string", ALL),
            Blank("limit", "any module above", "number", "55", "degC", 30.0, 90.0),
            Blank("lasting", "for", "number", "2", "s", 1.0, 3600.0),
            Blank("smoke", "smoke opens it too", "choice", "yes", choices=("yes", "no")),
            Blank("task", "runs in task", "task"),
        ),
    ),
)


def template(name: str) -> Template:
    """Raises TemplateError."""
    for known in TEMPLATES:
        if known.name == name:
            return known
    raise TemplateError(f"there is no template {name!r}; known: {', '.join(t.name for t in TEMPLATES)}")


def fill(of: Template, program: str, given: Mapping[str, str], strings: Sequence[str], tasks: Sequence[str]) -> str:
    """The text of PROGRAM ``program``. Raises TemplateError for a blank that is not filled as it must be."""
    values = {blank.name: _value(blank, given.get(blank.name, blank.default), strings, tasks) for blank in of.blanks}
    first, last = ("1", "STRING_COUNT") if values["strings"] == ALL else (values["strings"], values["strings"])
    holes = {
        "program": program,
        "first": first,
        "last": last,
        "of": "a string" if values["strings"] == ALL else strings[int(values["strings"]) - 1],
        "limit": values["limit"],
        "lasting": values["lasting"],
        "or_smoke": " OR Strings[s].Smoke.Active" if values["smoke"] == "yes" else "",
        "smoke_too": ", or smoke" if values["smoke"] == "yes" else "",
        "task": values["task"],
    }
    return _HOLE.sub(lambda hole: holes[hole.group(1)], of.text)


def _value(blank: Blank, text: str, strings: Sequence[str], tasks: Sequence[str]) -> str:
    match blank.kind:
        case "string":
            return ALL if text == ALL else str(_index(blank, text, strings) + 1)
        case "task":
            return tasks[_index(blank, text or (tasks[0] if tasks else ""), tasks)]
        case "choice":
            return blank.choices[_index(blank, text, blank.choices)]
        case _:
            return _number(blank, text)


def _index(blank: Blank, text: str, known: Sequence[str]) -> int:
    if text not in known:
        raise TemplateError(f"{blank.label}: there is no {text[:40]!r}; choose from {', '.join(known)}")
    return list(known).index(text)


def _number(blank: Blank, text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        raise TemplateError(f"{blank.label}: {text[:40]!r} is no number; write one in {blank.unit}") from None
    if not blank.least <= number <= blank.most:
        span = f"{blank.least:g} to {blank.most:g} {blank.unit}"
        raise TemplateError(f"{blank.label}: {number:g} {blank.unit} is outside {span}")
    return f"{number:.1f}" if number != round(number) or blank.unit != "s" else f"{number:.0f}"
