"""What is asked of the checker, and what it answers: one JSON line each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plc.core.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """``texts``, by program file without `.st`, stand over the ``armed`` ones, which stand over the site folder's.
    ``name`` is the one of them that is being typed."""

    site: str
    name: str
    armed: dict[str, str]
    texts: dict[str, str]


class Help(StrEnum):
    """What may be asked at a place of a text that is being typed."""

    COMPLETION = "completion"
    HOVER = "hover"
    SIGNATURE = "signature"
    FORMAT = "format"


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """``within`` is the set as for a check; ``line`` and ``column`` count characters from 1."""

    within: CheckRequest
    wanted: Help
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """One line to the checker: one of the two."""

    check: CheckRequest | None = None
    help: HelpRequest | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """``diagnostics`` are those of the text being typed, ``elsewhere`` those it causes in others. ``changes`` are in
    plant words, and there only without an error."""

    diagnostics: tuple[Diagnostic, ...]
    elsewhere: tuple[Diagnostic, ...]
    changes: tuple[str, ...]
    took_ms: float
