"""Loading a compiled set from RUN_DIR: checked against its manifest, bound as native code, never from disk."""

from __future__ import annotations

import msgspec

from plc.core.arming import Arming
from plc.core.run_paths import RunPaths
from plc.engine.area import Area
from plc.engine.assemble import load_objects
from plc.engine.loaded import LoadedSet
from plc.engine.manifest import Manifest, ManifestError
from plc.processes.plan_file import PlanError, read_plan


def load_set(run: RunPaths, set_hash: str, site: Area | None = None) -> LoadedSet:
    """A compiled set ready to run; ``site`` is the running SITE a further set goes on with. Raises ManifestError."""
    if not set_hash.isalnum():
        raise ManifestError(f"'{set_hash[:40]}' is no set_hash; prepare the set and use the hash that gives")
    folder = run.set(set_hash)

    def read(name: str) -> bytes:
        return (folder / name).read_bytes()

    try:
        manifest = Manifest.from_json(read("manifest.json"))
        if manifest.set_hash != set_hash:
            raise ManifestError(f"{folder} holds set {manifest.set_hash[:12]}; compile the set again")
        return load_objects(manifest, read_plan(folder / "plan.json"), read, site)
    except (OSError, RuntimeError, PlanError) as exc:
        raise ManifestError(f"set {set_hash[:12]} cannot be loaded ({exc}); compile it again") from exc


def read_arming(run: RunPaths, set_hash: str) -> Arming:
    """Who armed that set; nobody where nothing says so."""
    try:
        arming = msgspec.json.decode(run.arming.read_bytes(), type=Arming)
    except (OSError, msgspec.DecodeError):
        return Arming(set_hash)
    return arming if arming.set_hash == set_hash else Arming(set_hash)
