"""The whole way of both sides: somebody asks, somebody takes it, they talk, they say goodbye."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.app_codes import code
from tests.browser.conftest import OpenWindow
from tests.browser.steps import ask, be_ready, is_open, offer, shows, write
from tests.served import Service

OWN_WORDS = "my brother Quillfeather"
NOTE = "I may cry, Marrowstone"
MESSAGES = ("Hello. It is a hard night, Wintergreen.", "Hello. I am glad you wrote.")


@pytest.mark.smoke
def test_two_people_find_each_other_and_talk(night_window: Service, opens: OpenWindow) -> None:
    seeded = night_window.seed(
        "volunteer", name="ben", been_there=["grief"], card="My brother died. I know the nights."
    )
    ben = opens(viewport={"width": 1280, "height": 800})
    ben.goto("/volunteer/")
    ben.arrives("/accounts/login/?next=/volunteer/")
    ben.page.get_by_label("Sign-in name").fill("ben")
    ben.page.get_by_label("Password").fill(seeded["password"])
    ben.press("Sign in")
    ben.arrives("/accounts/second/")
    ben.page.get_by_label("Code").fill(code())
    ben.press("Sign in")
    ben.arrives("/volunteer/")
    be_ready(ben)

    ada = opens()
    ada.goto("/")
    expect(ada.page.locator(".status")).to_contain_text("Someone is here.")
    ask(ada, "Grief", own_words=OWN_WORDS, note=NOTE)
    expect(ada.page.locator(".status")).to_contain_text("Someone who fits is here.")
    ada_alias = ada.page.locator("[data-news] bdi").first.inner_text()

    offered = offer(ben)
    for shown in ("grief", OWN_WORDS, "text", "English", "About 40 minutes", "New here", NOTE):
        expect(offered).to_contain_text(re.compile(re.escape(shown), re.IGNORECASE))
    ben.look()
    ben.press("Take it")
    ben.arrives("/talk/*/")
    expect(ben.page.get_by_text(NOTE)).to_be_visible()
    expect(ben.page.locator("[data-partner-is]")).to_have_text("They are on their way")

    ada.arrives("/met/")
    expect(ada.page.locator("main")).to_contain_text("My brother died. I know the nights.")
    expect(ada.page.locator("main")).to_contain_text("up to 40 minutes")
    ada.press("Start talking")
    ada.arrives("/talk/*/", look=False)
    is_open(ada)
    is_open(ben)
    expect(ben.page.get_by_role("heading", level=1)).to_have_text(ada_alias)

    write(ada, MESSAGES[0])
    shows(ben, MESSAGES[0])
    expect(ada.page.locator(".bubble-meta--own").last).to_contain_text("sent")
    ben.page.locator("textarea").press_sequentially("Hel")
    expect(ada.page.locator("[data-typing]")).to_contain_text("is writing")
    write(ben, MESSAGES[1])
    shows(ada, *MESSAGES)
    shows(ben, *MESSAGES)
    expect(ada.page.locator("[data-typing]")).to_be_empty()
    ada.look()
    ben.look()

    expect(ada.page.locator("[data-time]")).to_have_text("40 min left")
    ben.press("Add 10 minutes")
    expect(ada.page.locator("[data-time]")).to_have_text("50 min left")
    expect(ben.page.get_by_role("button", name="Add 10 minutes")).to_be_hidden()

    ada.press("End the talk")
    ada.arrives("/talk/*/goodbye/")
    expect(ben.page.get_by_role("alert").filter(has_text="The talk has ended")).to_contain_text(
        "They have ended the talk. Thank you for being there."
    )
    ben.look()
    shows(ben, *MESSAGES)
    ada.press("A little")
    expect(ada.page.get_by_text("Thank you for telling us.")).to_be_visible()
    ada.look()
    ben.press("Go on")
    ben.arrives("/talk/*/goodbye/")
    ben.press("Back to my page")
    ben.arrives("/volunteer/")

    night_window.move(timedelta(seconds=5))
    assert night_window.seed("messages") == 0
    for secret in (OWN_WORDS, NOTE, *MESSAGES, "127.0.0.1:", "Mozilla", "Grief", ada_alias):
        assert secret not in night_window.logs.replace(night_window.url, "")
