"""Makes the syntax tree of what stands in a unit beside statements: steps, transitions, actions and methods.

A body may hold them in any order; ``divided`` sorts them, and says what does not go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from plc.lang import ast
from plc.lang.parse.literal import BadLiteral, read_literal
from plc.lang.parse.tokens import INHERITING, Token
from plc.lang.parse.tree import Items, Statements

_Node = TypeVar("_Node")


@dataclass(frozen=True, slots=True)
class Parts:
    """A unit's body by kinds."""

    statements: tuple[ast.Statement, ...]
    chart: ast.Chart | None
    actions: tuple[ast.Action, ...]
    methods: tuple[ast.Method, ...]


class Charts(Statements):
    """Steps, transitions, actions, methods."""

    def chart_step(self, items: Items) -> ast.Step:
        word, name, _, associations, end = items
        initial = word.kind == "INITIAL_STEP"
        return ast.Step(name.text, initial, tuple(associations), self.span(name, name), self.span(word, end))

    def association(self, items: Items) -> ast.Association:
        name: Token = items[0]
        qualifier = items[2].text.upper() if len(items) > 4 else "N"
        time = items[4] if len(items) > 5 else None
        return ast.Association(name.text, qualifier, time, self.span(name, items[-2]))

    def priority(self, items: Items) -> int | None:
        _, word, _, number, _ = items
        if word.text.upper() != "PRIORITY":
            what = f"{word.text} stands where PRIORITY belongs"
            self.problems.report("P024", word, what, f"write (PRIORITY := {number.text})")
        try:
            return int(read_literal(number.text)[0])
        except BadLiteral as bad:
            self.problems.report("P009", number, bad.what, bad.cure)
            return None

    def transition(self, items: Items) -> ast.Transition:
        start, name, priority, _, sources, _, targets, _, condition, _, end = items
        spelled = None if name is None else name.text
        return ast.Transition(
            spelled, priority, self._names(sources), self._names(targets), condition, self.span(start, end)
        )

    def _names(self, tokens: list[Token]) -> tuple[ast.Name, ...]:
        return tuple(ast.Name(token.text, self.span(token, token)) for token in tokens)

    def action(self, items: Items) -> ast.Action:
        start, name, _, body, end = items
        return ast.Action(name.text, tuple(body), self.span(name, name), self.span(start, end))

    def method(self, items: Items) -> ast.Method:
        attributes, start, access, name, result, blocks, body, end = items
        word = self._access(access)
        name_span, span = self.span(name, name), self.span(start, end)
        return ast.Method(name.text, result, tuple(blocks), tuple(body), tuple(attributes), name_span, span, word)

    def _access(self, words: list[Token]) -> str:
        """The one word that says who may call a METHOD; those of inheritance are refused."""
        found = ""
        for word in words:
            upper = word.text.upper()
            if upper in INHERITING:
                what = f"{word.text}: classes and interfaces come with a later version"
                self.problems.report("P020", word, what, "take it away")
            elif found:
                self.problems.report("P024", word, f"{word.text} stands after {found}", "keep one of the two")
            else:
                found = upper
        return found

    def divided(self, kind: ast.PouKind, items: list[Any]) -> Parts:
        """The parts of a unit's body; those this kind of unit cannot have are reported and left out."""
        steps, transitions = _each(items, ast.Step), _each(items, ast.Transition)
        actions, methods = _each(items, ast.Action), _each(items, ast.Method)
        others = (ast.Step, ast.Transition, ast.Action, ast.Method)
        statements = tuple(item for item in items if not isinstance(item, others))
        if kind is ast.PouKind.FUNCTION:
            self._refuse([*steps, *transitions, *actions], kind, "a FUNCTION remembers nothing: use a FUNCTION_BLOCK")
            steps, transitions, actions = (), (), ()
        if kind is not ast.PouKind.FUNCTION_BLOCK:
            self._refuse(methods, kind, "write it in a FUNCTION_BLOCK, or make it a FUNCTION")
            methods = ()
        if not steps and not transitions:
            return Parts(statements, None, actions, methods)
        if self._beside(statements):
            return Parts(statements, None, actions, methods)
        return Parts((), ast.Chart(steps, transitions), actions, methods)

    def _refuse(self, nodes: Any, kind: ast.PouKind, cure: str) -> None:
        for node in nodes:
            word = type(node).__name__.upper()
            self.problems.report("P032", node.span, f"{word} stands in a {kind}, which has none", cure)

    def _beside(self, statements: tuple[ast.Statement, ...]) -> bool:
        """Reports a statement beside the steps: a body is one or the other. A lone semicolon is no harm."""
        found = next((node for node in statements if not isinstance(node, ast.Empty)), None)
        if found is None:
            return False
        what = "a statement stands beside the steps of this unit"
        cure = "write it in an ACTION that steps name, or make the chart a FUNCTION_BLOCK that a PROGRAM calls"
        self.problems.report("P033", found.span, what, cure)
        return True


def _each(items: list[Any], kind: type[_Node]) -> tuple[_Node, ...]:
    return tuple(item for item in items if isinstance(item, kind))
