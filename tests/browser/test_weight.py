"""What a page weighs over the wire, all included, for a browser that has never been here.

Limits: accessibility requirement L1 (home ≤ 50 kB, conversation ≤ 150 kB).
"""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Request

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open
from tests.browser.window import Window
from tests.served import Service


def test_home_weighs_at_most_50_kb(night_window: Service, opens: OpenWindow) -> None:
    ada = opens()
    weighed = _weigh(ada)
    ada.page.goto("/", wait_until="networkidle")
    assert weighed() <= 50_000


def test_a_conversation_weighs_at_most_150_kb(night_window: Service, opens: OpenWindow) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ben = opens(seeded["volunteer"])
    ben.page.goto(seeded["url"])
    ada = opens(seeded["seeker"])
    weighed = _weigh(ada)
    ada.page.goto(seeded["url"])
    is_open(ada)
    ada.page.wait_for_load_state("networkidle")
    assert weighed() <= 150_000


def _weigh(window: Window) -> Any:
    """Sums up bytes received, heads and bodies as they were encoded, and what came by the socket."""
    requests: list[Request] = []
    frames: list[str | bytes] = []
    window.context.on("requestfinished", lambda request: requests.append(request))
    window.page.on(
        "websocket", lambda line: line.on("framereceived", lambda frame: frames.append(frame))
    )

    def total() -> int:
        sizes = {request.url: request.sizes() for request in requests}
        bytes_of = {
            url: size["responseBodySize"] + size["responseHeadersSize"]
            for url, size in sizes.items()
        }
        print(bytes_of)
        assert any("woff2" in url for url in bytes_of)
        return sum(bytes_of.values()) + sum(len(frame) for frame in frames)

    return total
