"""What helps while a program is typed: the names it may use, and what they hold in the running set.

GET /api/symbols          POST /api/values {pou, paths}
"""

from __future__ import annotations

import threading

import msgspec
from flask import Blueprint, Response, abort, current_app

from plc.engine.manifest import Manifest, ManifestError
from plc.engine.shared import SharedMemoryError
from plc.store.running_view import RunningView
from plc.store.symbols import LineValues, symbols
from web.answers import asked, json
from web.running import Running, running
from web.workbench import workbench

program_help = Blueprint("program_help", __name__)

PATHS_MOST = 200
PATH_LONGEST = 200
EXTENSION = "cellkeeper-names"
_one_at_a_time = threading.Lock()


class Asked(msgspec.Struct):
    """Names as they stand in a PROGRAM or FUNCTION_BLOCK, which may be empty: tags of the plant alone."""

    pou: str
    paths: list[str]


class Names:
    """The names of one set, and a view of its image."""

    def __init__(self, controller: Running, set_hash: str) -> None:
        """Raises OSError and ManifestError."""
        self.manifest = Manifest.from_json((controller.run.set(set_hash) / "manifest.json").read_bytes())
        self.symbols = symbols(self.manifest)
        self.view = RunningView(controller.run)
        self._lines: LineValues | None = None

    def values(self, pou: str, paths: list[str]) -> dict[str, tuple[str, ...]]:
        """Raises SharedMemoryError."""
        image = self.view.image()
        if image.set_hash != self.manifest.set_hash:
            raise SharedMemoryError("the set is being changed; read again")
        if self._lines is None or self._lines.image is not image:
            self._lines = LineValues(image, self.manifest)
        return self._lines.of(pou, paths)


@program_help.get("/api/symbols")
def all_symbols() -> Response:
    """Every tag, and the members of every type, of the running set."""
    with _one_at_a_time:
        return json(_names().symbols)


@program_help.post("/api/values")
def values() -> Response:
    """{"set_hash", "values": {path: [text, ...]}}, all of one scan."""
    what = asked(Asked)
    if len(what.paths) > PATHS_MOST or any(len(path) > PATH_LONGEST for path in what.paths):
        abort(400, f"ask for at most {PATHS_MOST} names of at most {PATH_LONGEST} letters")
    with _one_at_a_time:
        names = _names()
        try:
            return json({"set_hash": names.manifest.set_hash, "values": names.values(what.pou, what.paths)})
        except SharedMemoryError as exc:
            abort(503, str(exc))


def _names() -> Names:
    known: Names | None = current_app.extensions.get(EXTENSION)
    set_hash = workbench().set_hash()
    if known is None or known.manifest.set_hash != set_hash:
        try:
            known = Names(running(), set_hash)
        except (OSError, ManifestError) as exc:
            abort(503, f"the names of set {set_hash[:12]} are not there ({exc}); try again in a moment")
        current_app.extensions[EXTENSION] = known
    return known
