"""Modbus TCP of the simulator: strict headers, several clients, faults."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from simulator.control import Control, Refused
from simulator.running import Running

STATUS = "00 01 00 00 00 06 01 03 00 6D 00 01"
NORMAL = "000100000005010302" + "0004"


class Client:
    def __init__(self, running: Running) -> None:
        address = running.ports()["lan"]
        self.socket = socket.create_connection(tuple(address), timeout=2)  # type: ignore[call-overload]

    def ask(self, frame: str, within_s: float = 2.0, length: int = 1) -> str:
        """At least `length` hex digits; empty for a closed connection, `silence` for nothing in time."""
        self.socket.sendall(bytes.fromhex(frame))
        got = self.read(within_s)
        while got not in ("", "silence") and len(got) < length:
            got += self.read(within_s)
        return got

    def read(self, within_s: float = 2.0) -> str:
        self.socket.settimeout(within_s)
        try:
            return self.socket.recv(300).hex()
        except TimeoutError:
            return "silence"
        except ConnectionError:
            return ""


@pytest.fixture
def client(running: Running) -> Iterator[Client]:
    one = Client(running)
    yield one
    one.socket.close()


def test_a_register_is_read_over_tcp(client: Client) -> None:
    assert client.ask(STATUS) == NORMAL


def test_the_transaction_is_echoed_and_requests_in_one_packet_are_all_answered(client: Client) -> None:
    wanted = NORMAL + "beef" + NORMAL[4:]
    assert client.ask(STATUS + "BE EF" + STATUS[5:], length=len(wanted)) == wanted


def test_a_request_in_pieces_is_put_together(client: Client) -> None:
    assert client.ask(STATUS[:14], 0.05) == "silence"
    assert client.ask(STATUS[15:]) == NORMAL


@pytest.mark.parametrize(
    "header",
    ["00 01 00 01 00 06 01", "00 01 00 00 00 01 01", "00 01 00 00 00 FF 01", "47 45 54 20 2F 20 48"],
    ids=["another protocol", "too short", "too long", "http"],
)
def test_a_bad_header_closes_the_connection_and_no_other(running: Running, client: Client, header: str) -> None:
    other = Client(running)
    assert client.ask(header + "03 00 6D 00 01") == ""
    assert other.ask(STATUS) == NORMAL
    other.socket.close()


def test_a_unit_that_is_not_there_is_silent_and_the_connection_stays(client: Client) -> None:
    assert client.ask("00 01 00 00 00 06 09 03 00 6D 00 01", 0.1) == "silence"
    assert client.ask(STATUS) == NORMAL


def test_a_short_pdu_is_an_illegal_value(client: Client) -> None:
    assert client.ask("00 01 00 00 00 03 01 03 00") == "000100000003018303"


def test_a_cut_bus_drops_its_clients_and_refuses_new_ones(running: Running, client: Client, control: Control) -> None:
    assert client.ask(STATUS) == NORMAL
    control("cut", bus="lan")
    assert client.read() == ""
    refused = Client(running)
    assert refused.read() == ""
    refused.socket.close()
    control("restore", bus="lan")
    again = Client(running)
    assert again.ask(STATUS) == NORMAL
    again.socket.close()


def test_a_late_reply_comes_after_the_next_one(client: Client, control: Control) -> None:
    control("fault", bus="lan", kind="delay", unit=1, ms=100, times=1)
    assert client.ask(STATUS, 0.03) == "silence"
    assert client.ask("00 02 00 00 00 06 02 04 00 02 00 01")[:4] == "0002"
    assert client.read() == NORMAL


def test_a_dripped_reply_arrives_whole_in_the_end(client: Client, control: Control) -> None:
    control("fault", bus="lan", kind="drip", unit=1, ms=5, times=1)
    assert client.ask(STATUS, length=len(NORMAL)) == NORMAL


def test_a_wrong_count_and_noise_are_sent_as_told(client: Client, control: Control) -> None:
    control("fault", bus="lan", kind="wrong_count", unit=1, times=1)
    assert client.ask(STATUS) == "0001000000070103040004" + "0000"
    control("fault", bus="lan", kind="noise", unit=1, times=1)
    assert client.ask(STATUS) == "ffffff" + NORMAL


def test_a_checksum_fault_is_refused_on_tcp(control: Control) -> None:
    with pytest.raises(Refused, match="has no checksum"):
        control("fault", bus="lan", kind="crc")


def test_one_client_too_many_is_turned_away(running: Running) -> None:
    clients = [Client(running) for _ in range(33)]
    assert clients[0].ask(STATUS) == NORMAL
    assert clients[32].read() == ""
    for one in clients:
        one.socket.close()
