"""What stands behind the programs' pages: drafts, the texts that are armed, and who checks and tries them.

SITE/programs, shipped ones, armed here --Workbench--> ProgramText, with its draft
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from flask import abort, current_app

from plc.checking import Checker
from plc.core.arming import Arming
from plc.store.drafts import Draft, DraftError, Drafts
from plc.store.resolve import SHIPPED_BLOCKS, program_file, program_files, program_text, shipped_blocks
from plc.store.sets import ArmedSets
from plc.tryout.client import Tryout
from web.running import Running, running

EXTENSION = "cellkeeper-workbench"
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class ProgramText:
    """A program file as it is armed. ``origin`` is armed here, site, shipped, block (a shipped one) or new: no armed
    text. ``digest`` is the text's SHA-256, empty for a new one."""

    name: str
    origin: str
    text: str
    digest: str


class Workbench:
    """The program texts of one controller."""

    def __init__(self, controller: Running) -> None:
        self._controller = controller
        self.site = controller.site
        self.sets = ArmedSets(controller.state)
        self.drafts = Drafts(controller.state.drafts)
        self.checker, self.tryout = Checker(), Tryout()

    def engine(self) -> dict[str, Any] | None:
        """The engine's status as plain JSON, None if it never ran."""
        told = self._controller.view.engine()
        return told["engine"] if told else None

    def set_hash(self) -> str:
        """The set that runs; before the engine's first word the one it starts with."""
        engine = self.engine()
        if engine is not None:
            return str(engine["set_hash"])
        armed = self.sets.armed() or Arming()
        return armed.set_hash

    def armed(self) -> dict[str, str]:
        """The texts that run in place of the site folder's."""
        return self.sets.texts(self.set_hash())

    def text(self, name: str, armed: dict[str, str] | None = None) -> ProgramText:
        """A program file's armed text."""
        known = self.armed() if armed is None else armed
        if name in known:
            return _text(name, "armed here", known[name])
        path = program_file(self.site, name)
        if path is None:
            return ProgramText(name, "new", "", "")
        return _text(name, _origin(path, self.site), program_text(self.site, name) or "")

    def names(self) -> list[str]:
        """Every program file there is: the site's, those its tasks name, shipped blocks, armed ones, drafts."""
        own = [path.stem for path in program_files(self.site / "programs")]
        named = [name for task in self._controller.plan.tasks for name in task.programs]
        named = [name for name in named if program_file(self.site, name) is not None]
        drafts = [draft.name for draft in self.drafts.all()]
        blocks = [path.stem for path in shipped_blocks()]
        return list(dict.fromkeys([*named, *own, *sorted(self.armed()), *drafts, *blocks]))

    def draft(self, name: str) -> Draft | None:
        """400 for a name that cannot be one."""
        try:
            return self.drafts.get(name)
        except DraftError as exc:
            abort(400, str(exc))

    def together(self, name: str, text: str, others: Iterable[str]) -> dict[str, str]:
        """A text with the drafts of other files that go with it; 400 for one that is not there."""
        texts = {}
        for other in others:
            draft = self.draft(other)
            if draft is None:
                abort(400, f"there is no draft of {other[:64]}; leave it out")
            texts[other] = draft.text
        return {**texts, name: text}

    def drop_armed_drafts(self) -> None:
        """Drafts that now run are none any more."""
        armed = self.armed()
        for draft in self.drafts.all():
            if self.text(draft.name, armed).text == draft.text:
                self.drafts.give_up(draft.name, draft.version)


def workbench() -> Workbench:
    """The workbench of the controller this application serves."""
    with _making:
        if EXTENSION not in current_app.extensions:
            current_app.extensions[EXTENSION] = Workbench(running())
    return cast("Workbench", current_app.extensions[EXTENSION])


def _origin(path: Path, site: Path) -> str:
    if site in path.parents:
        return "site"
    return "block" if SHIPPED_BLOCKS in path.parents else "shipped"


def _text(name: str, origin: str, text: str) -> ProgramText:
    return ProgramText(name, origin, text, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())
