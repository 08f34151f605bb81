"""Without JavaScript: up to waiting, leaving, and quick exit by its button."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.elsewhere import EXIT_HOST
from tests.browser.steps import ask
from tests.served import Service


def test_a_seeker_gets_to_waiting_and_away_again(night_window: Service, opens: OpenWindow) -> None:
    night_window.seed("volunteer", name="ben", ready=60)
    ada = opens(java_script_enabled=False)
    ada.goto("/begin/")
    with ada.refused(422):
        ada.press("Go on")
        expect(ada.page.get_by_role("heading", name="Please look at this again.")).to_be_visible()
    ask(ada, "Sleep", own_words="the nights")
    expect(ada.page.locator("noscript .notice")).to_be_visible()
    assert night_window.seed("offers") == 0  # Nobody is asked who could not be talked with.

    ada.press("Stop waiting")
    ada.arrives("/")
    assert night_window.seed("waiting") == 0

    ask(ada)
    ada.page.locator("wl-exit").get_by_role("button").click()
    expect(ada.page).to_have_url(re.compile(f"https://{re.escape(EXIT_HOST)}/"))
    assert ada.context.cookies(night_window.url) == []
    assert night_window.seed("waiting") == 0
    ada.page.go_back()
    expect(ada.page.get_by_text("Stop waiting")).to_have_count(0)
