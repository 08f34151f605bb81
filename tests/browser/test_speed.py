"""What a page fetches before a talk goes on: bench/talk_times.py says how long that takes."""

from __future__ import annotations

from playwright.sync_api import Request, WebSocket

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, shows, write
from tests.served import Service


def test_a_reload_fetches_keys_and_line_at_once_and_the_log_once(
    night_window: Service, opens: OpenWindow
) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(seeded["seeker"]), opens(seeded["volunteer"])
    for window in (ada, ben):
        window.page.goto(seeded["url"])
    is_open(ada)
    write(ben, "Hello")
    shows(ada, "Hello")

    begun: list[str] = []
    frames: list[str] = []
    ada.page.on("request", lambda request: begun.append(_name(request)))
    ada.page.on("requestfinished", lambda request: begun.append(f"{_name(request)} is here"))

    def connected(line: WebSocket) -> None:
        line.on("framesent", lambda frame: frames.append(str(frame)))

    ada.page.on("websocket", connected)
    ada.page.reload()
    shows(ada, "Hello")

    first_answer = min(begun.index(f"{name} is here") for name in ("ticket", "resume", "keys"))
    assert {"ticket", "resume", "keys"} <= set(begun[:first_answer])
    assert sum('"sync"' in frame for frame in frames) == 1


def _name(request: Request) -> str:
    return request.url.partition("?")[0].rstrip("/").rpartition("/")[2]
