"""Open hours from the desk to the home page to a volunteer's tick."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.served import Service

FORM = {"Begins at": "20:00", "Length in minutes": "90", "From this day": "2026-01-01"}


def test_hours_set_at_the_desk_are_on_the_home_page_and_get_a_tick(
    night_window: Service, opens: OpenWindow
) -> None:
    dana = opens(night_window.seed("dana"))
    dana.goto("/desk/")
    dana.page.get_by_role("link", name="Open hours").click()
    dana.arrives("/desk/hours/")
    for label, value in FORM.items():
        dana.page.get_by_label(label).fill(value)
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"):
        dana.page.get_by_label(day).check()
    dana.look()
    dana.press("Add these hours")
    expect(dana.page.get_by_role("table")).to_contain_text("20:00 (Europe/Berlin)")
    dana.look()

    ada = opens()
    ada.goto("/")
    shown = ada.page.get_by_role("region", name="Open hours")
    expect(shown).to_contain_text("20:00–21:30, Europe/Berlin")
    expect(shown.locator("time").first).to_be_visible()
    ada.look()

    ben = opens(night_window.seed("volunteer", name="ben"))
    ben.goto("/volunteer/")
    ben.page.get_by_role("link", name="Open hours: when you are probably there").click()
    ben.arrives("/volunteer/hours/")
    first = ben.page.get_by_role("listitem").filter(has=ben.page.get_by_role("heading")).first
    expect(first).to_contain_text("Nobody yet for:")
    first.get_by_role("button", name="Probably there each week").click()
    expect(first).to_contain_text("You are probably there, each week.")
    first.get_by_role("button", name="Not this time").click()
    expect(first.get_by_text("You are probably there", exact=False)).to_have_count(0)
    ben.press("Make an address")
    expect(ben.page.get_by_label("Your secret address")).to_be_visible()
    ben.look()
