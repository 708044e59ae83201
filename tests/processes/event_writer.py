"""Appends records "n n n ..." of changing length, n being the sequence number, until killed.

argv: path
"""

from __future__ import annotations

import sys

from plc.engine.event_ring import EventRing


def main() -> None:
    ring = EventRing.create(sys.argv[1])
    print("ready", flush=True)
    while True:
        number = ring.newest + 1
        ring.append((b"%d " % number) * (1 + number % 90))


if __name__ == "__main__":
    main()
