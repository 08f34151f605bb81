"""A seeker comes back as the same person: with six words in another browser, or by the device."""

from __future__ import annotations

import re
from itertools import pairwise

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import eventually
from tests.browser.window import Window
from tests.served import Service


def test_six_words_bring_back_who_has_used_their_time(
    night_window: Service, opens: OpenWindow
) -> None:
    ada = _talked(night_window, opens)
    ada.press("Remember me here")
    ada.arrives("/remember/")
    ada.press("Give me six words")
    ada.arrives("/remember/words/")
    words = ada.page.get_by_label("Six words, in this order")
    expect(words).to_have_value(re.compile(r"^[a-z]+( [a-z]+){5}$"))
    phrase = words.input_value()
    ada.look()
    sent = _sent_by(ada)
    ada.press("I have them")
    ada.arrives("/remember/")
    # One of the six may well be a word of the page, so the phrase is looked for as a whole.
    shown = ada.page.locator("main").inner_text().split()
    assert not set(phrase.split()) <= set(shown)
    assert phrase not in ada.page.content()
    assert _is_kept_from(sent, phrase)
    ada.close()

    elsewhere = opens()
    elsewhere.goto("/")
    elsewhere.press("Been here before? Come back with your six words")
    elsewhere.arrives("/come-back/")
    sent = _sent_by(elsewhere)
    with elsewhere.refused(422):
        _type(elsewhere, phrase.split()[0] + " and five wrong ones")
        expect(elsewhere.page.get_by_text("That did not work.").first).to_be_visible()
    expect(elsewhere.page.get_by_label("Your six words")).to_be_focused()
    expect(elsewhere.page.get_by_label("Your six words")).to_have_value(re.compile("wrong ones$"))
    elsewhere.look()
    _type(elsewhere, phrase.upper().replace(" ", "-"))
    elsewhere.arrives("/come-back/welcome/")
    expect(elsewhere.page.locator("main")).to_contain_text("Ada")
    assert _is_kept_from(sent, phrase)
    _agree(elsewhere)
    expect(elsewhere.page.get_by_role("heading", level=1)).to_have_text("Time for a pause")
    assert phrase not in night_window.logs


def test_a_device_remembers_until_quick_exit(night_window: Service, opens: OpenWindow) -> None:
    ada = _talked(night_window, opens)
    ada.press("Remember me here")
    ada.press("Remember me here")
    ada.arrives("/remember/")
    expect(ada.page.get_by_text("This device remembers you.")).to_be_visible()
    kept = [cookie for cookie in ada.context.cookies() if cookie["expires"] > 0]
    assert [cookie["name"] for cookie in kept] == ["d"]
    ada.close()

    again = opens()
    again.context.add_cookies(kept)
    again.goto("/")
    _agree(again)
    expect(again.page.get_by_role("heading", level=1)).to_have_text("Time for a pause")
    again.page.get_by_role("button", name="Exit this page").last.click()
    eventually(lambda: not again.context.cookies(night_window.url))

    later = opens()
    later.context.add_cookies(kept)
    later.goto("/remember/")
    expect(later.page.get_by_text("We do not know you here.")).to_be_visible()


def test_the_work_can_be_stopped_and_the_page_goes_on(
    night_window: Service, opens: OpenWindow
) -> None:
    window = opens()
    window.goto("/come-back/")
    window.page.route("**/proof/come-back/", lambda route: None)
    _type(window, "six words of nobody at all")
    expect(window.page.locator("[data-working]")).to_contain_text("One moment.")
    expect(window.page.locator("wl-proof [data-said]")).to_contain_text("One moment.")
    window.look()
    window.press("Stop")
    expect(window.page.locator("wl-proof [data-said]")).to_contain_text(
        "Stopped. Nothing was sent."
    )
    expect(window.page.get_by_role("button", name="Come back")).to_be_focused()
    window.look()


def _sent_by(window: Window) -> list[str]:
    """Addresses and bodies of everything that leaves this page from now on."""
    sent: list[str] = []
    window.page.on(
        "request", lambda request: sent.append(f"{request.url} {request.post_data or ''}")
    )
    return sent


def _is_kept_from(sent: list[str], phrase: str) -> bool:
    """What was made of the words was sent, and no two of them next to each other."""
    bodies = "\n".join(sent).lower()
    words = phrase.split()
    pairs = (one + gap + two for one, two in pairwise(words) for gap in ("", " ", "+", "%20", "-"))
    return "made=" in bodies and not any(pair in bodies for pair in pairs)


def _talked(night_window: Service, opens: OpenWindow) -> Window:
    """Ada after a talk in which she has used all of her time."""
    seeded = night_window.seed("talked", seeker="Ada", volunteer="ben", minutes=46)
    ada = opens(seeded["seeker"])
    ada.goto(seeded["goodbye"])
    return ada


def _type(window: Window, phrase: str) -> None:
    window.page.get_by_label("Your six words").fill(phrase)
    window.press("Come back")


def _agree(window: Window) -> None:
    """What a new session is asked before anything else."""
    window.page.goto("/begin/")
    for box in window.page.get_by_role("checkbox").all():
        box.check()
    window.press("Go on")
    window.arrives("/begin/about/")
