"""A text a person wrote, and the name it goes by in messages."""

from __future__ import annotations

import errno
import stat
from dataclasses import dataclass
from pathlib import Path

BYTES_MOST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """One text of Structured Text. ``path`` is only a name here: nothing is read from it."""

    path: str
    text: str


def read_source(path: Path) -> Source:
    """The text of a file. Bytes that are no UTF-8 stay in it as surrogates, which ``parse`` reports in their place.

    Of more than ``BYTES_MOST`` bytes one more is read, and ``parse`` refuses the text. Raises OSError where the file
    cannot be read, or is a pipe or a device, which might never end.
    """
    return Source(str(path), read_at_most(path, BYTES_MOST + 1).decode("utf-8", "surrogateescape"))


def read_at_most(path: Path, most: int) -> bytes:
    """The first ``most`` bytes of a file. Raises OSError as `read_source` does."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))
    with path.open("rb") as file:
        return file.read(most)


def program_texts(folder: Path) -> list[Path]:
    """Every `.st` file in a folder and below it, by name; folders of such a name are none."""
    return sorted(path for path in folder.rglob("*.st") if not path.is_dir())
