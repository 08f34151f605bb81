"""An appointment from both sides: asked for, taken, found again by its link, and the two meet."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.served import Service


def test_an_appointment_is_made_and_kept(night_window: Service, opens: OpenWindow) -> None:
    ada, ben = opens(night_window.seed("seeker")), opens(night_window.seed("volunteer", name="ben"))
    ada.goto("/appointment/")
    ada.look()
    ada.page.get_by_role("link", name="Choose times").click()
    ada.arrives("/appointment/ask/")
    ada.look()
    zone = ada.page.evaluate("new Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(ada.page.get_by_label("Your time zone")).to_have_value(zone)
    with ada.refused(422):
        ada.press("Ask for an appointment")
        expect(
            ada.page.get_by_text("Please choose at least one day and time.").first
        ).to_be_visible()
    ada.look()
    soon = night_window.seed("appointment_soon")
    ada.page.get_by_label("Day").first.fill(soon["day"])
    ada.page.get_by_label("Time of day").first.fill(soon["time"])
    ada.page.get_by_label("Your time zone").select_option("UTC")
    ada.press("Ask for an appointment")
    link = ada.page.get_by_label("Your private link")
    expect(link).to_be_visible()
    ada.look()
    address = link.input_value()

    ben.goto("/volunteer/appointments/")
    ben.look()
    ben.page.get_by_role("button", name="Take").click()
    expect(ben.page.get_by_role("heading", name="Yours")).to_be_visible()
    ben.look()

    phone = opens()
    phone.page.goto(address)
    phone.arrives("/appointment/open/")
    phone.look()
    phone.press("Open it here")
    expect(phone.page.get_by_role("heading", name="Somebody will be here for you")).to_be_visible()
    phone.look()

    night_window.seed("appointment_is_now")
    phone.goto("/appointment/")
    phone.press("I am here")
    expect(phone.page.get_by_text("We wait for the volunteer.")).to_be_visible()
    phone.look()
    ben.goto("/volunteer/appointments/")
    expect(ben.page.get_by_text("They are here.")).to_be_visible()
    ben.look()
    ben.press("I am here")
    ben.arrives("/talk/*/")
    phone.arrives("/met/")
