"""Tell me when someone is free: a notice or one mail, to a browser that is not on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import ask, eventually, offer
from tests.browser.window import Window
from tests.postman import postman
from tests.push_service import Browser, PushService, push_service
from tests.served import Service

GIVES_ADDRESS = """
const given = GIVEN;
PushManager.prototype.subscribe = async (options) => {
  console.info("subscribed for " + new Uint8Array(options.applicationServerKey).length);
  return { toJSON: () => ({ endpoint: given.endpoint, keys: { p256dh: given.p256dh, auth: given.auth } }) };
};
PushManager.prototype.getSubscription = async () => ({
  unsubscribe: async () => { console.info("unsubscribed"); return true; },
});
"""
"""What the browser's maker would answer; everything around it is the browser's own."""
SHOWN = """
(async () => {
  const there = await navigator.serviceWorker.getRegistration("/notices/");
  const shown = await there.getNotifications();
  return shown.map(({ title, body, data }) => ({ title, body, data }));
})()
"""


@pytest.fixture
def pushes(night_window: Service) -> Iterator[PushService]:
    night_window.seed("push_to_loopback")
    with push_service() as service:
        yield service
    assert not service.wrong


def _with_notices(window: Window, browser: Browser) -> list[str]:
    """The window's browser shows notices and has a push service; what it said to that."""
    said: list[str] = []
    window.context.grant_permissions(["notifications"], origin=window.url)
    window.context.add_init_script(GIVES_ADDRESS.replace("GIVEN", json.dumps(browser.form)))
    window.page.on("console", lambda line: said.append(line.text) if line.type == "info" else None)
    return said


def _wishes_a_notice(window: Window) -> None:
    window.goto("/tell-me/")
    window.press("Show me a notice")
    expect(window.page.get_by_text("This browser will show you one notice")).to_be_visible()
    window.look()


def _is_pushed(window: Window, said: dict[str, Any]) -> None:
    """The push service hands what was sent to the browser, whose worker shows it."""
    line = window.context.new_cdp_session(window.page)
    found: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(
            each["registrationId"]
            for each in event["registrations"]
            if each["scopeURL"].endswith("/notices/")
        ),
    )
    line.send("ServiceWorker.enable")
    while not found:
        window.page.wait_for_timeout(20)
    line.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": window.url, "registrationId": found[0], "data": json.dumps(said)},
    )


def test_a_notice_leads_back_to_the_place_in_the_line(
    night_window: Service, opens: OpenWindow, pushes: PushService
) -> None:
    ada, phone = opens(), pushes.subscribe()
    asked = _with_notices(ada, phone)
    ask(ada)
    ada.press("Tell me when someone is free")
    ada.arrives("/tell-me/")
    assert not asked
    _wishes_a_notice(ada)
    assert asked == ["subscribed for 65"]
    assert pushes.calls == 0

    ada.page.goto("/notices-on-iphone/")
    ada.look()
    night_window.move(timedelta(hours=3))
    ben = opens(night_window.seed("volunteer", name="ben", ready=25))
    ben.goto("/volunteer/")
    notice = phone.next()
    _is_pushed(ada, notice.said)

    ada.becomes(f"{SHOWN}.then((shown) => shown.length === 1)")
    [shown] = ada.page.evaluate(SHOWN)
    assert (shown["title"], shown["body"]) == ("Hello", "There is something new.")
    ada.page.goto(shown["data"])
    ada.arrives("/waiting/")
    expect(offer(ben)).to_be_visible()
    eventually(lambda: night_window.seed("to_tell") == 0)
    assert ada.page.evaluate("caches.keys()") == []


CLICKED = """
async () => {
  const opened = [];
  self.clients.openWindow = async (path) => { opened.push(path); };
  for (const path of ["/waiting/", "https://elsewhere.example/", "//elsewhere.example/", null]) {
    await self.registration.showNotification("Hello", { data: path, tag: String(path) });
    const [notification] = await self.registration.getNotifications({ tag: String(path) });
    self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
  }
  await new Promise((over) => setTimeout(over, 200));
  return opened;
}
"""


def test_a_pressed_notice_opens_a_page_of_ours_and_no_other(
    opens: OpenWindow, pushes: PushService
) -> None:
    ada = opens()
    _with_notices(ada, pushes.subscribe())
    ask(ada)
    _wishes_a_notice(ada)
    ada.page.goto("/notices-on-iphone/")
    [worker] = ada.context.service_workers

    opened = worker.evaluate(CLICKED)

    assert opened == ["/waiting/", "/", "/", "/"]


def test_quick_exit_gives_the_address_back(
    night_window: Service, opens: OpenWindow, pushes: PushService
) -> None:
    ada = opens()
    _with_notices(ada, pushes.subscribe())
    ask(ada)
    _wishes_a_notice(ada)
    assert night_window.seed("to_tell") == 2

    with ada.page.expect_console_message(lambda line: line.text == "unsubscribed"):
        ada.page.locator("wl-exit").get_by_role("button").click(no_wait_after=True)

    eventually(lambda: night_window.seed("to_tell") == 0)
    assert pushes.calls == 0


def test_a_browser_that_says_no_is_told_what_else_there_is(
    night_window: Service, opens: OpenWindow, pushes: PushService
) -> None:
    ada = opens()
    ask(ada)
    ada.context.add_init_script("Notification.requestPermission = async () => 'denied';")
    ada.goto("/tell-me/")

    ada.press("Show me a notice")

    expect(ada.page.get_by_text("Your browser does not allow notices")).to_be_visible()
    ada.look()
    assert night_window.seed("to_tell") == 0


def test_a_mail_leads_to_the_place_from_another_device(
    night_window: Service, opens: OpenWindow
) -> None:
    ada, phone = opens(), opens()
    ask(ada)
    ada.goto("/tell-me/")
    expect(ada.page.get_by_label("Your e-mail address")).to_have_count(0)
    with postman() as post:
        night_window.seed("mail_to", port=post.port)
        ada.goto("/tell-me/")
        with ada.refused(422):
            ada.page.get_by_label("Your e-mail address").fill("ada@nowhere")
            ada.press("Send me one e-mail")
            expect(ada.page.get_by_text("Please look at this again.")).to_be_visible()
        ada.look()
        ada.page.get_by_label("Your e-mail address").fill("ada@example.org")
        ada.press("Send me one e-mail")
        expect(ada.page.get_by_text("We will send you one e-mail")).to_be_visible()
        ada.look()
        ada.page.goto("/crisis/")
        night_window.move(timedelta(hours=3))
        night_window.seed("volunteer", name="ben", ready=25)
        mail = post.next()
        night_window.seed("no_mail")

    assert mail["Subject"] == "Hello"
    assert "Night Window" not in mail.as_string()
    link = re.search(r"https?://\S+", mail.get_payload())
    assert link is not None
    phone.goto(link[0])
    phone.press("Go to my place")
    phone.arrives("/waiting/")
    eventually(lambda: night_window.seed("to_tell") == 0)
    assert "ada@example.org" not in night_window.logs
    phone.goto(link[0])
    phone.press("To the start page")
