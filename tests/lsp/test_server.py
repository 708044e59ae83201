"""``plc lsp`` beside an editor: every request, over a real session on standard input and output."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.lsp.editor import Editor, session

PUMP = """\
PROGRAM pump
VAR
    level : REAL;   // m, of the tank
    delay : TON;
    tank : TANK;
END_VAR
delay(IN := level > 2.0, PT := T#5s);
tank(Level := level);
IF tank.Full THEN
    level := 0.0;
END_IF;
END_PROGRAM
"""
TANK = """\
// Whether a tank is full.
FUNCTION_BLOCK TANK
VAR_INPUT
    Level : REAL;  // m
END_VAR
VAR_OUTPUT
    Full : BOOL;
END_VAR
Full := Level > 3.0;
END_FUNCTION_BLOCK
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pump.st").write_text(PUMP)
    (tmp_path / "tank.st").write_text(TANK)
    return tmp_path


def no_errors(found: list[lsp.Diagnostic]) -> bool:
    return not [each for each in found if each.severity is lsp.DiagnosticSeverity.Error]


def place(uri: str, line: int, character: int) -> dict[str, object]:
    return {"text_document": lsp.TextDocumentIdentifier(uri), "position": lsp.Position(line, character)}


def test_an_editor_writes_a_program_with_its_help(folder: Path) -> None:
    async def talk(editor: Editor) -> None:
        uri = editor.open(folder / "pump.st")
        await editor.problems(uri, no_errors)

        editor.type(uri, 8, 0, "IF tank.\n")
        error = (await editor.problems(uri, lambda found: not no_errors(found)))[0]
        assert (error.range.start.line, error.source) == (8, "plc")
        assert error.code_description is not None
        assert error.code_description.href.endswith(f"/docs/problems/{error.code}.md")
        members = await editor.completion(uri, 8, 8)
        assert [each.label for each in members] == ["Full", "Level"]
        assert members[0].detail == "BOOL"

        editor.type(uri, 8, 0, "tank(", (9, 0))
        parameters = await editor.completion(uri, 8, 5)
        assert [each.label for each in parameters[:2]] == ["Level :=", "Full =>"]
        call = await editor.client.text_document_signature_help_async(lsp.SignatureHelpParams(**place(uri, 8, 5)))
        assert call is not None
        assert (call.signatures[0].label, call.active_parameter) == ("TANK(Level := REAL, Full => BOOL)", 0)
        assert call.signatures[0].documentation == "Whether a tank is full."

        editor.type(uri, 8, 0, "", (8, 5))
        await editor.problems(uri, no_errors)

    assert session(folder, talk) == 0


def test_an_editor_reads_renames_and_formats(folder: Path) -> None:
    async def talk(editor: Editor) -> None:
        client = editor.client
        uri, other = editor.open(folder / "pump.st"), (folder / "tank.st").as_uri()
        assert "level : REAL" in await editor.hover(uri, 6, 13)
        assert "m, of the tank" in await editor.hover(uri, 6, 13)

        declared = await client.text_document_definition_async(lsp.DefinitionParams(**place(uri, 8, 10)))
        assert isinstance(declared, lsp.Location)
        assert (declared.uri, declared.range.start) == (other, lsp.Position(6, 4))
        timer = await client.text_document_definition_async(lsp.DefinitionParams(**place(uri, 3, 13)))
        assert isinstance(timer, lsp.Location)
        assert timer.uri.endswith("/plc/lang/library/timers.st")

        found = await client.text_document_references_async(
            lsp.ReferenceParams(context=lsp.ReferenceContext(True), **place(uri, 8, 10))
        )
        assert {(each.uri, each.range.start.line) for each in found or ()} == {(uri, 8), (other, 6), (other, 8)}

        edit = await client.text_document_rename_async(lsp.RenameParams(new_name="IsFull", **place(uri, 8, 10)))
        assert edit is not None
        assert edit.changes is not None
        assert {address: len(edits) for address, edits in edit.changes.items()} == {uri: 1, other: 2}
        with pytest.raises(JsonRpcException, match="TON belongs to the library"):
            await client.text_document_prepare_rename_async(lsp.PrepareRenameParams(**place(uri, 3, 13)))
        with pytest.raises(JsonRpcException, match="END_IF is a word of the language"):
            await client.text_document_rename_async(lsp.RenameParams(new_name="END_IF", **place(uri, 8, 10)))

        (program,) = (
            await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(uri)))
            or ()
        )
        assert isinstance(program, lsp.DocumentSymbol)
        assert [each.name for each in program.children or ()] == ["level", "delay", "tank"]

        options = lsp.FormattingOptions(4, True)
        asked = lsp.DocumentFormattingParams(lsp.TextDocumentIdentifier(uri), options)
        (whole,) = await client.text_document_formatting_async(asked) or ()
        assert "    level : REAL;  // m, of the tank\n" in whole.new_text
        editor.replace(uri, whole.new_text)
        assert not await client.text_document_formatting_async(asked)
        editor.replace(uri, "PROGRAM p x := ; END_PROGRAM")
        with pytest.raises(JsonRpcException, match="left as it is: line 1"):
            await client.text_document_formatting_async(asked)

    assert session(folder, talk) == 0


def test_positions_count_what_the_editor_counts(folder: Path) -> None:
    async def talk(editor: Editor) -> None:
        uri = editor.open(folder / "pump.st", PUMP.replace("tank(Level", "(* 😀😀 *) tank(Level"))
        assert "TANK" in await editor.hover(uri, 7, 13)
        editor.type(uri, 7, 11, "x")
        assert await editor.hover(uri, 7, 13) == ""

    assert session(folder, talk) == 0


def test_the_server_outlives_whatever_it_is_sent(folder: Path) -> None:
    async def talk(editor: Editor) -> None:
        uri = editor.open(folder / "pump.st")
        texts = [
            "\x00" * 1_000,
            "(" * 200_000,
            "IF " * 50_000,
            "x" * 10_000_000,
            "\u2028\x0c\x0b\r 'é",
            "END_VAR " * 5_000,
        ]
        for text in texts:
            editor.replace(uri, text)
            await editor.completion(uri, 0, 500)
            await editor.hover(uri, 0, 3)
            await editor.client.text_document_document_symbol_async(
                lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(uri))
            )
        editor.replace(uri, "x" * 5_000_000)
        await editor.problems(uri, lambda found: [each.code for each in found] == ["Y037"])
        editor.replace(uri, PUMP.replace("level := 0.0;", "level := 0.0;\n" * 100_000))
        assert await editor.hover(uri, 6, 13) == ""

        for position in [(99_999, 99_999), (0, 2**31 - 1)]:
            await editor.completion(uri, *position)
        editor.type(uri, 50_000, 7, "beyond the end", (60_000, 1))
        for unknown in ["file:///nowhere/at/all.st", "untitled:Untitled-1", "file:///", "http://x/y.st", ""]:
            await editor.completion(unknown, 3, 3)
            await editor.hover(unknown, 0, 0)
        with pytest.raises(JsonRpcException):
            await editor.client.protocol.send_request_async("textDocument/noSuchThing", {})

        editor.replace(uri, PUMP)
        asked = [
            asyncio.ensure_future(editor.client.protocol.send_request_async("textDocument/hover", params))
            for params in [lsp.HoverParams(**place(uri, 6, 13))] * 20
        ]
        for request in range(5, 20):
            editor.client.protocol.notify("$/cancelRequest", {"id": request})
        await asyncio.wait(asked)
        assert "level : REAL" in await editor.hover(uri, 6, 13)
        editor.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(uri)))
        await editor.problems(uri, lambda found: found == [])

    assert session(folder, talk) == 0


def test_in_a_site_the_plant_is_known_and_its_programs_keep_their_names(tmp_path: Path) -> None:
    room = Path(__file__).parents[2] / "examples" / "ups_room"
    site = tmp_path / "room"
    (site / "programs").mkdir(parents=True)
    (site / "site.yaml").write_text((room / "site.yaml").read_text())
    for program in (room / "programs").glob("*.st"):
        (site / "programs" / program.name).write_text(program.read_text())
    path = site / "programs" / "room_alarm.st"

    async def talk(editor: Editor) -> None:
        uri = editor.open(path)
        await editor.problems(uri, no_errors)
        lines = path.read_text().splitlines()
        name = next(number for number, line in enumerate(lines) if line.startswith("PROGRAM "))
        with pytest.raises(JsonRpcException, match="a task of the site file starts room_alarm"):
            await editor.client.text_document_rename_async(lsp.RenameParams(new_name="x", **place(uri, name, 10)))
        last = len(lines) - 1
        editor.type(uri, last, 0, "Strings[1].\n")
        labels = [each.label for each in await editor.completion(uri, last, 11)]
        assert {"Temperature", "Voltage", "Breaker"} <= set(labels)

    assert session(site, talk) == 0
