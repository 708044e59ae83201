"""The one door for every write by a person, a schedule or a protocol.

    who, role, reason, what --CommandDoor.send--> datagram --> engine --> Answer
                                 | refused here: a role that may not, no name, no reason
    who, role, reason, what --StationDoor.ask--> station: alarms acknowledged, entries of the schedule changed
    who, role, reason, what --SimulatorDoor.ask--> simulator, noted in the journal     simulated sites only

The engine checks again what the plant allows; here stands only who may ask at all.
"""

from __future__ import annotations

import contextlib
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
from plc.core.site import Schedule
from plc.core.station import RequestKind, StationAnswer, StationRequest
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
STATION_WITHIN_S = 10.0
LOOKING = frozenset({"state", "stamps", "first_reply"})
"""Requests to the simulator that change nothing: they need no reason and are not noted."""


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
    id: str = "",
) -> Command:
    """A command that may be sent, under a new id unless one is given. Raises CommandError if the role may not, or
    nobody or no reason is named."""
    if not who.strip():
        raise CommandError(f"{kind} {subject}: nobody is named; say who asks")
    if not reason.strip():
        raise CommandError(f"{kind} {subject}: no reason is given; write why in a few words")
    if role not in ROLES[kind]:
        allowed = " or ".join(sorted(ROLES[kind]))
        raise CommandError(f"{kind} {subject}: the role {role!r} may not; ask an {allowed}")
    expires_ns = time.monotonic_ns() + int(valid_for_s * 1e9)
    return Command(
        id=id or uuid.uuid4().hex,
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


class StationDoor:
    """Asks the station: acknowledge an alarm, change the schedule, list both."""

    def __init__(self, run: RunPaths) -> None:
        self._path = run.station_socket

    @classmethod
    def of(cls, state: Path) -> StationDoor:
        """The door of the controller that runs on a state directory. Raises NotRunning."""
        return cls(find_running(state))

    def ask(
        self,
        kind: RequestKind,
        subject: str = "",
        *,
        who: str = "",
        role: str = "",
        reason: str = "",
        schedule: Schedule | None = None,
        text: str = "",
        answer_within_s: float = STATION_WITHIN_S,
    ) -> StationAnswer:
        """One request and its answer, with the station's status after it; see `RequestKind` for what each needs.

        Raises CommandError when the station cannot be reached; then nothing is known to have been done.
        """
        request = StationRequest(kind, who, role, reason, subject, schedule, text)
        try:
            line = _ask_stream(self._path, msgspec.json.encode(request), answer_within_s)
            return msgspec.json.decode(line, type=StationAnswer)
        except (OSError, msgspec.DecodeError) as exc:
            raise CommandError(
                f"{kind}: the station does not answer ({exc}); it starts again by itself, look at plc status"
            ) from exc


def _ask_stream(path: Path, line: bytes, answer_within_s: float) -> bytes:
    """One line to a stream socket, one line back. Raises OSError."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stream:
        stream.settimeout(answer_within_s)
        stream.connect(str(path))
        stream.sendall(line + b"\n")
        with stream.makefile("rb") as lines:
            return lines.readline()


class SimulatorDoor:
    """What a person does to the plant of a simulated site: burn, cut a bus, close a breaker by hand, start again.

    `docs/devices/simulator.md` lists the requests.
    """

    def __init__(self, run: RunPaths) -> None:
        self._run = run

    @classmethod
    def of(cls, state: Path) -> SimulatorDoor:
        """The door of the simulated site that runs on a state directory. Raises NotRunning."""
        return cls(find_running(state))

    def ask(self, do: str, *, who: str, role: str, reason: str = "", **asked: object) -> dict[str, Any]:
        """One request and its reply. Raises CommandError: nobody named, no reason for what changes something, a real
        site, or the simulator refuses."""
        looks = do in LOOKING
        _refuse_nobody(do, who, role, "looking needs none" if looks else reason)
        if not looks:
            _refuse_real(do, self._run)
        try:
            line = _ask_stream(
                self._run.simulator_control, msgspec.json.encode({"do": do, **asked}), SIMULATOR_WITHIN_S
            )
            reply = msgspec.json.decode(line, type=dict[str, Any])
        except (OSError, msgspec.DecodeError) as exc:
            raise CommandError(f"{do}: no simulator answers ({exc}); only a simulated site that runs has one") from exc
        if not reply.pop("ok", False):
            raise CommandError(f"{do}: {reply.get('error', 'refused')}")
        if not looks:
            what = ", ".join(f"{key} {value}" for key, value in asked.items())
            _note(self._run, f"simulator {do}", f"{do} {what}".rstrip(), who=who, role=role, reason=reason)
        return reply

    def start_again(self, *, who: str, role: str, reason: str) -> Answer:
        """Plant, latches and programs as at the start; the armed set stays. The plant first: programs that begin anew
        shall see it as it was. Raises CommandError."""
        self.ask("start_again", who=who, role=role, reason=reason)
        plan = _plan(self._run)
        for bus in plan.buses:
            self.ask("restore", who=who, role=role, reason=reason, bus=bus.name)
        again = command(CommandKind.START_AGAIN, plan.name, who=who, role=role, reason=reason)
        return CommandDoor(self._run).send(again)


def kill_engine(run: RunPaths, *, who: str, role: str, reason: str) -> str:
    """End a simulated site's engine by SIGKILL, to see what the plant does without it; the supervisor starts the next
    one. Raises CommandError: nobody named, no reason, a real site, or no engine runs."""
    _refuse_nobody("kill engine", who, role, reason)
    _refuse_real("kill engine", run)
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
    text = f"the engine (process {pid}) was killed; the supervisor starts the next one"
    _note(run, "engine", text, who=who, role=role, reason=reason)
    return text


def _refuse_nobody(do: str, who: str, role: str, reason: str) -> None:
    if not who.strip():
        raise CommandError(f"{do}: nobody is named; say who asks")
    if not reason.strip():
        raise CommandError(f"{do}: no reason is given; write why in a few words")
    if role not in (OPERATOR, ENGINEER):
        raise CommandError(f"{do}: the role {role!r} may not; ask an {OPERATOR} or {ENGINEER}")


def _refuse_real(do: str, run: RunPaths) -> None:
    if not _plan(run).simulated:
        raise CommandError(f"{do}: this site is real; only a simulated one is played with")


def _plan(run: RunPaths) -> Plan:
    try:
        return msgspec.json.decode(run.plan.read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError) as exc:
        raise CommandError(f"the plan of the controller cannot be read ({exc}); is it running?") from exc


def _note(run: RunPaths, subject: str, text: str, *, who: str, role: str, reason: str) -> None:
    """Have the journal say what was done here. A station that is away does not undo it."""
    with contextlib.suppress(CommandError):
        StationDoor(run).ask(RequestKind.NOTE, subject, who=who, role=role, reason=reason, text=text, answer_within_s=2)
