"""When the dry string of the example trips at speed 1: the reference for runs over the bus, which go faster.

python -m tests.whole.trip_time
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from plc.core.event import EventKind
from tests.whole.pure_site import EXAMPLE, SECOND_NS, PureSite

WITHIN_S = 6 * 3600.0


@cache
def trip_second(string: int, folder: Path = EXAMPLE) -> float:
    """Plant seconds from the folder's warm state to the trip of ``string`` (from 0), one scan a second.

    Raises ValueError when it does not trip within six hours.
    """
    site = PureSite(folder, faulty=string, warm=True)
    if site.run_until_open(WITHIN_S, 1.0) is None:
        raise ValueError(f"string {string + 1} does not trip within {WITHIN_S / 3600:g} h; prepare warm.json anew")
    return site.happened(EventKind.TRIP_PULSE)[0].time_ns / SECOND_NS


def main() -> None:
    for string in range(4):
        second = trip_second(string)
        print(f"S{string + 1}: {second:.0f} s ({second / 60:.1f} min) after the warm state")


if __name__ == "__main__":
    main()
