"""XML elements: read safely, with the line each stands in, and written with a fixed layout.

A document type is refused altogether, so there are no entities to expand and nothing outside the file to fetch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

MOST_BYTES = 16 * 1024 * 1024
DEEPEST = 200
MOST_ELEMENTS = 500_000


class XmlError(ValueError):
    """A document that is not read: the line (0: none), what stands there, what to do."""

    def __init__(self, line: int, what: str, cure: str) -> None:
        super().__init__(f"line {line}: {what}; {cure}" if line else f"{what}; {cure}")
        self.line = line
        self.what = what
        self.cure = cure


@dataclass(slots=True, eq=False)
class Element:
    """``tag`` is the local name, ``space`` its namespace. ``content`` holds texts and elements in their order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Element | str] = field(default_factory=list)
    space: str = ""
    line: int = 0

    def add(self, tag: str, text: str = "", **attributes: str) -> Element:
        """A new child at the end; a trailing _ in an attribute's name is left out."""
        child = Element(tag, {name.rstrip("_"): value for name, value in attributes.items()}, [text] if text else [])
        self.content.append(child)
        return child

    @property
    def children(self) -> list[Element]:
        return [part for part in self.content if isinstance(part, Element)]

    def child(self, tag: str) -> Element | None:
        return next((each for each in self.children if each.tag == tag), None)

    def every(self, *way: str) -> Iterator[Element]:
        """All elements down a way of tags."""
        if not way:
            yield self
            return
        for each in self.children:
            if each.tag == way[0]:
                yield from each.every(*way[1:])

    def data(self, name: str) -> Iterator[Element]:
        """What additional data of that name holds, anywhere inside, in the order of the document."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            if element.tag == "data" and element.get("name") == name:
                yield from element.children
            waiting.extend(reversed(element.children))

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    def flag(self, name: str) -> bool:
        """An xsd:boolean; false where it is not there."""
        return self.get(name).strip() in ("true", "1")

    @property
    def text(self) -> str:
        """All text inside, in order; a line break of XHTML is a new line."""
        parts: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                parts.append(part)
                continue
            if part.tag == "br":
                parts.append("\n")
            waiting.extend(reversed(part.content))
        return "".join(parts)


def read_xml(content: bytes) -> Element:
    """The root of a document. Raises XmlError for anything that is no plain XML within the limits."""
    if len(content) > MOST_BYTES:
        what = f"the file has {len(content):,} bytes, at most {MOST_BYTES:,} are read"
        raise XmlError(0, what, "export fewer units at a time")
    try:
        return _Reader().read(content)
    except expat.ExpatError as error:
        what = f"this is no XML: {expat.ErrorString(error.code)}"
        raise XmlError(error.lineno, what, "export it again, as PLCopen XML") from None
    except (LookupError, ValueError) as error:
        if isinstance(error, XmlError):
            raise
        raise XmlError(0, f"its encoding cannot be read ({error})", "save it as UTF-8") from None


class _Reader:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._open: list[Element] = [Element("")]
        self._count = 0

    def read(self, content: bytes) -> Element:
        self._parser.Parse(content, True)
        return self._open[0].children[0]

    def _doctype(self, *_: object) -> None:
        what = "the file has a document type (<!DOCTYPE ...>), with which entities could be declared"
        raise XmlError(self._parser.CurrentLineNumber, what, "take it out: PLCopen XML needs none")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        line = self._parser.CurrentLineNumber
        if len(self._open) > DEEPEST:
            raise XmlError(line, f"elements are nested more than {DEEPEST} deep", "no project needs that")
        if self._count > MOST_ELEMENTS:
            raise XmlError(line, f"the file has more than {MOST_ELEMENTS:,} elements", "export fewer units at a time")
        space, _, tag = name.rpartition(" ")
        element = Element(tag, {key.rpartition(" ")[2]: value for key, value in attributes.items()}, [], space, line)
        self._open[-1].content.append(element)
        self._open.append(element)

    def _end(self, name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].content.append(text)


def write_xml(root: Element) -> str:
    """The document's text. Raises XmlError for a sign that XML cannot hold."""
    return '<?xml version="1.0" encoding="utf-8"?>\n' + "\n".join(_lines(root, "")) + "\n"


def _lines(element: Element, indent: str) -> Iterator[str]:
    head = element.tag + "".join(f" {name}={_quoted(value)}" for name, value in element.attributes.items())
    if not element.content:
        yield f"{indent}<{head}/>"
    elif all(isinstance(part, Element) for part in element.content):
        yield f"{indent}<{head}>"
        for child in element.children:
            yield from _lines(child, indent + "  ")
        yield f"{indent}</{element.tag}>"
    else:
        inner = "".join(_inline(part) for part in element.content)
        yield f"{indent}<{head}>{inner}</{element.tag}>"


def _inline(part: Element | str) -> str:
    return escape(_held(part)) if isinstance(part, str) else "".join(_lines(part, ""))


def _quoted(value: str) -> str:
    return quoteattr(_held(value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _held(text: str) -> str:
    odd = next((sign for sign in text if not _allowed(ord(sign))), None)
    if odd is not None:
        raise XmlError(0, f"the text holds the sign U+{ord(odd):04X}, which XML cannot", "take it out of the text")
    return text


def _allowed(code: int) -> bool:
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
