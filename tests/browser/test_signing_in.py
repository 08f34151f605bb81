"""A second factor is set up, lost and comes back; a passkey; a role that ends in the middle of a talk."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, keep_codes, set_up_app, shows, sign_in, write
from tests.served import Service

WIDE = {"width": 1280, "height": 800}


def test_a_second_factor_is_set_up_lost_and_comes_back(
    night_window: Service, opens: OpenWindow
) -> None:
    night_window.seed("newcomer", name="chioma")
    first = opens()
    sign_in(first, "chioma")
    code = set_up_app(first)
    first.arrives("/volunteer/")

    elsewhere = opens()
    sign_in(elsewhere, "chioma", second=code)
    elsewhere.arrives("/volunteer/")
    elsewhere.goto("/account/")
    expect(elsewhere.page.get_by_text("9 codes are left.")).to_be_visible()
    elsewhere.press("End all others")
    elsewhere.arrives("/account/")
    first.page.goto("/volunteer/")
    expect(first.page.get_by_role("heading", level=1)).to_have_text("Sign in")

    lost = opens()
    dana = opens(night_window.seed("dana"), viewport=WIDE)
    sign_in(lost, "chioma")
    lost.arrives("/accounts/second/")
    lost.press("I have lost my second factor")
    lost.arrives("/accounts/second/lost/")
    lost.press("Ask for a new one")
    expect(lost.page.get_by_text("You have asked.")).to_be_visible()
    lost.look()
    elsewhere.goto("/volunteer/")
    expect(elsewhere.page.get_by_role("button", name="This was not me")).to_be_visible()

    dana.goto("/desk/sign-in/")
    dana.page.get_by_label("I have checked that it is really them.").check()
    dana.press("Say yes Chioma Alias")
    expect(
        dana.page.get_by_text("They can set up a new second factor in 24 hours.")
    ).to_be_visible()
    dana.look()

    night_window.move(timedelta(hours=24, minutes=1))
    again = opens()
    sign_in(again, "chioma")
    again.arrives("/accounts/second/")
    again.press("I have lost my second factor")
    again.press("Set up a new one")
    set_up_app(again)
    again.arrives("/volunteer/")


def test_a_passkey_is_made_and_used(night_window: Service, opens: OpenWindow) -> None:
    night_window.seed("newcomer", name="chioma")
    window = opens(host="localhost")
    device = window.context.new_cdp_session(window.page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(window, "chioma")
    window.arrives("/account/second/")
    window.press("Use a passkey")
    window.arrives("/account/second/passkey/")
    window.press("Make a passkey")
    keep_codes(window)
    window.arrives("/volunteer/")

    window.goto("/accounts/logout/")
    window.page.get_by_role("button", name="Sign out").click()
    window.arrives("/")
    sign_in(window, "chioma")
    window.arrives("/accounts/second/")
    window.press("Use my passkey")

    window.arrives("/volunteer/")
    window.goto("/account/")
    expect(window.page.get_by_role("rowheader", name="Passkey 1")).to_be_visible()


def test_a_role_ends_in_the_middle_of_a_talk(night_window: Service, opens: OpenWindow) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(talk["seeker"]), opens(talk["volunteer"])
    for window in (ada, ben):
        window.page.goto(talk["url"])
    is_open(ada)
    is_open(ben)
    write(ada, "Are you there?")
    shows(ben, "Are you there?")
    ben.excused.append(re.compile("status of (403|404)"))

    dana = opens(night_window.seed("dana"), viewport=WIDE)
    femi = opens(night_window.seed("coordinator", name="femi"), viewport=WIDE)
    dana.page.goto(f"/desk/people/{talk['volunteer']['person']}/")
    dana.press("Ask to end this role volunteer")
    dana.arrives("/desk/seconds/")
    expect(ben.page.locator("textarea")).to_be_visible()
    femi.page.goto("/desk/seconds/")
    femi.press("Yes End a role")
    expect(femi.page.get_by_text("You agreed.")).to_be_visible()

    expect(
        ada.page.get_by_text("Your listener needed to stop, and it is not your fault.")
    ).to_be_visible()
    ada.look()
    expect(
        ben.page.get_by_text("Your place in this talk is gone from this browser.").first
    ).to_be_visible()
    expect(ben.page.locator("textarea")).to_be_hidden()
    ben.page.goto("/volunteer/")
    expect(ben.page.get_by_role("heading", level=1)).to_have_text("Sign in")
