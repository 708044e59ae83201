"""Operands and operators in a row to a tree, by the standard's precedence, without recursion.

    a + b * c  ->  a + (b * c)        from loose to tight: OR  XOR  AND  = <>  < > <= >=  + -  * / MOD  **  NOT - +

Operators of one level group from the left. What other systems, or people, read differently is refused with a cure:
``-a ** b``, ``a ** b ** c``, ``a < b < c``; AND beside OR without parentheses gets advice.
"""

from __future__ import annotations

from collections.abc import Callable

from plc.core.diagnostic import Severity, Span
from plc.lang.ast import Binary, Expression, Unary
from plc.lang.parse.problems import Problems
from plc.lang.parse.tokens import Token

MOST_TERMS = 2_500
MOST_SIGNS = 100

_LEVELS = (("OR", "OR_ELSE"), ("XOR",), ("AND", "&", "AND_THEN"), ("=", "<>"), ("<", ">", "<=", ">="))
_TIGHT_LEVELS = (("+", "-"), ("*", "/", "MOD"), ("**",))
_LEVEL = {operator: level for level, row in enumerate(_LEVELS + _TIGHT_LEVELS) for operator in row}
_AND = _LEVEL["AND"]
_COMPARISONS = frozenset(_LEVELS[3] + _LEVELS[4])
_SAME_WAY = (frozenset({"<", "<="}), frozenset({">", ">="}), frozenset({"="}))

Row = list[Expression | Token]
Quote = Callable[[Span], str]


def fold(row: Row, problems: Problems, quote: Quote) -> Expression:
    """The tree of a row of operands, operators and signs; ``quote`` gives the text of a span for messages."""
    first = row[0]
    if len(row) == 1 and not isinstance(first, Token):
        return first
    return _Fold(problems, quote).run(row)


class _Fold:
    def __init__(self, problems: Problems, quote: Quote) -> None:
        self.problems = problems
        self.quote = quote
        self.operands: list[Expression] = []
        self.operators: list[Token] = []
        self.advised = False

    def run(self, row: Row) -> Expression:
        terms = sum(not isinstance(item, Token) for item in row)
        if terms > MOST_TERMS:
            last = row[-1]
            at = last if isinstance(last, Token) else last.span
            what = f"this expression has {terms} terms, more than {MOST_TERMS}"
            self.problems.report("P026", at, what, "divide it into several statements")
            return next(item for item in row if not isinstance(item, Token))
        signs: list[Token] = []
        signed = wants_operand = True
        for item in row:
            if not isinstance(item, Token):
                signed = bool(signs)
                self.operands.append(self._signed(signs, item))
                signs, wants_operand = [], False
            elif wants_operand:
                signs.append(item)
            else:
                self._operator(item, signed)
                wants_operand = True
        while self.operators:
            self._apply(None)
        return self.operands[0]

    def _signed(self, signs: list[Token], operand: Expression) -> Expression:
        if len(signs) > MOST_SIGNS:
            what = f"more than {MOST_SIGNS} signs stand before one value"
            self.problems.report("P026", signs[0], what, "take the signs away")
            return operand
        for sign in reversed(signs):
            end = operand.span
            span = Span(end.file, sign.line, sign.column, end.end_line, end.end_column)
            operand = Unary(sign.kind, operand, span)
        return operand

    def _operator(self, operator: Token, signed: bool) -> None:
        if operator.kind == "**" and signed:
            self._refuse_signed_power(operator)
        level = _LEVEL[operator.kind]
        while self.operators and _LEVEL[self.operators[-1].kind] >= level:
            self._apply(operator)
        if self.operators and operator.kind in _COMPARISONS and self.operators[-1].kind in _COMPARISONS:
            self._refuse_chain(self.operators[-1], operator, "put one of the two comparisons in parentheses")
        self.operators.append(operator)

    def _apply(self, following: Token | None) -> None:
        """Make one node of the last operator; ``following`` is the operator to its right, if any."""
        operator = self.operators.pop()
        right, left = self.operands.pop(), self.operands.pop()
        start, end = left.span, right.span
        span = Span(start.file, start.line, start.column, end.end_line, end.end_column)
        kind = "AND" if operator.kind == "&" else operator.kind
        node = Binary(kind, left, right, span)
        self.operands.append(node)
        if following is not None:
            if operator.kind in _COMPARISONS and following.kind in _COMPARISONS:
                cure = f"write {self.quote(span)} AND {self.quote(end)} {following.text} ..."
                self._refuse_chain(operator, following, cure)
            if operator.kind == following.kind == "**":
                what = "some systems work out ** after ** from the left, others from the right"
                self.problems.report(
                    "P019", following, what, f"write ({self.quote(span)}) or put the right part in ( )"
                )
        if _LEVEL[operator.kind] == _AND:
            self._advise_and_beside_or(node, following)

    def _refuse_signed_power(self, operator: Token) -> None:
        base = self.operands[-1]
        text = self.quote(base.span)
        inner = self.quote(base.operand.span) if isinstance(base, Unary) else text
        sign = base.operator if isinstance(base, Unary) else "-"
        what = f"one edition of the standard takes the {sign} before ** first, another last"
        self.problems.report("P019", operator, what, f"write ({text}) ** ... or {sign}({inner} ** ...)")

    def _refuse_chain(self, first: Token, second: Token, cure: str) -> None:
        what = f"comparisons do not chain: {second.text} follows {first.text}"
        if not any(first.kind in way and second.kind in way for way in _SAME_WAY):
            cure = "put one of the two comparisons in parentheses"
        self.problems.report("P018", second, what, cure)

    def _advise_and_beside_or(self, node: Binary, following: Token | None) -> None:
        beside = [token for token in (self.operators[-1] if self.operators else None, following) if token is not None]
        loose = next((token for token in beside if _LEVEL[token.kind] < _AND), None)
        if loose is None or self.advised:
            return
        self.advised = True
        text = self.quote(node.span)
        what = f"{node.operator} stands beside {loose.text} without parentheses; {text} is worked out first"
        self.problems.report("P025", node.span, what, f"write ({text}) if that is meant", Severity.ADVICE)
