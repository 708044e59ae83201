"""Direct addresses: ``%IX0.0``, ``%QW3``, ``%MD2``, and ``%I*``, which VAR_CONFIG completes.

    %MX1.3  bit 3 of marker byte 1    %MB5  byte 5    %MW2  bytes 4 and 5    %MD1  bytes 4..7    %ML0  bytes 0..7

Markers are little endian and overlap; %I and %Q are names of the plant's tags and overlap nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_MARKERS = 65_536
"""Bytes of marker memory that can be named."""

SIZES = {"X": 1, "B": 1, "W": 2, "D": 4, "L": 8}
"""Bytes a size letter stands for; X is one bit."""

_TEXT = re.compile(r"%([IQM])(?:(\*)|([XBWDL]?)(\d{1,9}(?:\.\d{1,9}){0,7}))", re.IGNORECASE | re.ASCII)
_MARKERS = re.compile(r"%[Mm]([XBWDLxbwdl]?)(\d{1,6})(?!\d)")


class BadAddress(ValueError):
    """A text that is no address: what stands there, and what to write."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(f"{what}; {cure}")
        self.what = what
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Address:
    """``area`` is I, Q or M; ``size`` one of SIZES; no ``numbers`` for ``%I*``."""

    area: str
    size: str
    numbers: tuple[int, ...]

    @property
    def incomplete(self) -> bool:
        return not self.numbers

    @property
    def first_byte(self) -> int:
        """Of a marker, counted from the first."""
        return self.numbers[0] * SIZES[self.size]

    def __str__(self) -> str:
        return f"%{self.area}*" if self.incomplete else f"%{self.area}{self.size}{'.'.join(map(str, self.numbers))}"


def read_address(text: str) -> Address:
    """The address a text is, in whatever case. ``%I0.0`` is ``%IX0.0``. Raises BadAddress."""
    match = _TEXT.fullmatch(text)
    if match is None:
        cure = "write an address like %IX0.0, %QW3 or %MD2"
        raise BadAddress(f"{text} is no address", cure)
    area, star, size, numbers = match.groups()
    if star:
        return Address(area.upper(), "", ())
    address = Address(area.upper(), (size or "X").upper(), tuple(map(int, numbers.split("."))))
    if address.area == "M":
        _check_marker(address, text)
    return address


def _check_marker(address: Address, text: str) -> None:
    bit = address.size == "X"
    if len(address.numbers) != 1 + bit:
        one = f"write one number, like %M{address.size}{address.numbers[0]}"
        cure = "write byte and bit, like %MX0.5" if bit else one
        raise BadAddress(f"{text} is no marker", cure)
    if bit and address.numbers[1] > 7:
        raise BadAddress(f"{text} names bit {address.numbers[1]} of a byte", "write bit 0 to 7")
    if address.first_byte + SIZES[address.size] > MOST_MARKERS:
        last = MOST_MARKERS // SIZES[address.size] - 1
        raise BadAddress(f"{text} lies beyond the {MOST_MARKERS} bytes of marker memory", f"write 0 to {last}")


def marker_bytes(text: str) -> int:
    """How many bytes of marker memory a source may name; quick where it names none."""
    if "%" not in text:
        return 0
    ends = [
        (int(number) + 1) * SIZES[size.upper() or "X"]
        for size, number in _MARKERS.findall(text)
    ]  # fmt: skip
    return max((end for end in ends if end <= MOST_MARKERS), default=0)
