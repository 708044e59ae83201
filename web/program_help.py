"""What helps while a program is typed: what may stand at a place, and what names hold in the running set.

POST /api/programs/NAME/help {wanted, text, others, line, column}          POST /api/values {pou, paths}
"""

from __future__ import annotations

import threading

import msgspec
from flask import Blueprint, Response, abort, current_app

from plc.checking import CheckError
from plc.core.checked import CheckRequest, Help, HelpRequest
from plc.engine.manifest import Manifest, ManifestError
from plc.engine.shared import SharedMemoryError
from plc.store.running_view import RunningView
from plc.store.symbols import LineValues
from web.answers import asked, json
from web.programs import checked_texts
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


class Place(msgspec.Struct):
    """A place in a text as it is typed; lines and columns count characters from 1."""

    wanted: Help
    text: str
    others: list[str] = []
    line: int = 1
    column: int = 1


class Names:
    """The names of one set, and a view of its image."""

    def __init__(self, controller: Running, set_hash: str) -> None:
        """Raises OSError and ManifestError."""
        self.manifest = Manifest.from_json((controller.run.set(set_hash) / "manifest.json").read_bytes())
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


@program_help.post("/api/programs/<name>/help")
def typing(name: str) -> Response:
    """What the compiler knows at a place: Suggestions, Told, Signature or Formatted, null for nothing; 422 where the
    text takes too long, 503 where this machine is too busy."""
    what, bench = asked(Place), workbench()
    within = CheckRequest(str(bench.site), name, bench.armed(), checked_texts(name, what.text, what.others))
    try:
        return json(bench.checker.help(HelpRequest(within, what.wanted, what.line, what.column)))
    except CheckError as exc:
        abort(503 if exc.again else 422, str(exc))


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
