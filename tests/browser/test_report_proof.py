"""A report with messages: from the talk's own page, exactly what it shows, opened by two and nobody else."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, shows, write
from tests.browser.window import Window
from tests.served import Service

SAID = ("Hello, are you there?", "What is your number, Marrowstone?", "I keep that to myself.")
STATEMENT = "He asked for my number. Quillfeather."
LEFT_BEHIND = """JSON.stringify([
  Object.values({ ...sessionStorage, ...localStorage }), history.state, location.href, document.title,
])"""


def two_keyholders(night_window: Service) -> None:
    night_window.seed("dana")
    night_window.seed("coordinator", name="femi")
    for name in ("dana", "femi"):
        night_window.seed("keyholder", name=name)


def in_talk(night_window: Service, opens: OpenWindow) -> tuple[Window, Window]:
    """Ada and Ben have said three things; the second is Ben's."""
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(talk["seeker"]), opens(talk["volunteer"])
    for window in (ada, ben):
        window.page.goto(talk["url"])
    is_open(ada)
    is_open(ben)
    for window, text in zip((ada, ben, ada), SAID, strict=True):
        write(window, text)
        shows(ada, *SAID[: SAID.index(text) + 1])
    shows(ben, *SAID)
    return ada, ben


def test_a_seeker_shows_two_of_three_messages(night_window: Service, opens: OpenWindow) -> None:
    two_keyholders(night_window)
    ada, _ben = in_talk(night_window, opens)

    ada.page.locator("summary", has_text="More").click()
    ada.press("End, block and report")
    expect(ada.page.get_by_role("heading", level=1)).to_be_focused()
    boxes = ada.page.get_by_role("group", name="Messages that go along").get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    for box, text in zip(boxes.all(), SAID, strict=True):
        expect(box).to_be_checked()
        expect(box).to_have_accessible_name(re.compile(re.escape(text)))
    expect(ada.page.locator(".proof-words")).to_have_text(list(SAID))
    ada.look()
    ada.press("Send the report")
    expect(ada.page.get_by_role("alert").filter(has_text="choose what fits")).to_be_visible()

    boxes.nth(1).focus()
    ada.page.keyboard.press("Space")
    expect(ada.page.get_by_text("2 of 3 messages go along.")).to_be_visible()
    gaps = ada.page.get_by_text("Messages are left out here.").filter(visible=True)
    expect(gaps).to_have_count(1)
    ada.look()
    ada.page.get_by_label("In your own words").fill(STATEMENT)
    ada.page.get_by_label("Insults or shaming").check()
    ada.press("Send the report")
    expect(ada.page.get_by_role("heading", level=1)).to_contain_text("We have your report.")
    expect(ada.page.get_by_role("heading", level=1)).to_be_focused()
    ada.look()

    assert night_window.seed("read_by_two") == {
        "numbers": [1, 3],
        "words": [SAID[0], SAID[2]],
        "statements": [STATEMENT, STATEMENT],
    }
    left = ada.page.content() + ada.page.evaluate(LEFT_BEHIND) + night_window.logs
    for words in (*SAID, STATEMENT):
        assert words not in left
    ada.page.reload()
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("You have reported this talk")
    ada.page.go_back()
    ada.page.wait_for_load_state()
    assert "Marrowstone" not in ada.page.content()


def test_who_was_left_reports_from_the_end_of_the_talk_without_any_message(
    night_window: Service, opens: OpenWindow
) -> None:
    two_keyholders(night_window)
    ada, ben = in_talk(night_window, opens)
    ben.press("End the talk")
    ada.page.get_by_role("link", name="Report something").click()
    expect(ada.page.get_by_text("3 of 3 messages go along.")).to_be_visible()

    ada.press("Choose none")
    expect(ada.page.get_by_text("No messages go along")).to_be_visible()
    night_window.seed("coordinator", name="gita")
    night_window.seed("keyholder", name="gita")
    ada.page.get_by_label("Insults or shaming").check()
    ada.page.get_by_label("In your own words").fill(STATEMENT)
    with ada.refused(409):
        ada.press("Send the report")
        expect(ada.page.get_by_role("heading", level=1)).to_contain_text("We have your report.")

    assert night_window.seed("read_by_two") == {
        "numbers": [],
        "words": [],
        "statements": [STATEMENT] * 3,
    }


def test_later_there_are_only_own_words_and_the_page_says_so(
    night_window: Service, opens: OpenWindow
) -> None:
    two_keyholders(night_window)
    _ada, ben = in_talk(night_window, opens)
    ben.press("End the talk")
    ben.arrives("/talk/*/goodbye/")
    ben.press("Report something")
    ben.arrives("/talk/*/report/")
    expect(ben.page.get_by_text("You can’t add messages here")).to_be_visible()
    expect(ben.page.get_by_role("checkbox")).to_have_count(0)

    ben.page.get_by_label("Insults or shaming").check()
    ben.page.get_by_label("In your own words").fill(STATEMENT)
    ben.press("Send the report")
    expect(ben.page.get_by_role("heading", level=1)).to_contain_text("We have your report.")

    assert night_window.seed("read_by_two")["statements"] == [STATEMENT] * 2


def test_quick_exit_leaves_nothing_of_a_report(night_window: Service, opens: OpenWindow) -> None:
    two_keyholders(night_window)
    ada, _ben = in_talk(night_window, opens)
    ada.page.locator("summary", has_text="More").click()
    ada.press("End, block and report")
    expect(ada.page.locator(".proof-words")).to_have_count(3)

    ada.page.locator("wl-exit button").first.click()
    ada.page.wait_for_url(lambda url: "/talk/" not in url)

    assert "Marrowstone" not in ada.page.content()
    ada.page.go_back()
    ada.page.wait_for_load_state()
    assert "Marrowstone" not in ada.page.content()
