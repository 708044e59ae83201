"""The live values, made once for everybody: one thread reads the rings, every page gets the same bytes.

Sections --5 Hz--> frame n --> the last few frames --> one generator a page
                      |--> everything together, for a page that begins or has fallen behind
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from web.sections import Sections

INTERVAL_S = 0.2
KEPT = 10
"""Frames a slow page may be behind before it gets everything anew."""

log = logging.getLogger(__name__)


class Feed:
    """``each`` is called after each reading, in the feed's thread. Begins with ``start``, ends with ``close``."""

    def __init__(self, sections: Sections, each: Callable[[Sections], dict[str, bytes]]) -> None:
        self._sections, self._each = sections, each
        self._all: dict[str, bytes] = {}
        self._frames: deque[bytes] = deque(maxlen=KEPT)
        self._number = 0
        self._fresh = threading.Condition()
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Every generator ends; idempotent."""
        with self._fresh:
            self._ended = True
            self._fresh.notify_all()

    def _run(self) -> None:
        due_s = time.monotonic()
        while not self._ended:
            try:
                self._publish()
            except Exception:
                # whatever a half-written plant shows, the pages must go on and grey by themselves
                log.exception("the live values could not be read")
            due_s = max(due_s + INTERVAL_S, time.monotonic())
            time.sleep(max(0.0, due_s - time.monotonic()))

    def _publish(self) -> None:
        changed = self._sections.changed()
        more = self._each(self._sections)
        changed.update((key, text) for key, text in more.items() if self._all.get(key) != text)
        with self._fresh:
            self._number += 1
            self._all.update(changed)
            self._frames.append(frame(self._number, changed))
            self._fresh.notify_all()

    def frames(self) -> Iterator[bytes]:
        """Everything as it is, then what changes, as server-sent events, until the feed is closed."""
        number = -1
        while not self._ended:
            with self._fresh:
                if self._number == number:
                    self._fresh.wait(INTERVAL_S * 10)
                text = self._since(number)
                number = self._number
            yield text

    def _since(self, number: int) -> bytes:
        """What a page that has seen frame ``number`` does not know."""
        behind = self._number - number
        if number < 0 or behind > len(self._frames):
            return frame(self._number, self._all)
        return b"".join(list(self._frames)[len(self._frames) - behind :]) or b": waiting\n\n"


def frame(number: int, sections: dict[str, bytes]) -> bytes:
    """One event: the sections under their names."""
    parts = b"".join(b',"%s":%s' % (key.encode(), text) for key, text in sections.items())
    return b'data: {"n":%d%s}\n\n' % (number, parts)
