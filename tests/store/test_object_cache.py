"""Machine code on disk is used again when it is whole, and made again when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from plc.engine.assemble import ObjectFile, compile_objects
from plc.lang.compile import compile_set
from plc.lang.program import Compiled
from plc.lang.source import Source
from plc.store.program_store import ObjectCache


def compiled() -> Compiled:
    return compile_set([Source("p.st", "PROGRAM p VAR n : INT; END_VAR n := n + 1; END_PROGRAM")])


def filled(folder: Path) -> tuple[ObjectCache, ObjectFile]:
    """A cache that holds the program's code, and that code."""
    cache, code = ObjectCache(folder), compile_objects(compiled())["p"]
    cache.keep(code)
    return cache, code


def test_code_kept_on_disk_is_not_made_again(tmp_path: Path) -> None:
    cache, code = filled(tmp_path)
    marked = ObjectFile(b"as kept", code.hash)
    cache.keep(marked)
    assert compile_objects(compiled(), ObjectCache(tmp_path))["p"] == marked


@pytest.mark.parametrize("at", [0, 31, 32, -1])
def test_one_damaged_byte_is_as_good_as_no_code_and_it_is_made_again(tmp_path: Path, at: int) -> None:
    cache, code = filled(tmp_path)
    path = tmp_path / code.hash
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(KeyError):
        cache[code.hash]
    assert compile_objects(compiled(), cache)["p"] == code


@pytest.mark.parametrize("content", [b"", b"short", bytes(31)])
def test_a_file_cut_short_is_as_good_as_no_code(tmp_path: Path, content: bytes) -> None:
    cache, code = filled(tmp_path)
    (tmp_path / code.hash).write_bytes(content)
    assert compile_objects(compiled(), cache)["p"] == code
