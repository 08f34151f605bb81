"""Pictures of appointments for the gallery, on both sides of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.browser.gallery import Gallery


def appointments(gallery: Gallery) -> None:
    ada = gallery.service.seed("seeker", alias="Ada")
    ben = gallery.service.seed("volunteer", name="noor")
    gallery.show("appointment-none", "/appointment/", ada)
    gallery.show("appointment-refused", "/appointment/ask/", ada, act=_ask)
    with gallery.window(ada) as page:
        page.goto("/appointment/ask/")
        gallery.take("appointment-ask", page)
        soon = gallery.service.seed("appointment_soon")
        page.get_by_label("Day").first.fill(soon["day"])
        page.get_by_label("Time of day").first.fill(soon["time"])
        page.get_by_label("Your time zone").select_option("UTC")
        _ask(page)
        gallery.take("appointment-link", page)
    gallery.show("appointment-open", "/appointment/", ada)
    gallery.show("appointments", "/volunteer/appointments/", ben)
    gallery.show("appointments-mine", "/volunteer/appointments/", ben, act=_take)
    gallery.show("appointment-taken", "/appointment/", ada)
    gallery.service.seed("appointment_is_now")
    gallery.show("appointment-held", "/appointment/", ada, act=_here)
    gallery.show("appointments-held", "/volunteer/appointments/", ben)


def _ask(page: Page) -> None:
    page.get_by_role("button", name="Ask for an appointment").click()


def _take(page: Page) -> None:
    page.get_by_role("button", name="Take").first.click()


def _here(page: Page) -> None:
    page.get_by_role("button", name="I am here").click()
