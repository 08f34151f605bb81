"""A picture of every page the journeys look at, narrow and wide, light and dark, into `screenshots/`.

A plugin that only `bin/screenshots` loads: the journeys know nothing of it. A picture is named after the
page's path, without ids and codes, and the journey; the first look of a journey at a page counts.
"""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Literal

import pytest

from tests.browser.window import Window

FOLDER = Path("screenshots")
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 800}]
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]


def pytest_configure() -> None:
    FOLDER.mkdir(exist_ok=True)
    Window.look = _pictured(Window.look)


def _pictured(look: Callable[[Window], None]) -> Callable[[Window], None]:
    @functools.wraps(look)
    def look_and_keep(window: Window) -> None:
        look(window)
        _take(window)

    return look_and_keep


def _take(window: Window) -> None:
    page, before = window.page, window.page.viewport_size
    name = f"{_page_name(window.path)}.{_journey()}"
    if (FOLDER / f"{name}-390-light.png").exists():
        return
    for size, scheme in product(SIZES, SCHEMES):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        page.screenshot(
            path=FOLDER / f"{name}-{size['width']}-{scheme}.png",
            full_page=True,
            animations="disabled",
        )
    page.emulate_media(color_scheme="null")
    if before:
        page.set_viewport_size(before)


def _page_name(path: str) -> str:
    """`/talk/123/goodbye/` → `talk-goodbye`."""
    parts = [part for part in path.split("/") if re.fullmatch(r"[a-z-]{1,20}", part)]
    return "-".join(parts) or "home"


def _journey() -> str:
    """The test that runs: `…::test_ada_waits[phone] (call)` → `ada-waits-phone`."""
    test = os.environ["PYTEST_CURRENT_TEST"].split("::")[-1].split(" ")[0]
    return re.sub(r"\W+|_", "-", test.removeprefix("test_")).strip("-")
