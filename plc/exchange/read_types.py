"""Types, initial values and variables of a TC6 project as Structured Text."""

from __future__ import annotations

from collections.abc import Iterable

from plc.exchange.element import Element
from plc.exchange.tc6 import ELEMENTARY, MIXED, SECTIONS
from plc.exchange.troubles import Troubles, Unreadable, attributes, comment, known_children

_LISTS = {tag: section for section, tag in SECTIONS.items()}
_SUBRANGES = ("subrangeSigned", "subrangeUnsigned")


class TypeReader:
    """Reads what declarations are made of. Raises Unreadable after noting why something cannot be read."""

    def __init__(self, troubles: Troubles) -> None:
        self.troubles = troubles

    def type(self, parent: Element) -> str:
        """The type that is the one child of an element, on one line."""
        kinds = [child for child in parent.children if child.tag not in ("addData", "documentation")]
        if len(kinds) != 1:
            raise self.troubles.refuse(
                "X004", parent.line, f"{parent.tag} holds {len(kinds)} types", "it must hold one"
            )
        [kind] = kinds
        if kind.tag in ELEMENTARY:
            return kind.tag
        match kind.tag:
            case "derived":
                return self.troubles.name(kind)
            case "string" | "STRING":
                length = kind.get("length")
                return f"STRING[{self._expression(length, kind, 'a length')}]" if length else "STRING"
            case "array":
                return self._array(kind)
            case "enum":
                return self._enum(kind)
            case "struct":
                return " ".join(["STRUCT", *self.variables(kind.every("variable"), docs=False), "END_STRUCT"])
            case _ if kind.tag in _SUBRANGES:
                return f"{self._base(kind)} ({self._range(self._one(kind, 'range'))})"
            case _:
                cure = "use a type of this language where it was exported"
                raise self.troubles.refuse("X003", kind.line, f"the type {kind.tag} is not done", cure)

    def _expression(self, text: str, element: Element, of: str) -> str:
        return self.troubles.expression(text, element.line, of)

    def _one(self, element: Element, tag: str) -> Element:
        found = element.child(tag)
        if found is None:
            raise self.troubles.refuse("X004", element.line, f"{element.tag} has no {tag}", "export it again")
        return found

    def _base(self, element: Element) -> str:
        return self.type(self._one(element, "baseType"))

    def _range(self, element: Element) -> str:
        lower, upper = (self._expression(element.get(key), element, "a bound") for key in ("lower", "upper"))
        return f"{lower}..{upper}"

    def _array(self, element: Element) -> str:
        dimensions = list(element.every("dimension"))
        stars = [each.get("lower").strip() == "*" and each.get("upper").strip() == "*" for each in dimensions]
        if not dimensions or (any(stars) and not all(stars)):
            raise self.troubles.refuse(
                "X004", element.line, "an array without dimensions of one kind", "export it again"
            )
        bounds = ["*" if star else self._range(each) for star, each in zip(stars, dimensions, strict=True)]
        return f"ARRAY[{', '.join(bounds)}] OF {self._base(element)}"

    def _enum(self, element: Element) -> str:
        members = []
        for each in element.every("values", "value"):
            value = each.get("value")
            number = f" := {self._expression(value, each, 'the number of an enumerator')}" if value else ""
            members.append(self.troubles.name(each) + number)
        base = f"{self._base(element)} " if element.child("baseType") is not None else ""
        return f"{base}({', '.join(members)})"

    # ------------------------------------------------ values

    def initial(self, parent: Element) -> str:
        """`` := value``, or nothing."""
        found = parent.child("initialValue")
        return "" if found is None else f" := {self._value(found)}"

    def _value(self, parent: Element) -> str:
        kinds = parent.children
        if len(kinds) != 1:
            raise self.troubles.refuse(
                "X004", parent.line, f"{parent.tag} holds {len(kinds)} values", "it must hold one"
            )
        [kind] = kinds
        match kind.tag:
            case "simpleValue":
                return self._expression(kind.get("value"), kind, "a value")
            case "arrayValue":
                return f"[{', '.join(self._repeated(each) for each in kind.every('value'))}]"
            case "structValue":
                parts = (f"{self.troubles.name(each, 'member')} := {self._value(each)}" for each in kind.every("value"))
                return f"({', '.join(parts)})"
            case _:
                raise self.troubles.refuse("X003", kind.line, f"the value {kind.tag} is not done", "export it again")

    def _repeated(self, element: Element) -> str:
        times, value = element.get("repetitionValue").strip(), self._value(element)
        return f"{self._expression(times, element, 'a repetition')}({value})" if times else value

    # ------------------------------------------------ variables

    def variables(self, elements: Iterable[Element], docs: bool = True) -> list[str]:
        """A line for each variable, comments and attributes before it; what cannot be read is left out."""
        lines: list[str] = []
        for element in elements:
            known_children(self.troubles, element, "type initialValue")
            try:
                name = self.troubles.name(element) + self.troubles.address(element)
                kind = self.type(self._one(element, "type"))
                line = f"{name} : {kind}{self.initial(element)};"
            except Unreadable:
                continue
            lines += [*(comment(element) if docs else ()), *attributes(element), line]
        return lines

    def blocks(self, interface: Element | None) -> list[str]:
        """The variable lists of a unit or configuration, each from its VAR to its END_VAR."""
        lines: list[str] = []
        if interface is not None and interface.tag == "interface":
            known_children(self.troubles, interface, " ".join(["returnType", "accessVars", *_LISTS]))
        for element in interface.children if interface is not None else ():
            if element.tag == "accessVars" and element.children:
                self.troubles.note("X003", element.line, "VAR_ACCESS is not done", "take the access paths out")
            if element.tag in _LISTS:
                lines += self.lists(element, _LISTS[element.tag].value)
        return lines

    def lists(self, element: Element, section: str) -> list[str]:
        """A variable list, or the lists with flags of their own that it stands for."""
        mixed = [each for whole in element.data(MIXED) for each in whole.children if each.tag == element.tag]
        return [line for each in mixed or [element] for line in self.block(each, section)]

    def block(self, element: Element, section: str) -> list[str]:
        known_children(self.troubles, element, "variable")
        words = [word for word in ("constant", "retain", "persistent") if element.flag(word)]
        words += ["non_retain"] if element.flag("nonretain") else []
        head = " ".join([section, *(word.upper() for word in words)])
        return [head, *(f"    {line}" for line in self.variables(element.every("variable"))), "END_VAR"]
