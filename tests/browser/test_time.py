"""A talk's time: warnings at 10, 5 and 1 minutes, and the end, on both screens and in the gateway."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, shows, write
from tests.browser.window import Window
from tests.served import Service

# What a screen reader is given, in order.
HEAR = """
() => {
  window.announced = [];
  new MutationObserver((changes) => {
    const added = changes.flatMap(({addedNodes}) => [...addedNodes]);
    window.announced.push(...added.map((node) => node.textContent));
  }).observe(document.querySelector("[data-said]"), {childList: true, subtree: true});
}
"""

RAW_CLIENT = """
async (room) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(`/talk/${room}/ticket/`, {method: "POST", headers: {"X-CSRFToken": token}});
  const {ticket} = await answer.json();
  const socket = new WebSocket(`ws://${location.host}/live`, ["warmline.1", ticket]);
  window.heard = [];
  socket.onclose = ({code}) => window.heard.push({t: "closed", code});
  socket.onmessage = ({data}) => window.heard.push(JSON.parse(data));
  window.say = (letter) => socket.send(JSON.stringify({
    t: "send", room, epoch: 1, cid: letter.repeat(22 - 1) + "A", c: "A".repeat(43), body: "A".repeat(256),
  }));
  await new Promise((resolve) => { socket.onopen = resolve; });
  socket.send(JSON.stringify({t: "sync", room, after: 0}));
  setInterval(() => socket.send(JSON.stringify({t: "ping"})), 500);
}
"""


def test_the_time_runs_out_for_both(night_window: Service, opens: OpenWindow) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben", minutes=12)
    ada, ben = opens(seeded["seeker"]), opens(seeded["volunteer"])
    for window in (ada, ben):
        window.may_be_cut()
        window.page.goto(seeded["url"])
    for window in (ada, ben):
        is_open(window)
        _left(window, "12 min left")
        window.page.evaluate(HEAR)

    for passing, left, warning in (
        (timedelta(minutes=2, seconds=1), "10 min left", "10 minutes left."),
        (timedelta(minutes=5), "5 min left", "5 minutes left."),
        (timedelta(minutes=4), "1 min left", "1 minute left."),
    ):
        _pass(night_window, passing, ada, ben)
        for window in (ada, ben):
            _left(window, left)
            window.becomes(f"window.announced.includes('{warning}')")
    for window in (ada, ben):
        heard = window.page.evaluate("window.announced.filter((text) => text.includes('left'))")
        assert heard == ["10 minutes left.", "5 minutes left.", "1 minute left."]
    write(ada, "One last word")
    shows(ben, "One last word")
    ben.page.locator("textarea").fill("I will think of")

    _pass(night_window, timedelta(minutes=1, seconds=30), ada, ben)
    for window in (ada, ben):
        ended = window.page.locator("[data-ended]")
        expect(ended).to_contain_text("The time for this talk is over.")
        expect(window.page.get_by_role("button", name="Send")).to_be_hidden()
        window.look()
    expect(ben.page.locator("textarea")).to_have_value("I will think of")
    expect(ben.page.locator("[data-composer-note]")).to_have_text(
        "These words were not sent. You can still copy them."
    )
    assert night_window.seed("stored", room=seeded["room"]) == [1]
    ada.press("Go on")
    ada.arrives("/talk/*/goodbye/")


def test_the_gateway_takes_no_message_once_the_time_is_over(
    night_window: Service, opens: OpenWindow
) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer="chioma", minutes=3)
    ada, chioma = opens(seeded["seeker"]), opens(seeded["volunteer"])
    ada.may_be_cut()
    for window in (ada, chioma):
        window.page.goto(seeded["url"])
    write(ada, "Hello")
    shows(chioma, "Hello")
    chioma.page.goto("/volunteer/")
    chioma.page.evaluate(RAW_CLIENT, seeded["room"])
    is_open(ada)
    chioma.page.evaluate("window.say('a')")
    chioma.becomes("window.heard.some(({t}) => t === 'ack')")
    night_window.move(timedelta(seconds=55))
    chioma.page.evaluate("window.say('b')")
    chioma.becomes("window.heard.filter(({t}) => t === 'ack').length === 2")

    for _step in range(2):  # 155 of 180 seconds.
        _pass(night_window, timedelta(seconds=50), ada)
        _is_heard(chioma)
    night_window.move(timedelta(seconds=50))
    chioma.becomes("window.heard.some(({t}) => t === 'over')")
    chioma.page.evaluate("window.say('c')")
    chioma.becomes("window.heard.some(({t}) => t === 'nak')")
    refused = chioma.page.evaluate("window.heard.find(({t}) => t === 'nak').code")
    assert refused in ("time_over", "closed")
    assert night_window.seed("stored", room=seeded["room"]) == [1, 2, 3]


def _is_heard(raw: Window) -> None:
    """Its ping was answered since: nothing heard for 60 seconds is a cut line."""
    pongs = "window.heard.filter(({t}) => t === 'pong').length"
    before = raw.page.evaluate(pongs)
    raw.becomes(f"{pongs} > {before}")


def _left(window: Window, text: str) -> None:
    expect(window.page.locator("[data-time]")).to_have_text(text)


def _pass(service: Service, by: timedelta, *together: Window) -> None:
    """Time passes while people are connected, for only that counts."""
    for window in together:
        window.is_heard()
        is_open(window)
    service.move(by)
