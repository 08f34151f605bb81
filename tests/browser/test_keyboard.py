"""The seeker's whole way without a pointer."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, offer, shows
from tests.served import Service

STOPS_AT_MOST = 80
SHOWS_FOCUS = """
(node) => {
  const seen = (style) => style.outlineStyle !== "none" || style.boxShadow !== "none";
  const around = node.closest("label") ?? node.parentElement;
  return seen(getComputedStyle(node)) || seen(getComputedStyle(around));
}
"""


def test_from_home_to_goodbye_by_keyboard(night_window: Service, opens: OpenWindow) -> None:
    ben = opens(night_window.seed("volunteer", name="ben", ready=60))
    ben.goto("/volunteer/")
    ada = opens(viewport={"width": 1280, "height": 800})
    page, keys = ada.page, ada.page.keyboard

    page.goto("/")
    keys.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    keys.press("Enter")
    _tab_to(page, page.get_by_role("link", name="I would like to talk"))
    keys.press("Enter")
    ada.arrives("/begin/", look=False)
    with ada.refused(422):
        _tab_to(page, page.get_by_role("button", name="Go on"))
        keys.press("Enter")
        expect(page.get_by_role("group", name="Please look at this again.")).to_be_focused()
    for name in ("I am 18 or older.", "I have read this.", "I have read the rules"):
        _tab_to(page, page.get_by_label(name))
        keys.press("Space")
    _tab_to(page, page.get_by_role("button", name="Go on"))
    keys.press("Enter")
    ada.arrives("/begin/about/", look=False)
    _tab_to(page, page.get_by_label("Sleep"))
    keys.press("Space")
    _tab_to(page, page.get_by_role("button", name="Find someone for me"))
    keys.press("Enter")
    ada.arrives("/waiting/", look=False)

    offer(ben)
    ben.press("Take it")
    ada.arrives("/met/", look=False)
    _tab_to(page, page.get_by_role("button", name="Start talking"))
    keys.press("Enter")
    ada.arrives("/talk/*/", look=False)
    is_open(ada)
    _tab_to(page, page.locator("textarea"))
    keys.type("By keyboard")
    keys.press("Enter")
    shows(ada, "By keyboard")
    expect(page.locator("textarea")).to_be_focused()
    ben.page.locator("textarea").fill("I read you")
    ben.press("Send")
    shows(ada, "By keyboard", "I read you")
    expect(page.locator("textarea")).to_be_focused()
    _tab_to(page, page.get_by_role("button", name="End the talk"), backwards=True)
    keys.press("Enter")
    ada.arrives("/talk/*/goodbye/", look=False)
    _tab_to(page, page.get_by_role("button", name="Yes"))
    keys.press("Space")
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()


def _tab_to(page: Page, wanted: Locator, *, backwards: bool = False) -> None:
    """Press Tab until it has the focus, and see that the focus shows."""
    for _ in range(STOPS_AT_MOST):
        if wanted.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    expect(wanted).to_be_focused()
    assert wanted.evaluate(SHOWS_FOCUS), f"focus does not show on {wanted}"
