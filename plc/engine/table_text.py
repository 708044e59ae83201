"""The text of a test table: a header, then cases of rows.

t_ms,  Strings[1].Temperature.Value[1..4], ?Breakers.Q1.Latched
# two hot modules
0,     40.0,                               FALSE
2000,  56.0~0.1,                           TRUE

A row that begins with ``#`` names the case that follows it; a case begins with a fresh engine. A name that holds a
comma stands in double quotes.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from plc.core.diagnostic import Diagnostic, Span

TEXT_MOST = 4 * 1024 * 1024
PROBLEMS_MOST = 20


@dataclass(frozen=True, slots=True)
class Field:
    """One field with the column it begins at."""

    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Column:
    """A header's field: the path, and whether it is an expectation (``?path``)."""

    path: str
    expected: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """``fields`` stand in the order of the table's columns; an empty one is unchanged or not checked."""

    line: int
    t_ns: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    line: int
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What could be read; run it only if ``diagnostics`` is empty."""

    path: str
    columns: tuple[Column, ...]
    cases: tuple[Case, ...]
    diagnostics: tuple[Diagnostic, ...]

    def span(self, row: Row, number: int) -> Span:
        """Where the field of column ``number`` stands."""
        field = row.fields[number]
        return Span(self.path, row.line, field.column, row.line, field.column + max(1, len(field.text)))


def read_table(path: str, text: str) -> Table:
    """Never raises on text; ``path`` is for messages."""
    return _Reader(path).read(text)


class _Reader:
    def __init__(self, path: str) -> None:
        self._path = path
        self._problems: list[Diagnostic] = []
        self._columns: tuple[Column, ...] = ()
        self._cases: list[Case] = []
        self._name, self._line = "", 1
        self._rows: list[Row] = []

    def read(self, text: str) -> Table:
        if len(text) > TEXT_MOST:
            self._refuse(1, 1, f"the table has more than {TEXT_MOST:,} characters", "split it")
        elif "\0" in text:
            self._refuse(1, 1, "the table holds bytes that are no text", "save it as CSV in UTF-8")
        else:
            self._lines(text)
        return Table(self._path, self._columns, tuple(self._cases), tuple(self._problems[:PROBLEMS_MOST]))

    def _lines(self, text: str) -> None:
        header = False
        for line, content in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
            if not content.replace(",", "").strip():
                continue
            if content.lstrip().startswith("#"):
                self._begin(content.lstrip("# \t").rstrip(", \t"), line)
            elif not header:
                header = True
                if not self._header(line, split_fields(content)):
                    return
            else:
                self._row(line, split_fields(content))
        self._begin("", 0)
        if not header:
            self._refuse(1, 1, "the table is empty", "begin with a header: t_ms, then inputs, then ?expectations")
        elif not self._cases:
            self._refuse(1, 1, "the table has no row", "write a row below the header, such as 0, ...")

    def _begin(self, name: str, line: int) -> None:
        """Another case; rows so far belong to the one before."""
        if self._rows:
            self._cases.append(Case(self._name, self._line, tuple(self._rows)))
        self._name, self._line, self._rows = name, line, []

    def _header(self, line: int, fields: list[Field]) -> bool:
        """Whether this is a header; without one the rows below mean nothing."""
        first = fields[0].text
        if first != "t_ms":
            parted = first.startswith("t_ms") and any(sign in first for sign in ";\t")
            cure = "part the columns by commas" if parted else "make it t_ms"
            self._refuse(line, fields[0].column, f"the first column is '{first[:40]}'", cure)
            return False
        columns: list[Column] = []
        for field in fields[1:]:
            expected = field.text.startswith("?")
            span = Span(self._path, line, field.column, line, field.column + max(1, len(field.text)))
            column = Column(field.text.removeprefix("?").strip(), expected, span)
            if not column.path:
                self._refuse(line, field.column, "a column has no name", "name a variable, or take the comma out")
            elif any((c.path.upper(), c.expected) == (column.path.upper(), expected) for c in columns):
                self._refuse(line, field.column, f"'{field.text}' is named twice", "take one of the columns out")
            columns.append(column)
        self._columns = tuple(columns)
        return True

    def _row(self, line: int, fields: list[Field]) -> None:
        surplus = fields[len(self._columns) + 1 :]
        if any(field.text for field in surplus):
            self._refuse(line, surplus[0].column, "the row has more fields than the header", "take them out")
        missing = len(self._columns) + 1 - len(fields)
        fields = fields[: len(self._columns) + 1] + [Field("", fields[-1].column)] * max(0, missing)
        t_ns = self._time(line, fields[0])
        if t_ns is not None:
            self._rows.append(Row(line, t_ns, tuple(fields[1:])))

    def _time(self, line: int, field: Field) -> int | None:
        try:
            t_ns = int(Decimal(field.text) * 1_000_000)
        except (InvalidOperation, OverflowError, ValueError):
            self._refuse(line, field.column, f"t_ms is '{field.text}'", "write the milliseconds since the case began")
            return None
        before = self._rows[-1].t_ns if self._rows else -1
        if t_ns < 0 or t_ns <= before or t_ns > 10**18:
            cure = "let t_ms rise from row to row, or begin a case with a # row"
            self._refuse(line, field.column, f"t_ms {field.text} does not follow the row before", cure)
            return None
        return t_ns

    def _refuse(self, line: int, column: int, what: str, cure: str) -> None:
        self._problems.append(Diagnostic("T001", Span(self._path, line, column, line, column + 1), what, cure))


def split_fields(line: str) -> list[Field]:
    """The fields between commas, without blanks around them; double quotes keep a comma."""
    fields, start, quoted = [], 0, False
    for at, character in enumerate(line + ","):
        if character == '"':
            quoted = not quoted
        elif character == "," and (not quoted or at == len(line)):
            raw = line[start:at]
            text = raw.strip()
            column = start + len(raw) - len(raw.lstrip()) + 1
            if len(text) > 1 and text[0] == text[-1] == '"':
                text = text[1:-1].replace('""', '"').strip()
            fields.append(Field(text, column))
            start = at + 1
    return fields
