"""The command door and the engine's end of it: commands pass, everything else is answered and counted."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plc.commands import ENGINEER, OPERATOR, ROLES, SCHEDULE, CommandDoor, CommandError, command
from plc.core.command import MAX_DATAGRAM, Answer, Command, CommandKind
from plc.core.run_paths import RunPaths
from plc.processes.command_socket import MOST_PER_SCAN, CommandSocket


def reset(breaker: str = "Q2") -> Command:
    return command(CommandKind.RESET, breaker, who="Ada", role=OPERATOR, reason="string cooled, walked down")


@pytest.fixture
def run(tmp_path: Path) -> RunPaths:
    return RunPaths(tmp_path)


@pytest.fixture
def engine(run: RunPaths) -> Iterator[CommandSocket]:
    end = CommandSocket(run.command_socket)
    yield end
    end.close()


@pytest.fixture
def sender(run: RunPaths, engine: CommandSocket) -> Iterator[socket.socket]:
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.bind("")
    line.connect(str(run.command_socket))
    line.settimeout(2)
    yield line
    line.close()


def accept_one(engine: CommandSocket, taken: list[Command]) -> None:
    """What an engine does in its next scan."""
    while not taken:
        taken += engine.take()
    engine.reply([Answer(asked.id, True, f"{asked.subject} is reset") for asked in taken])


def test_a_command_reaches_the_engine_whole_and_its_answer_comes_back(run: RunPaths, engine: CommandSocket) -> None:
    taken: list[Command] = []
    scan = threading.Thread(target=accept_one, args=(engine, taken))
    scan.start()
    asked = reset()
    answer = CommandDoor(run).send(asked)
    scan.join()
    assert taken == [asked]
    assert answer == Answer(asked.id, True, "Q2 is reset")


def test_a_scan_takes_no_more_than_its_share_and_the_rest_in_the_next(
    engine: CommandSocket, sender: socket.socket
) -> None:
    full = 0
    sender.setblocking(False)
    while full < 2:
        try:
            sender.send(msgspec.json.encode(reset(f"Q{full}")))
        except BlockingIOError:
            full += 1
            assert len(engine.take()) <= MOST_PER_SCAN


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"null",
        b'{"id": 1}',
        b"[" * 4000,
        msgspec.json.encode({**msgspec.to_builtins(reset()), "kind": "explode"}),
        msgspec.json.encode({**msgspec.to_builtins(reset()), "id": ""}),
        msgspec.json.encode({**msgspec.to_builtins(reset()), "id": "x" * 65}),
        msgspec.json.encode({**msgspec.to_builtins(reset()), "subject": "Q" * 129}),
        msgspec.json.encode({**msgspec.to_builtins(reset()), "for_ns": 10**30}),
        msgspec.json.encode({**msgspec.to_builtins(reset()), "expires_ns": -(10**30)}),
        b"x" * (MAX_DATAGRAM + 1),
    ],
)
def test_a_malformed_datagram_is_answered_and_counted_and_the_next_command_passes(
    engine: CommandSocket, sender: socket.socket, datagram: bytes
) -> None:
    sender.send(datagram)
    assert engine.take() == []
    answer = msgspec.json.decode(sender.recv(4096), type=Answer)
    assert not answer.accepted
    assert "; " in answer.text
    assert engine.counters.refused == 1
    asked = reset()
    sender.send(msgspec.json.encode(asked))
    assert engine.take() == [asked]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.binary(max_size=MAX_DATAGRAM))
def test_no_datagram_raises(engine: CommandSocket, sender: socket.socket, datagram: bytes) -> None:
    sender.send(datagram)
    assert engine.take() == []
    sender.recv(4096)


def test_a_sender_without_an_address_gets_no_answer_and_does_no_harm(run: RunPaths, engine: CommandSocket) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as nameless:
        nameless.sendto(msgspec.json.encode(reset()), str(run.command_socket))
    (taken,) = engine.take()
    engine.reply([Answer(taken.id, True, "")])
    assert engine.counters.unanswered == 1


def test_a_sender_that_left_before_the_answer_does_no_harm(run: RunPaths, engine: CommandSocket) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("")
        line.sendto(msgspec.json.encode(reset()), str(run.command_socket))
    (taken,) = engine.take()
    engine.reply([Answer(taken.id, True, "")])
    assert engine.counters.unanswered == 1


def test_a_socket_left_by_a_dead_engine_is_replaced(run: RunPaths) -> None:
    CommandSocket(run.command_socket)
    CommandSocket(run.command_socket).close()


def test_the_socket_is_for_its_user_alone(run: RunPaths, engine: CommandSocket) -> None:
    assert run.command_socket.stat().st_mode & 0o777 == 0o600


def test_a_silent_engine_is_named_after_the_time_to_answer(run: RunPaths, engine: CommandSocket) -> None:
    with pytest.raises(CommandError, match="gave no answer within"):
        CommandDoor(run).send(reset(), answer_within_s=0.05)


def test_an_absent_engine_is_named_with_the_cure(run: RunPaths) -> None:
    with pytest.raises(CommandError, match="is the controller running"):
        CommandDoor(run).send(reset())


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (CommandKind.RESET, SCHEDULE),
        (CommandKind.CONFIRM, SCHEDULE),
        (CommandKind.SWAP, OPERATOR),
        (CommandKind.RESTART, OPERATOR),
        (CommandKind.LEARN, OPERATOR),
        (CommandKind.SWITCH, "viewer"),
    ],
)
def test_a_role_that_may_not_is_refused_before_anything_is_sent(kind: CommandKind, role: str) -> None:
    with pytest.raises(CommandError, match="ask an "):
        command(kind, "x", who="Ada", role=role, reason="because")


def test_every_kind_of_command_has_its_roles() -> None:
    assert set(ROLES) == set(CommandKind)


def test_nobody_and_no_reason_are_refused() -> None:
    with pytest.raises(CommandError, match="say who"):
        command(CommandKind.RESET, "Q2", who=" ", role=ENGINEER, reason="because")
    with pytest.raises(CommandError, match="write why"):
        command(CommandKind.RESET, "Q2", who="Ada", role=ENGINEER, reason="")


def test_a_command_too_long_is_refused(run: RunPaths, engine: CommandSocket) -> None:
    asked = command(CommandKind.RESET, "Q2", who="Ada", role=OPERATOR, reason="y" * MAX_DATAGRAM)
    with pytest.raises(CommandError, match="shorten the reason"):
        CommandDoor(run).send(asked)
