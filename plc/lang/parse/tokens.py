"""What a text is made of: tokens, and the words that are special among them."""

from __future__ import annotations


def kinds(words: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(words.split())


UNIT_WORDS = kinds("PROGRAM FUNCTION FUNCTION_BLOCK")
UNIT_CLOSERS = kinds("END_PROGRAM END_FUNCTION END_FUNCTION_BLOCK")
SECTION_WORDS = kinds("VAR VAR_INPUT VAR_OUTPUT VAR_IN_OUT VAR_TEMP VAR_EXTERNAL")
"""What a unit's own variables begin with."""
STATEMENT_WORDS = kinds("IF CASE FOR WHILE REPEAT EXIT CONTINUE RETURN")
STATEMENT_BORDERS = UNIT_CLOSERS | kinds("""
    ; ELSE ELSIF UNTIL END_IF END_CASE END_FOR END_WHILE END_REPEAT END_VAR END_STRUCT END_TYPE END_TEST END""")
"""What cannot stand inside a statement or declaration, and ends it."""
LATER_WORDS = kinds("""
    PROPERTY END_PROPERTY INTERFACE END_INTERFACE NAMESPACE END_NAMESPACE
    CLASS END_CLASS EXTENDS IMPLEMENTS USING REF_TO WSTRING VAR_ACCESS VAR_STAT VAR_INST R_EDGE F_EDGE""")
INHERITING = ("FINAL", "ABSTRACT", "OVERRIDE")
_ACCESS = dict.fromkeys(("PUBLIC", "PRIVATE", "PROTECTED", "INTERNAL", *INHERITING), "ACCESS")
SOFT_WORDS = {word: word for word in ("FROM", "RESOURCE", "TASK")} | _ACCESS
"""Words that are names wherever the grammar does not ask for them, and their kinds."""
TIME_PREFIXES = frozenset({"T", "TIME", "LT", "LTIME"})
DATE_PREFIXES = (
    dict.fromkeys(("D", "DATE", "LD", "LDATE"), "DATE")
    | dict.fromkeys(("TOD", "TIME_OF_DAY", "LTOD", "LTIME_OF_DAY"), "TOD")
    | dict.fromkeys(("DT", "DATE_AND_TIME", "LDT", "LDATE_AND_TIME"), "DT")
)
"""What stands before the # of a date or time of day, and its type."""
NUMBER_PREFIXES = kinds("BOOL SINT INT DINT LINT USINT UINT UDINT ULINT REAL LREAL BYTE WORD DWORD LWORD STRING")


class Token:
    """A piece of text; ``start`` is its offset. Lines and columns as in Span."""

    __slots__ = ("column", "end_column", "end_line", "kind", "line", "start", "text")

    def __init__(
        self, kind: str, text: str, line: int, column: int, end_line: int, end_column: int, start: int = -1
    ) -> None:
        self.kind = kind
        self.text = text
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.start = start

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def to(self, last: Token) -> Token:
        """The place from this token to the end of another."""
        return Token("place", "", self.line, self.column, last.end_line, last.end_column)

    def as_kind(self, kind: str) -> Token:
        """The same piece of text, read as something else."""
        return Token(kind, self.text, self.line, self.column, self.end_line, self.end_column, self.start)

    def __repr__(self) -> str:
        return f"{self.kind}:{self.text}@{self.line}:{self.column}"
