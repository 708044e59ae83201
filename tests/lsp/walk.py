"""Hours of editing in minutes: random edits of open files, and after each the server says what a fresh one would say.

python -m tests.lsp.walk --steps 300 --seed 7        one session of 300 edits; ends with 1 at the first difference

Each edit types, deletes, pastes, takes back, or closes and opens again; texts hold CR LF, tabs and characters of two
UTF-16 units. After each: problems as of a desk that knows nothing yet, completion and hover answered, a formatted text
formatted again unchanged and compiled to the same code.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
from pathlib import Path

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.workspace import PositionCodec

from plc.core.diagnostic import Severity
from plc.lang import parse as parsing
from plc.lang.compile import compile_set
from plc.lang.format.form import format_source
from plc.lang.native import emit
from plc.lang.parse.kept import kept
from plc.lang.source import Source
from plc.lsp.answers import Asked, problems
from plc.lsp.convert import Lines, diagnostic
from plc.lsp.desk import Desk
from tests.lang.editing import PLANT
from tests.lsp.editor import Editor, session

ROOT = Path(__file__).parents[2] / "programs"
FILES = ("thermal_runaway.st", "equalization.st", "ups_test.st", "procedures/smoke_in_room.st", "equalization.test.st")
PIECES = (
    "\n", "\r\n", "\t", " ", "😀", "// é 😀\n", "(* 𝔘", "*)", "'", ";", ".", "(", ")", ":=", "#", "END_IF;", "END_VAR",
    "VAR", "IF x THEN", "END_PROGRAM\n", "PROGRAM q", "x := 1;", "T#1s", "55C", "STEP a:", "END_STEP", "METHOD m : INT",
    "FUNCTION f : INT\nVAR_INPUT\n    a : INT;\nEND_VAR\nf := a;\nEND_FUNCTION\n", "TYPE c : (RED, GREEN); END_TYPE\n",
    "TEST 'a'\nASSERT(TRUE);\nEND_TEST\n", "{attribute 'unit' := 'V'}", "\u2028", "\x0c", "Strings[1].", "\x00",
)  # fmt: skip
CODEC = PositionCodec(lsp.PositionEncodingKind.Utf16)
_NUMBERED = re.compile(r"_?\d+")


class Walk:
    """Some files open in one editor, and how they came to be what they are."""

    def __init__(self, editor: Editor, folder: Path, chance: random.Random) -> None:
        self.editor = editor
        self.chance = chance
        self.texts: dict[Path, str] = {}
        self.before: dict[Path, list[str]] = {}
        for name in chance.sample(FILES, 3):
            path = folder / Path(name).name
            text = (ROOT / name).read_text()
            path.write_bytes((text.replace("\n", "\r\n") if chance.random() < 0.3 else text).encode())
        for path in sorted(folder.glob("*.st"))[: chance.randrange(1, 4)]:
            self.open(path)

    def open(self, path: Path) -> None:
        self.texts[path] = path.read_bytes().decode()
        self.before[path] = [self.texts[path]]
        self.editor.open(path, self.texts[path])

    async def step(self) -> Path:
        """One edit; the file it was made in."""
        path, roll = self.chance.choice(sorted(self.texts)), self.chance.random()
        text = self.texts[path]
        if roll < 0.06:
            self.editor.client.text_document_did_close(
                lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(path.as_uri()))
            )
            self.open(path)
        elif roll < 0.2 and len(self.before[path]) > 1:
            self.before[path].pop()
            self._replace(path, 0, len(text), self.before[path][-1])
        else:
            self._edit(path)
            self.before[path].append(self.texts[path])
        return path

    def _edit(self, path: Path) -> None:
        text, chance = self.texts[path], self.chance
        at = chance.randrange(len(text) + 1)
        end = min(len(text), at + chance.choice((1, 3, 20, 200)))
        match chance.randrange(4):
            case 0 | 1:
                self._replace(path, at, at, chance.choice(PIECES))
            case 2:
                self._replace(path, at, end, "")
            case _:
                other = chance.randrange(len(text) + 1)
                self._replace(path, at, at, text[other : other + chance.choice((10, 100, 1000))])

    def _replace(self, path: Path, start: int, end: int, new: str) -> None:
        """As editors do: never between CR and LF."""
        text = self.texts[path]
        start, end = (at - (text[at - 1 : at + 1] == "\r\n") for at in (start, end))
        self.texts[path] = text[:start] + new + text[end:]
        lines = Lines(text, CODEC)
        first, last = (lines.position(*_place(text, at)) for at in (start, end))
        self.editor.type(path.as_uri(), first.line, first.character, new, (last.line, last.character))

    async def agrees(self, path: Path) -> None:
        """The server comes to say what is wanted. Raises TimeoutError where it does not."""
        wanted = shown(path, self.texts)
        await self.editor.problems(path.as_uri(), lambda found: {_key(each) for each in found} == wanted)
        lines = self.texts[path].split("\n")
        for _ in range(2):
            line = self.chance.randrange(len(lines))
            place = line, self.chance.randrange(len(lines[line]) + 2)
            await self.editor.completion(path.as_uri(), *place)
            await self.editor.hover(path.as_uri(), *place)


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _key(found: lsp.Diagnostic) -> tuple[str, str, str]:
    return str(found.code), str(found.range), found.message


def shown(path: Path, texts: dict[Path, str]) -> set[tuple[str, str, str]]:
    """What a server that has read nothing yet would say of a file."""
    kept.cache_clear()
    parsing.parse.cache_clear()
    lines = Lines(texts[path], CODEC)
    asked = Asked(Desk(), path, texts, (1, 1), lines, CODEC, None)
    return {_key(diagnostic(each, lines)) for each in problems(asked).get(path, ())}


def formats(text: str) -> None:
    """A text that can be laid out is laid out once for all, and stays the same program."""
    found = format_source(Source("x.st", text))
    if found.text is not None:
        assert format_source(Source("x.st", found.text)).text == found.text
        assert _code(found.text) == _code(text)


def _code(text: str) -> list[str]:
    """The code of a text's programs but for the lines it came from; nothing where it has errors."""
    compiled = compile_set([Source("x.st", text)], PLANT)
    errors = [each.code for each in compiled.diagnostics if each.severity is Severity.ERROR]
    return errors or [_NUMBERED.sub("", emit(each.unit)) for each in compiled.programs.values()]


def walk(seed: int, steps: int) -> None:
    """Raises where the server says anything else than a fresh one would."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()

        async def talk(editor: Editor) -> None:
            chance = random.Random(seed)
            session_of = Walk(editor, folder, chance)
            for number in range(steps):
                path = await session_of.step()
                try:
                    await session_of.agrees(path)
                    formats(session_of.texts[path])
                except (TimeoutError, JsonRpcException, AssertionError) as exc:
                    raise AssertionError(f"seed {seed}, step {number}:\n{session_of.texts[path]}") from exc

        assert session(folder, talk) == 0


def main() -> int:
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    asked.add_argument("--steps", type=int, default=300)
    asked.add_argument("--seed", type=int, default=0)
    given = asked.parse_args()
    walk(given.seed, given.steps)
    print(f"{given.steps} edits with seed {given.seed}: as a fresh server says")
    return 0


if __name__ == "__main__":
    sys.exit(main())
