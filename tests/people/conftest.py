"""The clock stands still."""

from __future__ import annotations

import pytest

from tests.conftest import NIGHT

__all__ = ["NIGHT"]


@pytest.fixture(autouse=True)
def _still_clock(still_clock: None) -> None:
    """For every test here."""
