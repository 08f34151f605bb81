"""Every message of the tray from both sides: chosen, changed, sent, read as one; and its card."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open
from tests.browser.window import Window
from tests.served import Service
from warmline.support.sign_offs import GROUPS, NEED_TO_STOP, SignOff

OWN_WORDS = " I mean it kindly."
ALL = [each for _name, messages in GROUPS for each in messages]
GO_ON = sorted((each for each in ALL if not each.then), key=lambda each: each.card)
END = [each for each in ALL if each.then]


@pytest.fixture(autouse=True)
def _lines(night_window: Service) -> None:
    night_window.seed("crisis_lines")


def test_messages_after_which_the_talk_goes_on(night_window: Service, opens: OpenWindow) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = _both(talk, opens)
    for place, message in enumerate(GO_ON, start=1):
        _sends(ben, message)
        expect(ada.page.locator(".bubble--sign-off")).to_have_count(place)
        expect(ada.page.locator(".bubble--sign-off").last).to_contain_text(OWN_WORDS.strip())
        expect(_card(ada)).to_have_count(1 if message.card else 0)
    is_open(ada)
    ada.look()


@pytest.mark.parametrize("message", END, ids=lambda message: message.key)
def test_a_message_that_ends_the_talk(
    night_window: Service, opens: OpenWindow, message: SignOff
) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben", asked=True)
    ada, ben = _both(talk, opens)

    text = _sends(ben, message)

    ben.arrives("/talk/*/goodbye/", look=False)
    expect(ada.page.get_by_role("alert").filter(has_text="The talk has ended")).to_be_visible()
    expect(ada.page.locator(".bubble--sign-off > div")).to_have_text(text)
    expect(_card(ada)).to_have_count(1 if message.card else 0)
    if message.then == NEED_TO_STOP:
        expect(ada.page.locator("[data-ended]")).to_contain_text("it is not your fault")
    ada.press("Go on")
    ada.arrives("/talk/*/goodbye/", look=False)
    ada.page.reload()
    expect(_card(ada)).to_have_count(1 if message.card else 0)


def _both(talk: dict[str, dict[str, str]], opens: OpenWindow) -> tuple[Window, Window]:
    ada, ben = opens(talk["seeker"]), opens(talk["volunteer"])
    for window in (ada, ben):
        window.page.goto(str(talk["url"]))
    is_open(ada)
    is_open(ben)
    return ada, ben


def _sends(volunteer: Window, message: SignOff) -> str:
    """Choose it, add words of one's own, send; the whole text, in which no braces are left."""
    volunteer.page.locator("details[data-tray] > summary").click()
    volunteer.page.locator(f"[data-sign-off={message.key}]").click()
    field = volunteer.page.locator("textarea")
    expect(field).to_have_value(re.compile(r"^[^{}]{20,}$"))
    text = field.input_value() + OWN_WORDS
    field.fill(text)
    volunteer.press("Send")
    return text


def _card(seeker: Window) -> Locator:
    return seeker.page.get_by_role("region", name="Help card: Germany")
