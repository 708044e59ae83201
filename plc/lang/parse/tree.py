"""Makes the syntax tree of expressions and statements: one method for each rule of grammar.lark with a name of its own.

Each method gets the values of the rule's parts, tokens included, and returns the rule's value.
Where the text could not be read, a Name with the empty name stands for what was skipped.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from plc.core.diagnostic import Span
from plc.lang import ast
from plc.lang.ast import Expression
from plc.lang.parse.expression import fold
from plc.lang.parse.literal import BadLiteral, read_literal
from plc.lang.parse.problems import Place, Problems
from plc.lang.parse.tokens import Token

LONGEST_CHAIN = 100

Items = list[Any]


class Plumbing:
    """Rules that only gather or pass on values."""

    def nothing(self, items: Items) -> list[Any]:
        return []

    def none(self, items: Items) -> None:
        return None

    def skipped(self, items: Items) -> None:
        return None

    def one(self, items: Items) -> list[Any]:
        return [items[0]]

    def first(self, items: Items) -> Any:
        return items[0]

    def second(self, items: Items) -> Any:
        return items[1]

    def append(self, items: Items) -> Any:
        if items[1] is not None:
            items[0].append(items[1])
        return items[0]

    def append_third(self, items: Items) -> Any:
        items[0].append(items[2])
        return items[0]

    def extend(self, items: Items) -> Any:
        items[0].extend(items[1])
        return items[0]


class Expressions(Plumbing):
    """Values, references and calls."""

    def __init__(self, text: str, problems: Problems) -> None:
        self.path = problems.path
        self.problems = problems
        self.text = text
        self._lines = text.split("\n")

    def span(self, first: Place, last: Place) -> Span:
        return Span(self.path, first.line, first.column, last.end_line, last.end_column)

    def quote(self, span: Span) -> str:
        """The text of a span, shortened where it is long."""
        line = self._lines[span.line - 1]
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        text = line[span.column - 1 : end]
        return text if span.end_line == span.line and len(text) <= 60 else f"{text[:50].rstrip()} ..."

    def expression(self, items: Items) -> Expression:
        row = items[0]
        return row[0] if len(row) == 1 else fold(row, self.problems, self.quote)

    def operation(self, items: Items) -> Items:
        row: Items = items[0]
        row.append(items[1])
        row.append(items[2])
        return row

    def signed_operation(self, items: Items) -> Items:
        row: Items = items[0]
        row.append(items[1])
        row.extend(items[2])
        row.append(items[3])
        return row

    def parenthesised(self, items: Items) -> Expression:
        inner: Expression = items[1]
        return replace(inner, span=self.span(items[0], items[2]))

    def literal(self, items: Items) -> ast.Literal:
        token: Token = items[0]
        try:
            value, type_name = read_literal(token.text)
        except BadLiteral as bad:
            self.problems.report("P009", token, bad.what, bad.cure)
            value, type_name = 0, None
        return ast.Literal(value, type_name, self.span(token, token))

    def typed_enumerator(self, items: Items) -> ast.TypedEnumerator:
        type_name, _, name = items[0].text.partition("#")
        return ast.TypedEnumerator(type_name, name, self.span(items[0], items[0]))

    def unknown_value(self, items: Items) -> ast.Name:
        return ast.Name("", self.span(items[0], items[0]))

    def chain(self, items: Items) -> Items:
        return [ast.Name(items[0].text, self.span(items[0], items[0])), 0]

    def address_chain(self, items: Items) -> Items:
        return [ast.Name(items[0].text.upper(), self.span(items[0], items[0])), 0]

    def reference(self, items: Items) -> Expression:
        expression: Expression = items[0][0]
        return expression

    def _link(self, chain: Items, node: Expression) -> Items:
        """One more part of a reference; parts past the limit are reported once and left out."""
        chain[1] += 1
        if chain[1] <= LONGEST_CHAIN:
            chain[0] = node
        elif chain[1] == LONGEST_CHAIN + 1:
            what = f"this reference has more than {LONGEST_CHAIN} parts"
            self.problems.report("P026", node.span, what, "divide it over several statements")
        return chain

    def member(self, items: Items) -> Items:
        chain, _, name = items
        return self._link(chain, ast.Member(chain[0], name.text, self.span(chain[0].span, name)))

    def bit(self, items: Items) -> Items:
        chain, _, number = items
        digits = number.text.replace("_", "")
        if not digits.isdecimal() or len(digits) > 2:
            self.problems.report("P009", number, f"{number.text} is not the number of a bit", "write 0 to 63")
            return self._link(chain, chain[0])
        return self._link(chain, ast.BitAccess(chain[0], int(digits), self.span(chain[0].span, number)))

    def index(self, items: Items) -> Items:
        chain, _, indices, end = items
        return self._link(chain, ast.Index(chain[0], tuple(indices), self.span(chain[0].span, end)))

    def call(self, items: Items) -> Items:
        chain, end = items[0], items[-1]
        arguments = tuple(items[2]) if len(items) == 4 else ()
        return self._link(chain, ast.Call(chain[0], arguments, self.span(chain[0].span, end)))

    def operator_call(self, items: Items) -> ast.Call:
        word: Token = items[0]
        target = ast.Name(word.text, self.span(word, word))
        return ast.Call(target, tuple(items[2]), self.span(word, items[-1]))

    def argument(self, items: Items) -> ast.Argument:
        return ast.Argument(None, items[0], False, items[0].span)

    def named_argument(self, items: Items) -> ast.Argument:
        name, _, value = items
        return ast.Argument(name.text, value, False, self.span(name, value.span))

    def output_argument(self, items: Items) -> ast.Argument:
        name, _, value = items
        return ast.Argument(name.text, value, True, self.span(name, value.span))

    def inverted_argument(self, items: Items) -> ast.Argument:
        signs, name, _, value = items
        if [sign.kind for sign in signs] != ["NOT"]:
            text = self.quote(self.span(signs[0], name))
            self.problems.report(
                "P024", signs[0], f"{text} => is no output", f"write {name.text} =>, or NOT {name.text} =>"
            )
        return ast.Argument(name.text, value, True, self.span(signs[0], value.span), inverted=True)


_ALONE = {
    "BREAK": "take it away in a CASE, whose labels end by themselves; EXIT leaves a loop",
    "END_REGION": "take it away, or write // before it",
    "NOP": "take it away",
    "PASS": "write ; alone",
}
"""Words of other languages that stand alone, and what to do about them."""


class Statements(Expressions):
    """What a body is made of. Spans end before the closing semicolon."""

    def assign(self, items: Items) -> ast.Assign | None:
        target, _, value, _ = items
        if isinstance(target, ast.Call):
            what = f"{self.quote(target.span)} is the result of a call; nothing can be assigned to it"
            self.problems.report("P023", target.span, what, "write a variable left of :=")
            return None
        return ast.Assign(target, value, self.span(target.span, value.span))

    def call_statement(self, items: Items) -> ast.CallStatement | None:
        target: Expression = items[0]
        if isinstance(target, ast.Call):
            return ast.CallStatement(target, target.span)
        text = self.quote(target.span)
        what = f"{text} alone does nothing"
        cure = _ALONE.get(text.upper(), f"write {text} := value; or call it: {text}();")
        self.problems.report("P023", target.span, what, cure)
        return None

    def if_statement(self, items: Items) -> ast.If:
        start, condition, _, body, branches, otherwise, end, _ = items
        first = self._branch(start, condition, body)
        return ast.If((first, *branches), tuple(otherwise), self.span(start, end))

    def branch(self, items: Items) -> ast.Branch:
        start, condition, _, body = items
        return self._branch(start, condition, body)

    def _branch(self, start: Token, condition: Expression, body: list[ast.Statement]) -> ast.Branch:
        last = body[-1].span if body else condition.span
        return ast.Branch(condition, tuple(body), self.span(start, last))

    def case_statement(self, items: Items) -> ast.Case:
        start, selector, _, parts, otherwise, end, _ = items
        arms: list[ast.Arm] = []
        labels: list[ast.Label] = []
        body: list[ast.Statement] = []
        for part in parts:
            if isinstance(part, list):
                if labels:
                    arms.append(self._arm(labels, body))
                labels, body = part, []
            elif labels:
                body.append(part)
            else:
                what = "this statement stands before the first label of its CASE"
                self.problems.report("P024", part.span, what, "write a label, such as 1:, before it")
        if labels:
            arms.append(self._arm(labels, body))
        return ast.Case(selector, tuple(arms), tuple(otherwise), self.span(start, end))

    def _arm(self, labels: list[ast.Label], body: list[ast.Statement]) -> ast.Arm:
        last = body[-1].span if body else labels[-1].span
        return ast.Arm(tuple(labels), tuple(body), self.span(labels[0].span, last))

    def label(self, items: Items) -> ast.Label:
        last = items[2] if len(items) == 3 else None
        return ast.Label(items[0], last, self.span(items[0].span, items[-1].span))

    def for_range(self, items: Items) -> Items:
        return items

    def for_statement(self, items: Items) -> ast.For | None:
        start, header, _, body, end, _ = items
        if header is None:
            return None
        variable, _, first, _, last, step = header
        return ast.For(variable, first, last, step, tuple(body), self.span(start, end))

    def while_statement(self, items: Items) -> ast.While:
        start, condition, _, body, end, _ = items
        return ast.While(condition, tuple(body), self.span(start, end))

    def repeat_statement(self, items: Items) -> ast.Repeat:
        start, body, _, until, end, _ = items
        return ast.Repeat(tuple(body), until, self.span(start, end))

    def exit_statement(self, items: Items) -> ast.Exit:
        return ast.Exit(self.span(items[0], items[0]))

    def continue_statement(self, items: Items) -> ast.Continue:
        return ast.Continue(self.span(items[0], items[0]))

    def return_statement(self, items: Items) -> ast.Return:
        return ast.Return(self.span(items[0], items[0]))

    def empty(self, items: Items) -> ast.Empty:
        return ast.Empty(self.span(items[0], items[0]))
