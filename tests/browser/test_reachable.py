"""Asked in a pocket: a volunteer without a page of ours open gets a notice, and somebody to talk with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import ask, eventually, is_open, write
from tests.browser.test_telling import GIVES_ADDRESS
from tests.browser.window import Window
from tests.push_service import Browser, PushService, push_service
from tests.served import Service


@pytest.fixture
def pushes(night_window: Service) -> Iterator[PushService]:
    night_window.seed("push_to_loopback")
    with push_service() as service:
        yield service
    assert not service.wrong


def _becomes_reachable(ben: Window, phone: Browser) -> None:
    """Notices on this device, then any hour of the week."""
    ben.context.grant_permissions(["notifications"], origin=ben.url)
    ben.context.add_init_script(GIVES_ADDRESS.replace("GIVEN", json.dumps(phone.form)))
    ben.goto("/volunteer/reachable/")
    ben.page.get_by_role("link", name="Switch notices on").click()
    ben.arrives("/volunteer/notices/")
    ben.press("Switch on, on this device")
    expect(ben.page.get_by_text("Notices are on, on 1 device")).to_be_visible()
    ben.page.get_by_role("link", name="Be asked when you are not here").click()
    ben.arrives("/volunteer/reachable/")
    for name in ("From", "Until"):
        ben.page.get_by_label(name, exact=True).fill("00:00")
    ben.page.get_by_label("Never from").fill("")
    with ben.refused(422):
        ben.press("Switch on")
        expect(ben.page.get_by_text("leave both empty").first).to_be_visible()
    ben.page.get_by_label("Never until").fill("")
    ben.press("Switch on")
    expect(ben.page.get_by_text("You can be asked by a notice")).to_be_visible()
    ben.look()


def test_a_notice_brings_somebody_who_was_not_here(
    night_window: Service, opens: OpenWindow, pushes: PushService
) -> None:
    ada, ben, phone = opens(), opens(night_window.seed("volunteer", name="ben")), pushes.subscribe()
    _becomes_reachable(ben, phone)
    ben.page.goto("about:blank")
    assert pushes.calls == 0

    ask(ada)
    path = phone.next().said["path"]
    ben.goto(path)
    expect(ben.page.get_by_text("to answer.")).to_be_visible()
    ben.look()
    ben.press("Take it")

    ben.arrives("/talk/*/")
    ada.arrives("/met/")
    ada.press("Start talking")
    ada.arrives("/talk/*/", look=False)
    is_open(ada)
    is_open(ben)
    write(ben, "Hello, I am here.")
    expect(ada.page.get_by_text("Hello, I am here.")).to_be_visible()


def test_silence_lapses_and_off_is_one_tap_from_the_notice(
    night_window: Service, opens: OpenWindow, pushes: PushService
) -> None:
    ada, ben, phone = opens(), opens(night_window.seed("volunteer", name="ben")), pushes.subscribe()
    _becomes_reachable(ben, phone)
    ben.page.goto("about:blank")
    ask(ada)
    path = phone.next().said["path"]

    night_window.move(timedelta(minutes=4))
    ben.goto(path)

    expect(ben.page.get_by_text("That is all right, and nothing is lost.")).to_be_visible()
    ben.look()
    ben.press("Stop asking me by notices")
    expect(ben.page.get_by_text("You are not asked by notices", exact=True)).to_be_visible()
    ben.look()
    eventually(lambda: night_window.seed("to_tell") == 1)  # the browser stays for other notices
