"""Quick exit: blank at once, nothing left behind, and a kind word for the other side."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.elsewhere import EXIT_HOST
from tests.browser.steps import ask, eventually, is_open, shows, write
from tests.served import Service

EXIT_URL = re.compile(f"https://{re.escape(EXIT_HOST)}/")
SECRET = "he reads my phone"
WATCH_BLANKING = """
() => {
  let later;
  for (const kind of ["keyup", "click"]) {
    addEventListener(kind, () => {
      const turn = new MessageChannel();
      later = false;
      turn.port1.onmessage = () => { later = true; };
      turn.port2.postMessage(0);
    }, {capture: true});
  }
  new MutationObserver(() => {
    if (document.documentElement.childNodes.length > 0) return;
    const seen = {later, title: document.title};
    const kept = sessionStorage.length + localStorage.length;
    console.info("blank " + JSON.stringify({...seen, kept}));
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
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(seeded["seeker"]), opens(seeded["volunteer"])
    for window in (ada, ben):
        window.page.goto("/")
        window.page.goto(seeded["url"])
    is_open(ada)
    write(ada, SECRET)
    shows(ben, SECRET)
    ada.page.locator("textarea").fill("and he is coming home")
    sessions = night_window.seed("sessions")
    ada.page.evaluate(WATCH_BLANKING)

    with ada.page.expect_console_message(lambda said: said.text.startswith("blank ")) as said:
        leave(ada.page)
    blank = json.loads(said.value.text.removeprefix("blank "))
    # In the same turn of the page as the key or the tap, before anything else it has to do.
    assert blank == {"later": False, "title": "", "kept": 0}

    expect(ada.page).to_have_url(EXIT_URL)
    expect(ben.page.locator("[data-ended]")).to_contain_text(
        "They had to leave. It is not because of you."
    )
    ben.look()
    eventually(lambda: ada.context.cookies(night_window.url) == [])
    eventually(lambda: night_window.seed("sessions") == sessions - 1)
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
    ada = opens()
    ask(ada, "Trauma")
    for count in (1, 2):
        ada.page.keyboard.press("Shift")
        expect(ada.page.locator("wl-exit")).to_have_attribute("data-presses", str(count))
    ada.page.keyboard.press("a")
    expect(ada.page.locator("wl-exit")).to_have_attribute("data-presses", "0")
    for _ in range(3):
        ada.page.keyboard.press("Shift")
    expect(ada.page).to_have_url(EXIT_URL)
    eventually(lambda: ada.context.cookies(night_window.url) == [])
    assert night_window.seed("waiting") == 0
    ada.page.go_back()
    ada.page.wait_for_load_state()
    assert "Trauma" not in ada.page.locator("main").inner_text() or ada.path == "/begin/about/"
