"""Real browsers against a server that lies: they take nothing, send nothing, and say so."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.attacks.lying import KeyLiar, emptied, lie_on_the_line
from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, said, shows, write
from tests.browser.window import Window
from tests.served import Service

pytestmark = pytest.mark.browser

REFUSED = "Something is wrong with the keys of this talk, so nothing more is sent."
CLOSED = "This message could not be verified, so it is not shown."

Talk = tuple[dict[str, Any], Window, Window]


@pytest.fixture
def talk(night_window: Service, opens: OpenWindow) -> Talk:
    """Ada and Ben, each with a window that has not come yet."""
    seeded: dict[str, Any] = night_window.seed("talk", seeker="Ada", volunteer="ben")
    return seeded, opens(seeded["seeker"]), opens(seeded["volunteer"])


def come_in(talk: Talk) -> None:
    """Both are there, and one message shows that their keys fit."""
    seeded, ada, ben = talk
    for window in (ada, ben):
        window.page.goto(seeded["url"])
    is_open(ada)
    write(ada, "Hello")
    shows(ben, "Hello")


def says_no(window: Window) -> None:
    """It says that something is wrong, and keeps what its person writes."""
    expect(window.page.locator("[data-keys-refused]")).to_contain_text(REFUSED)
    expect(window.page.locator("[data-keys-refused]")).to_be_visible()
    window.look()


def test_a_key_swapped_later_is_refused(night_window: Service, talk: Talk) -> None:
    seeded, ada, ben = talk
    liar = KeyLiar(ben, seeded["room"])
    come_in(talk)
    liar.lie = liar.swapped

    ada.page.reload()
    says_no(ben)
    write(ben, "for Ada alone")
    expect(ben.page.get_by_text("for Ada alone")).to_be_visible()
    ben.is_heard()
    assert night_window.seed("messages") == 1


def test_a_ghost_is_not_let_in_and_not_believed(talk: Talk) -> None:
    seeded, ada, ben = talk
    liar = KeyLiar(ada, seeded["room"])
    come_in(talk)
    liar.lie = liar.haunted

    ben.page.reload()
    is_open(ben)
    write(ada, "only we two")
    shows(ben, "Hello", "only we two")
    assert liar.newest.epoch == 1
    liar.lie = liar.seated
    ben.page.reload()
    says_no(ada)


def test_a_reload_is_not_fed_another_history(talk: Talk) -> None:
    seeded, ada, _ben = talk
    liar = KeyLiar(ada, seeded["room"])
    come_in(talk)
    liar.lie = emptied

    ada.page.reload()
    says_no(ada)
    assert "Hello" not in said(ada)


def test_what_is_changed_or_repeated_on_the_line_is_seen(talk: Talk) -> None:
    _seeded, ada, ben = talk
    first: list[dict[str, Any]] = []

    def twist(frame: dict[str, Any]) -> list[dict[str, Any]]:
        """Ben's second message is his first again; his third is changed by one letter."""
        if frame["t"] != "msg" or frame["seat"] != 2:
            return [frame]
        first.append(frame)
        if len(first) == 2:
            return [{**first[0], "seq": frame["seq"]}]
        flipped = "A" if frame["body"][100] != "A" else "B"
        body = frame["body"][:100] + flipped + frame["body"][101:]
        return [{**frame, "body": body}] if len(first) == 3 else [frame]

    lie_on_the_line(ada, twist)
    come_in(talk)
    for number, text in enumerate(("one", "two", "three"), start=2):
        write(ben, text)
        expect(ada.page.locator(".bubble")).to_have_count(number)
        if number == 2:
            expect(ada.page.locator("[data-doubt]")).to_be_hidden()
    expect(ada.page.locator("[data-doubt]")).to_be_visible()
    assert said(ada)[-1] == CLOSED
    assert "two" not in said(ada)
    assert "three" not in said(ada)


END = """document.querySelector("[data-end=end] button").click()"""
EXIT_IN_MID_SEND = """() => {
  document.querySelector("textarea").form.requestSubmit();
  setTimeout(() => document.querySelector("wl-exit button").click());
}"""


@pytest.mark.parametrize("leave", [END, EXIT_IN_MID_SEND])
def test_a_tab_restored_after_leaving_opens_nothing(
    night_window: Service, opens: OpenWindow, talk: Talk, leave: str
) -> None:
    """A browser that brings back its cookies and its tab's storage, as after a crash."""
    seeded, ada, ben = talk
    come_in(talk)
    ada.page.locator("textarea").fill("not sent yet")
    ada.becomes("sessionStorage.length === 2")
    cookies = ada.context.cookies()
    kept = ada.page.evaluate("Object.entries(sessionStorage)")
    ada.page.evaluate(leave)
    expect(ben.page.locator("[data-ended]")).to_be_visible()
    assert not night_window.seed("resume_share", room=seeded["room"], seat=1)

    restored = opens()
    restored.context.add_cookies(cookies)
    restored.page.add_init_script(
        f"for (const [name, value] of {kept!r}) sessionStorage.setItem(name, value)"
    )
    with restored.refused(404):
        restored.page.goto(seeded["url"])
        restored.page.wait_for_load_state()
    content = restored.page.content()
    assert "Hello" not in content
    assert "not sent yet" not in content
    assert restored.page.locator("wl-talk").count() == 0
