"""The clock stands still; a community to ask for."""

from __future__ import annotations

import pytest

from tests import factories
from tests.conftest import NIGHT

__all__ = ["NIGHT"]


@pytest.fixture(autouse=True)
def _still_clock(still_clock: None) -> None:
    """For every test here."""


@pytest.fixture
def night_window(db: None) -> None:
    """The community with its catalogue."""
    factories.community()
    factories.catalogue()
