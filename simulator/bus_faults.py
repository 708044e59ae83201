"""What can be wrong on a bus, told to a line and taken by its replies.

A `Fault` strikes the replies of one unit (or all), a number of times (or until cleared).
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

KINDS = ("silent", "delay", "crc", "wrong_unit", "wrong_count", "wrong_function", "noise", "drip")


@dataclass(slots=True)
class Fault:
    """`ms`: the delay, or the gap between dripped bytes. `left`: how many replies it still strikes; None is all."""

    kind: str
    unit: int | None = None
    ms: float = 0.0
    left: int | None = None

    def told(self) -> dict[str, object]:
        return {"kind": self.kind, "unit": self.unit, "ms": self.ms, "left": self.left}


class Faults:
    """The faults of one line, in the order they were set."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        if fault.kind not in KINDS:
            raise ValueError(f"there is no fault {fault.kind!r}; write one of {', '.join(KINDS)}")
        with self._lock:
            self._faults.append(fault)

    def clear(self, unit: int | None = None) -> None:
        """Take back the faults of one unit, or all."""
        with self._lock:
            self._faults = [fault for fault in self._faults if unit is not None and fault.unit != unit]

    def told(self) -> list[dict[str, object]]:
        with self._lock:
            return [fault.told() for fault in self._faults]

    def strike(self, unit: int) -> dict[str, float]:
        """The faults that this reply suffers, kind to ms; each is used up once."""
        if not self._faults:
            return {}
        with self._lock:
            struck = [fault for fault in self._faults if fault.unit in (None, unit)]
            for fault in struck:
                if fault.left is not None:
                    fault.left -= 1
            self._faults = [fault for fault in self._faults if fault.left is None or fault.left > 0]
            return {fault.kind: fault.ms for fault in struck}


def spoil(pdu: bytes, unit: int, struck: dict[str, float]) -> tuple[int, bytes]:
    """Unit and PDU as the struck reply carries them."""
    if "wrong_unit" in struck:
        unit = unit % 247 + 1
    if "wrong_function" in struck:
        pdu = bytes([pdu[0] ^ 0x07]) + pdu[1:]
    if "wrong_count" in struck and pdu[0] in (1, 2, 3, 4):
        pdu = pdu[:1] + bytes([pdu[1] + 2]) + pdu[2:] + b"\x00\x00"
    return unit, pdu
