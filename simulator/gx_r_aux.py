"""GX_R_AUX: four relays, four contacts, and a watchdog that puts the relays where they were told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.modbus import ILLEGAL_VALUE, READ_COILS, READ_HOLDING, Refusal, Tables, within

WATCHDOG = 142
RELAYS = 4
TENTH_S_NS = 100_000_000
RELEASE, ENERGISE, HOLD = 0, 1, 2

Wire = Callable[[bool, int], None]
Contact = Callable[[int], bool]


def _open_contact(_now_ns: int) -> bool:
    return False


class GxRAux(Tables):
    """One board. `wires[i]` is told (energised, monotonic ns) when relay i changes; `contacts[i]` tells input i."""

    functions = frozenset({1, 2, 3, 5, 6, 15, 16})

    def __init__(self) -> None:
        self.relays = [False] * RELAYS
        self.changed_ns = [0] * RELAYS
        self.wires: list[Wire | None] = [None] * RELAYS
        self.contacts: list[Contact] = [_open_contact] * RELAYS
        self.holding = [0] * 5
        self.fed_ns: int | None = None
        self.expired = False
        self.expiries = 0

    def bits(self, function: int, address: int, count: int, now_ns: int) -> Sequence[bool]:
        within(address, count, 0, RELAYS - 1)
        if function == READ_COILS:
            return self.relays[address : address + count]
        return [contact(now_ns) for contact in self.contacts[address : address + count]]

    def registers(self, function: int, address: int, count: int, now_ns: int) -> bytes:
        if function != READ_HOLDING:
            raise Refusal(2)
        within(address, count, WATCHDOG, WATCHDOG + 4)
        first = address - WATCHDOG
        return b"".join(word.to_bytes(2, "big") for word in self.holding[first : first + count])

    def write_bits(self, address: int, values: Sequence[bool], now_ns: int) -> None:
        within(address, len(values), 0, RELAYS - 1)
        for relay, energised in enumerate(values, address):
            self._switch(relay, energised, now_ns)

    def write_registers(self, address: int, values: Sequence[int], now_ns: int) -> None:
        within(address, len(values), WATCHDOG, WATCHDOG + 4)
        for at, value in enumerate(values, address):
            if at != WATCHDOG and value not in (RELEASE, ENERGISE, HOLD):
                raise Refusal(ILLEGAL_VALUE)
        first = address - WATCHDOG
        self.holding[first : first + len(values)] = list(values)

    def answered(self, now_ns: int) -> None:
        self.fed_ns = now_ns
        self.expired = False

    @property
    def expires_ns(self) -> int | None:
        """When the watchdog will act; None while it is off or has acted."""
        if self.expired or self.fed_ns is None or self.holding[0] == 0:
            return None
        return self.fed_ns + self.holding[0] * TENTH_S_NS

    def advance(self, now_ns: int) -> None:
        """Act on a watchdog that has expired by now."""
        expires_ns = self.expires_ns
        if expires_ns is None or now_ns < expires_ns:
            return
        self.expired = True
        self.expiries += 1
        for relay, action in enumerate(self.holding[1:]):
            if action != HOLD:
                self._switch(relay, action == ENERGISE, now_ns)

    def power_cycle(self, now_ns: int) -> None:
        """The board loses its supply and gets it back: relays released, registers as at power-on."""
        for relay in range(RELAYS):
            self._switch(relay, False, now_ns)
        self.holding = [0] * 5
        self.fed_ns = None
        self.expired = False

    def _switch(self, relay: int, energised: bool, now_ns: int) -> None:
        if self.relays[relay] == energised:
            return
        self.relays[relay] = energised
        self.changed_ns[relay] = now_ns
        wire = self.wires[relay]
        if wire is not None:
            wire(energised, now_ns)
