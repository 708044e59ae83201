"""YAML of a site file as nodes that know their line and column; whatever YAML leaves in doubt is refused.

    text --C parser's events--> Scalar | List | Table, with a Span each

Refused: aliases, anchors and tags, duplicate keys, a second document, what YAML 1.1 reads differently from how it
looks (``12:30`` is 750, ``010`` is 8), and texts beyond the limits below. Nothing here recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from plc.core.diagnostic import Diagnostic, Span
from plc.core.quantity import shortened

MAX_BYTES = 1 << 20
MAX_NODES = 100_000
MAX_DEPTH = 20

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_TRAPS = (
    (re.compile(r"[-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?"), "YAML reads it as a number in base 60"),
    (re.compile(r"[-+]?0[0-7_]+"), "YAML reads it as an octal number"),
    (re.compile(r"[-+]?0\d+"), "a number does not begin with 0"),
    (re.compile(r"[-+]?0[xXbo][0-9a-fA-F_]+"), "YAML programs differ on what number it is"),
    (re.compile(r"[-+]?\d+_[\d_]*(\.[\d_]*)?"), "YAML drops the underscores"),
    (re.compile(r"[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+"), "YAML programs differ on whether it is a number or a text"),
    (re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"), "YAML reads it as a number"),
    (re.compile(r"\d{4}-\d\d?-\d\d?([Tt \t].*)?"), "YAML reads it as a date"),
    (re.compile(r"<<|="), "YAML gives it a meaning of its own"),
)
_TEXTS = frozenset(pattern for pattern, reading in _TRAPS if reading.endswith(("base 60", "date", "own")))
_SWITCH_WORDS = frozenset(["y", "yes", "n", "no", "on", "off"])


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as written; ``quoted`` if it stands in quotes."""

    text: str
    quoted: bool
    span: Span

    @property
    def empty(self) -> bool:
        return not self.quoted and self.text in ("", "~", "null", "Null", "NULL")

    @property
    def switch_word(self) -> bool:
        """YAML 1.1 reads it as true or false, though it is written otherwise: ``on``, ``off``, ``yes``, ``no``."""
        return not self.quoted and self.text.lower() in _SWITCH_WORDS


@dataclass(frozen=True, slots=True)
class List:
    items: tuple[Node, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Table:
    """Keys with their values, in the order of the text."""

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span

    def get(self, key: str) -> Node | None:
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        return next((name for name, _ in self.entries if name.text == key), None)


Node = Scalar | List | Table


@dataclass(frozen=True, slots=True)
class Document:
    """``root`` is None if the text could not be read to its end."""

    root: Node | None
    diagnostics: tuple[Diagnostic, ...]


def parse(file: str, content: bytes) -> Document:
    """The nodes of a YAML text. Never raises on content."""
    start = Span(file, 1, 1, 1, 1)
    if len(content) > MAX_BYTES:
        what = f"the file has {len(content):,} bytes, a site file has at most {MAX_BYTES:,}"
        return Document(None, (Diagnostic("Y002", start, what, "keep one site in a file"),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        what = f"byte {content[error.start]:#04x} is not UTF-8"
        return Document(
            None, (Diagnostic("Y001", Span(file, line, column, line, column + 1), what, "save it as UTF-8"),)
        )
    builder = _Builder(file)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if not builder.take(event):
                return Document(None, tuple(builder.diagnostics))
    except yaml.YAMLError as error:
        return Document(None, (*builder.diagnostics, _not_yaml(file, text, error)))
    return Document(builder.root, tuple(builder.diagnostics))


def _not_yaml(file: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    if mark and mark.index < len(text) and text[mark.index] == "%":
        what = "% stands here, which YAML keeps for itself"
        cure = 'put the address in quotes: "%IX0.0": io.input1'
        return Diagnostic("Y001", Span(file, line, column, line, column + 1), what, cure)
    return Diagnostic(
        "Y001",
        Span(file, line, column, line, column + 1),
        f"this is not YAML: {shortened(str(problem))}",
        "check the brackets, the colons and the indentation (spaces, no tabs) up to this place",
    )


@dataclass(slots=True)
class _Open:
    """A list or table whose end has not come yet."""

    table: bool
    mark: Any
    items: list[Node] = field(default_factory=list)


class _Builder:
    """Builds nodes from events, with a stack of its own."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.root: Node | None = None
        self.diagnostics: list[Diagnostic] = []
        self._stack: list[_Open] = []
        self._count = 0
        self._documents = 0

    def take(self, event: Any) -> bool:
        """Take one event; False ends the reading."""
        span = self._span(event.start_mark, event.end_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                return self._end("Y005", span, "a second document begins here", "remove the line '---'")
            return True
        if isinstance(event, yaml.AliasEvent):
            return self._end("Y005", span, f"'*{shortened(str(event.anchor))}' is an alias", "write the value out")
        if isinstance(event, yaml.NodeEvent):
            return self._node(event, span)
        if isinstance(event, yaml.CollectionEndEvent):
            self._close(event)
        return True

    def _node(self, event: Any, span: Span) -> bool:
        self._count += 1
        if self._count > MAX_NODES:
            return self._end("Y002", span, f"more than {MAX_NODES:,} values", "keep one site in a file")
        if event.anchor is not None:
            self._refuse("Y005", span, f"'&{shortened(event.anchor)}' is an anchor", "remove it")
        if event.tag not in (None, "!"):
            self._refuse("Y005", span, f"'{shortened(str(event.tag))}' is a tag", "remove it")
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event, span))
            return True
        if len(self._stack) >= MAX_DEPTH:
            return self._end("Y002", span, f"nested deeper than {MAX_DEPTH}", "a site file needs 6 levels at most")
        self._stack.append(_Open(isinstance(event, yaml.MappingStartEvent), event.start_mark))
        return True

    def _scalar(self, event: Any, span: Span) -> Scalar:
        scalar = Scalar(event.value, bool(event.style), span)
        if not scalar.quoted:
            for pattern, reading in _TRAPS:
                if pattern.fullmatch(scalar.text):
                    shown = shortened(scalar.text)
                    cure = f'quote it: "{shown}"' + (
                        "" if pattern in _TEXTS else ", or write a plain number such as 10 or 0.5"
                    )
                    self._refuse("Y004", span, f"{shown} is in doubt: {reading}", cure)
                    break
        return scalar

    def _close(self, event: Any) -> None:
        opened = self._stack.pop()
        span = self._span(opened.mark, event.end_mark)
        if opened.table:
            self._add(Table(tuple(self._entries(opened.items)), span))
        else:
            self._add(List(tuple(opened.items), span))

    def _entries(self, items: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Scalar] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._refuse("Y008", key.span, "a list or table stands as a key", "write a name before the colon")
            elif key.empty or key.switch_word:
                shown = shortened(key.text) or "nothing"
                self._refuse("Y004", key.span, f"{shown} as a key is not a text in YAML", f'quote it: "{shown}"')
            elif key.text in seen:
                first = seen[key.text].span.line
                what = f"'{shortened(key.text)}' stands here again, first in line {first}"
                self._refuse("Y003", key.span, what, "remove one of the two")
            else:
                seen[key.text] = key
                yield key, value

    def _add(self, node: Node) -> None:
        if self._stack:
            self._stack[-1].items.append(node)
        else:
            self.root = node

    def _span(self, start: Any, end: Any) -> Span:
        return Span(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _refuse(self, code: str, span: Span, what: str, cure: str) -> None:
        self.diagnostics.append(Diagnostic(code, span, what, cure))

    def _end(self, code: str, span: Span, what: str, cure: str) -> bool:
        self._refuse(code, span, what, cure)
        return False
