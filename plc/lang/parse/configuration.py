"""Makes the syntax tree of configurations, as declarations.py does of units."""

from __future__ import annotations

from plc.lang import ast
from plc.lang.parse.tokens import Token
from plc.lang.parse.tree import Items, Statements

_SETTINGS = ("INTERVAL", "SINGLE", "PRIORITY")


class Configurations(Statements):
    """CONFIGURATION, RESOURCE, TASK, PROGRAM ... WITH, VAR_CONFIG."""

    def configuration(self, items: Items) -> ast.Configuration:
        attributes, start, name, parts, end = items
        for attribute in attributes:
            what = "an attribute stands before CONFIGURATION, where it describes nothing"
            self.problems.report("P021", attribute.span, what, "write it before a PROGRAM or a variable")
        resources = [part for part in parts if isinstance(part, ast.Resource)]
        configured = [line for part in parts if isinstance(part, list) for line in part]
        blocks = tuple(part for part in parts if isinstance(part, ast.VariableBlock))
        tasks = tuple(part for part in parts if isinstance(part, ast.Task))
        programs = tuple(part for part in parts if isinstance(part, ast.ProgramInstance))
        span = self.span(start, end)
        if tasks or programs:
            resources.insert(0, ast.Resource("", "", (), tasks, programs, span))
        return ast.Configuration(name.text, blocks, tuple(resources), tuple(configured), span)

    def resource(self, items: Items) -> ast.Resource:
        start, name, on, kind, parts, end = items
        self._word(on, "ON")
        blocks = tuple(part for part in parts if isinstance(part, ast.VariableBlock))
        tasks = tuple(part for part in parts if isinstance(part, ast.Task))
        programs = tuple(part for part in parts if isinstance(part, ast.ProgramInstance))
        return ast.Resource(name.text, kind.text, blocks, tasks, programs, self.span(start, end))

    def _word(self, token: Token, wanted: str) -> None:
        if token.text.upper() != wanted:
            self.problems.report("P024", token, f"{token.text} stands where {wanted} belongs", f"write {wanted}")

    def task(self, items: Items) -> ast.Task:
        start, name, _, settings, end, _ = items
        given: dict[str, ast.Expression] = {}
        for setting in settings:
            key = (setting.name or "").upper()
            if key not in _SETTINGS or setting.output or key in given:
                what = f"{self.quote(setting.span)} is no setting of a task" if key not in given else f"{key} twice"
                cure = "write (INTERVAL := T#100ms, PRIORITY := 1), or SINGLE := and a variable"
                self.problems.report("P024", setting.span, what, cure)
                continue
            given[key] = setting.value
        interval, single, priority = (given.get(key) for key in _SETTINGS)
        return ast.Task(name.text, interval, single, priority, self.span(start, end))

    def in_task(self, items: Items) -> str:
        self._word(items[0], "WITH")
        task: str = items[1].text
        return task

    def program_instance(self, items: Items) -> ast.ProgramInstance:
        start, name, task, _, type_name = items[:5]
        arguments = tuple(items[6]) if len(items) == 9 else ()
        return ast.ProgramInstance(name.text, task, type_name.text, self.span(start, items[-2]), arguments)

    def configured_variable(self, items: Items) -> ast.ConfiguredVariable:
        path, address, _, type_text, initial, _ = items
        at = None if address is None else address.text
        last = (initial or type_text).span
        names = tuple(token.text for token in path)
        return ast.ConfiguredVariable(names, at, type_text, initial, self.span(path[0], last))
