"""Modbus TCP on loopback: strict about the header, silent for units that are not there, several clients at once."""

from __future__ import annotations

import os
import selectors
import socket
import struct
import threading
import time

from simulator.bus_faults import Faults, spoil
from simulator.serial_line import Respond
from simulator.stamps import Stamps

MOST_CLIENTS = 32
HEADER = struct.Struct(">HHHB")


class TcpLine:
    """One Modbus TCP server on 127.0.0.1, a free port. `respond(unit, pdu, now_ns)` gives a reply PDU or None."""

    def __init__(self, name: str, respond: Respond) -> None:
        self.name = name
        self.respond = respond
        self.faults = Faults()
        self.stamps = Stamps()
        self.bad_frames = 0
        self.early_requests = 0
        self._cut = False
        self._late: list[tuple[int, bytes, socket.socket]] = []
        self._clients: dict[socket.socket, bytes] = {}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.host, self.tcp_port = self._listener.getsockname()[:2]
        self._stop = threading.Event()
        self._wake_read, self._wake_write = os.pipe()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._wake_read, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name=f"line {name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        os.write(self._wake_write, b"x")
        self._thread.join()
        for client in list(self._clients):
            self._drop(client)
        self._selector.close()
        self._listener.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    @property
    def cut(self) -> bool:
        return self._cut

    @cut.setter
    def cut(self, cut: bool) -> None:
        """A cut bus drops its clients and every new one."""
        self._cut = cut
        os.write(self._wake_write, b"c")

    def _run(self) -> None:
        while not self._stop.is_set():
            for key, _ in self._selector.select(self._until_late_s()):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj == self._wake_read:
                    os.read(self._wake_read, 64)
                elif isinstance(key.fileobj, socket.socket):
                    self._read(key.fileobj)
            if self._cut:
                for client in list(self._clients):
                    self._drop(client)
            self._send_late()

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        if self._cut or len(self._clients) >= MOST_CLIENTS:
            client.close()
            return
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._clients[client] = b""
        self._selector.register(client, selectors.EVENT_READ)

    def _drop(self, client: socket.socket) -> None:
        if self._clients.pop(client, None) is not None:
            self._selector.unregister(client)
            client.close()

    def _read(self, client: socket.socket) -> None:
        if client not in self._clients:
            return
        try:
            received = client.recv(4096)
        except OSError:
            received = b""
        if not received:
            self._drop(client)
            return
        pending = self._clients[client] + received
        while len(pending) >= HEADER.size:
            transaction, protocol, length, unit = HEADER.unpack_from(pending)
            if protocol != 0 or not 2 <= length <= 254:
                self.bad_frames += 1
                self._drop(client)
                return
            if len(pending) < 6 + length:
                break
            pdu, pending = pending[HEADER.size : 6 + length], pending[6 + length :]
            self._request(client, transaction, unit, pdu)
        if client in self._clients:
            self._clients[client] = pending

    def _request(self, client: socket.socket, transaction: int, unit: int, pdu: bytes) -> None:
        now_ns = time.monotonic_ns()
        reply = self.respond(unit, pdu, now_ns)
        struck = self.faults.strike(unit) if reply is not None else {}
        if reply is None or "silent" in struck:
            self.stamps.add(unit, pdu, now_ns, now_ns, None)
            return
        unit_sent, reply = spoil(reply, unit, struck)
        wire = HEADER.pack(transaction, 0, len(reply) + 1, unit_sent) + reply
        if "noise" in struck:
            wire = b"\xff\xff\xff" + wire
        sent_ns = now_ns + int(struck.get("delay", 0) * 1e6)
        if "delay" in struck:
            self._late.append((sent_ns, wire, client))
        elif "drip" in struck:
            gap_ns = int(struck["drip"] * 1e6)
            self._late += [(now_ns + i * gap_ns, wire[i : i + 1], client) for i in range(len(wire))]
        else:
            self._send(client, wire)
            sent_ns = time.monotonic_ns()
        self.stamps.add(unit, pdu, now_ns, now_ns, (sent_ns, sent_ns))

    def _send(self, client: socket.socket, wire: bytes) -> None:
        try:
            client.sendall(wire)
        except OSError:
            self._drop(client)

    def _until_late_s(self) -> float:
        if not self._late:
            return 1.0
        return max(0.0, (min(at_ns for at_ns, _, _ in self._late) - time.monotonic_ns()) / 1e9)

    def _send_late(self) -> None:
        now_ns = time.monotonic_ns()
        due = [late for late in self._late if late[0] <= now_ns]
        self._late = [late for late in self._late if late[0] > now_ns]
        for _, wire, client in sorted(due, key=lambda late: late[0]):
            if client in self._clients:
                self._send(client, wire)
