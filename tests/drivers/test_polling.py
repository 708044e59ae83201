"""Whose turn it is to be read: pure, on instants of the test's own."""

from __future__ import annotations

from drivers.polling import PollOrder
from plc.core.plan import DevicePlan

MS = 1_000_000
BOARD = 1


def order() -> PollOrder:
    """A module with one part, a relay unit with two (contacts, then coils), a module."""
    devices = [DevicePlan("S1.1", "C20", 1), DevicePlan("gx1", "GX_R_AUX", 241), DevicePlan("S1.2", "C20", 2)]
    return PollOrder(devices, [1, 2, 1])


def test_a_turn_reads_all_parts_of_a_device_even_after_an_odd_number_of_polls_out_of_turn() -> None:
    polls = order()
    polls.favour(BOARD, 5 * MS)
    asked: list[tuple[str, int]] = []
    now_ns = 0
    while len(asked) < 20:
        polled = polls.next(now_ns)
        if polled is not None:
            asked.append((polled.device.name, polled.part))
            polls.answered(polled)
            now_ns += 6 * MS
        else:
            now_ns += 100 * MS
    out_of_turn, turns = asked[:1], asked[1:]
    assert out_of_turn == [("gx1", 0)]
    boards = [part for name, part in turns if name == "gx1"]
    assert boards[: len(boards) // 2 * 2] == [0, 1] * (len(boards) // 2)
