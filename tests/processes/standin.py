"""Stands in for a child of the supervisor: beats, says when it is told to end, or misbehaves as asked.

argv: run dir, name, then any of ready (print the ready line), die (end at once), deaf (take no SIGTERM), mute (no beat)
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from plc.processes.heartbeat import Heartbeat


def main() -> None:
    run_dir, name, *manners = sys.argv[1:]
    log = os.open(Path(run_dir).parent / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def end(_number: int, _frame: object) -> None:
        os.write(log, f"{name} ended\n".encode())
        sys.exit(0)

    signal.signal(signal.SIGTERM, signal.SIG_IGN if "deaf" in manners else end)
    os.write(log, f"{name} started\n".encode())
    if "die" in manners:
        sys.exit(3)
    if "ready" in manners:
        print('{"ready": true}', flush=True)
    heartbeat = Heartbeat.own(Path(run_dir) / f"heartbeat-{name}")
    scan = 0
    while True:
        scan += 1
        if "mute" not in manners:
            heartbeat.beat(scan)
        time.sleep(0.02)


if __name__ == "__main__":
    main()
