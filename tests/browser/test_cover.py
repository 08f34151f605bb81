"""Five minutes without a touch: the page is covered, whole and silent, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, said, write
from tests.browser.test_quick_exit import EXIT_URL
from tests.browser.window import Window
from tests.served import Service

BEHIND = """
() => [...document.body.children]
  .filter((node) => node.localName !== "wl-cover")
  .every((node) => node.hasAttribute("inert") && getComputedStyle(node).visibility === "hidden")
"""
HALF = "I was going to s"


def idle(window: Window, seconds: int) -> None:
    """The page's clock goes on; nobody touches anything. Lines that are silent so long are cut."""
    window.may_be_cut()
    window.page.clock.fast_forward(seconds * 1000)


def opens_at(window: Window, path: str) -> Page:
    window.page.clock.install()
    window.page.goto(path)
    return window.page


def test_a_talk_is_covered_and_comes_back_as_it_was(
    night_window: Service, opens: OpenWindow
) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(talk["seeker"]), opens(talk["volunteer"])
    page = opens_at(ada, talk["url"])
    ben.page.goto(talk["url"])
    is_open(ada)
    page.locator("textarea").fill(HALF)
    cover = page.get_by_role("dialog", name="This page is covered.")

    idle(ada, 255)
    expect(page.get_by_text("In 30 seconds this page is covered.")).to_have_count(0)
    idle(ada, 16)
    warning = page.locator("[data-warning]")
    expect(warning).to_contain_text("In 30 seconds this page is covered.")
    expect(warning).to_have_role("status")
    ada.look()
    page.keyboard.press("ArrowLeft")
    expect(warning).to_be_empty()

    idle(ada, 301)
    expect(cover).to_be_visible()
    expect(page.get_by_role("button", name="Show it again")).to_be_focused()
    expect(page.get_by_role("log")).to_have_count(0)
    expect(page.get_by_role("status")).to_have_count(1)
    assert page.evaluate(BEHIND)
    ada.look()
    write(ben, "Are you still there?")
    expect(page.locator(".bubble")).to_have_count(1, timeout=30_000)
    expect(page.locator(".bubble")).to_be_hidden()

    page.keyboard.press("Shift+Tab")
    expect(cover.get_by_role("button", name="Exit this page")).to_be_focused()
    page.keyboard.press("Shift")
    page.keyboard.press("k")
    expect(cover).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("k")
    expect(cover).to_have_count(0)
    expect(page.locator("textarea")).to_be_focused()
    expect(page.locator("textarea")).to_have_value(HALF)
    expect(page.get_by_role("log")).to_be_visible()
    assert said(ada) == ["Are you still there?"]


def test_a_tap_removes_it_and_touches_nothing_behind(
    night_window: Service, opens: OpenWindow
) -> None:
    tall = {"width": 1280, "height": 1800}
    ben = opens(night_window.seed("volunteer", name="ben"), viewport=tall)
    page = opens_at(ben, "/volunteer/profile/limits/")
    check = page.get_by_label("I also talk with people who are new here")
    before = check.is_checked()
    place = check.bounding_box()
    assert place is not None

    idle(ben, 301)
    expect(page.get_by_role("dialog")).to_be_visible()
    page.mouse.click(place["x"] + 4, place["y"] + 4)

    expect(page.get_by_role("dialog")).to_have_count(0)
    assert check.is_checked() == before


def by_button(page: Page) -> None:
    page.get_by_role("button", name="Exit this page").click(no_wait_after=True)


def by_shift(page: Page) -> None:
    for _ in range(3):
        page.keyboard.press("Shift")


@pytest.mark.parametrize("leave", [by_button, by_shift])
def test_quick_exit_works_on_it(
    night_window: Service, opens: OpenWindow, leave: Callable[[Page], None]
) -> None:
    ada = opens(night_window.seed("seeker"))
    page = opens_at(ada, "/begin/about/")
    idle(ada, 301)
    expect(page.get_by_role("dialog")).to_be_visible()

    leave(page)

    page.wait_for_url(EXIT_URL)


def test_what_wakes_late_is_covered_before_it_is_seen(
    night_window: Service, opens: OpenWindow
) -> None:
    """A device that slept ran no timer: the first thing to happen covers, and does not uncover."""
    ada = opens(night_window.seed("seeker"))
    page = opens_at(ada, "/begin/about/")
    page.clock.set_fixed_time(page.evaluate("Date.now() / 1000") + 600)

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.get_by_role("dialog")).to_be_visible()


def test_never_where_people_wait_or_look_for_help(night_window: Service, opens: OpenWindow) -> None:
    waits = opens(night_window.seed("request", alias="Ines"))
    ready = opens(night_window.seed("volunteer", name="chioma", ready=60))
    pages = [opens_at(waits, "/waiting/"), opens_at(ready, "/volunteer/")]
    pages += [opens_at(opens(), path) for path in ("/", "/crisis/", "/leaving-fast/")]
    for page in pages:
        expect(page.locator("h1")).to_have_count(1)
        expect(page.locator("wl-cover")).to_have_count(0)
