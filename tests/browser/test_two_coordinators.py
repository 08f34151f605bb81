"""Power is split: a third coordinator and the end of a role need two, and the ended one is out at once."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.window import Window
from tests.served.service import Service

WIDE = {"width": 1280, "height": 800}


def _says_yes(window: Window, to: str) -> None:
    """From the desk to the question, and yes."""
    window.goto("/desk/")
    window.page.get_by_role("heading", name="Waiting for a second yes").click()
    window.arrives("/desk/seconds/")
    window.press(f"Yes {to}")
    expect(window.page.get_by_text("You agreed.")).to_be_visible()


def test_a_third_coordinator_comes_and_goes_by_two(
    night_window: Service, opens: OpenWindow
) -> None:
    dana = opens(night_window.seed("dana"), viewport=WIDE)
    femi = opens(night_window.seed("coordinator", name="femi"))
    ben = opens(night_window.seed("volunteer", name="ben"))

    dana.goto("/desk/invite/")
    dana.press("Ask for a second yes")
    dana.arrives("/desk/seconds/")
    expect(dana.page.get_by_role("button", name="Make the link")).to_have_count(0)
    _says_yes(femi, "Invite a new coordinator")
    dana.goto("/desk/seconds/")
    dana.press("Make the link")
    link = dana.page.get_by_label("Link", exact=True).input_value()
    dana.look()

    ben.page.goto(link)
    ben.page.locator("main form button[type=submit]").click()
    ben.arrives("/desk/")

    dana.goto("/desk/people/")
    dana.press("Ben Alias")
    dana.arrives("/desk/people/*/")
    dana.press("Ask to end this role coordinator")
    dana.arrives("/desk/seconds/")
    ben.goto("/desk/seconds/")
    expect(ben.page.get_by_role("heading", name="About you")).to_be_visible()
    _says_yes(femi, "End a role")

    ben.page.goto("/desk/")
    expect(ben.page).to_have_url(re.compile("/accounts/login/"))
    dana.goto("/desk/record/")
    expect(
        dana.page.get_by_role("row", name="A role was ended Ben Alias coordinator")
    ).to_contain_text("Femi Alias")
