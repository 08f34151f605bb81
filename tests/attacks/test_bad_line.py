"""Two browsers on a bad line, and a change of epoch in the middle: nothing lost, doubled or out of order."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, said, write
from tests.browser.window import Window
from tests.served import Service

pytestmark = pytest.mark.browser


def test_a_new_epoch_on_a_bad_line_loses_nothing(night_window: Service, opens: OpenWindow) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(seeded["seeker"]), opens(seeded["volunteer"])
    for window in (ada, ben):
        window.may_be_cut()
        window.page.goto(seeded["url"])
    for window in (ada, ben):
        is_open(window)
    before = _badly(ada, ben, range(2))

    ben.context.set_offline(True)
    write(ben, "Ben while away")
    with ada.page.expect_navigation():
        ada.page.evaluate("sessionStorage.clear(); location.reload()")
    is_alone(ada)
    write(ada, "Ada with a new key")
    ben.context.set_offline(False)
    ben.page.get_by_role("button", name="Go on", exact=True).click()
    middle = ["Ben while away", "Ada with a new key"]
    expect(ada.page.locator(".bubble > div", has_text="Ada with a new key")).to_be_visible()
    after = _badly(ada, ben, range(2, 4))

    everything = {*before, *middle, *after}
    expect(ben.page.locator(".bubble > div")).to_have_count(len(everything))
    assert set(said(ben)) == everything
    for name in ("Ada", "Ben"):
        own = [
            text
            for text in said(ben)
            if text.startswith(f"{name} ") and text.split()[1][0].isdigit()
        ]
        assert own == sorted(own)
    assert said(ada)[-len(after) :] == said(ben)[-len(after) :]
    for window in (ada, ben):
        expect(window.page.locator("[data-doubt]")).to_be_hidden()
        expect(window.page.get_by_role("button", name="Try again")).to_have_count(0)


def is_alone(window: Window) -> None:
    """The page has come back and waits for the other side."""
    window.page.wait_for_load_state()
    expect(window.page.locator("[data-partner-is]")).not_to_be_empty()


def _badly(ada: Window, ben: Window, numbers: range) -> list[str]:
    """Both write a message for every number, by turns without a line; what was written."""
    written = []
    for number in numbers:
        for window, name, other in ((ada, "Ada", ben), (ben, "Ben", ada)):
            other.context.set_offline(True)
            for one in "ab":
                write(window, f"{name} {number}{one}")
                written.append(f"{name} {number}{one}")
            other.context.set_offline(False)
    for window in (ada, ben):
        window.hurry()
        is_open(window)
        expect(window.page.locator(".bubble > div", has_text=written[-1])).to_be_visible()
    return written
