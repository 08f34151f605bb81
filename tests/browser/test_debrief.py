"""After a talk: how the volunteer is, and talking about it with somebody of the team."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import eventually, is_open, shows, write
from tests.served import Service


def test_from_the_goodbye_to_a_talk_about_it(night_window: Service, opens: OpenWindow) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ben, dana = opens(talk["volunteer"]), opens(night_window.seed("dana"))
    ben.page.goto(talk["url"])
    ben.page.get_by_role("button", name="End the talk").click()
    ben.arrives("/talk/*/goodbye/")
    ben.press("It was a lot")
    expect(ben.page.get_by_role("heading", name="Thank you for looking")).to_be_visible()
    ben.look()
    ben.press("Talk about how it was")
    ben.arrives("/volunteer/debrief/")
    expect(ben.page.get_by_role("heading", name="We have asked for you")).to_be_visible()

    dana.goto("/desk/")
    dana.page.get_by_role("link", name="How it was for volunteers").click()
    dana.arrives("/volunteer/debrief/")
    dana.page.get_by_role("button", name="Listen to").click()
    dana.arrives("/volunteer/debrief/room/*/")
    ben.goto("/volunteer/")
    ben.press("Go to the talk about how it was")
    ben.arrives("/volunteer/debrief/room/*/")
    is_open(ben)
    is_open(dana)
    write(ben, "It came close to my own story.")
    shows(dana, "It came close to my own story.")
    write(dana, "I am glad you say so.")
    shows(ben, "It came close to my own story.", "I am glad you say so.")

    dana.page.get_by_role("button", name="End the talk").click()
    dana.arrives("/volunteer/debrief/room/*/over/")
    expect(ben.page.get_by_role("heading", name="The talk has ended")).to_be_visible()
    ben.look()
    ben.press("Go on")
    ben.arrives("/volunteer/debrief/room/*/over/")
    eventually(lambda: night_window.seed("messages") == 0)
    ben.press("Back to my page")
    ben.arrives("/volunteer/")


def test_resting_by_keyboard(night_window: Service, opens: OpenWindow) -> None:
    ben = opens(night_window.seed("volunteer", name="ben"))
    ben.goto("/volunteer/")
    page = ben.page
    page.locator("summary", has_text="Be asked again").focus()
    page.keyboard.press("Enter")
    ben.look()
    page.get_by_role("button", name="Rest for as long as you like").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You are resting")).to_be_visible()
    ben.look()
    page.get_by_role("button", name="I am back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("How long would you like to be here?")).to_be_visible()
