"""Whether what was compiled fits its site, which only the compiled set can tell.

site, CONFIGURATION + Compiled --check_fit--> Y013, Y020 (tasks), Y038 (relays with two masters)
"""

from __future__ import annotations

from pathlib import Path

from plc.core.diagnostic import Diagnostic
from plc.core.site import Site
from plc.lang import ast
from plc.lang.program import Compiled
from plc.store.masters import check_masters
from plc.store.site_tasks import check_tasks


def check_fit(
    folder: Path, site: Site, configuration: ast.Configuration | None, compiled: Compiled
) -> list[Diagnostic]:
    """Nothing of a set with errors, which has no programs and no tasks. ``configuration`` is the one compiled."""
    if any(diagnostic.is_error for diagnostic in compiled.diagnostics):
        return []
    found = check_tasks(site, configuration, compiled.tasks) if configuration is not None else []
    return found + check_masters(folder, site, compiled)
