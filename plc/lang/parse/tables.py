"""The LALR(1) tables that Lark makes of grammar.lark, as plain data, and the machine that runs them.

Lark stops at the first error and hides its stack; here the stack is open, so that resync.py can find all errors,
and each rule calls its method of the tree builder directly. Only this file knows Lark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import takewhile
from typing import Any

from lark import Lark
from lark.lexer import Lexer, PatternStr
from lark.parsers.lalr_analysis import Shift

from plc.lang.parse.tokens import SOFT_WORDS, Token

Action = Callable[[list[Any]], Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """``size`` values become one value of kind ``origin``, made by ``method`` (empty: the value itself)."""

    origin: str
    size: int
    method: str


@dataclass(frozen=True, slots=True)
class Tables:
    """For each state: what follows a token (a state to go to, or ``-1 - rule``), and where a finished rule leads."""

    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    rules: tuple[Rule, ...]
    start: int
    end: int
    keywords: frozenset[str]


@cache
def tables() -> Tables:
    """The tables, made at the first call."""
    text = resources.files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    lark = Lark(text, start="file", parser="lalr", lexer=_NoLexer, keep_all_tokens=True, strict=True)
    spelling = {str(t.name): str(t.pattern.value) for t in lark.terminals if isinstance(t.pattern, PatternStr)}
    spelling["$END"] = "END"
    table = lark.parse_interactive().parser_state.parse_conf
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    numbers: dict[Any, int] = {}
    for state in range(len(table.states)):
        actions.append({})
        gotos.append({})
        for symbol, (action, argument) in table.states[state].items():
            name = str(symbol)  # Lark's own strings compare slowly
            if action is not Shift:
                number = numbers.setdefault(argument, len(numbers))
                actions[state][spelling.get(name, name)] = -1 - number
            elif name.isupper() or name in spelling:
                actions[state][spelling.get(name, name)] = argument
            else:
                gotos[state][name] = argument
        for soft in SOFT_WORDS.values():
            if "NAME" in actions[state]:
                actions[state].setdefault(soft, actions[state]["NAME"])
    keywords = frozenset(word for word in spelling.values() if word[0].isalpha() and word != "END")
    return Tables(
        tuple(actions), tuple(gotos), tuple(map(_rule, numbers)), table.start_state, table.end_state, keywords
    )


def _rule(rule: Any) -> Rule:
    passes_on = rule.alias is None and len(rule.expansion) == 1 and rule.origin.name != "file"
    return Rule(str(rule.origin.name), len(rule.expansion), "" if passes_on else str(rule.alias or rule.origin.name))


class _NoLexer(Lexer):
    """Tokens come from lexer.py."""

    __future_interface__ = 2

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any) -> Iterator[Any]:
        return iter(())


def step(known: Tables, states: list[int], kind: str, floor: int = 0) -> bool:
    """Whether a token of this kind may follow; ``states`` go on past it, or as far as it was looked at. The first
    ``floor`` of them stay: where a rule would take one away, it may not follow."""
    actions, gotos, rules = known.actions, known.gotos, known.rules
    while True:
        action = actions[states[-1]].get(kind)
        if action is None:
            return kind == "END" and states[-1] == known.end
        if action >= 0:
            states.append(action)
            return True
        rule = rules[-1 - action]
        if len(states) - rule.size < floor:
            return False
        if rule.size:
            del states[-rule.size :]
        states.append(gotos[states[-1]][rule.origin])
        if kind == "END" and states[-1] == known.end:
            return True


class Machine:
    """The parser's stack of ``states`` and the ``values`` read so far (one value less than states)."""

    def __init__(self, builder: object) -> None:
        self.tables = tables()
        self.states = [self.tables.start]
        self.values: list[Any] = []
        self._rules: list[tuple[str, int, Action | None]] = [
            (rule.origin, rule.size, getattr(builder, rule.method) if rule.method else None)
            for rule in self.tables.rules
        ]

    def feed(self, token: Token) -> bool:
        """Take the next token; False, with nothing taken, where it cannot stand here."""
        actions, states, kind = self.tables.actions, self.states, token.kind
        while True:
            action = actions[states[-1]].get(kind)
            if action is None:
                return kind == "END" and states[-1] == self.tables.end
            if action >= 0:
                states.append(action)
                self.values.append(token)
                return True
            self._reduce(-1 - action)
            if kind == "END" and states[-1] == self.tables.end:
                return True

    def _reduce(self, number: int) -> None:
        origin, size, build = self._rules[number]
        states, values = self.states, self.values
        items = values[-size:] if size else []
        if size:
            del values[-size:]
            del states[-size:]
        values.append(build(items) if build else items[0])
        states.append(self.tables.gotos[states[-1]][origin])

    def accepts(self, *kinds: str, depth: int | None = None) -> bool:
        """Whether tokens of these kinds may follow, the stack cut to ``depth`` states first. Changes nothing."""
        states = self.states[:depth]
        return all(step(self.tables, states, kind) for kind in kinds)

    def came_from(self, depth: int, kinds: Sequence[str], refused: str) -> bool:
        """Whether reading these kinds on the first ``depth`` states led here, where ``refused`` cannot stand."""
        states = self.states[:depth]
        if not all(step(self.tables, states, kind, depth) for kind in kinds):
            return False
        step(self.tables, states, refused, depth)
        return states == self.states

    def takes(self, depth: int, kinds: Iterable[str]) -> int:
        """How many tokens of these kinds can be read on the first ``depth`` states. Changes nothing."""
        states = self.states[:depth]
        return sum(1 for _ in takewhile(lambda kind: step(self.tables, states, kind), kinds))

    def settle(self) -> None:
        """Finish the rules that are complete whatever comes next."""
        actions = self.tables.actions
        while True:
            choices = set(actions[self.states[-1]].values())
            if len(choices) != 1 or (action := choices.pop()) >= 0:
                return
            self._reduce(-1 - action)

    def between_units(self) -> bool:
        """Whether the parser stands between two units of the file, once what is complete is finished."""
        self.settle()
        return len(self.states) == 2 and isinstance(self.values[-1], list)

    def expected(self) -> set[str]:
        """The kinds of token that may stand next."""
        return {kind for kind in self.tables.actions[self.states[-1]] if self.accepts(kind)}

    def cut(self, depth: int) -> None:
        """Forget what was read after the first ``depth`` states."""
        del self.states[depth:]
        del self.values[depth - 1 :]
