"""A volunteer's letter key: made in the browser, brought to another device, replaced, deleted."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.test_keyholders import KEPT, make_key
from tests.browser.test_letters import begin, says, send, take
from tests.browser.window import Window
from tests.served import Service

WIDE = {"width": 1280, "height": 800}
LETTER = "Larkspur: I have not slept for three nights."
KEY = "/volunteer/letters/key/"


def test_a_letter_opens_with_a_key_that_a_code_brought_to_another_device(
    night_window: Service, opens: OpenWindow
) -> None:
    ben = opens(night_window.seed("volunteer", name="ben"), viewport=WIDE)
    ben.goto("/volunteer/letters/")
    ben.press("My letter key")
    expect(ben.page.get_by_role("heading", name="You have none yet")).to_be_visible()
    ben.look()
    ben.press("Make your letter key")
    ben.arrives(f"{KEY}new/")
    code = make_key(ben, KEY)
    is_here(ben)
    ben.look()
    assert ben.page.evaluate(KEPT) == [False]
    ada = opens()
    begin(ada)
    send(ada, LETTER)

    phone = opens(night_window.seed("sign_in", alias="Ben Alias"))
    phone.goto(KEY)
    expect(phone.page.get_by_text("Your letter key is not on this device.")).to_be_visible()
    phone.look()
    restores(phone, mistyped=code[:-1], right=code)
    take(phone)
    says(phone, LETTER)

    ben.goto(KEY)
    ben.press("Replace your letter key")
    ben.arrives(f"{KEY}new/")
    make_key(ben, KEY)
    expect(ben.page.get_by_text("It only opens letters from before.")).to_be_visible()
    assert ben.page.evaluate(KEPT) == [False, False]
    phone.page.reload()
    says(phone, LETTER)


def test_a_lost_key_is_deleted_here_and_on_every_device(
    night_window: Service, opens: OpenWindow
) -> None:
    ben = opens(night_window.seed("volunteer", name="ben"))
    ben.goto(f"{KEY}new/")
    make_key(ben, KEY)
    is_here(ben)

    ben.page.get_by_label("I know that this can't be undone.").check()
    ben.press("Delete my letter key")

    expect(ben.page.get_by_text("Your letter key is deleted.")).to_be_visible()
    expect(ben.page.get_by_role("heading", name="You have none yet")).to_be_visible()
    ben.look()


def test_signing_out_deletes_it_on_this_device_when_asked(
    night_window: Service, opens: OpenWindow
) -> None:
    ben = opens(night_window.seed("volunteer", name="ben"))
    ben.goto(f"{KEY}new/")
    make_key(ben, KEY)
    is_here(ben)

    ben.goto("/accounts/logout/")
    ben.page.get_by_label("Delete my letter key on this device too.").check()
    ben.look()
    ben.page.locator("main").get_by_role("button", name="Sign out").click()
    ben.arrives("/")

    assert ben.page.evaluate(KEPT) == []


def is_here(window: Window) -> None:
    expect(window.page.get_by_text("Your letter key is on this device.")).to_be_visible()


def restores(window: Window, *, mistyped: str, right: str) -> None:
    """A wrong code gets a sentence, the right one works."""
    window.press("Get it with your recovery code")
    window.arrives(f"{KEY}restore/")
    field = window.page.get_by_label("Recovery code")
    field.fill(mistyped)
    window.press("Open my key")
    expect(window.page.get_by_text("This is not a whole code")).to_be_visible()
    window.look()
    field.fill(right.lower().replace(" ", "-"))
    window.press("Open my key")
    window.arrives(KEY)
    is_here(window)
