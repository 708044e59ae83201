"""A text a person wrote, and the name it goes by in messages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Source:
    """One text of Structured Text. ``path`` is only a name here: nothing is read from it."""

    path: str
    text: str


def read_source(path: Path) -> Source:
    """The text of a file. Bytes that are no UTF-8 stay in it as surrogates, which ``parse`` reports in their place.

    Raises OSError where the file cannot be read.
    """
    return Source(str(path), path.read_bytes().decode("utf-8", "surrogateescape"))
