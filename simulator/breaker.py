"""A breaker: a trip coil, a mechanism that takes its time, two auxiliary contacts. All times are wall time."""

from __future__ import annotations

SECOND_NS = 1_000_000_000
PARTING = 0.6  # of the travel: the poles and the `closed` contact part before the `opened` contact makes


class Breaker:
    """Opens `travel_s` after its trip coil has been active for `least_pulse_s`; closes by hand only."""

    def __init__(self, name: str, *, opens_when_energised: bool, travel_s: float, least_pulse_s: float) -> None:
        self.name = name
        self.opens_when_energised = opens_when_energised
        self.travel_ns = int(travel_s * SECOND_NS)
        self.pulse_ns = int(least_pulse_s * SECOND_NS)
        self.stuck = False
        self.tripped_ns: int | None = None  # the coil pulled at this time and the mechanism released: opening or open
        self.coil_since_ns: int | None = 0 if not opens_when_energised else None

    def on_coil(self, energised: bool, now_ns: int) -> None:
        """The trip coil's relay changed."""
        self.settle(now_ns)
        active = energised == self.opens_when_energised
        self.coil_since_ns = now_ns if active else None

    def settle(self, now_ns: int) -> None:
        """Release the mechanism if the coil has been active long enough by now."""
        since_ns = self.coil_since_ns
        if self.tripped_ns is None and since_ns is not None and not self.stuck and now_ns >= since_ns + self.pulse_ns:
            self.tripped_ns = since_ns

    def open_by_hand(self, now_ns: int) -> None:
        if self.tripped_ns is None:
            self.tripped_ns = now_ns - self.travel_ns

    def close_by_hand(self, now_ns: int) -> None:
        """Close at once; with an active trip coil it opens again."""
        self.tripped_ns = None
        if self.coil_since_ns is not None:
            self.coil_since_ns = now_ns

    def poles_closed(self, now_ns: int) -> bool:
        """Whether current can flow; also the `closed` contact."""
        self.settle(now_ns)
        return self.tripped_ns is None or now_ns < self.tripped_ns + max(self.pulse_ns, int(self.travel_ns * PARTING))

    def opened_contact(self, now_ns: int) -> bool:
        self.settle(now_ns)
        return self.tripped_ns is not None and now_ns >= self.tripped_ns + max(self.pulse_ns, self.travel_ns)
