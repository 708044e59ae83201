"""A copy of the example site with some of its text exchanged."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.whole.pure_site import EXAMPLE

PROGRAMS = Path(__file__).parents[2] / "programs"


def copied(to: Path, *changes: tuple[str, str], programs: dict[str, str] | None = None) -> Path:
    """The example under ``to``, its site.yaml with ``changes`` made one after another, and more ``programs`` by name,
    which come before the shipped ones. Raises ValueError for a text that is not there."""
    site = to / "site"
    shutil.copytree(EXAMPLE, site)
    text = (site / "site.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        text = exchanged(text, old, new)
    (site / "site.yaml").write_text(text, encoding="utf-8")
    for name, source in (programs or {}).items():
        (site / "programs" / f"{name}.st").write_text(source, encoding="utf-8")
    return site


def shipped(program: str, *changes: tuple[str, str]) -> str:
    """A shipped program's text with ``changes`` made. Raises ValueError for a text that is not there."""
    text = (PROGRAMS / f"{program}.st").read_text(encoding="utf-8")
    for old, new in changes:
        text = exchanged(text, old, new)
    return text


def exchanged(text: str, old: str, new: str) -> str:
    if old not in text:
        raise ValueError(f"there is no {old!r} to exchange")
    return text.replace(old, new)
