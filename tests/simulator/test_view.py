"""The view of a serial bus: the same registers over TCP, and nothing can be written there."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.opening import open_world
from simulator.running import Running

SITE = Path(__file__).parents[2] / "examples" / "ups_room"


@pytest.fixture
def view(tmp_path: Path) -> Iterator[socket.socket]:
    running = Running(open_world(SITE, epoch_ns=time.monotonic_ns()), tmp_path)
    told = json.loads((tmp_path / "sim-battery.json").read_text())
    try:
        with socket.create_connection((told["host"], told["port"]), timeout=5) as line:
            yield line
    finally:
        running.close()


def ask(line: socket.socket, unit: int, pdu: bytes) -> bytes:
    line.sendall(struct.pack(">HHHB", 7, 0, 1 + len(pdu), unit) + pdu)
    head = line.recv(7, socket.MSG_WAITALL)
    return line.recv(struct.unpack(">HHHB", head)[2] - 1, socket.MSG_WAITALL)


def test_a_second_master_reads_a_modules_registers(view: socket.socket) -> None:
    answer = ask(view, 1, struct.pack(">BHH", 4, 0, 2))
    assert answer == struct.pack(">BBHH", 4, 4, 20, 1)


def test_a_second_master_moves_no_relay(view: socket.socket) -> None:
    before = ask(view, 241, struct.pack(">BHH", 1, 0, 4))
    assert ask(view, 241, struct.pack(">BHH", 5, 0, 0xFF00)) == bytes((0x85, 1))
    assert ask(view, 241, struct.pack(">BHH", 1, 0, 4)) == before
