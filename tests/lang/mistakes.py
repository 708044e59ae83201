"""The mistakes of people who are no programmers, as a table, and the page made of it.

mistakes.toml --framed--> programs with one mistake each          python -m tests.lang.mistakes > docs/mistakes.md
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from plc.lang.check.codes import CODES

HEAD = """PROGRAM room
VAR_INPUT temperature, voltage : REAL; hot, smoke, ready : BOOL; speed : INT; END_VAR
VAR_OUTPUT fan, lamp : BOOL; level : INT; mean : REAL; word : STRING; lasted : TIME; END_VAR
VAR delay : TON; i : INT; END_VAR
"""
TAIL = """
delay(IN := hot, PT := T#2s);
FOR i := 1 TO 3 DO level := level + i * speed; END_FOR;
fan := ready; lamp := delay.Q OR smoke; mean := temperature + voltage; word := 'ok'; lasted := delay.ET;
END_PROGRAM
"""
HEAD_LINES = HEAD.count("\n")
FIRST = 20
PAGE = Path(__file__).parents[2] / "docs" / "mistakes.md"
_OPENING = f"""# The first mistakes, and what they are told

Everybody makes them. Each row shows what was typed, the one message that comes, and the page that explains it. The
texts stand in this program, between its variables and its last lines:

```st
{HEAD}...
```
"""


@dataclass(frozen=True, slots=True)
class Mistake:
    """``typed`` stands in the frame, or with ``whole`` alone; ``at`` is line:column within it."""

    of: str
    typed: str
    at: str
    code: str
    what: str
    cure: str
    whole: bool = False

    @property
    def text(self) -> str:
        return f"{self.typed}\n" if self.whole else framed(self.typed)


def framed(typed: str) -> str:
    """The program around what was typed."""
    return f"{HEAD}{typed}{TAIL}"


def mistakes() -> list[Mistake]:
    """The table, in the order of the page: the most usual ones first."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return [Mistake(**row) for row in table["mistake"]]


def page() -> str:
    """docs/mistakes.md."""
    parts = [_OPENING, f"## The first {FIRST}\n"]
    for number, mistake in enumerate(mistakes(), 1):
        if number == FIRST + 1:
            parts.append("## And the next ones\n")
        kind = "advice" if CODES[mistake.code].startswith("advice") else "error"
        said = f"{mistake.at} {kind} [{mistake.code}](problems/{mistake.code}.md): {_literal(mistake.what)}"
        typed = mistake.typed.strip("\n")
        parts.append(f"{number}. {mistake.of}\n\n```st\n{typed}\n```\n\n{said}  \n→ {_literal(mistake.cure)}\n")
    return "\n".join(parts)


def _literal(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|" else letter for letter in text)


if __name__ == "__main__":
    print(page(), end="")
