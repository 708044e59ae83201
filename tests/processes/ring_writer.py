"""Publishes a pattern until killed: every byte of publication n is n % 251.

argv: path, payload size
"""

from __future__ import annotations

import sys

from plc.engine.ring import Ring


def main() -> None:
    path, size = sys.argv[1], int(sys.argv[2])
    ring = Ring.create(path, size)
    told = False
    while True:
        number = ring.sequence + 1
        ring.publish(bytes([number % 251]) * size, number)
        if not told:
            told = True
            print("ready", flush=True)


if __name__ == "__main__":
    main()
