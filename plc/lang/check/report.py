"""The problems found so far, each once."""

from __future__ import annotations

from dataclasses import dataclass, field

from plc.core.diagnostic import Diagnostic, Severity, Span


@dataclass(slots=True)
class Report:
    """Collects diagnostics; the same code at the same place counts once."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    seen: set[tuple[str, Span]] = field(default_factory=set)

    def error(self, code: str, span: Span, what: str, cure: str) -> None:
        self.add(Diagnostic(code, span, what, cure))

    def advice(self, code: str, span: Span, what: str, cure: str) -> None:
        self.add(Diagnostic(code, span, what, cure, Severity.ADVICE))

    def add(self, diagnostic: Diagnostic) -> None:
        key = (diagnostic.code, diagnostic.span)
        if key not in self.seen:
            self.seen.add(key)
            self.diagnostics.append(diagnostic)

    def must_tell(self, span: Span) -> None:
        """Reports a value that there is not, unless some problem is known already: nothing is left out in silence."""
        if not any(each.is_error for each in self.diagnostics):
            self.error("S009", span, "this has no value here", "write it in another way")

    def tells(self, code: str, span: Span) -> bool:
        """Whether a problem of this code is known inside a place."""
        first, last = (span.line, span.column), (span.end_line, span.end_column)
        return any(
            known == code and at.file == span.file and first <= (at.line, at.column) < last for known, at in self.seen
        )
