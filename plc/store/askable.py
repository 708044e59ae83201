"""What of the running controller may be asked for: inputs of its programs, states of its relays."""

from __future__ import annotations

from plc.core.plan import Plan
from plc.core.run_paths import RunPaths
from plc.engine.manifest import Manifest, ManifestError, ProgramFacts, read_types
from plc.lang.types import BOOL, Role, Struct, Type


def askable(run: RunPaths, plan: Plan) -> tuple[dict[str, frozenset[str]], dict[str, tuple[str, ...]]]:
    """(each program's BOOL inputs in upper case, each relay's states that people may ask); no programs where the armed
    set cannot be read."""
    relays = {relay.name: relay.people for relay in plan.relays if not relay.breaker}
    try:
        text = (run.set(run.armed.read_text().strip()) / "manifest.json").read_bytes()
        manifest = Manifest.from_json(text)
    except (OSError, ManifestError):
        return {}, relays
    types = read_types(manifest.types)
    return {facts.instance: _inputs(facts, types) for facts in manifest.programs if not facts.system}, relays


def _inputs(facts: ProgramFacts, types: list[Type]) -> frozenset[str]:
    area = types[facts.area]
    fields = area.fields if isinstance(area, Struct) else ()
    return frozenset(field.name.upper() for field in fields if field.role is Role.INPUT and field.type == BOOL)
