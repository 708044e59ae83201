"""Text to tokens: the words, numbers and signs of Structured Text, comments and blanks left out.

    IF Temp > 55.0 THEN  ->  IF NAME > LITERAL THEN

A token's ``kind`` is the sign or keyword itself (``:=``, ``THEN``), or NAME, INTEGER, LITERAL, ENUMERATOR, ADDRESS,
PRAGMA, LATER (a word whose meaning comes with a later version) or END (of the text).
What is no token is reported, with its cure, and replaced by what was most likely meant, so that reading goes on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from plc.lang.parse.habits import Habits, local_name, plain, quoted_name
from plc.lang.parse.measure import measure_problem
from plc.lang.parse.problems import Problems
from plc.lang.parse.spelling import slipped
from plc.lang.parse.tokens import LATER_WORDS, NUMBER_PREFIXES, SOFT_WORDS, TIME_PREFIXES, Token, kinds

COMMENT_DEPTH_LIMIT = 100

_FOREIGN = {
    "==": "=",
    "!=": "<>",
    "&&": "&",
    "||": "OR",
    "!": "NOT",
    "≤": "<=",
    "≥": ">=",
    "≠": "<>",
    "–": "-",
    "×": "*",
}

_BLOCKS = kinds("IF CASE FOR WHILE REPEAT VAR STRUCT TYPE PROGRAM FUNCTION FUNCTION_BLOCK TEST")
_TOGETHER = {"ELSEIF": "ELSIF", "ELSE_IF": "ELSIF", "ELIF": "ELSIF"}
_TOGETHER |= {f"END_VAR_{kind}": "END_VAR" for kind in ("INPUT", "OUTPUT", "IN_OUT", "TEMP", "GLOBAL", "EXTERNAL")}
_TOGETHER |= {f"END{block}": f"END_{block}" for block in _BLOCKS}

_PIECE = re.compile(
    r"""[ \t\r\f\v]*(?:
      (?P<hyphened>(?i:END|VAR|FUNCTION|INITIAL)-[A-Za-z_]+)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*+(?![\#\w]))
    | (?P<newline>\n)
    | (?P<comment>//[^\n]*|\(\*|/\*)
    | (?P<foreign>==|!=|&&|\|\||[!≤≥≠–×])
    | (?P<sign>:=|=>|<=|>=|<>|\*\*|\.\.|[-+*/=<>&()\[\],;:.])
    | (?P<real>\d[\d_]*+(?:\.\d[\d_]*+(?:[eE][+-]?\d++)?|[eE][+-]?\d++)(?![\w°%]))
    | (?P<integer>\d[\d_]*+(?:\#\w++)?(?![\w°%\#]|\.\d|\.[oO]\d*\b))
    | (?P<measure>\d\w*+(?:\.\w++)*[°%]?\w*)
    | (?P<text>'(?:[^'$\n]|\$[^\n])*+')
    | (?P<comma_time>(?i:L?T(?:IME)?)\#\d++,\d\w*+)
    | (?P<date>(?i:L?(?:D|DATE|TOD|TIME_OF_DAY|DT|DATE_AND_TIME))\#(?![A-Za-z_])[\w:.+-]*)
    | (?P<typed>[A-Za-z_][A-Za-z0-9_]*+\#(?:
          [+-]?\d\w*+(?:\#\w++|(?:\.\w++)*(?:(?<=\d[eE])[+-]\d++)?)
        | [A-Za-z_]\w*+ | '(?:[^'$\n]|\$[^\n])*+' | [+-]?))
    | (?P<pragma>\{[^{}]*\})
    | (?P<address>%[A-Za-z](?:\*|\w*+(?:\.\d++)*))
    | (?P<open_text>'[^\n]*)
    | (?P<wide_text>"[^"\n]*"?)
    | (?P<end>\Z)
    | (?P<odd>\w+|.)
    )""",
    re.VERBOSE,
)
_TYPOGRAPHIC = re.compile("[‘’“”´`][^‘’“”´`'\n]*[‘’“”´`]")
_POWER = re.compile(r"[ \t]*[\w(]")
_OWN = re.compile(r"\b(THIS|SUPER)[ \t]*\Z", re.IGNORECASE)
_COMMENT_MARK = {"(*": re.compile(r"\(\*|\*\)"), "/*": re.compile(r"/\*|\*/")}


def scan(
    text: str, keywords: Collection[str], problems: Problems, comments: list[Token] | None = None
) -> Iterator[Token]:
    """All tokens of ``text``, the last one of kind END. ``keywords`` are in capitals.

    The comments passed on the way go to ``comments``, each a token of kind COMMENT.
    """
    lexer = _Lexer(text, keywords, problems, comments)
    return _joined(lexer, problems)


class _Lexer:
    def __init__(
        self, text: str, keywords: Collection[str], problems: Problems, comments: list[Token] | None = None
    ) -> None:
        self.text = text
        self.problems = problems
        self.comments = comments
        self.line = 1
        self.line_start = 0
        self.position = 1 if text.startswith("\ufeff") else 0
        self._keywords = frozenset(keywords)
        self._kinds: dict[str, str] = {}
        self._habits = Habits(text)

    def __iter__(self) -> Iterator[Token]:
        text, match, kinds = self.text, _PIECE.match, self._kinds
        while True:
            piece = match(text, self.position)
            if piece is None:  # cannot be: the pattern's last branch takes any character
                return
            group = piece.lastgroup or ""
            start, end = piece.span(group)
            self.position = end
            if group == "newline":
                self.line += 1
                self.line_start = end
                continue
            line, column = self.line, start - self.line_start + 1
            value = text[start:end]
            if group == "word":
                kind = kinds.get(value) or self._word(value, column)
            elif group == "sign":
                kind = value
            elif group == "real":
                kind = "LITERAL"
            elif group == "integer":
                kind = "INTEGER"
            elif group == "comment":
                if value[:2] != "//":
                    self._skip_comment(value, start)
                if self.comments is not None:
                    self.comments.append(self._comment(line, column, start))
                continue
            else:
                rare = self._rare(group, Token(group, value, line, column, line, column + end - start, start))
                if rare is None:
                    if self.problems.full:
                        return
                    continue
                yield rare
                if rare.kind == "END":
                    return
                continue
            yield Token(kind, value, line, column, line, column + end - start, start)

    def _word(self, spelled: str, column: int) -> str:
        upper = spelled.upper()
        if upper in self._keywords and upper != "TEST":
            kind = upper
        elif upper in _TOGETHER:
            kind = _TOGETHER[upper]
            at = Token(kind, spelled, self.line, column, self.line, column + len(spelled))
            self.problems.report("P014", at, f"{spelled} is no word of this language", f"write {kind}")
            return kind  # not kept in the table: each one is reported
        elif upper in ("TRUE", "FALSE"):
            kind = "LITERAL"
        elif meant := self._habits.meant(spelled, self.position):
            language = self._habits.language
            if self._habits.first(language):
                at = Token(meant, spelled, self.line, column, self.line, column + len(spelled))
                what = f"{spelled} is {language}, and the words of this language are English"
                self.problems.report("P031", at, what, f"write {meant}, and so on")
            return meant  # not kept in the table: it is a name in another unit
        else:
            kind = "LATER" if upper in LATER_WORDS else SOFT_WORDS.get(upper, "NAME")
            if kind == "NAME" and slipped(upper, _BLOCK_ENDS):
                kind = "LIKE_END"
        self._kinds[spelled] = kind
        return kind

    def _skip_comment(self, mark: str, start: int) -> None:
        """Pass a comment; comments of one kind nest. One left open takes the rest of the text with it."""
        opened = [(self.line, start - self.line_start + 1)]
        position = start + 2
        for found in _COMMENT_MARK[mark].finditer(self.text, position):
            if found.start() < position:  # the sign shared by '(*)' closes nothing
                continue
            position = found.end()
            if found.group() != mark:
                opened.pop()
                if not opened:
                    self._pass_lines(start, position)
                    return
            else:
                opened.append((0, 0))
                if len(opened) > COMMENT_DEPTH_LIMIT:
                    break
        line, column = opened[0]
        at = Token("comment", mark, line, column, line, column + 2)
        close = "*)" if mark == "(*" else "*/"
        if len(opened) > COMMENT_DEPTH_LIMIT:
            what, cure = f"comments are nested more than {COMMENT_DEPTH_LIMIT} deep", "close the comments"
            self.problems.report("P003", at, what, cure)
        else:
            self.problems.cut_short = True
            inside = f" (comments nest: {len(opened)} of them are open at the end)" if len(opened) > 1 else ""
            self.problems.report("P005", at, f"this comment is never closed{inside}", f"write {close} where it ends")
        self._pass_lines(start, len(self.text))

    def _comment(self, line: int, column: int, start: int) -> Token:
        """The comment that ends where reading stands now."""
        text = self.text[start : self.position]
        return Token("COMMENT", text, line, column, self.line, self.position - self.line_start + 1, start)

    def _pass_lines(self, start: int, end: int) -> None:
        self.line += self.text.count("\n", start, end)
        self.line_start = max(self.line_start, self.text.rfind("\n", start, end) + 1)
        self.position = end

    def _rare(self, group: str, token: Token) -> Token | None:
        """The token of the less usual pieces; None where nothing can stand for it."""
        match group:
            case "end":
                return token.as_kind("END")
            case "text" | "date":
                return token.as_kind("LITERAL")
            case "typed":
                return token.as_kind(_typed_kind(token.text))
            case "address":
                return token.as_kind("ADDRESS")
            case "pragma":
                return self._pragma(token)
            case "foreign":
                meant = _FOREIGN[token.text]
                self.problems.report("P017", token, f"{token.text} is no operator of this language", f"write {meant}")
                return token.as_kind(meant)
            case "measure":
                return self._measure(token)
            case "hyphened":
                return self._hyphened(token)
            case "comma_time":
                cure = f"write {token.text.replace(',', '.')}"
                self.problems.report("P010", token, f"{token.text} has a comma in the number", cure)
                return token.as_kind("LITERAL")
            case "open_text":
                return self._open_text(token)
            case "wide_text":
                if quoted_name(self.text, token.start, self.position):
                    return self._quoted_name(token)
                what = "text in double quotes (WSTRING) comes with a later version"
                if not token.text.endswith('"') or len(token.text) == 1:
                    self._lose_line()
                inside = token.text.strip(chr(34))
                truth = inside.upper() in ("TRUE", "FALSE")
                cure = f"write {inside.upper()} without quotes" if truth else f"write '{inside}' in single quotes"
                names_test = self.text[self.line_start : token.start].rstrip()[-4:].upper() == "TEST"
                if inside.isidentifier() and not truth and not names_test:
                    cure += f", or {inside} without quotes if it is a name"
                self.problems.report("P020", token, what, cure)
                return token.as_kind("LITERAL")
            case _:
                return self._odd(token)

    def _pragma(self, token: Token) -> Token:
        self._pass_lines(token.start, token.end)
        token.kind = "PRAGMA"
        token.end_line = self.line
        token.end_column = token.end - self.line_start + 1
        return token

    def _measure(self, token: Token) -> Token:
        code, what, cure = measure_problem(token.text)
        self.problems.report(code, token, what, cure)
        return token.as_kind("LITERAL")

    def _hyphened(self, token: Token) -> Token:
        """``END-IF``; ``end-x`` is a name and what is taken from it."""
        word = token.text.upper().replace("-", "_")
        if word in self._keywords:
            self.problems.report("P014", token, f"{token.text} has a - in it", f"write {word}")
            return token.as_kind(word)
        token.text = token.text.partition("-")[0]
        token.end_column = token.column + len(token.text)
        self.position = token.end
        return token.as_kind(self._word(token.text, token.column))

    def _open_text(self, token: Token) -> Token:
        kept = token.text.partition("*)")[0].rstrip(" \t\r;),")
        self.position = token.start + len(kept)
        self._lose_line()
        token.text = kept
        token.end_column = token.column + len(kept)
        self.problems.report("P006", token, "this text has no closing quote", "write ' where the text ends")
        return token.as_kind("LITERAL")

    def _odd(self, token: Token) -> Token | None:
        text = token.text
        match text[0]:
            case "\xa0" | "\u202f" | "\u2007":
                what, cure = "a blank that is not the ordinary one stands here", "type an ordinary blank"
            case "‘" | "’" | "“" | "”" | "´" | "`":
                return self._typographic(token)
            case "#" if name := local_name(self.text, token.start + 1, self._starts_line(token)):
                self.problems.report("P004", token, f"#{name} has a # before the name", f"write {name}")
                return None
            case "#":
                self._pass_line()
                what, cure = "# begins no comment here", "write // before it"
            case "?":
                what, cure = (
                    "? is no operator of this language",
                    "write IF ... THEN ... ELSE ... END_IF, or SEL(c, a, b)",
                )
            case "%":
                what, cure = "a % stands here, but numbers carry no unit", "take it away"
            case "^" if own := _OWN.search(self.text, self.line_start, token.start):
                self._own_block(token, own[1])
                return None
            case "^" if _POWER.match(self.text, self.position):
                self.problems.report("P017", token, "^ is no operator of this language", "write **")
                return token.as_kind("**")
            case "^":
                self.problems.report("P020", token, "^ (references) comes with a later version", "leave it out for now")
                return None
            case "{" | "}":
                self._pass_line()
                what, cure = f"this {text} has no partner", "write pragmas as {attribute 'name' := 'value'}"
            case _ if text[0].isalpha() or text[0] == "_":
                if not self._habits.first(text):
                    return token.as_kind("NAME")
                self.problems.lose(text)
                what, like = f"the name {text} has letters outside A to Z", plain(text)
                cure = "use the letters A to Z, digits and _ in names"
                cure += f", as in {like}" if like else ""
            case _:
                what, cure = f"{text!r} is not a sign of this language", "take it away"
        self.problems.report("P004", token, what, cure)
        return token.as_kind("NAME") if text[0].isalpha() else None

    def _starts_line(self, token: Token) -> bool:
        return not self.text[self.line_start : token.start].strip()

    def _quoted_name(self, token: Token) -> Token:
        """``"motor" := TRUE``."""
        name = token.text.strip('"')
        self.problems.report("P004", token, f"the name {name} stands in double quotes", f"write {name} without quotes")
        token.text = name
        return token.as_kind("NAME")

    def _typographic(self, token: Token) -> Token | None:
        """A text from a word processor: ``‘abc’``."""
        found = _TYPOGRAPHIC.match(self.text, token.start)
        if found is None:
            self.problems.report("P004", token, f"{token.text} is a typographic quote", "write '")
            return None
        token.text, self.position = found.group(), found.end()
        token.end_column = token.column + len(token.text)
        what = f"{token.text} stands in typographic quotes"
        self.problems.report("P004", token, what, f"write '{token.text[1:-1]}'")
        token.text = "''"
        return token.as_kind("LITERAL")

    def _own_block(self, token: Token, word: str) -> None:
        """``THIS^.a`` and ``SUPER^()``."""
        what = f"{word}^ comes with a later version"
        cure = f"leave {word}^. out: a block names its own variables as they are"
        if word.upper() == "SUPER":
            cure = "make the other block a variable inside for now, and call that"
        start = self.text.rindex(word, self.line_start, token.start) - self.line_start + 1
        at = Token("place", "", token.line, start, token.line, token.end_column)
        self.problems.report("P020", at, what, cure)

    def _lose_line(self) -> None:
        """Nothing is known of what this line, and the next one, which goes on with it, declare."""
        line_end = self.text.find("\n", self.position)
        next_end = self.text.find("\n", line_end + 1) if line_end >= 0 else -1
        self.problems.lose(self.text[self.line_start : next_end if next_end >= 0 else len(self.text)])

    def _pass_line(self) -> None:
        line_end = self.text.find("\n", self.position)
        self.position = len(self.text) if line_end < 0 else line_end
        self._lose_line()


def _typed_kind(text: str) -> str:
    prefix, _, rest = text.partition("#")
    if prefix.upper() in TIME_PREFIXES | NUMBER_PREFIXES or not rest.isidentifier():
        return "LITERAL"
    return "ENUMERATOR"


def _joined(tokens: Iterator[Token] | _Lexer, problems: Problems) -> Iterator[Token]:
    """The same tokens, with ``END IF`` read as ``END_IF``, and TEST as a word of the language before a text alone."""
    waiting: Token | None = None
    before = ";"
    for token in tokens:
        if waiting is not None and waiting.kind == "LIKE_END":
            ends = token.kind == ";" and before in _BEFORE_STATEMENT
            before = "NAME"
            yield _block_end(waiting, problems) if ends else waiting.as_kind("NAME")
            waiting = None
        if waiting is not None and waiting.text.upper() == "TEST":
            yield waiting.as_kind("TEST") if token.text[:1] in _QUOTES else waiting
            waiting = None
        if waiting is not None:
            word = "TEST" if token.text.upper() == "TEST" else token.kind
            if token.line == waiting.line and word in _BLOCKS:
                joined = f"END_{word}"
                token.column, token.start = waiting.column, waiting.start
                problems.report("P014", token, f"{waiting.text} {token.text} is two words", f"write {joined}")
                token.kind = joined
            else:
                alone = token.kind == ";" and before in _BEFORE_STATEMENT
                before = "NAME"
                yield waiting.as_kind("END_WHAT") if alone else waiting
            waiting = None
        if token.kind == "LIKE_END" or (token.kind == "NAME" and token.text in _HELD):
            waiting = token
        else:
            before = token.kind
            yield token


def _block_end(token: Token, problems: Problems) -> Token:
    """``END_I;``: a name alone is no statement, and this one is a slip away from the end of a block."""
    word = slipped(token.text, _BLOCK_ENDS)[0]
    problems.report("P031", token, f"{token.text} looks like {word} misspelt", f"write {word}")
    return token.as_kind(word)


_BLOCK_ENDS = kinds("END_IF END_CASE END_FOR END_WHILE END_REPEAT")
_BEFORE_STATEMENT = kinds("; : THEN ELSE DO REPEAT OF END_VAR")
_HELD = frozenset({"END", "End", "end", "TEST", "Test", "test"})
_QUOTES = ("'", '"')
