"""A pytest plugin for the mutants: which test runs which line, and a run of chosen tests in a chosen order.

REACHED=folder pytest -p tests.lang.reached    lines by test in folder/lines, its seconds in folder/seconds.json
CHOSEN=file pytest -p tests.lang.reached       only the tests the file names, in its order
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import coverage
import pytest

AT_IMPORT = ""
"""The name under which lines stand that run while modules are imported, before any test."""


class Reached:
    """Notes the lines each test runs in the files that are mutated, and how long it takes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seconds: dict[str, float] = {}
        self.red: set[str] = set()
        files = json.loads((folder / "files.json").read_text())
        self.lines = coverage.Coverage(data_file=str(folder / "lines"), include=files, config_file=False)
        self.lines.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.lines.switch_context(item.nodeid)
        began = time.perf_counter()
        yield
        self.seconds[item.nodeid] = time.perf_counter() - began
        self.lines.switch_context(AT_IMPORT)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.red.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        self.lines.stop()
        self.lines.save()
        green = {test: seconds for test, seconds in self.seconds.items() if test not in self.red}
        (self.folder / "seconds.json").write_text(json.dumps(green))


class Chosen:
    """Keeps the tests that are named, in the order they are named in."""

    def __init__(self, names: list[str]) -> None:
        self.places = {name: place for place, name in enumerate(names)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.places), key=lambda item: self.places[item.nodeid])


def pytest_configure(config: pytest.Config) -> None:
    if folder := os.environ.get("REACHED"):
        config.pluginmanager.register(Reached(Path(folder)))
    if file := os.environ.get("CHOSEN"):
        config.pluginmanager.register(Chosen(json.loads(Path(file).read_text())))
