"""A crisis at level 2, from both sides: the goodbye, the time for it, and the card that stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, shows, write
from tests.browser.test_keyboard import _tab_to
from tests.served import Service

TRAY = "details[data-tray] > summary"
BEFORE = "I was just going to say"
WIDE = {"width": 1280, "height": 800}


@pytest.fixture(autouse=True)
def _lines(night_window: Service) -> None:
    night_window.seed("crisis_lines")


def test_a_crisis_from_both_sides(night_window: Service, opens: OpenWindow) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben", minutes=12)
    ada, ben = opens(talk["seeker"]), opens(talk["volunteer"])
    for window in (ada, ben):
        window.page.goto(talk["url"])
    is_open(ada)
    is_open(ben)
    ada.page.locator("textarea").fill("I don't want")
    ben.page.locator("textarea").fill(BEFORE)

    ben.page.locator(TRAY).click()
    ben.look()
    ben.press("In danger soon")
    field = ben.page.locator("textarea")
    expect(field).to_be_focused()
    expect(field).to_have_value(re.compile(r"^Ada, I am worried about you\..* call 112, or use"))
    ben.look()
    ben.press("Put back what I wrote")
    expect(field).to_have_value(BEFORE)
    ben.page.locator(TRAY).click()
    ben.press("In danger soon")
    ben.press("Send")

    card = ada.page.get_by_role("region", name="Help card: Germany")
    expect(card.get_by_role("link", name="112")).to_be_visible()
    expect(ada.page.locator("[data-card-said]")).to_contain_text("Call 112.")
    expect(ada.page.locator(".bubble--sign-off")).to_contain_text("I am worried about you.")
    expect(ada.page.locator("textarea")).to_be_focused()
    expect(ada.page.locator("textarea")).to_have_value("I don't want")
    expect(field).to_have_value(BEFORE)
    for window in (ada, ben):
        expect(window.page.locator("[data-handover-line]")).to_contain_text("There is time now")
        expect(window.page.locator("[data-time]")).to_have_text("15 min left")
        window.look()

    card.get_by_text("I am in another country").click()
    card.get_by_label("Its name, in any language you know").fill("united")
    card.get_by_role("button", name="Show its numbers").click()
    card.get_by_role("button", name="United States", exact=True).click()
    card = ada.page.get_by_role("region", name="Help card: United States")
    expect(card.get_by_role("link", name="911")).to_be_visible()
    expect(card.get_by_role("heading", level=2)).to_be_focused()
    ada.page.reload()
    expect(card.get_by_role("link", name="911")).to_be_visible()
    expect(ada.page.locator("textarea")).to_have_value("I don't want")
    is_open(ada)

    ben.page.locator(TRAY).click()
    ben.press("Goodbye after a crisis · ends the talk")
    ben.press("Send")
    ben.arrives("/talk/*/goodbye/")
    expect(ada.page.get_by_role("alert").filter(has_text="The talk has ended")).to_be_visible()
    expect(ada.page.locator(".bubble--sign-off")).to_have_count(2)
    expect(card.get_by_role("link", name="911")).to_be_in_viewport()
    expect(ada.page.get_by_role("link", name="Go on")).to_be_in_viewport()
    ada.look()
    ada.press("Go on")
    ada.arrives("/talk/*/goodbye/")
    expect(card.get_by_role("link", name="911")).to_be_visible()
    ada.page.reload()
    expect(card.get_by_role("link", name="911")).to_be_visible()

    ben.press("Rest for 12 hours")
    ben.arrives("/volunteer/")
    expect(ben.page.get_by_role("heading", name="You are resting")).to_be_visible()
    ben.press("End my rest")
    ben.arrives("/volunteer/")
    expect(ben.page.get_by_role("button", name="I am here")).to_be_visible()


def test_the_card_of_a_goodbye_works_without_scripts(
    night_window: Service, opens: OpenWindow
) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="chioma")
    night_window.seed("card_then_end", room=talk["room"])
    ada = opens(talk["seeker"], java_script_enabled=False)

    ada.page.goto(talk["url"])
    ada.page.get_by_text("I am in another country").click()
    ada.page.get_by_label("Its name, in any language you know").fill("Ireland")
    ada.page.get_by_role("button", name="Show its numbers").click()

    expect(ada.page.get_by_role("region", name="Help card: Ireland")).to_be_visible()
    assert ada.path.endswith("/goodbye/")


def test_the_volunteer_needs_no_pointer(night_window: Service, opens: OpenWindow) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="femi")
    ada, femi = opens(talk["seeker"]), opens(talk["volunteer"], viewport=WIDE)
    for window in (ada, femi):
        window.page.goto(talk["url"])
    is_open(femi)
    page, keys = femi.page, femi.page.keyboard

    tray = page.locator(TRAY)
    expect(tray).to_have_text(re.compile("Ready-made goodbyes"))
    _tab_to(page, tray)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Crisis")).to_be_visible()
    keys.press("Escape")
    expect(tray).to_be_focused()
    keys.press("Enter")
    _tab_to(page, page.get_by_role("button", name="Not what we are for · ends the talk"))
    keys.press("Enter")
    expect(page.locator("textarea")).to_be_focused()
    keys.type(" Bye.")
    keys.press("Enter")

    femi.arrives("/talk/*/goodbye/")
    expect(ada.page.locator(".bubble--sign-off")).to_contain_text("you are welcome. Bye.")
    expect(ada.page.get_by_role("region", name=re.compile("Help card"))).to_have_count(0)


def test_words_beside_the_tray_stay_words(night_window: Service, opens: OpenWindow) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="gita")
    ada, gita = opens(talk["seeker"]), opens(talk["volunteer"])
    for window in (ada, gita):
        window.page.goto(talk["url"])
    is_open(gita)
    gita.page.locator(TRAY).click()
    gita.press("Time is up · ends the talk")
    gita.page.locator("textarea").fill("")

    write(gita, "Take your time.")

    shows(ada, "Take your time.")
    expect(gita.page.locator(".bubble--sign-off")).to_have_count(0)
    expect(gita.page.get_by_role("button", name="End the talk")).to_be_visible()
