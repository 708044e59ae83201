"""Both back ends, for tests that run on each."""

from __future__ import annotations

import pytest

from tests.lang.units import BACK_ENDS, Bind


@pytest.fixture(params=BACK_ENDS)
def bind(request: pytest.FixtureRequest) -> Bind:
    return BACK_ENDS[request.param]
