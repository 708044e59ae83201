"""The sources of a compilation, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from plc.lang import ast
from plc.lang.source import Source


class Origin(StrEnum):
    """Where a source comes from: it decides what it may write."""

    LIBRARY = "library"
    PLANT = "plant"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Unit:
    """One source, parsed."""

    source: Source
    origin: Origin
    file: ast.File
