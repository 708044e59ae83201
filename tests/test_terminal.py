"""Every command as a tired person types it: one sentence with its cure, an exit code, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

PROGRAM = "PROGRAM p\nVAR_INPUT\n    x : INT;\nEND_VAR\nVAR_OUTPUT\n    y : INT;\nEND_VAR\ny := x;\nEND_PROGRAM\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "p.st").write_text(PROGRAM)
    (tmp_path / "p.csv").write_text("t_ms,x\n0,1\n")
    (tmp_path / "p.test.csv").write_text("t_ms,x,?y\n0,1,1\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.st").write_text("")
    (tmp_path / "folder.st").mkdir()
    os.mkfifo(tmp_path / "pipe.st")
    (tmp_path / "loop").mkdir()
    (tmp_path / "loop" / "loop.st").symlink_to("loop.st")
    (tmp_path / "loop" / "up").symlink_to("..")
    return tmp_path


def plc(folder: Path, *words: str, stdout: int = subprocess.PIPE, **environment: str) -> tuple[int, str]:
    """Exit code and all that was said."""
    known: Mapping[str, str] = {**os.environ, **environment}
    command = [sys.executable, "-m", "plc.cli", *words]
    done = subprocess.run(
        command, cwd=folder, env=known, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.PIPE, timeout=60
    )
    return done.returncode, (done.stdout or b"").decode() + done.stderr.decode()


SAID = {
    "check loop": "loop/loop.st cannot be read (Too many levels of symbolic links)",
    "check pipe.st": "pipe.st cannot be read (it is no regular file)",
    "check empty": "there is no program (.st) in empty",
    "check folder.st": "there is no program (.st) in folder.st",
    "check /dev/null": "null is no program; rename it to end in .st",
    "check nowhere": "there is no nowhere",
    "format pipe.st": "pipe.st cannot be read (it is no regular file)",
    "format /dev/zero": "/dev/zero cannot be read (it is no regular file)",
    "format empty": "there is no program (.st) in empty",
    "export loop --plcopen o.xml": "loop/loop.st: Too many levels of symbolic links",
    "export p.st --plcopen p.st": "would write over a program or its tests",
    "import pipe.st --into new": "pipe.st cannot be read (it is no regular file); name a PLCopen file (.xml)",
    "test p.st --junit p.test.csv": "would write over a program or its tests",
    "test p.st --junit /dev/full": "--junit /dev/full: No space left on device; name a file that can be written",
    "test empty.st": "no case was found; write NAME.test.csv or NAME.test.st beside NAME.st",
    "simulate empty --inputs p.csv --watch y": "empty is a folder; name the file of one program (.st)",
    "simulate empty.st --inputs p.csv --watch y": "there is no PROGRAM in empty.st; name a file with a PROGRAM",
    "simulate p.st --inputs nowhere --watch y": "nowhere cannot be read (No such file or directory)",
    "simulate p.st --inputs /dev/zero --watch y": "/dev/zero cannot be read (it is no regular file)",
    "simulate p.st --inputs p.csv --watch ,": "--watch names nothing",
    "simulate p.st --inputs p.csv --watch y --out p.st": "would write over a program or its tests",
    "explain Y031": "Y031 has no page: its message says all",
}


@pytest.mark.parametrize("words", SAID, ids=SAID)
def test_a_path_that_leads_nowhere_is_told_in_one_sentence(folder: Path, words: str) -> None:
    code, said = plc(folder, *words.split())
    assert code == 1
    assert SAID[words] in said
    assert "Traceback" not in said
    assert (folder / "p.st").read_text() == PROGRAM


@pytest.mark.parametrize("words", ["explain", "check p.st", "--help", "test p.st --json", "format p.st --diff"])
def test_a_full_disk_behind_the_output_is_told_in_one_sentence(folder: Path, words: str) -> None:
    (folder / "p.st").write_text(PROGRAM + "\n\n")
    with Path("/dev/full").open("wb") as full:
        code, said = plc(folder, *words.split(), stdout=full.fileno())
    assert code == 1
    assert said == "the output cannot be written: No space left on device; free some space, or send it elsewhere\n"


def test_a_reader_that_goes_away_hears_nothing_more(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert plc(folder, "explain", stdout=writer) == (1, "")
    finally:
        os.close(writer)


def test_letters_the_terminal_does_not_have_are_spelt(folder: Path) -> None:
    (folder / "ö.st").write_text("PROGRAM p\nä := 1;\nEND_PROGRAM\n")
    code, said = plc(folder, "check", "ö.st", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert (code, said.splitlines()[0].split()[0]) == (1, "\\xf6.st:2:1:")
    assert "Traceback" not in said
