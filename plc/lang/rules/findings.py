"""What the rules look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plc.core.diagnostic import Span
from plc.lang.check.lower import Lowered


@dataclass(frozen=True, slots=True)
class Writer:
    """A program instance that writes a plant output, and where it first does."""

    instance: str
    tag: str
    span: Span


@dataclass(frozen=True, slots=True)
class Findings:
    """``units``: those of the user and the plant; ``everything``: with the library's, both by upper-case name."""

    units: Mapping[str, Lowered]
    everything: Mapping[str, Lowered]
    writers: Sequence[Writer]
