"""However a text came to be what it is, the server says of it what a fresh server would say."""

from __future__ import annotations

import pytest

from tests.lsp.walk import walk


@pytest.mark.parametrize("seed", [1, 2])
def test_after_every_edit_the_server_says_what_a_fresh_one_would(seed: int) -> None:
    walk(seed, 12)
