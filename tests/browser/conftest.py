"""Real Chromium and a served process; what must never happen in a page is asserted for all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.elsewhere import EXIT_HOST, elsewhere
from tests.browser.window import Window
from tests.served import Service
from tests.served.service import served

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def reaching(port: int | None = None) -> str:
    """Nobody but us can be reached, whatever a page asks for; quick exit leads to a port here."""
    exit_site = f"MAP {EXIT_HOST} 127.0.0.1:{port}, " if port else ""
    return f"--host-resolver-rules={exit_site}MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


OpenWindow = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One Chromium for all journeys; every window is a profile of its own."""
    expect.set_options(timeout=20_000)
    found = os.environ.get("WARMLINE_TEST_CHROMIUM") or shutil.which("chromium")
    with elsewhere(tmp_path_factory.mktemp("elsewhere")) as port, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found, args=[*ARGUMENTS, reaching(port)]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A running service for all journeys that need no other."""
    with served(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.fixture
def night_window(service: Service) -> Service:
    """A running service with the community, its catalogue and nobody; offers wait for slow machines."""
    service.seed("nobody")
    service.seed("night_window")
    service.seed("setting", key="offer_seconds", value=120)
    return service


@pytest.fixture
def opens(browser: Browser, service: Service) -> Iterator[OpenWindow]:
    """Opens windows, signed in as somebody if `who` is given; no fault may have happened in any."""
    windows: list[Window] = []

    def open_window(who: dict[str, Any] | None = None, **options: Any) -> Window:
        window = Window(browser, service, **options)
        windows.append(window)
        if who:
            window.sign_in(who)
        return window

    yield open_window
    for window in windows:
        window.close()
    assert [fault for window in windows for fault in window.faults] == []
