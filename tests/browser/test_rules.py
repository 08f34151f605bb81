"""Ground rules change: a draft, its announcement, and after 7 days everybody's yes."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import ask
from tests.browser.window import Window
from tests.served import Service

NEXT_WEEK = timedelta(days=8)


def test_new_rules_are_written_announced_read_and_accepted(
    night_window: Service, opens: OpenWindow
) -> None:
    dana = opens(night_window.seed("dana"), viewport={"width": 1280, "height": 800})
    for audience in ("People who come for support", "Volunteers"):
        _write_and_publish(dana, audience)

    ada = opens()
    ada.goto("/")
    expect(ada.page.get_by_text("our rules change:")).to_be_visible()
    ada.press("see what changes")
    ada.arrives("/rules/seekers/1/to/2/")
    expect(ada.page.locator("ins")).to_contain_text(["Breathe.", "Slowly."])
    ask(ada)
    assert _rules_of(ada) == "1"
    ada.press("Stop waiting")
    ada.arrives("/")
    ben = opens(night_window.seed("volunteer", name="ben"))
    ben.goto("/volunteer/")
    expect(ben.page.get_by_text("our rules change:")).to_be_visible()
    expect(ben.page.get_by_role("button", name="I am here")).to_be_visible()

    night_window.move(NEXT_WEEK)

    seeded = night_window.seed("seeker", alias="Ines")
    ines = opens({**seeded, "rules": 1})
    ines.page.goto("/begin/about/")
    ines.arrives("/begin/")
    expect(ines.page.get_by_role("heading", level=1)).to_have_text("Our rules have changed")
    expect(ines.page.locator("ins")).to_contain_text(["Breathe.", "Slowly."])
    with ines.refused(422):
        ines.press("Go on")
        expect(ines.page.get_by_role("heading", name="Please look at this again.")).to_be_visible()
    ines.look()
    ines.page.get_by_label("I have read the rules").check()
    ines.press("Go on")
    ines.arrives("/begin/about/")
    assert _rules_of(ines) == "2"

    again = opens(night_window.seed("sign_in", alias="Ben Alias"))
    again.goto("/volunteer/")
    expect(again.page.get_by_role("button", name="I am here")).to_have_count(0)
    again.press("See what changed")
    again.arrives("/volunteer/rules/")
    expect(again.page.locator("ins")).to_contain_text(["Breathe.", "Slowly."])
    again.press("I have read these rules and accept them")
    again.arrives("/volunteer/")
    expect(again.page.get_by_role("button", name="I am here")).to_be_visible()


def _write_and_publish(dana: Window, audience: str) -> None:
    dana.goto("/desk/rules/")
    card = dana.page.get_by_role("region", name=audience, exact=True)
    card.get_by_role("button", name="Write the next version").click()
    dana.arrives("/desk/rules/*/2/")
    dana.press("Add a rule")
    dana.page.wait_for_url("**/add/?language=en")
    dana.look()
    dana.page.get_by_label("In a few words").fill("Breathe.")
    dana.page.get_by_role("textbox", name="The rule").fill("Slowly, {slowly}.")
    with dana.refused(422):
        dana.press("Store")
        expect(dana.page.get_by_role("heading", name="Please look at this again.")).to_be_visible()
    dana.look()
    dana.page.get_by_role("textbox", name="The rule").fill("Slowly.")
    dana.press("Store")
    expect(dana.page.get_by_text("Stored.")).to_be_visible()
    dana.page.get_by_label("Our volunteers agreed").check()
    dana.press("Write down that we agreed")
    expect(dana.page.get_by_text("We wrote down that you agreed.")).to_be_visible()
    dana.look()
    dana.press("See what changes, and publish")
    dana.page.wait_for_url("**/publish/?language=en")
    dana.look()
    day = dana.page.get_by_label("In force from")
    first = date.fromisoformat(day.input_value())
    day.fill(f"{first - timedelta(days=1)}")
    with dana.refused(422):
        dana.press("Publish")
        expect(dana.page.get_by_text("People need 7 days").first).to_be_visible()
    day.fill(f"{first}")
    dana.press("Publish")
    dana.arrives("/desk/rules/")
    expect(card.get_by_role("button", name="Withdraw it")).to_be_visible()


def _rules_of(window: Window) -> str:
    kept = window.context.cookies(window.service.url)
    return next(str(cookie["value"]) for cookie in kept if cookie["name"] == "rules")
