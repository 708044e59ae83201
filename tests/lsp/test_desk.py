"""What an editor is told of TESTs as they are typed, in a program's file and in the one beside it."""

from __future__ import annotations

from pathlib import Path

from plc.lsp.desk import Desk

FAN = "PROGRAM fan\nVAR_OUTPUT\n    on : BOOL;\nEND_VAR\non := NOT on;\nEND_PROGRAM\n"


def told(path: Path, text: str) -> list[tuple[str, str, int]]:
    found = Desk().diagnostics(path, {path: text})
    return [(d.code, Path(d.span.file).name, d.span.line) for d in found]


def test_a_test_in_a_programs_file_is_checked_as_it_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "fan.st"
    path.write_text(FAN)
    assert told(path, FAN + "TEST 'a'\nVAR\n    f : fan;\nEND_VAR\nASSERT(f.of_it);\nEND_TEST\n") == [
        ("S001", "fan.st", 11)
    ]
    assert told(path, FAN + "TEST 'a'\nVAR\n    f : fan;\nEND_VAR\nASSERT(f.on);\nEND_TEST\n") == []


def test_a_test_beside_a_program_sees_it(tmp_path: Path) -> None:
    (tmp_path / "fan.st").write_text(FAN)
    path = tmp_path / "fan.test.st"
    path.write_text("")
    assert told(path, "TEST 'a'\nVAR\n    f : fan;\nEND_VAR\nf();\nASSERT(f.on);\nEND_TEST\n") == [
        ("S038", "fan.test.st", 5)
    ]
