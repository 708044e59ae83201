"""Strict YAML for plant.yaml: every problem at once, each with its file, line and cure.

A `Section` is one mapping of the file. Its methods read a key or note a problem and go on with a harmless value;
`close` reports the keys that do not belong there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

UNITS: dict[str, dict[str, float]] = {
    "time": {"ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3600.0},
    "temperature": {"degC": 1.0},
    "cell voltage": {"V/cell": 1.0},
    "voltage": {"V": 1.0, "mV": 1e-3},
    "current": {"A": 1.0, "mA": 1e-3},
    "power": {"W": 1.0, "kW": 1e3},
    "cooling": {"W/K": 1.0},
    "temperature difference": {"K": 1.0},
    "share": {"%": 0.01},
}
_QUANTITY = re.compile(r"^\s*(-?[0-9]+(?:\.[0-9]+)?)\s*(\S+)\s*$")
_UNITS_RANGE = re.compile(r"^([0-9]+)-([0-9]+)$")


class TruthError(ValueError):
    """plant.yaml cannot be used; the message holds all its problems, one a line."""


class Problems:
    """The problems of one file, collected."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[str] = []

    def note(self, node: yaml.Node | None, what: str) -> None:
        place = f":{node.start_mark.line + 1}:{node.start_mark.column + 1}" if node is not None else ""
        self.found.append(f"{self.path}{place}: {what}")

    def raise_if_any(self) -> None:
        if self.found:
            raise TruthError("\n".join(self.found))


class Section:
    """A mapping of the file and what has been taken from it."""

    def __init__(self, problems: Problems, name: str, node: yaml.Node | None) -> None:
        self.problems = problems
        self.name = name
        self.node = node
        self.values: dict[str, yaml.Node] = {}
        if isinstance(node, yaml.MappingNode):
            self._index(node)
        elif node is not None:
            problems.note(node, f"{name} is not a mapping; write `key: value` pairs under it")

    def _index(self, node: yaml.MappingNode) -> None:
        for key, value in node.value:
            text = str(key.value)
            if text in self.values:
                self.problems.note(key, f"{text!r} stands twice in {self.name}; keep one")
            self.values[text] = value

    def problem(self, key: str, what: str) -> None:
        self.problems.note(self.values.get(key, self.node), f"{self.name}: {what}")

    def has(self, key: str) -> bool:
        return key in self.values

    def close(self, known: set[str]) -> None:
        """Report keys outside `known`, with the nearest known one."""
        for key, node in self.values.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                cure = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
                self.problems.note(node, f"{self.name} has no key {key!r}; {cure}")

    def text(self, key: str, default: str | None = None) -> str:
        node = self.values.get(key)
        if node is None:
            if default is None:
                self.problem(key, f"{key} is missing; write `{key}: ...`")
                return ""
            return default
        if not isinstance(node, yaml.ScalarNode):
            self.problem(key, f"{key} holds a list or mapping; write one value")
            return ""
        return str(node.value)

    def one_of(self, key: str, allowed: list[str], default: str | None = None) -> str:
        """One of `allowed`, which may be empty when nothing is."""
        value = self.text(key, default)
        if value and value not in allowed:
            near = difflib.get_close_matches(value, allowed, 1)
            cure = f"did you mean {near[0]!r}?" if near else f"write one of {', '.join(allowed)}"
            self.problem(key, f"{key} is {value!r}; {cure}")
            return allowed[0] if allowed else ""
        return value

    def integer(self, key: str, least: int, most: int, default: int | None = None) -> int:
        text = self.text(key, None if default is None else str(default))
        if re.fullmatch(r"-?(0|[1-9][0-9]{0,11})", text) and least <= int(text) <= most:
            return int(text)
        if text:
            self.problem(key, f"{key} is {text!r}; write a whole number from {least} to {most}")
        return least

    def number(self, key: str, least: float, most: float, default: float | None = None) -> float:
        text = self.text(key, None if default is None else str(default))
        return self._bounded(key, text, least, most, 1.0, "a number")

    def quantity(self, key: str, kind: str, least: float, most: float, default: str | None = None) -> float:
        """A number with its unit, in the kind's first unit that has factor 1 (s, degC, V/cell, A, W ...)."""
        text = self.text(key, default)
        found = _QUANTITY.match(text)
        units = UNITS[kind]
        if text and (found is None or found[2] not in units):
            self.problem(key, f"{key} is {text!r}; write a {kind} in {' or '.join(units)}")
            return least
        if found is None:
            return least
        return self._bounded(key, found[1], least, most, units[found[2]], f"a {kind}")

    def _bounded(self, key: str, text: str, least: float, most: float, factor: float, what: str) -> float:
        try:
            value = float(text) * factor
        except ValueError:
            if text:
                self.problem(key, f"{key} is {text!r}; write {what}")
            return least
        if not least <= value <= most:
            self.problem(key, f"{key} is {value:g}; write {what} from {least:g} to {most:g}")
            return least
        return value

    def units(self, key: str) -> range:
        """`35-68` as the range of these units."""
        text = self.text(key)
        found = _UNITS_RANGE.match(text)
        if found and 1 <= int(found[1]) <= int(found[2]) <= 247:
            return range(int(found[1]), int(found[2]) + 1)
        if text:
            self.problem(key, f"{key} is {text!r}; write FIRST-LAST within 1-247")
        return range(0)

    def section(self, key: str) -> Section:
        if key not in self.values:
            self.problem(key, f"{key} is missing; write `{key}:` with what belongs under it")
        return Section(self.problems, f"{self.name}.{key}" if self.name != "plant.yaml" else key, self.values.get(key))

    def sections(self, key: str) -> Iterator[tuple[str, Section]]:
        """The named entries of a mapping of mappings; none when the key is not there."""
        group = Section(self.problems, key, self.values.get(key))
        for name, node in group.values.items():
            yield name, Section(self.problems, f"{key} {name}", node)

    def items(self, key: str) -> Iterator[Section]:
        """The entries of a list of mappings; none when the key is not there."""
        node = self.values.get(key)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self.problem(key, f"{key} is not a list; write `- ...` entries")
            return
        for number, item in enumerate(node.value, 1):
            yield Section(self.problems, f"{self.name} {key} {number}", item)


def open_file(path: Path) -> Section:
    """The whole file as a section. Raises TruthError when there is none or it is not YAML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise TruthError(
            f"{path}: cannot be read ({exc}); a simulated site has a plant.yaml beside its site.yaml"
        ) from exc
    try:
        loader: Any = yaml.SafeLoader(text)
        node = loader.get_single_node()
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        reason = getattr(exc, "problem", None) or "it breaks off"
        raise TruthError(f"{path}{place}: not YAML: {reason}; correct that line") from exc
    if node is None:
        raise TruthError(f"{path}: is empty; docs/devices/plant.md shows what belongs in it")
    return Section(Problems(path), "plant.yaml", node)
