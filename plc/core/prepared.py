"""What the compiler answers when it is asked to prepare a site."""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.core.diagnostic import Diagnostic

REQUEST_MAX = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PrepareRequest:
    """``site`` is the absolute path of a site folder. ``texts``, by program file without `.st`, stand in place of its
    files; they come on top of those armed with set ``base``, or with the armed set where ``base`` is empty.

    Where ``base`` is the set that runs, texts that leave it as it is, such as changed TESTs, are armed at once, by
    ``who`` for ``reason``: there is nothing to swap. Without ``who`` they are not."""

    site: str
    texts: dict[str, str] = field(default_factory=dict)
    base: str = ""
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """``set_hash`` names the set a SWAP may take; empty when ``diagnostics`` has an error. ``armed``: it runs already,
    and the texts are armed with it."""

    set_hash: str
    diagnostics: tuple[Diagnostic, ...]
    armed: bool = False
