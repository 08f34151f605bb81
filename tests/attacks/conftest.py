"""The browser and the service of the journeys, and a service of one's own that can be looked into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.attacks.watched import Watched, watched
from tests.browser.conftest import OpenWindow, browser, night_window, opens, service
from tests.browser.window import Window

__all__ = ["OpenWindow", "browser", "night_window", "opens", "service"]


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """A service whose logs say all they can, with a Redis somebody listens to."""
    with watched(tmp_path, monkeypatch) as made:
        made.service.seed("night_window")
        yield made


@pytest.fixture
def windows(browser: Browser, seen: Watched) -> Iterator[OpenWindow]:
    """Opens windows to that service; what is asked for elsewhere is a fault."""
    opened: list[Window] = []

    def open_window(who: dict[str, object] | None = None, **options: object) -> Window:
        window = Window(browser, seen.service, **options)
        opened.append(window)
        if who:
            window.sign_in(who)
        return window

    yield open_window
    for window in opened:
        window.close()
