"""When each frame passed the far end of a line: a ring of the last transactions, in monotonic nanoseconds."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

KEPT = 8192


@dataclass(frozen=True, slots=True)
class Stamp:
    """One request, and its reply if there was one. `answered_ns` is when the device read or changed its registers."""

    number: int
    unit: int
    function: int
    address: int
    count: int
    request_end_ns: int
    answered_ns: int
    reply_start_ns: int | None
    reply_end_ns: int | None

    def reads(self, address: int) -> bool:
        return self.function in (1, 2, 3, 4) and self.address <= address < self.address + self.count

    def told(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


class Stamps:
    """The ring. Written by one line, read by anybody."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ring: deque[Stamp] = deque(maxlen=KEPT)
        self._number = 0

    def add(self, unit: int, pdu: bytes, request_end_ns: int, answered_ns: int, reply: tuple[int, int] | None) -> None:
        address = int.from_bytes(pdu[1:3], "big")
        count = int.from_bytes(pdu[3:5], "big") if pdu[0] in (1, 2, 3, 4, 15, 16) else 1
        start_ns, end_ns = reply if reply else (None, None)
        with self._lock:
            self._number += 1
            stamp = Stamp(self._number, unit, pdu[0], address, count, request_end_ns, answered_ns, start_ns, end_ns)
            self._ring.append(stamp)

    def since(self, number: int, unit: int | None = None, most: int = 1000) -> list[Stamp]:
        """The last `most` stamps after `number`, of one unit or all, oldest first."""
        with self._lock:
            found = [stamp for stamp in self._ring if stamp.number > number and unit in (None, stamp.unit)]
        return found[-most:]

    @property
    def last(self) -> int:
        """The number of the newest stamp, 0 before the first."""
        return self._number

    def first_reply(self, unit: int, address: int, after_ns: int) -> Stamp | None:
        """The first reply that reads `address` of `unit` and was answered at or after `after_ns`."""
        with self._lock:
            for stamp in self._ring:
                if stamp.unit == unit and stamp.answered_ns >= after_ns and stamp.reads(address) and stamp.reply_end_ns:
                    return stamp
        return None
