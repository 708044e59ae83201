"""What a draft changes, in plant words: limits and delays, programs and tasks, relays, trips, what starts anew.

armed text + set, draft text + set --> ("Over: 55.0 -> 50.0 (hot_module line 9)", "hot_module keeps all its state")
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from plc.engine.loaded import same_layout
from plc.lang.parse.lexer import scan
from plc.lang.parse.problems import Problems
from plc.lang.parse.tables import tables
from plc.lang.parse.tokens import Token
from plc.lang.program import Compiled, Program
from plc.lang.types import Struct
from plc.store.masters import overruled
from plc.store.site_set import ReadySet

TOKENS_MOST = 8
"""A replaced stretch of more tokens is for the diff to show."""
STATEMENT_MOST = 40
REWRITTEN = 1000
NAMED_MOST = 6


def value_changes(name: str, old: str, new: str) -> list[str]:
    """Short stretches of the text that were replaced, each with the name it is given to and its line; none where a
    large part is new."""
    before, after = _tokens(old), _tokens(new)
    first, same_end = _alike(before, after)
    left, right = before[first : len(before) - same_end], after[first : len(after) - same_end]
    if max(len(left), len(right)) > REWRITTEN:
        return []
    matcher = SequenceMatcher(None, [_key(t) for t in left], [_key(t) for t in right], autojunk=False)
    found = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "replace" and i2 - i1 <= TOKENS_MOST and j2 - j1 <= TOKENS_MOST:
            was, now = old[left[i1].start : left[i2 - 1].end], new[right[j1].start : right[j2 - 1].end]
            of = _name_before(after, first + j1)
            found.append(f"{of}: {_flat(was)} → {_flat(now)} ({name} line {right[j1].line})")
    return found


def _alike(before: Sequence[Token], after: Sequence[Token]) -> tuple[int, int]:
    """How many tokens are the same at the begin, and how many at the end."""
    least = min(len(before), len(after))
    first = next((n for n in range(least) if _key(before[n]) != _key(after[n])), least)
    left = least - first
    last = next((n for n in range(left) if _key(before[-1 - n]) != _key(after[-1 - n])), left)
    return first, last


def set_changes(old: ReadySet, new: ReadySet) -> list[str]:
    """What the draft's set does otherwise than the armed one, beside its texts."""
    return [*_programs(old, new), *_masters(old, new), *_tasks(old, new), *_state(old.compiled, new.compiled)]


def _programs(old: ReadySet, new: ReadySet) -> Iterator[str]:
    before, after = old.compiled.programs, new.compiled.programs
    for name in after.keys() - before.keys():
        yield f"program {name} is new"
    for name in before.keys() - after.keys():
        yield f"program {name} is gone"
    for name, program in after.items():
        if name in before:
            yield from _program(before[name], program)
        elif program.outputs:
            yield f"{name} writes {_named(slot.tag for slot in program.outputs)}"


def _program(old: Program, new: Program) -> Iterator[str]:
    was, now = ({slot.tag for slot in program.outputs} for program in (old, new))
    if now - was:
        yield f"{new.name} now writes {_named(sorted(now - was))}"
    if was - now:
        yield f"{new.name} no longer writes {_named(sorted(was - now))}"
    if len(old.trips) != len(new.trips):
        yield f"{new.name} has {len(new.trips)} trips instead of {len(old.trips)}"
    if old.protective and not new.protective:
        yield f"{new.name} is no longer protective: its loss is not told as 'protection lost'"


def _masters(old: ReadySet, new: ReadySet) -> Iterator[str]:
    """Relays that are taken from people and schedules."""
    before = {each.relay for each in overruled(old.site, old.compiled)}
    for each in overruled(new.site, new.compiled):
        if each.relay not in before:
            others = " and ".join([*(["people"] if each.people else []), *(f"schedule {s}" for s in each.schedules)])
            yield f"relay {each.relay}: {each.program} takes it over from {others} while it runs"


def _tasks(old: ReadySet, new: ReadySet) -> Iterator[str]:
    def runs(plan: ReadySet) -> Mapping[str, str]:
        return {program: task.name for task in plan.plan.tasks for program in task.programs}

    before, after = runs(old), runs(new)
    for name, task in after.items():
        if before.get(name) != task:
            yield f"{name} runs in task {task}"
    for name in before.keys() - after.keys():
        yield f"{name} runs in no task any more"


def _state(old: Compiled, new: Compiled) -> Iterator[str]:
    """What of the changed programs' memory goes on, and what begins anew."""
    for name, program in new.programs.items():
        was = old.programs.get(name)
        if was is None or was.source_hash == program.source_hash:
            continue
        fresh, gone = list(_fresh(was.area, program.area)), list(_fresh(program.area, was.area))
        lost = [path for path in gone if path not in fresh]
        if fresh:
            yield f"{name}: {_named(fresh)} start anew"
        if lost:
            yield f"{name}: {_named(lost)} are forgotten"
        if not fresh and not lost:
            yield f"{name} keeps all its state: timers, latches, retained values"


def _fresh(old: object, new: object, path: str = "") -> Iterator[str]:
    """The variables of ``new`` that take nothing over from ``old``."""
    if not isinstance(old, Struct) or not isinstance(new, Struct):
        yield path
        return
    for field in new.fields:
        was = old.field(field.name)
        below = f"{path}.{field.name}" if path else field.name
        if was is None:
            yield below
        elif not same_layout(was.type, field.type):
            yield from _fresh(was.type, field.type, below)


def _tokens(text: str) -> list[Token]:
    return [token for token in scan(text, tables().keywords, Problems("")) if token.kind != "END"]


def _key(token: Token) -> str:
    return token.text.upper()


def _name_before(tokens: Sequence[Token], at: int) -> str:
    """What the stretch is given to (``NAME :=``), else the last name before it."""
    last = "text"
    for place in range(at - 1, max(0, at - STATEMENT_MOST), -1):
        if tokens[place].kind == ";":
            break
        if tokens[place].kind == ":=" and tokens[place - 1].kind == "NAME":
            return tokens[place - 1].text
        if tokens[place].kind == "NAME" and last == "text":
            last = tokens[place].text
    return last


def _flat(text: str) -> str:
    return " ".join(text.split())


def _named(names: Iterator[str] | Sequence[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - NAMED_MOST} more" if len(listed) > NAMED_MOST else ""
    return ", ".join(listed[:NAMED_MOST]) + more
