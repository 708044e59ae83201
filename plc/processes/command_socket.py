"""The engine's end of the command door: datagrams in, answers out, nothing that could stop a scan.

datagram + sender's credentials --take--> Command ... Answer --reply--> sender
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from plc.core.command import MAX_DATAGRAM, Answer, Command

MOST_PER_SCAN = 32
_CREDENTIALS = struct.Struct("3i")
LONGEST = {"id": 64, "subject": 128, "who": 128, "role": 32, "reason": 1024, "state": 16}
"""Characters of each text, so that the answers an engine keeps have a bounded size."""
LARGEST_NS = 10**18
_SPACE = socket.CMSG_SPACE(_CREDENTIALS.size)


Sender = str | bytes | None


@dataclass(slots=True)
class Counters:
    """Datagrams so far: taken as commands, refused (malformed, too long, from a stranger), answers not delivered."""

    taken: int = 0
    refused: int = 0
    unanswered: int = 0


class CommandSocket:
    """A Unix datagram socket at ``path`` (0600), never blocking. A socket left by a dead engine is replaced."""

    def __init__(self, path: Path) -> None:
        self.counters = Counters()
        self._senders: dict[str, list[Sender]] = {}
        self._decode = msgspec.json.Decoder(Command).decode
        self._encode = msgspec.json.Encoder().encode
        path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        mask = os.umask(0o177)
        try:
            self._socket.bind(str(path))
        finally:
            os.umask(mask)

    def take(self) -> list[Command]:
        """The commands that wait, in the order they came, at most MOST_PER_SCAN datagrams; what is no command from a
        permitted sender is answered with its reason, counted and left out."""
        commands: list[Command] = []
        for _ in range(MOST_PER_SCAN):
            try:
                datagram, ancillary, flags, sender = self._socket.recvmsg(MAX_DATAGRAM, _SPACE)
            except OSError:
                break
            found = self._read(datagram, ancillary, flags)
            if isinstance(found, Command):
                self._senders.setdefault(found.id, []).append(sender)
                commands.append(found)
            else:
                self.counters.refused += 1
                self._send(Answer("", False, found), sender)
        self.counters.taken += len(commands)
        return commands

    def reply(self, answers: Iterable[Answer]) -> None:
        """Send each answer to whoever sent its command; a sender that has gone is counted."""
        for answer in answers:
            senders = self._senders.pop(answer.id, [])
            if senders:
                self._send(answer, senders[0])
            if len(senders) > 1:
                self._senders[answer.id] = senders[1:]

    def close(self) -> None:
        self._socket.close()

    def _read(self, datagram: bytes, ancillary: list[tuple[int, int, bytes]], flags: int) -> Command | str:
        """The command, or why it is none."""
        if flags & socket.MSG_TRUNC:
            return f"a command has at most {MAX_DATAGRAM} bytes; shorten the reason"
        if not _is_permitted(ancillary):
            return "this user may not command the controller; run as its user"
        try:
            command = self._decode(datagram)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            return f"this is no command ({str(exc)[:200]}); send it through plc"
        return _out_of_bounds(command) or command

    def _send(self, answer: Answer, sender: Sender) -> None:
        if not sender:
            self.counters.unanswered += 1
            return
        try:
            self._socket.sendto(self._encode(answer), sender)
        except OSError:
            self.counters.unanswered += 1


def _out_of_bounds(command: Command) -> str:
    """Which part of a command is too long or too large, with the cure; empty if none is."""
    for name, most in LONGEST.items():
        if len(getattr(command, name)) > most:
            return f"{name} has more than {most} characters; shorten it"
    if not command.id:
        return "the command has no id; send it through plc"
    if abs(command.for_ns) > LARGEST_NS:
        return "the time asked for is longer than 30 years; leave it out for 'until further notice'"
    if abs(command.expires_ns) > 2**63:
        return "the expiry is no instant of this machine's clock; send it through plc"
    return ""


def _is_permitted(ancillary: list[tuple[int, int, bytes]]) -> bool:
    """Whether the kernel says that the sender is root or the controller's own user."""
    for level, kind, content in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            with contextlib.suppress(struct.error):
                return _CREDENTIALS.unpack(content)[1] in (0, os.geteuid())
    return False
