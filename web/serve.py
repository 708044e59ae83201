"""The status server's process: `python -m web.serve RUN_DIR HOST PORT`."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from werkzeug.serving import make_server

from plc.core.run_paths import RunPaths
from plc.store.running_view import RunningView
from web.app import create_app


def main(arguments: Sequence[str]) -> int:
    """Serve until told to stop; the caller has seen to it that HOST is a loopback address."""
    run_dir, host, port = arguments
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app(RunningView(RunPaths(Path(run_dir))))
    try:
        server = make_server(host, int(port), app, threaded=True)
    except OSError as exc:
        print(f"cellkeeper: {host}:{port} cannot be used ({exc.strerror}); name another with --http", file=sys.stderr)
        return 1
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
