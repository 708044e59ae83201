"""A text as its tokens and comments, in order, with the line breaks a person put between them."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge

from plc.lang.parse.lexer import scan
from plc.lang.parse.problems import Problems
from plc.lang.parse.tables import tables
from plc.lang.parse.tokens import SOFT_WORDS, Token

VALUES = frozenset({"NAME", "INTEGER", "LITERAL", "ENUMERATOR", ")", "]"})
BLANKS = " \t\r\f\v"
_TRUTHS = frozenset({"TRUE", "FALSE"})
_SOFT = frozenset(SOFT_WORDS.values())


@dataclass(slots=True, eq=False)
class Piece:
    """A token or a comment as it will be written. ``breaks`` counts the line ends between it and the piece before.

    ``column`` is where it stood, from 0. ``unary`` marks a sign that stands before its operand.
    """

    kind: str
    text: str
    breaks: int
    column: int
    unary: bool = False

    @property
    def comment(self) -> bool:
        return self.kind == "COMMENT"

    @property
    def takes_line(self) -> bool:
        """Whether nothing may follow it on its line."""
        return self.comment and (self.text.startswith("//") or "\n" in self.text)


def pieces(text: str) -> list[Piece]:
    """Every token and comment of a text that reads without an error; the last one is of kind END."""
    words = tables().keywords
    comments: list[Token] = []
    tokens = _settled(list(scan(text, words, Problems(""), comments)))
    found: list[Piece] = []
    line, before = 1, ""
    for token in merge(tokens, comments, key=lambda each: each.start):
        sign = token.kind in ("-", "+") and before not in VALUES
        found.append(Piece(token.kind, _spelling(token, words), token.line - line, token.column - 1, sign))
        line = token.end_line
        if token.kind != "COMMENT":
            before = token.kind
    return found


def _settled(tokens: list[Token]) -> list[Token]:
    """Words that are special in one place only become names everywhere else."""
    installs = False
    for number, token in enumerate(tokens):
        if token.kind in ("CONFIGURATION", "END_CONFIGURATION"):
            installs = token.kind == "CONFIGURATION"
        following = [each.kind for each in tokens[number + 1 : number + 5]]
        if installs and (token.kind == "RESOURCE" or token.kind == "PROGRAM"):
            _second_word(tokens, number)
        if token.kind in _SOFT and not _special(tokens, number, following, installs):
            token.kind = "NAME"
    return tokens


def _special(tokens: list[Token], number: int, following: list[str], installs: bool) -> bool:
    """Whether a word means what it means to the grammar at this place."""
    match tokens[number].kind:
        case "ACCESS":
            return tokens[number - 1].kind == "METHOD" and following[0] in _SOFT | {"NAME"}
        case "RESOURCE" | "TASK":
            return installs and following[0] in _SOFT | {"NAME"} and tokens[number - 1].kind != ":"
        case _:
            return _in_transition(tokens, number) and following[0] != "FROM" and following[2:3] != [":="]


def _second_word(tokens: list[Token], number: int) -> None:
    """ON of ``RESOURCE name ON kind`` and WITH of ``PROGRAM name WITH task``."""
    word = tokens[min(number + 2, len(tokens) - 1)]
    if word.text.upper() in ("ON", "WITH"):
        word.kind = word.text.upper()


def _in_transition(tokens: list[Token], number: int) -> bool:
    """Whether the word stands before the condition of a TRANSITION."""
    while number and tokens[number].kind not in (";", ":=", "TO"):
        number -= 1
        if tokens[number].kind == "TRANSITION":
            return True
        if tokens[number].kind == ")":
            while number and tokens[number].kind != "(":
                number -= 1
    return False


def tokens_of(found: list[Piece]) -> list[tuple[str, str]]:
    """What the parser sees of the pieces: kind and spelling, keywords in capitals."""
    return [(piece.kind, piece.text) for piece in found if not piece.comment]


def _spelling(token: Token, words: frozenset[str]) -> str:
    text = token.text
    if token.kind == "COMMENT":
        return "\n".join(line.rstrip(BLANKS) for line in text.split("\n"))
    upper = text.upper()
    word = token.kind in words or token.kind in _SOFT or token.kind in ("ON", "WITH")
    return upper if word or (token.kind == "LITERAL" and upper in _TRUTHS) else text
