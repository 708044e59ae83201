"""What a name holds now, where a controller of the site runs."""

from __future__ import annotations

from pathlib import Path

from plc.engine.manifest import Manifest, ManifestError
from plc.engine.shared import SharedMemoryError
from plc.store.running import NotRunning, find_running, state_base
from plc.store.running_view import RunningView
from plc.store.symbols import LineValues


def now(site: Path | None, pou: str, path: str, state: Path | None = None) -> tuple[str, ...]:
    """The values of a path as written in a unit, one for each instance or element; empty where nothing runs or nothing
    of that name is known. ``state`` is the controller's state directory where it is not the usual one."""
    if site is None or not path:
        return ()
    try:
        run = find_running(state or state_base() / site.resolve().name)
        view = RunningView(run)
        engine = view.engine()
        if engine is None:
            return ()
        manifest = Manifest.from_json((run.set(engine["engine"]["set_hash"]) / "manifest.json").read_bytes())
        lines = LineValues(view.image(), manifest)
        found = lines.of(pou, [path]) or lines.of(pou, [f"{path}.Value"])
    except (NotRunning, SharedMemoryError, ManifestError, OSError):
        return ()
    return next(iter(found.values()), ())
