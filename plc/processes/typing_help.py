"""Help with a text that is being typed, in the checker process: the same knowledge that `plc lsp` gives editors.

HelpRequest --> the site with that text in it --Study--> Suggestions | Told | Signature | Formatted
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePath

from plc.core.checked import CheckRequest, Help, HelpRequest
from plc.lang.format.form import Formatted, format_source
from plc.lang.meaning.complete import complete
from plc.lang.meaning.names import Told, told
from plc.lang.meaning.signature import Signature, signature
from plc.lang.meaning.study import Study
from plc.lang.meaning.suggestion import Suggestions
from plc.lang.source import Source
from plc.store.declarations import PLANT_PATH, plant_text
from plc.store.site_file import read_site
from plc.store.site_tasks import site_tasks

SUGGESTIONS_MOST = 400

Answer = Suggestions | Told | Signature | Formatted | None


class TypingHelp:
    """Answers requests; remembers the set it answered for last."""

    def __init__(self) -> None:
        self._known: tuple[CheckRequest, Study] | None = None

    def answer(self, request: HelpRequest) -> Answer:
        """None where there is nothing to tell."""
        within = request.within
        if request.wanted is Help.FORMAT:
            return format_source(Source(within.name, within.texts.get(within.name, "")))
        study = self._study(within)
        path = next((s.path for unit in study.units if PurePath((s := unit.source).path).stem == within.name), "")
        place = request.line, request.column
        match request.wanted:
            case Help.HOVER:
                return told(study, path, place)
            case Help.SIGNATURE:
                return signature(study, path, place)
            case _:
                found = complete(study, path, place)
                return replace(found, items=found.items[:SUGGESTIONS_MOST])

    def _study(self, within: CheckRequest) -> Study:
        if self._known is None or self._known[0] != within:
            self._known = within, _study(within)
        return self._known[1]


def _study(within: CheckRequest) -> Study:
    folder = Path(within.site)
    site = read_site(folder).site
    if site is None:
        return Study([Source(f"{name}.st", text) for name, text in within.texts.items()], None)
    runs = site_tasks(folder, site, {**within.armed, **within.texts})
    return Study(runs.sources, Source(PLANT_PATH, plant_text(site)))
