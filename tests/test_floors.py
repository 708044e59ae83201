"""Imports go only down the floors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FLOORS = {
    "plc.core": 0,
    "plc.lang": 1,
    "plc.engine": 2,
    "plc.store": 3,
    "plc.station": 3,
    "plc.exchange": 3,
    "drivers": 3,
    "plc.servers": 4,
    "plc.commands": 4,
    "plc.checking": 4,
    "plc.tryout": 4,
    "plc.why": 4,
    "web": 5,
    "plc": 5,
}
"""The floor of each package; a file of one stands on it and may import what lies below, or its own package."""

LANG_FLOORS = (
    "source types ast address dates collector",
    "ir parse print walk",
    "format runner script text_edits program_text echoes undeclared",
    "reference native program",
    "check",
    "rules link problem_pages",
    "compile",
    "meaning pages",
)
"""The floors inside plc.lang, from the ground: what stands on one imports only from those below it."""


def place(module: str) -> tuple[str, int] | None:
    """The longest package of FLOORS that holds the module, with its floor; None for what is not ours."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in FLOORS:
            return name, FLOORS[name]
    return None


def modules(top: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / top).rglob("*.py")):
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield dotted.removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield node.module or ""


def climbs(importer: str, imported: str) -> bool:
    here, there = place(importer), place(imported)
    if here is None or there is None or here[0] == there[0]:
        return False
    return there[1] >= here[1]


def lang_floor(module: str) -> tuple[str, int] | None:
    """The file or folder of plc.lang that holds a module, with its floor; None for what is no part of one."""
    parts = module.split(".")
    if parts[:2] != ["plc", "lang"] or len(parts) < 3:
        return None
    return parts[2], next(level for level, names in enumerate(LANG_FLOORS) if parts[2] in names.split())


def climbs_in_lang(importer: str, imported: str) -> bool:
    here, there = lang_floor(importer), lang_floor(imported)
    return here is not None and there is not None and here[0] != there[0] and there[1] >= here[1]


@pytest.mark.parametrize(
    ("importer", "imported"), [("plc.core.plan", "plc.lang.ir"), ("drivers.serve", "plc.store.plan")]
)
def test_an_import_that_climbs_is_seen(importer: str, imported: str) -> None:
    assert climbs(importer, imported)


def test_every_import_goes_down_the_floors() -> None:
    climbing = [
        f"{importer} imports {imported}"
        for top in ("plc", "drivers", "web")
        for importer, path in modules(top)
        for imported in imports(path)
        if climbs(importer, imported)
    ]
    assert climbing == []


def test_an_import_that_climbs_inside_the_language_is_seen() -> None:
    assert climbs_in_lang("plc.lang.parse.tree", "plc.lang.check.world")
    assert not climbs_in_lang("plc.lang.check.world", "plc.lang.check.scope")


def test_every_import_goes_down_the_floors_of_the_language() -> None:
    paths = dict(modules("plc"))
    climbing = [
        f"{importer} imports {imported}"
        for importer, path in paths.items()
        for imported in sorted(files_needed(path, paths))
        if climbs_in_lang(importer, imported)
    ]
    assert climbing == []


def test_the_simulator_knows_nothing_above_core() -> None:
    foreign = [
        f"{importer} imports {imported}"
        for importer, path in modules("simulator")
        for imported in imports(path)
        if imported.split(".")[0] in {"plc", "drivers", "web"} and not imported.startswith("plc.core")
    ]
    assert foreign == []


def files_needed(path: Path, files: dict[str, Path]) -> set[str]:
    """The files among ``files`` that one imports from; of a package only the file meant, not its front."""
    imported = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    named = [(node.module or "", f"{node.module}.{alias.name}") for node in imported for alias in node.names]
    return {inner if inner in files else outer for outer, inner in named} & files.keys()


def circle(of: dict[str, set[str]]) -> list[str]:
    """Names that need each other in turn, the first once more at the end; empty where there are none."""
    try:
        TopologicalSorter(of).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_a_circle_is_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) in (["b", "c", "b"], ["c", "b", "c"])


def test_no_two_files_need_each_other_not_even_for_their_types() -> None:
    paths = dict(each for top in ("plc", "drivers", "simulator", "web") for each in modules(top))
    assert circle({name: files_needed(path, paths) for name, path in paths.items()}) == []
