"""The one door for every write by a person, a schedule or a protocol.

    who, role, reason, what --CommandDoor.send--> datagram --> engine --> Answer
                                 | refused here: a role that may not, no name, no reason
    who, role, what       --SimulatorDoor.ask--> simulator           simulated sites only

The engine checks again what the plant allows; here stands only who may ask at all.
"""

from __future__ import annotations

import os
import signal
import socket
import struct
import time
import uuid
from pathlib import Path
from typing import Any

import msgspec

from plc.core.command import MAX_DATAGRAM, Answer, Command, CommandKind
from plc.core.plan import Plan
from plc.core.run_paths import RunPaths
from plc.store.running import find_running
from plc.store.running_view import RunningView

OPERATOR, ENGINEER, SCHEDULE = "operator", "engineer", "schedule"

ROLES: dict[CommandKind, frozenset[str]] = {
    CommandKind.RESET: frozenset({OPERATOR, ENGINEER}),
    CommandKind.CONFIRM: frozenset({OPERATOR, ENGINEER}),
    CommandKind.SWITCH: frozenset({OPERATOR, ENGINEER, SCHEDULE}),
    CommandKind.RELEASE: frozenset({OPERATOR, ENGINEER, SCHEDULE}),
    CommandKind.START: frozenset({OPERATOR, ENGINEER, SCHEDULE}),
    CommandKind.ABORT: frozenset({OPERATOR, ENGINEER, SCHEDULE}),
    CommandKind.PAUSE: frozenset({OPERATOR, ENGINEER, SCHEDULE}),
    CommandKind.RESUME: frozenset({OPERATOR, ENGINEER, SCHEDULE}),
    CommandKind.START_AGAIN: frozenset({OPERATOR, ENGINEER}),
    CommandKind.RESTART: frozenset({ENGINEER}),
    CommandKind.LEARN: frozenset({ENGINEER}),
    CommandKind.SWAP: frozenset({ENGINEER}),
    CommandKind.CONFIRM_SET: frozenset({ENGINEER}),
    CommandKind.REVERT_SET: frozenset({ENGINEER}),
}
"""Who may ask for what."""

ANSWER_WITHIN_S = 2.0
VALID_FOR_S = 5.0
ANSWER_MAX = 65_536
SIMULATOR_WITHIN_S = 10.0


class CommandError(Exception):
    """A command that was not sent or not answered; the text says why and what to do."""


def command(
    kind: CommandKind,
    subject: str,
    *,
    who: str,
    role: str,
    reason: str,
    state: str = "",
    for_ns: int = 0,
    value: float = 0.0,
    valid_for_s: float = VALID_FOR_S,
) -> Command:
    """A command that may be sent. Raises CommandError if the role may not, or nobody or no reason is named."""
    if not who.strip():
        raise CommandError(f"{kind} {subject}: nobody is named; say who asks")
    if not reason.strip():
        raise CommandError(f"{kind} {subject}: no reason is given; write why in a few words")
    if role not in ROLES[kind]:
        allowed = " or ".join(sorted(ROLES[kind]))
        raise CommandError(f"{kind} {subject}: the role {role!r} may not; ask an {allowed}")
    expires_ns = time.monotonic_ns() + int(valid_for_s * 1e9)
    return Command(
        id=uuid.uuid4().hex,
        kind=kind,
        subject=subject,
        who=who.strip(),
        role=role,
        reason=reason.strip(),
        expires_ns=expires_ns,
        state=state,
        for_ns=for_ns,
        value=value,
    )


class CommandDoor:
    """Sends commands to one running engine."""

    def __init__(self, run: RunPaths) -> None:
        self._path = run.command_socket

    @classmethod
    def of(cls, state: Path) -> CommandDoor:
        """The door of the controller that runs on a state directory. Raises NotRunning."""
        return cls(find_running(state))

    def send(self, asked: Command, answer_within_s: float = ANSWER_WITHIN_S) -> Answer:
        """Ask and wait for the answer. Raises CommandError when the engine cannot be reached or stays silent; then
        the same command may be sent again: the engine carries out an id once."""
        datagram = msgspec.json.encode(asked)
        if len(datagram) > MAX_DATAGRAM:
            raise CommandError(f"the command has {len(datagram)} bytes of at most {MAX_DATAGRAM}; shorten the reason")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.bind("")
            line.settimeout(answer_within_s)
            credentials = struct.pack("3i", os.getpid(), os.getuid(), os.getgid())
            try:
                line.connect(str(self._path))
                line.sendmsg([datagram], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, credentials)])
                return self._answer(line, asked.id)
            except TimeoutError:
                raise CommandError(
                    f"the engine gave no answer within {answer_within_s:g} s; look at plc status, then send it again"
                ) from None
            except OSError as exc:
                raise CommandError(
                    f"no engine listens at {self._path} ({exc.strerror}); is the controller running?"
                ) from exc

    def _answer(self, line: socket.socket, id: str) -> Answer:
        while True:
            try:
                answer = msgspec.json.decode(line.recv(ANSWER_MAX), type=Answer)
            except msgspec.DecodeError:
                continue
            if answer.id in (id, ""):
                return answer


class SimulatorDoor:
    """What a person does to the plant of a simulated site: burn, cut a bus, close a breaker by hand, start again.

    `docs/devices/simulator.md` lists the requests.
    """

    def __init__(self, run: RunPaths) -> None:
        self._path = run.simulator_control

    @classmethod
    def of(cls, state: Path) -> SimulatorDoor:
        """The door of the simulated site that runs on a state directory. Raises NotRunning."""
        return cls(find_running(state))

    def ask(self, do: str, *, who: str, role: str, **asked: object) -> dict[str, Any]:
        """One request and its reply. Raises CommandError: nobody named, a real site, or the simulator refuses."""
        if not who.strip():
            raise CommandError(f"{do}: nobody is named; say who asks")
        if role not in (OPERATOR, ENGINEER):
            raise CommandError(f"{do}: the role {role!r} may not; ask an {OPERATOR} or {ENGINEER}")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(SIMULATOR_WITHIN_S)
            try:
                line.connect(str(self._path))
                line.sendall(msgspec.json.encode({"do": do, **asked}) + b"\n")
                with line.makefile("rb") as lines:
                    reply: dict[str, Any] = msgspec.json.decode(lines.readline(), type=dict[str, Any])
            except (OSError, msgspec.DecodeError) as exc:
                raise CommandError(
                    f"{do}: no simulator answers ({exc}); only a simulated site that runs has one"
                ) from exc
        if not reply.pop("ok", False):
            raise CommandError(f"{do}: {reply.get('error', 'refused')}")
        return reply


def kill_engine(run: RunPaths, *, who: str, role: str) -> str:
    """End a simulated site's engine by SIGKILL, to see what the plant does without it; the supervisor starts the next
    one. Raises CommandError: nobody named, a real site, or no engine runs."""
    if not who.strip():
        raise CommandError("kill engine: nobody is named; say who asks")
    if role not in (OPERATOR, ENGINEER):
        raise CommandError(f"kill engine: the role {role!r} may not; ask an {OPERATOR} or {ENGINEER}")
    if not msgspec.json.decode(run.plan.read_bytes(), type=Plan).simulated:
        raise CommandError("kill engine: this site is real; only a simulated one may lose its engine for show")
    pid = next((process.pid for process in RunningView(run).processes() if process.name == "engine"), 0)
    try:
        engine = os.pidfd_open(pid) if pid else -1
    except OSError:
        engine = -1
    if engine < 0:
        raise CommandError("kill engine: no engine runs; look at the health strip")
    try:
        signal.pidfd_send_signal(engine, signal.SIGKILL)
    finally:
        os.close(engine)
    return f"the engine (process {pid}) was killed; the supervisor starts the next one"
