"""Crisis help without a network: what was visited once is still there, and so is a card on the screen."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open
from tests.browser.window import Window
from tests.served import Service

READY = "navigator.serviceWorker.ready.then(() => true)"


def _keeps_pages(window: Window) -> None:
    """The browser has kept the crisis pages and looks there first when the network is gone."""
    window.page.evaluate(READY)
    window.becomes("navigator.serviceWorker.controller !== null")


def test_the_country_visited_and_the_index_open_without_a_network(
    night_window: Service, opens: OpenWindow
) -> None:
    night_window.seed("crisis_lines")
    ada = opens()
    ada.page.goto("/crisis/de/")
    _keeps_pages(ada)
    with ada.without_line():
        ada.page.goto("/crisis/de/")
        expect(ada.page.locator("a[href^='tel:112']").first).to_be_visible()
        ada.look()
        ada.page.goto("/crisis/")
        expect(ada.page.get_by_role("heading", level=1)).to_be_visible()
        ada.look()


def test_the_card_stays_when_the_network_goes(night_window: Service, opens: OpenWindow) -> None:
    night_window.seed("crisis_lines")
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(seeded["seeker"]), opens(seeded["volunteer"])
    for window in (ada, ben):
        window.page.goto(seeded["url"])
    is_open(ada)
    night_window.seed("card_then_end", room=seeded["room"])
    card = ada.page.locator("[data-help-card]")
    expect(card.locator("a[href^='tel:']").first).to_be_visible()
    expect(ada.page.locator("[data-ended]")).to_be_visible()
    with ada.without_line():
        expect(card.locator("a[href^='tel:']").first).to_be_visible()
        ada.look()
