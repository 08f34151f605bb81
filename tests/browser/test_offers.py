"""What volunteers may answer, and that the seeker never sees it."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import ask, offer
from tests.served import Service


def test_after_a_no_the_next_volunteer_is_asked(night_window: Service, opens: OpenWindow) -> None:
    night_window.seed("setting", key="ask_again_minutes", value=1)
    ben = opens(night_window.seed("volunteer", name="ben", ready=60, been_there=["sleep"]))
    chioma = opens(night_window.seed("volunteer", name="chioma", ready=60))
    ben.goto("/volunteer/")
    chioma.goto("/volunteer/")
    ada = opens()
    ask(ada, "Sleep")

    offer(ben)
    ben.press("No")
    expect(ben.page.locator("[data-news]")).to_have_text("That is all right. They did not see it.")
    expect(ben.page.locator("[data-offer-id]")).to_have_count(0)
    expect(ben.page.locator("[data-news]")).to_be_focused()
    offer(chioma)
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(
        "You have a place. We are looking for someone."
    )

    chioma.press("Not now")
    expect(chioma.page.locator("[data-offer-id]")).to_have_count(0)
    night_window.move(timedelta(seconds=61))
    for window in (ada, ben, chioma):
        window.report()
    offer(chioma)
    expect(ben.page.locator("[data-offer-id]")).to_have_count(0)
    ada.press("Stop waiting")
    ada.arrives("/")


def test_an_offer_nobody_answers_goes_on_to_somebody_else(
    night_window: Service, opens: OpenWindow
) -> None:
    night_window.seed("setting", key="offer_seconds", value=30)
    esra = opens(night_window.seed("volunteer", name="esra", ready=60, been_there=["money"]))
    esra.goto("/volunteer/")
    ada = opens()
    ask(ada, "Money")
    offer(esra)
    femi = opens(night_window.seed("volunteer", name="femi", ready=60))
    femi.goto("/volunteer/")

    night_window.move(timedelta(seconds=31))
    ada.hurry()
    offer(femi)
    esra.hurry()
    expect(esra.page.locator("[data-offer-id]")).to_have_count(0)

    ada.press("Stop waiting")
    ada.arrives("/")
    expect(femi.page.locator("[data-offer-id]")).to_have_count(0)
    expect(femi.page.locator("[data-news]")).to_have_text(
        "They don't need an answer any more. Thank you for being here."
    )
    femi.look()


def test_a_seeker_may_wait_for_somebody_else(night_window: Service, opens: OpenWindow) -> None:
    gita = opens(night_window.seed("volunteer", name="gita", ready=60, been_there=["study"]))
    gita.goto("/volunteer/")
    ada = opens()
    ask(ada, "Study")
    offer(gita)
    gita.press("Take it")
    gita.arrives("/talk/*/", look=False)
    ada.arrives("/met/")
    ada.press("I'd rather wait for someone else")
    ada.arrives("/waiting/")
    expect(gita.page.locator("[data-ended]")).to_contain_text("This talk did not begin.")

    hugo = opens(night_window.seed("volunteer", name="hugo", ready=60))
    hugo.goto("/volunteer/")
    offer(hugo)
    hugo.press("Take it")
    hugo.arrives("/talk/*/", look=False)
    ada.arrives("/met/", look=False)
