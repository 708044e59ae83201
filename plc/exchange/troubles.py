"""The problems of a file that is read, with the line each stands in.

X001 no readable XML      X002 no PLCopen project      X003 what is not done      X004 something missing or wrong
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from plc.core.diagnostic import Diagnostic, Span
from plc.exchange.element import Element
from plc.exchange.tc6 import ATTRIBUTES, OURS
from plc.lang import ast
from plc.lang.address import BadAddress, read_address
from plc.lang.parse import parse_with
from plc.lang.parse.kept import Kept
from plc.lang.parse.tables import tables
from plc.lang.print import expression
from plc.lang.source import Source

MOST_PROBLEMS = 100
MOST_EXPRESSIONS = 10_000
"""Different ones that have to be parsed each by itself, about a second a thousand."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TERM = r"(?:[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|[A-Za-z_][A-Za-z0-9_]{0,99})"
_SUM = re.compile(rf"-?{_TERM}(?: ?[-+*/] ?{_TERM}){{0,9}}")
_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Unreadable(Exception):
    """A part that is left out; its problem is noted."""


@dataclass(slots=True)
class Troubles:
    """Collects problems; every check of a text that goes into a program stands here."""

    file: str
    most_expressions: int = MOST_EXPRESSIONS
    found: list[Diagnostic] = field(default_factory=list)
    _known: Kept = field(default_factory=lambda: Kept(0))
    _trees: dict[str, ast.Expression | None] = field(default_factory=dict)

    def note(self, code: str, line: int, what: str, cure: str) -> None:
        if len(self.found) < MOST_PROBLEMS:
            at = max(1, line)
            self.found.append(Diagnostic(code, Span(self.file, at, 1, at, 1), what, cure))

    def refuse(self, code: str, line: int, what: str, cure: str) -> Unreadable:
        """Notes a problem; raise what this returns."""
        self.note(code, line, what, cure)
        return Unreadable(what)

    def name(self, element: Element, key: str = "name") -> str:
        """An attribute that must be one name of the language."""
        text = element.get(key)
        if _NAME.fullmatch(text) is None or len(text) > 1000:
            what = (
                f"{element.tag} has the {key} {_short(text)}"
                if key in element.attributes
                else f"{element.tag} has no {key}"
            )
            raise self.refuse("X004", element.line, what, "give it a name of letters, digits and _")
        return text

    def expression(self, text: str, line: int, of: str) -> str:
        """A text that must be one expression; printed anew where it is more than words and numbers with + - * /."""
        if _SUM.fullmatch(text) and tables().keywords.isdisjoint(map(str.upper, _WORDS.findall(text))):
            return text
        return expression(self.tree(text, line, of))

    def tree(self, text: str, line: int, of: str) -> ast.Expression:
        if text not in self._trees:
            if len(self._trees) >= self.most_expressions:
                cure = "export fewer units at a time"
                raise self.refuse(
                    "X001", line, f"the file has more than {self.most_expressions:,} long expressions", cure
                )
            self._trees[text] = self._parsed(text)
        tree = self._trees[text]
        if tree is None:
            what = f"{of} is {_short(text)}, which is no expression of Structured Text"
            raise self.refuse("X004", line, what, "correct it where it was exported")
        return tree

    def _parsed(self, text: str) -> ast.Expression | None:
        """The one value that an assignment of the text assigns, and no more."""
        parsed = parse_with(Source("x", f"PROGRAM x\ny := ({text}\n);\nEND_PROGRAM"), self._known)
        pous = parsed.file.pous
        if len(pous) != 1 or parsed.diagnostics or pous[0].blocks or pous[0].actions or pous[0].methods:
            return None
        body = pous[0].body
        return body[0].value if len(body) == 1 and isinstance(body[0], ast.Assign) else None

    def address(self, element: Element) -> str:
        """`` AT %IX0.0``, or nothing."""
        text = element.get("address").strip()
        if not text:
            return ""
        try:
            read_address(text)
        except BadAddress as bad:
            raise self.refuse("X004", element.line, bad.what, bad.cure) from None
        return f" AT {text}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")


def known_children(troubles: Troubles, element: Element, tags: str) -> None:
    """Names what an element holds that is not read, so that nothing is lost in silence."""
    for child in element.children:
        if child.tag not in ("addData", "documentation", *tags.split()):
            what = f"{element.tag} holds {child.tag[:40]}, which is not read"
            troubles.note("X003", child.line, what, "the rest is imported; write what it says by hand")


def notes(element: Element) -> dict[str, str]:
    """Our own additional data of an element, by the end of its name."""
    return {
        data.get("name").rpartition("/")[2]: data.text.strip()
        for data in element.every("addData", "data")
        if data.get("name").startswith(f"{OURS}/")
    }


def attributes(element: Element) -> list[str]:
    """``{attribute ...}`` of an element, one line each."""
    lines: list[str] = []
    for data in element.every("addData", "data"):
        if data.get("name") != ATTRIBUTES:
            continue
        for each in data.every("Attributes", "Attribute"):
            value = f" := {_quoted(each.get('Value'))}" if "Value" in each.attributes else ""
            lines.append(f"{{attribute {_quoted(each.get('Name'))}{value}}}")
    return lines


def _quoted(text: str) -> str:
    literal = ast.Literal(text, None, Span("", 1, 1, 1, 1))
    return expression(literal)


def formatted(element: Element) -> str:
    """A formatted text: that of its one XHTML element, or its own."""
    inner = element.children
    return inner[0].text if len(inner) == 1 else element.text


def comment(element: Element) -> list[str]:
    """The documentation of an element as lines of comments."""
    found = element.child("documentation")
    text = "" if found is None else formatted(found).strip()
    return [f"// {line.strip()}".rstrip() for line in text.splitlines()]
