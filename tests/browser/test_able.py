"""Browsers that cannot keep a talk secret: said before anybody waits, with crisis help, and no weaker way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.window import Window
from tests.served import Service

LACKS = {
    "subtle": "Object.defineProperty(Crypto.prototype, 'subtle', {get: () => undefined})",
    "locks": "Object.defineProperty(Navigator.prototype, 'locks', {get: () => undefined})",
    "channel": "delete globalThis.BroadcastChannel",
}
SENTENCE = "This browser cannot keep a talk secret, so you cannot talk with it here."


@pytest.mark.parametrize("lacks", LACKS)
def test_a_seeker_is_told_before_anybody_waits(
    night_window: Service, opens: OpenWindow, lacks: str
) -> None:
    ada = opens(night_window.seed("seeker"))
    ada.context.add_init_script(LACKS[lacks])
    for page, way in (("/", "I would like to talk"), ("/begin/about/", "Find someone for me")):
        ada.goto(page)
        _is_told(ada)
        expect(ada.page.get_by_text(way)).to_be_hidden()
    ada.page.locator("main").get_by_role("link", name="Crisis help").click()
    ada.arrives("/crisis/")


def test_a_volunteer_is_told_before_they_are_ready(
    night_window: Service, opens: OpenWindow
) -> None:
    ben = opens(night_window.seed("volunteer", name="ben"))
    ben.context.add_init_script(LACKS["locks"])
    ben.goto("/volunteer/")
    _is_told(ben)
    expect(ben.page.get_by_text("I am here", exact=True)).to_be_hidden()


def test_in_a_talk_nothing_can_be_written_and_nothing_is_sent(
    night_window: Service, opens: OpenWindow
) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada = opens(seeded["seeker"])
    ada.context.add_init_script(LACKS["subtle"])
    sockets: list[object] = []
    ada.page.on("websocket", lambda line: sockets.append(line))
    ada.page.goto(seeded["url"])
    _is_told(ada)
    expect(ada.page.locator("textarea")).to_be_hidden()
    ada.look()
    assert sockets == []


def test_others_do_not_see_it(night_window: Service, opens: OpenWindow) -> None:
    ada = opens(night_window.seed("seeker"))
    ada.page.goto("/begin/about/")
    expect(ada.page.get_by_text("Find someone for me")).to_be_visible()
    expect(ada.page.get_by_text(SENTENCE)).to_be_hidden()


def _is_told(window: Window) -> None:
    expect(window.page.get_by_text(SENTENCE)).to_be_visible()
