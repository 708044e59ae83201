"""Python's collector of circles, paused while a text is read and checked.

Trees have no circles, but the collector walks all of them again each time their number has grown by a quarter: at
100,000 lines that took as long as checking them. It goes on with whatever stands when the block ends.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No collection within the block; one block inside another, or in another thread, does no harm."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
