"""Publishes a pattern until killed: every byte of publication n is n % 251.

argv: path, payload size
"""

from __future__ import annotations

import sys

from plc.engine.ring import Ring


def main() -> None:
    path, size = sys.argv[1], int(sys.argv[2])
    ring = Ring.create(path, size)
    print("ready", flush=True)
    while True:
        number = ring.sequence + 1
        ring.publish(bytes([number % 251]) * size, number)


if __name__ == "__main__":
    main()
