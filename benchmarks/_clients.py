"""Live pages without a browser: sockets that read /api/live, and what one of them saw when.

argv: HOST PORT COUNT SECONDS; prints JSON {"bytes", "events", "seen": [[tenths of a degree of module 1, ns], ...]}
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time

REQUEST = "GET /api/live HTTP/1.1\r\nHost: {}:{}\r\n\r\n"
FIRST = re.compile(rb'"T1":\[(\d+),')


def main() -> None:
    host, port, count, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    wakes = selectors.DefaultSelector()
    for number in range(count):
        line = socket.create_connection((host, port), timeout=10)
        line.sendall(REQUEST.format(host, port).encode())
        line.setblocking(False)
        wakes.register(line, selectors.EVENT_READ, number)
    print("ready", flush=True)
    taken = events = 0
    seen: list[tuple[int, int]] = []
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        for key, _ in wakes.select(left):
            assert isinstance(key.fileobj, socket.socket)
            text = key.fileobj.recv(1 << 20)
            taken += len(text)
            events += text.count(b"data: ")
            found = FIRST.findall(text) if key.data == 0 else []
            seen += [(int(value), time.monotonic_ns()) for value in found]
    print(json.dumps({"bytes": taken, "events": events, "seen": seen}))


if __name__ == "__main__":
    main()
