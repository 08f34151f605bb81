"""Quick exit: blank at once, nothing left behind, and a kind word for the other side."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import ask, is_open, shows, write
from tests.browser.window import EXIT_HOST, EXIT_PAGE, Window
from tests.served import Service

EXIT_URL = re.compile(f"https://{re.escape(EXIT_HOST)}/")
SECRET = "he reads my phone"
WATCH_BLANKING = """
() => {
  let asked;
  for (const kind of ["keyup", "click"]) {
    addEventListener(kind, () => { asked = performance.now(); }, {capture: true});
  }
  new MutationObserver(() => {
    if (document.documentElement.childNodes.length === 0) window.blankAfter ??= performance.now() - asked;
  }).observe(document, {childList: true, subtree: true});
}
"""


def by_button(page: Page) -> None:
    page.locator("wl-exit").get_by_role("button").click(no_wait_after=True)


def by_shift(page: Page) -> None:
    page.locator("textarea").focus()
    for _ in range(3):
        page.keyboard.press("Shift")


@pytest.mark.parametrize("leave", [by_button, by_shift])
def test_in_mid_conversation(
    night_window: Service, opens: OpenWindow, leave: Callable[[Page], None]
) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer=f"ben_{leave.__name__}")
    ada, ben = opens(seeded["seeker"]), opens(seeded["volunteer"])
    held = _hold_the_exit(ada)
    for window in (ada, ben):
        window.page.goto("/")
        window.page.goto(seeded["url"])
    is_open(ada)
    write(ada, SECRET)
    shows(ben, SECRET)
    ada.page.locator("textarea").fill("and he is coming home")
    sessions = night_window.seed("sessions")
    ada.page.evaluate(WATCH_BLANKING)

    leave(ada.page)
    ada.becomes("window.blankAfter !== undefined")
    assert ada.page.evaluate("window.blankAfter") < 100
    assert ada.page.title() == ""
    assert ada.page.evaluate("sessionStorage.length + localStorage.length") == 0
    _let_go(ada, held)

    expect(ada.page).to_have_url(EXIT_URL)
    expect(ben.page.locator("[data-ended]")).to_contain_text(
        "They had to leave. It is not because of you."
    )
    ben.look()
    assert ada.context.cookies(night_window.url) == []
    assert night_window.seed("sessions") == sessions - 1
    ada.page.go_back()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text(
        "Talk with someone who has been there."
    )
    assert "Go back to your talk" not in ada.page.content()
    with ada.refused(404):
        ada.page.goto(seeded["url"])
    assert SECRET not in ada.page.content()
    assert SECRET not in night_window.logs


def test_while_waiting_the_place_is_given_up(night_window: Service, opens: OpenWindow) -> None:
    ada = opens(exits=True)
    ask(ada, "Trauma")
    for count in (1, 2):
        ada.page.keyboard.press("Shift")
        expect(ada.page.locator("wl-exit")).to_have_attribute("data-presses", str(count))
    ada.page.keyboard.press("a")
    expect(ada.page.locator("wl-exit")).to_have_attribute("data-presses", "0")
    for _ in range(3):
        ada.page.keyboard.press("Shift")
    expect(ada.page).to_have_url(EXIT_URL)
    assert ada.context.cookies(night_window.url) == []
    assert night_window.seed("waiting") == 0
    ada.page.go_back()
    ada.page.wait_for_load_state()
    assert "Trauma" not in ada.page.locator("main").inner_text() or ada.path == "/begin/about/"


def _hold_the_exit(window: Window) -> list[Route]:
    """The neutral page does not answer yet, so that what our page does by itself can be seen."""
    held: list[Route] = []
    window.context.route(f"**://{EXIT_HOST}/**", lambda route: held.append(route))
    return held


def _let_go(window: Window, held: list[Route]) -> None:
    while not held:
        window.page.wait_for_timeout(20)
    for route in held:
        route.fulfill(content_type="text/html", body=EXIT_PAGE)
