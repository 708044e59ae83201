"""Reads one node of the site file as what its key means; every problem is noted, and reading goes on.

A reader returns the value, or the ``default`` where the key is missing or wrong. A file with any error gives no site,
so a default that stands in for a wrong value goes nowhere.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TypeVar

from plc.core import quantity
from plc.core.diagnostic import Diagnostic, Severity, Span
from plc.core.quantity import Dimension, QuantityError, shortened
from plc.core.site import FieldName
from plc.store.reserved import problem_of_name
from plc.store.site_yaml import List, Node, Scalar, Table

Word = TypeVar("Word", bound=StrEnum)

_FIELD = re.compile(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*)", re.ASCII)
_INTEGER = re.compile(r"[-+]?\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"[-+]?\d{1,9}(\.\d{1,9})?", re.ASCII)
_RANGE = re.compile(r"(\d{1,6})(?:\s*-\s*(\d{1,6}))?", re.ASCII)


class Report:
    """The problems of one file, in the order they were found."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.diagnostics: list[Diagnostic] = []

    def refuse(self, code: str, span: Span, what: str, cure: str) -> None:
        self.diagnostics.append(Diagnostic(code, span, what, cure))

    def advise(self, code: str, span: Span, what: str, cure: str) -> None:
        self.diagnostics.append(Diagnostic(code, span, what, cure, Severity.ADVICE))

    @property
    def failed(self) -> bool:
        return any(d.is_error for d in self.diagnostics)


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """``write 'relays'`` for the nearest known word, else the list of them."""
    words = list(known)
    folded = {word.casefold(): word for word in words}
    near = difflib.get_close_matches(text[:60].casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{folded[near[0]]}'?"
    if not words:
        return "there is none in this site file"
    return f"known are: {', '.join(words[:12])}{', ...' if len(words) > 12 else ''}"


class Keys:
    """A table whose keys are known beforehand, as ``of`` calls it in messages (``relay fan``)."""

    def __init__(self, report: Report, of: str, table: Table, required: str, optional: str = "") -> None:
        self.report = report
        self.of = of
        self.table = table
        known = [*required.split(), *optional.split()]
        for key, _ in table.entries:
            if key.text not in known:
                what = f"{of} has no key '{shortened(key.text)}'"
                report.refuse("Y006", key.span, what, did_you_mean(key.text, known))
        for name in required.split():
            if table.key(name) is None:
                report.refuse("Y007", table.span, f"{of} has no {name}", f"add '{name}:', it is never assumed")

    def node(self, key: str) -> Node | None:
        return self.table.get(key)

    def span(self, key: str) -> Span:
        """Where the value stands, or the table if the key is missing."""
        node = self.table.get(key)
        return node.span if node is not None else self.table.span

    def text(self, key: str, default: str = "") -> str:
        node = self.node(key)
        return default if node is None else text_of(self.report, f"{key} of {self.of}", node, default)

    def quantity(self, key: str, dimension: Dimension, default: float, low: float, high: float) -> float:
        """A quantity in ``dimension.unit``; both ends are allowed."""
        text = self.text(key)
        if not text:
            return default
        try:
            value = quantity.read(text, dimension)
        except QuantityError as error:
            self.report.refuse("Y009", self.span(key), f"{key} of {self.of}: {error.what}", error.cure)
            return default
        if not low <= value <= high:
            bounds = f"{_shown(low, dimension)} to {_shown(high, dimension)}"
            what = f"{key} of {self.of} is {shortened(text)}, possible is {bounds}"
            self.report.refuse("Y009", self.span(key), what, "write a value within these bounds")
            return default
        return value

    def time_ns(self, key: str, default: int, low: int, high: int) -> int:
        return int(self.quantity(key, quantity.TIME, default, low, high))

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        node = self.node(key)
        if node is None:
            return default
        value = None
        if isinstance(node, Scalar) and not node.quoted and _INTEGER.fullmatch(node.text):
            value = int(node.text)
        if value is None or not low <= value <= high:
            shown = f"'{shortened(node.text)}'" if isinstance(node, Scalar) else "a list or table"
            what = f"{key} of {self.of} is {shown}"
            self.report.refuse("Y009", node.span, what, f"write a whole number from {low} to {high}, without quotes")
            return default
        return value

    def number(self, key: str, default: float, low: float, high: float) -> float:
        node = self.node(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and not node.quoted and _NUMBER.fullmatch(node.text):
            value = float(node.text)
            if low <= value <= high:
                return value
        shown = f"'{shortened(node.text)}'" if isinstance(node, Scalar) else "a list or table"
        what = f"{key} of {self.of} is {shown}"
        self.report.refuse("Y009", node.span, what, f"write a number from {low:g} to {high:g}, without a unit")
        return default

    def yes(self, key: str, default: bool = False) -> bool:
        node = self.node(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and not node.quoted and node.text in ("true", "false"):
            return node.text == "true"
        shown = f"'{shortened(node.text)}'" if isinstance(node, Scalar) else "a list or table"
        self.report.refuse("Y010", node.span, f"{key} of {self.of} is {shown}", "write true or false")
        return default

    def word(self, key: str, words: type[Word], default: Word) -> Word:
        """One of an enumeration's words; ``on`` and ``off`` need no quotes where they are such words."""
        node = self.node(key)
        if node is None:
            return default
        text = node.text if isinstance(node, Scalar) else ""
        for word in words:
            if word.value == text:
                return word
        shown = f"'{shortened(text)}'" if isinstance(node, Scalar) else "a list or table"
        choices = ", ".join(word.value for word in words)
        self.report.refuse("Y010", node.span, f"{key} of {self.of} is {shown}", f"write one of {choices}")
        return default

    def field(self, key: str) -> FieldName | None:
        """``device.field``, e.g. ``gx1.input3``."""
        text = self.text(key)
        if not text:
            return None
        match = _FIELD.fullmatch(text)
        if match is None:
            what = f"{key} of {self.of} is '{shortened(text)}'"
            self.report.refuse("Y008", self.span(key), what, "write DEVICE.FIELD, for example gx1.input3")
            return None
        return FieldName(match[1], match[2])

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list; a single text counts as a list of one."""
        node = self.node(key)
        items: Sequence[Node] = node.items if isinstance(node, List) else (node,) if node is not None else ()
        found = [text_of(self.report, f"{key} of {self.of}", item, "") for item in items]
        return tuple(text for text in found if text)


def scalars(node: Node | None) -> tuple[Scalar, ...]:
    """The single values of a list, with their places."""
    items: Sequence[Node] = node.items if isinstance(node, List) else (node,) if node is not None else ()
    return tuple(item for item in items if isinstance(item, Scalar) and not item.empty)


def _shown(value: float, dimension: Dimension) -> str:
    return quantity.time_text(int(value)) if dimension.whole else f"{value:g} {dimension.unit}"


def text_of(report: Report, of: str, node: Node, default: str) -> str:
    """A text that is neither empty nor one of YAML's words for true and false."""
    if not isinstance(node, Scalar):
        report.refuse("Y008", node.span, f"{of} is a list or table", "write a single value")
        return default
    if node.empty or not node.text.strip():
        report.refuse("Y008", node.span, f"{of} has no value", "write a value after the colon or remove the key")
        return default
    if node.switch_word:
        cure = f'quote it: "{node.text}", or write true or false'
        report.refuse("Y004", node.span, f"{of} is {node.text}, which YAML reads as true or false", cure)
        return default
    return node.text


def table_of(report: Report, of: str, node: Node | None) -> Table | None:
    """The node as a table; None (and a message, unless there is no node at all) if it is something else."""
    if node is None or isinstance(node, Table):
        return node
    report.refuse("Y008", node.span, f"{of} is no table", "write 'key: value' lines or {key: value}")
    return None


def named(report: Report, of: str, node: Node | None, longest: int = 32) -> list[tuple[str, Table]]:
    """A table of named tables: ``fan: {...}``. Names that programs could not use are refused."""
    table = table_of(report, of, node)
    found: list[tuple[str, Table]] = []
    folded: dict[str, Span] = {}
    for key, value in table.entries if table else ():
        name = key.text
        problem = problem_of_name(name, longest)
        if problem:
            report.refuse(
                "Y011", key.span, f"'{shortened(name)}' cannot be a name in {of}: {problem}", "choose another name"
            )
        elif name.casefold() in folded:
            what = (
                f"'{name}' is the name of line {folded[name.casefold()].line} again; upper and lower case do not count"
            )
            report.refuse("Y012", key.span, what, "choose another name")
        folded.setdefault(name.casefold(), key.span)
        entry = table_of(report, f"{of} {shortened(name)}", value)
        if entry is not None:
            found.append((name, entry))
    return found


def units_of(report: Report, of: str, node: Node | None) -> tuple[int, ...]:
    """Bus addresses in order: ``35-68``, ``"1-10, 12"``, ``[1, 2, 5-9]`` or ``7``. Backwards ranges count down."""
    if node is None:
        return ()
    items: Sequence[Node] = node.items if isinstance(node, List) else (node,)
    units: list[int] = []
    for item in items:
        for part in text_of(report, of, item, "").split(","):
            match = _RANGE.fullmatch(part.strip())
            if match is None:
                what = f"{of}: '{shortened(part.strip())}' is no unit"
                report.refuse("Y009", item.span, what, "write units as 35-68, as 7 or as [1-10, 12]")
                continue
            first, last = int(match[1]), int(match[2] or match[1])
            if max(first, last) > 247 or min(first, last) < 1:
                what = f"{of}: units {part.strip()} leave the range of a bus"
                report.refuse("Y015", item.span, what, "write units from 1 to 247")
                continue
            units.extend(range(first, last + 1) if first <= last else range(first, last - 1, -1))
    return tuple(units)
