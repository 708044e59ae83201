"""One problem in a text a person wrote: where it is, what stands there, what to type instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text. Lines and columns count from 1; the end column is the first one past it."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(StrEnum):
    """An error keeps a text from running; advice does not."""

    ERROR = "error"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem with its cure, printed as ``file:line:col: error S014: what; cure``."""

    code: str
    span: Span
    what: str
    cure: str
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """Whether it keeps the text from running."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        return f"{self.span}: {self.severity} {self.code}: {self.what}; {self.cure}"
