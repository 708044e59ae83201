"""What the compiler answers when it is asked to prepare a site."""

from __future__ import annotations

from dataclasses import dataclass

from plc.core.diagnostic import Diagnostic

REQUEST_MAX = 64 * 1024


@dataclass(frozen=True, slots=True)
class PrepareRequest:
    """``site`` is the absolute path of a site folder."""

    site: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """``set_hash`` names the set a SWAP may take; empty when ``diagnostics`` has an error."""

    set_hash: str
    diagnostics: tuple[Diagnostic, ...]
