"""The web process: `python -m web.serve RUN_DIR STATE SITE HOST PORT`.

    gunicorn's master --one worker, gthread--> live pages and 8 more requests at once

It may be killed, flooded or hang: the scan does not notice.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.sock import close_sockets

from plc.core.run_paths import RunPaths
from web.app import begin, create_app
from web.live import LIVE_MOST
from web.running import Running

OTHERS = 8
_PR_SET_PDEATHSIG = 1


class Master(Arbiter):  # type: ignore[misc]
    """Ends at once when asked, as it would by SIGKILL, which must lose nothing either: a live page never finishes by
    itself, and what a write keeps is on disk, whole, before it is answered."""

    def stop(self, graceful: bool = True) -> None:
        del graceful
        close_sockets(self.LISTENERS, False)
        self.LISTENERS: list[object] = []
        self.kill_workers(signal.SIGKILL)
        self.reap_workers()


class Server(BaseApplication):  # type: ignore[misc]
    """Our application under gunicorn."""

    def __init__(self, running: Running, host: str, port: int) -> None:
        self._running, self._host, self._port = running, host, port
        super().__init__()

    def load_config(self) -> None:
        bind = f"[{self._host}]:{self._port}" if ":" in self._host else f"{self._host}:{self._port}"
        settings: dict[str, Any] = {
            "bind": [bind],
            "workers": 1,
            "worker_class": "gthread",
            "threads": LIVE_MOST + OTHERS,
            "timeout": 30,
            "keepalive": 5,
            "loglevel": "error",
            "control_socket_disable": True,
            "worker_tmp_dir": "/dev/shm",
            "limit_request_line": 4094,
            "post_fork": _die_with_master,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """In the worker, after the fork: threads begin here."""
        app = create_app(self._running)
        begin(app)
        return app

    def run(self) -> None:
        Master(self).run()


def _die_with_master(_server: object, worker: Any) -> None:
    """A worker that outlived a killed master would keep the port from the next one."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != worker.ppid:
        os._exit(1)


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop; the caller has seen to it that HOST is a loopback address."""
    run_dir, state, site, host, port = arguments
    Server(Running.of(RunPaths(Path(run_dir)), Path(state), Path(site)), host, int(port)).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
