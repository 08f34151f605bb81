"""Coordinators' keys: made in the browser, agreed to by two, restored, replaced, forgotten."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.elsewhere import EXIT_HOST
from tests.browser.window import Window
from tests.served.service import Service

WIDE = {"width": 1280, "height": 800}
KEPT = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  if (!names.includes("warmline-keyholder")) return [];
  return new Promise((resolve) => {
    const request = indexedDB.open("warmline-keyholder");
    request.onsuccess = () => {
      const database = request.result;
      const all = database.transaction("keys").objectStore("keys").getAll();
      all.onsuccess = () => {
        database.close();
        resolve(all.result.map(({ key }) => key.privateKey.extractable));
      };
    };
  });
}"""
"""Whether each private key that this browser keeps can be read by a script."""


def make_key(window: Window, page: str = "/desk/key/") -> str:
    """From the page that makes a key to the one about it; its recovery code, as it is on paper."""
    window.page.get_by_role("button", name="Make the key").click()
    shown = window.page.locator(".recovery-code li")
    expect(shown).to_have_count(7)
    window.look()
    code = shown.all_inner_texts()
    window.press("I have it on paper")
    fields = window.page.locator("[data-part]")
    expect(fields.first).to_be_visible()
    asked = re.findall(r"Group (\d) of 7", " ".join(window.page.locator("label").all_inner_texts()))
    fields.first.fill("0000")
    window.press("Finish")
    expect(window.page.get_by_text("This is not what the code says.")).to_be_visible()
    window.look()
    for field, number in zip(fields.all(), asked, strict=True):
        field.fill(code[int(number) - 1].lower())
    window.press("Finish")
    window.arrives(page)
    return " ".join(code)


def agree(window: Window, number: str) -> None:
    """From the desk to somebody's key: the same digits as they read out, and yes."""
    window.goto("/desk/")
    window.page.get_by_role("heading", name="Waiting for a second yes").click()
    window.arrives("/desk/seconds/")
    window.press("Compare the key")
    window.arrives("/desk/key/compare/*/")
    expect(window.page.locator(".key-number")).to_have_text(number)
    window.press("It is the same. Yes")
    expect(window.page.get_by_text("You agreed.")).to_be_visible()


def number_of(window: Window) -> str:
    return window.page.locator(".key-number").inner_text()


def has_key(window: Window) -> None:
    expect(window.page.get_by_text("Your key is on this device.")).to_be_visible()


def test_two_coordinators_make_keys_restore_one_and_replace_one(
    night_window: Service, opens: OpenWindow
) -> None:
    dana = opens(night_window.seed("dana"), viewport=WIDE)
    femi = opens(night_window.seed("coordinator", name="femi"))
    codes = {}
    for window in (dana, femi):
        window.goto("/desk/")
        window.press("Make your key")
        window.arrives("/desk/key/new/")
        codes[window] = make_key(window)
        has_key(window)
        assert window.page.evaluate(KEPT) == [False]

    agree(femi, number_of(dana))
    agree(dana, number_of(femi_key(femi)))
    dana.goto("/desk/key/")
    expect(dana.page.get_by_role("heading", name="It is in use")).to_be_visible()
    expect(dana.page.get_by_text("Two of them open a reported talk together.")).to_be_visible()

    phone = opens(night_window.seed("sign_in", alias="Dana Alias"))
    restores(phone, mistyped=codes[dana][:-1], of_another=codes[femi], right=codes[dana])
    assert phone.page.evaluate(KEPT) == [False]
    assert number_of(phone) == number_of(dana)

    femi.goto("/desk/key/")
    femi.press("Replace your key")
    femi.arrives("/desk/key/new/")
    before, _code = number_of_in_use(femi), make_key(femi)
    agree(dana, number_of(femi))
    femi.goto("/desk/key/")
    expect(femi.page.get_by_role("heading", name="It is in use")).to_be_visible()
    has_key(femi)
    assert number_of(femi) != before


def femi_key(window: Window) -> Window:
    window.goto("/desk/key/")
    return window


def number_of_in_use(window: Window) -> str:
    """Looked up in another tab, so that this one stays where it is."""
    tab = window.tab()
    tab.goto("/desk/key/")
    found = tab.locator(".key-number").inner_text()
    tab.close()
    return found


def restores(window: Window, *, mistyped: str, of_another: str, right: str) -> None:
    """A device without the key: the desk says so, wrong codes get a sentence, the right one works."""
    window.page.emulate_media(reduced_motion="reduce")  # A colour on its way is none to be judged.
    window.goto("/desk/")
    expect(window.page.get_by_text("Your key is not on this device.")).to_be_visible()
    window.press("Get it with your recovery code")
    window.arrives("/desk/key/restore/")
    field = window.page.get_by_label("Recovery code")
    for typed, answer in (
        (mistyped, "This is not a whole code"),
        (of_another, "This code does not open your key."),
    ):
        field.fill(typed)
        window.press("Open my key")
        expect(window.page.get_by_text(answer)).to_be_visible()
        expect(window.page.get_by_role("button", name="Open my key")).to_be_enabled()
        window.look()
    field.fill(right.lower().replace(" ", "-"))
    window.press("Open my key")
    window.arrives("/desk/key/")
    has_key(window)


def holder(service: Service, opens: OpenWindow) -> Window:
    """Dana with a key on this device."""
    window = opens(service.seed("dana"))
    window.goto("/desk/key/new/")
    make_key(window)
    has_key(window)
    return window


def key_is_gone(window: Window) -> bool:
    kept: list[Any] = window.page.evaluate(KEPT)
    return kept == []


def test_quick_exit_deletes_the_key_on_this_device(
    night_window: Service, opens: OpenWindow
) -> None:
    dana = holder(night_window, opens)
    dana.page.locator("wl-exit").get_by_role("button").click(no_wait_after=True)
    expect(dana.page).to_have_url(re.compile(EXIT_HOST))
    dana.page.goto("/crisis/")
    assert key_is_gone(dana)


def test_a_sign_out_deletes_the_key_when_asked_to(night_window: Service, opens: OpenWindow) -> None:
    dana = holder(night_window, opens)
    dana.goto("/accounts/logout/")
    dana.page.get_by_label("Delete my coordinator’s key on this device too.").check()
    dana.page.locator("main").get_by_role("button", name="Sign out").click()
    dana.arrives("/")
    assert key_is_gone(dana)


def test_a_key_that_was_taken_off_leaves_this_device_too(
    night_window: Service, opens: OpenWindow
) -> None:
    dana = holder(night_window, opens)
    dana.page.get_by_role("button", name="Delete it on this device").click()
    expect(dana.page.get_by_text("Deleted on this device.")).to_be_visible()
    expect(dana.page.get_by_text("Your key is not on this device.")).to_be_visible()
    dana.look()
    assert key_is_gone(dana)


def test_a_browser_that_keeps_nothing_gets_a_sentence(
    night_window: Service, opens: OpenWindow
) -> None:
    dana = opens(night_window.seed("dana"))
    dana.context.add_init_script(
        "delete Object.getPrototypeOf(globalThis).indexedDB; delete globalThis.indexedDB"
    )
    dana.goto("/desk/key/new/")
    expect(dana.page.get_by_text("This browser can't make or keep a key.")).to_be_visible()
    expect(dana.page.get_by_role("button", name="Make the key")).to_have_count(0)
