"""Whatever a client sends, a request gets an answer and the server goes on."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types as lsp

from tests.lsp.raw import ENDS_WITHIN_S, HOVER, raw

PROGRAM = "PROGRAM p\nVAR\n    a : INT;\nEND_VAR\na := 1;\nEND_PROGRAM\n"


def edit(text: str) -> dict[str, object]:
    start = {"line": 0, "character": 0}
    return {"range": {"start": start, "end": start}, "text": text}


def test_a_session_has_a_beginning_and_an_end(tmp_path: Path) -> None:
    with raw(tmp_path) as client:
        assert client.hover("file:///x.st", 0, 0)[0] == lsp.ErrorCodes.ServerNotInitialized
        client.begin()
        client.open("file:///x.st", PROGRAM)
        assert client.hover("file:///x.st", 4, 0)[0] == 0
        assert client.ask("shutdown") == (0, None)
        assert client.hover("file:///x.st", 4, 0)[0] == lsp.ErrorCodes.InvalidRequest
        client.tell("exit")
        assert client.process.wait(ENDS_WITHIN_S) == 0


def test_an_exit_without_a_shutdown_ends_the_server_with_1_even_while_it_checks(tmp_path: Path) -> None:
    with raw(tmp_path) as client:
        client.begin()
        client.open("file:///x.st", PROGRAM.replace("a := 1;", "a := a + 1;\n" * 20_000))
        assert client.hover("file:///x.st", 2, 4)[0] == 0
        client.tell("exit")
        assert client.process.wait(ENDS_WITHIN_S) == 1


def test_parameters_of_another_form_are_answered_with_what_is_wrong(tmp_path: Path) -> None:
    with raw(tmp_path) as client:
        client.begin()
        client.open("file:///x.st", PROGRAM)
        invalid = lsp.ErrorCodes.InvalidParams
        assert client.ask(HOVER) == (invalid, "the parameters of textDocument/hover are not those of the protocol")
        assert client.ask(HOVER, [1, 2])[0] == invalid
        for place in [(-1, 0), (0, 10**30), ("a", None)]:
            assert client.hover("file:///x.st", *place)[0] == invalid
        assert client.ask("workspace/nothing", {})[0] == lsp.ErrorCodes.MethodNotFound
        for body in [b"no json", b"[]", b"{}", b"null", b"\xff\xfe", b'{"jsonrpc": "2.0", "id": 7}', b"[" * 90_000]:
            client.bytes(body)
        assert client.hover("file:///x.st", 4, 0)[0] == 0


def test_documents_nobody_opened_are_changed_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "ä b.st"
    path.write_text(PROGRAM)
    uri = path.as_uri()
    with raw(tmp_path) as client:
        client.begin()
        client.tell(
            "textDocument/didChange", {"textDocument": {"uri": uri, "version": 3}, "contentChanges": [edit("x")]}
        )
        client.tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        assert "a : INT" in client.hover(uri, 4, 0)[1]["contents"]["value"]
        assert [each["params"]["message"] for each in client.told if each["method"] == "window/logMessage"] == [
            f"{uri} was changed, never opened"
        ]
        client.open(uri, PROGRAM)
        for version in (9, 2, -1):
            document = {"uri": uri.replace("%20", " "), "version": version}
            client.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [edit("// x\n")]})
        assert client.hover(uri, 4, 0) == (0, None)
        assert "a : INT" in client.hover(uri, 7, 0)[1]["contents"]["value"]


def test_a_file_that_cannot_be_read_is_an_error_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "folder.st").mkdir()
    (tmp_path / "gone.st").symlink_to(tmp_path / "nowhere")
    options = {"tabSize": 4, "insertSpaces": True}
    failed = lsp.LSPErrorCodes.RequestFailed
    with raw(tmp_path) as client:
        client.begin()
        for uri, reason in [
            ((tmp_path / "folder.st").as_uri(), "no regular file"),
            ((tmp_path / "gone.st").as_uri(), "No such file"),
            ("file:///" + "x" * 5000, "too long"),
            ("untitled:Untitled-1", "No such file"),
        ]:
            code, text = client.ask("textDocument/formatting", {"textDocument": {"uri": uri}, "options": options})
            assert (code, reason in text) == (failed, True)
        assert client.hover("file:///tmp/\ud83d.st", 0, 0)[0] == failed
        assert client.hover((tmp_path / "folder.st").as_uri(), 0, 0) == (0, None)
