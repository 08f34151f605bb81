"""Cut lines, reloads and a killed server in mid-conversation: nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, said, shows, write
from tests.browser.window import Window
from tests.served import Service

Talk = tuple[Window, Window]


@pytest.fixture
def talk(night_window: Service, opens: OpenWindow) -> Talk:
    """Ada and Ben in a talk of their own, both connected."""
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(seeded["seeker"]), opens(seeded["volunteer"])
    for window in (ada, ben):
        window.page.goto(seeded["url"])
    for window in (ada, ben):
        is_open(window)
    return ada, ben


def test_what_is_written_without_a_line_arrives_once_and_in_order(talk: Talk) -> None:
    ada, ben = talk
    write(ada, "before")
    shows(ben, "before")
    with ada.without_line():
        write(ada, "one")
        write(ada, "two")
        ada.page.locator("textarea").fill("half a thought")
        expect(ada.page.locator(".bubble-meta--own").last).to_contain_text("sending")
        write(ben, "Are you there?")
        shows(ben, "before", "Are you there?")
        expect(ada.page.locator("[data-own-line]")).to_contain_text("Your line is cut.")
        ada.look()
    shows(ada, "before", "Are you there?", "one", "two")
    shows(ben, "before", "Are you there?", "one", "two")
    expect(ada.page.locator("textarea")).to_have_value("half a thought")
    expect(ada.page.locator(".bubble-meta--own").last).to_contain_text("sent")


def test_a_reload_keeps_what_was_typed_and_what_was_on_its_way(talk: Talk) -> None:
    ada, ben = talk
    write(ada, "first")
    shows(ben, "first")
    ada.page.locator("textarea").fill("not sent yet")
    # On its way, then gone as soon as a page that is left has been drawn once more.
    ada.page.evaluate(
        """() => {
          const field = document.querySelector("textarea");
          field.value = "on its way";
          field.form.requestSubmit();
          field.value = "not sent yet";
          field.dispatchEvent(new Event("input", {bubbles: true}));
          requestAnimationFrame(() => requestAnimationFrame(() => location.reload()));
        }"""
    )
    is_open(ada)
    shows(ada, "first", "on its way")
    shows(ben, "first", "on its way")
    expect(ada.page.locator("textarea")).to_have_value("not sent yet")
    ben.page.reload()
    shows(ben, "first", "on its way")


def test_a_killed_server_loses_and_doubles_nothing(night_window: Service, talk: Talk) -> None:
    ada, ben = talk
    for window in talk:
        window.may_be_cut()
    sent = _write_by_turns(talk, range(6), after_third=night_window.kill)
    ada.page.locator("textarea").fill("still thinking")
    night_window.start()
    for window in talk:
        window.hurry()
        is_open(window)
    sent |= _write_by_turns(talk, range(6, 8))
    for window in talk:
        expect(window.page.locator(".bubble > div")).to_have_count(len(sent), timeout=30_000)
    assert said(ada) == said(ben)
    assert set(said(ada)) == sent
    for window, name in ((ada, "Ada"), (ben, "Ben")):
        own = [text for text in said(window) if text.startswith(name)]
        assert own == sorted(own)
        expect(window.page.get_by_role("button", name="Try again")).to_have_count(0)


def _write_by_turns(
    talk: Talk, numbers: range, after_third: Callable[[], None] = lambda: None
) -> set[str]:
    """Both write one message each for every number; what was written."""
    sent = set()
    for number in numbers:
        for window, name in zip(talk, ("Ada", "Ben"), strict=True):
            text = f"{name} {number}"
            write(window, text)
            sent.add(text)
        if number == 2:
            after_third()
    return sent
