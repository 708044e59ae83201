"""The page of each problem: what it means, an example wrong and right, the cure, and why it matters.

docs/problems/S014.md --read--> Page --> a terminal, the web page
"""

from __future__ import annotations

import difflib
import re
import textwrap
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from plc.lang.check.codes import CODES

_HERE = Path(__file__).parent
_FOLDERS = (_HERE / "problem_pages", _HERE.parents[1] / "docs" / "problems")  # in a wheel; among the sources
_SHAPE = re.compile(
    r"# (?P<code>\w+): (?P<title>[^\n]+)\n\n(?P<meaning>[^`]+?)\n\n"
    r"```st wrong\n(?P<wrong>.+?)\n```\n\n```st right\n(?P<right>.+?)\n```\n\n"
    r"\*\*Cure\.\*\* (?P<cure>[^\n]+)\n\n\*\*Why it matters\.\*\* (?P<why>[^\n]+)\n",
    re.DOTALL,
)
_OTHERS = re.compile(r"[TXY]0\d\d")
_WIDTH = 100


class NoPage(LookupError):
    """There is no page of that name; the text says which is near."""


@dataclass(frozen=True, slots=True)
class Page:
    """One problem explained. In ``wrong`` a line of nothing but ``^`` marks what is underlined in the line above."""

    code: str
    title: str
    meaning: str
    wrong: str
    right: str
    cure: str
    why: str

    def plain(self) -> str:
        """The page for a terminal, at most 100 columns wide but for the examples."""
        return "\n\n".join(
            (
                f"{self.code}: {self.title}",
                textwrap.fill(self.meaning, _WIDTH),
                "Wrong:\n\n" + textwrap.indent(self.wrong, "    "),
                "Right:\n\n" + textwrap.indent(self.right, "    "),
                textwrap.fill(f"Cure: {self.cure}", _WIDTH),
                textwrap.fill(f"Why it matters: {self.why}", _WIDTH),
            )
        )


def page(code: str) -> Page:
    """The page of a code, in capitals or not. Raises NoPage for a code that does not exist."""
    known = code.strip().upper()
    if known not in CODES:
        if _OTHERS.fullmatch(known):
            raise NoPage(
                f"{known} has no page: its message says all. Codes of the site file (Y) stand in docs/site.md, "
                "of PLCopen files (X) in docs/plcopen.md, of test tables (T) in docs/testing.md"
            )
        raise NoPage(f"there is no problem {code[:40]!r}; {_near(known)}")
    return read_page(folder() / f"{known}.md")


def read_page(path: Path) -> Page:
    """The page in a file. Raises NoPage where the file is missing or not of the pages' common shape."""
    try:
        text = path.read_text("utf-8")
    except OSError as exc:
        raise NoPage(f"the page {path.name} is not installed: {exc.strerror}") from exc
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise NoPage(f"{path.name} is not in the shape of the other pages; compare it with S001.md")
    return Page(**shape.groupdict())


@cache
def folder() -> Path:
    """Where the pages lie."""
    return next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[-1])


def _near(code: str) -> str:
    close = difflib.get_close_matches(code, CODES, n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else "plc explain lists them all"
