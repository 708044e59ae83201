"""`python -m simulator SITE --run-dir DIR`: the plant of SITE/plant.yaml and its devices, until told to stop.

Prints one JSON line when everything answers. Ends on SIGTERM, SIGINT, when its parent ends, or when a pipe on its
stdin closes.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import stat
import sys
import threading
import time
from pathlib import Path

from simulator.opening import open_world
from simulator.running import Running
from simulator.truth import TruthError
from simulator.world import CONVERSION_S, SECOND_NS

PR_SET_PDEATHSIG = 1
OLDEST_EPOCH_S = 600  # the plant catches up with an epoch in the past before it answers


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="The simulated plant of a site.")
    parser.add_argument("site", type=Path, help="folder with plant.yaml")
    parser.add_argument("--run-dir", type=Path, required=True, help="where ports and the control socket appear")
    parser.add_argument("--speed", type=float, default=1.0, help="plant seconds per second (default 1)")
    parser.add_argument("--seed", type=int, default=0, help="draws the faulty string and the measurement noise")
    parser.add_argument("--start", type=Path, help="a prepared state; a relative path is looked for in SITE")
    parser.add_argument("--calm", action="store_true", help="begin before the scenario's first step and wait for burn")
    parser.add_argument("--scenario", help="a scenario of plant.yaml")
    parser.add_argument("--string", help="the faulty string, instead of drawing it")
    parser.add_argument("--epoch", type=int, help="monotonic ns at which plant time begins (default: now)")
    parser.add_argument("--conversion-s", type=float, default=CONVERSION_S, help="seconds between conversions")
    return parser


def epoch_of(options: argparse.Namespace) -> int:
    now_ns = time.monotonic_ns()
    epoch_ns = now_ns if options.epoch is None else int(options.epoch)
    if not now_ns - OLDEST_EPOCH_S * SECOND_NS <= epoch_ns:
        past_s = (now_ns - epoch_ns) / SECOND_NS
        raise TruthError(
            f"--epoch lies {past_s:.0f} s in the past; give CLOCK_MONOTONIC ns of the last {OLDEST_EPOCH_S} s"
        )
    return epoch_ns


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)


def watch_stdin(stop: threading.Event) -> None:
    """Stop when stdin is a pipe and its other end closes."""
    mode = os.fstat(0).st_mode
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return

    def drain() -> None:
        while os.read(0, 4096):
            pass
        stop.set()

    threading.Thread(target=drain, name="stdin", daemon=True).start()


def main(argv: list[str] | None = None) -> int:
    options = arguments().parse_args(argv)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    end_with_parent()
    if not 0.1 <= options.speed <= 1000 or not 0.01 <= options.conversion_s <= 60:
        print("--speed goes from 0.1 to 1000, --conversion-s from 0.01 to 60", file=sys.stderr)
        return 2
    try:
        epoch_ns = epoch_of(options)
        world = open_world(
            options.site,
            epoch_ns=epoch_ns,
            speed=options.speed,
            seed=options.seed,
            scenario=options.scenario,
            start=options.start,
            string=options.string,
            calm=options.calm,
            conversion_s=options.conversion_s,
        )
        running = Running(world, options.run_dir)
    except (TruthError, OSError) as exc:
        print(exc, file=sys.stderr)
        return 1
    ready = {"ready": True, "pid": os.getpid(), "ports": running.ports(), "control": str(running.control.path)}
    print(json.dumps({**ready, "faulty": world.truth.string_names[world.faulty], "epoch_ns": epoch_ns}), flush=True)
    watch_stdin(stop)
    stop.wait()
    running.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
