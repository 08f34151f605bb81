"""Letters from both sides: written, taken, answered, read on another device, replied to, reported."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import keep_key
from tests.browser.window import Window
from tests.served import Service

LETTER = "Quillfeather: the nights are long, and I can't say it to anybody."
ANSWER = "Marrowstone: I know such nights. Thank you for telling me."
REPLY = "Thornwhistle: thank you. That helped."
LEFT_BEHIND = (
    "JSON.stringify([Object.values({ ...sessionStorage, ...localStorage }), history.state])"
)


def reader(night_window: Service, opens: OpenWindow, name: str) -> Window:
    """A volunteer whose letter key is in this browser."""
    who = night_window.seed("letter_reader", name=name)
    window = opens(who)
    window.page.goto("/volunteer/letters/")
    keep_key(window.page, who["key"])
    return window


def begin(window: Window) -> None:
    """From the page about letters to the calm page; a session that has not said yes does so on the way."""
    window.goto("/letter/")
    window.press("Write a letter")
    if "/begin/" in window.page.url:
        for yes in ("I am 18 or older.", "I have read this.", "I have read the rules"):
            window.page.get_by_label(yes).check()
        window.press("Go on")
    window.arrives("/letter/about/")
    window.page.get_by_label("English").check()
    window.press("Go on")


def send(window: Window, text: str) -> str:
    """The letter, the six words, and off it goes; the six words."""
    window.arrives("/letter/write/")
    window.page.get_by_label("Your letter", exact=True).fill(text)
    window.press("Go on: your six words")
    expect(window.page.get_by_role("heading", name="Your six words")).to_be_focused()
    window.look()
    listed = window.page.locator("[data-six-list] li")
    expect(listed).to_have_count(6)
    words = " ".join(listed.all_inner_texts())
    window.press("Send my letter")
    expect(window.page.get_by_role("alert").filter(has_text="tick the box")).to_be_visible()
    window.page.get_by_label("I have kept my six words.").check()
    window.press("Send my letter")
    window.arrives("/letter/")
    expect(
        window.page.get_by_role("heading", name="Your letter waits for its answer")
    ).to_be_visible()
    return words


def take(window: Window) -> None:
    window.goto("/volunteer/letters/")
    window.press("Take this letter")
    window.arrives("/volunteer/letters/*/")


def answer(window: Window, text: str) -> None:
    window.page.get_by_label("Your answer").fill(text)
    window.press("Send my answer")
    expect(window.page.get_by_text("Your answer is sent.")).to_be_visible()
    window.look()


def open_with(window: Window, words: str) -> None:
    window.page.goto("/letter/read/")
    window.page.get_by_label("Your six words").fill(words)
    window.press("Open")


def says(window: Window, *texts: str) -> None:
    expect(window.page.locator("[data-text]")).to_have_text(list(texts))


def two_keyholders(night_window: Service) -> None:
    night_window.seed("dana")
    night_window.seed("coordinator", name="femi")
    for name in ("dana", "femi"):
        night_window.seed("keyholder", name=name)


def test_a_letter_is_answered_and_replied_to_and_a_report_proves(
    night_window: Service, opens: OpenWindow
) -> None:
    two_keyholders(night_window)
    ben, chioma = (reader(night_window, opens, name) for name in ("ben", "chioma"))
    ada = opens()
    begin(ada)
    words = send(ada, LETTER)

    take(ben)
    says(ben, LETTER)
    ben.look()
    chioma.goto("/volunteer/letters/")
    expect(chioma.page.get_by_text("There are no letters for you now.")).to_be_visible()
    answer(ben, ANSWER)

    phone = opens()
    with phone.refused(422):
        open_with(phone, "one two three four five six")
        expect(phone.page.get_by_role("alert").filter(has_text="did not work")).to_be_visible()
    phone.look()
    open_with(phone, words.upper())
    says(phone, LETTER, ANSWER)
    phone.look()
    phone.page.get_by_label("Your one reply").fill(REPLY)
    phone.press("Send my reply")
    expect(phone.page.get_by_text("Your reply is sent.")).to_be_visible()
    expect(phone.page.get_by_label("Your one reply")).to_be_hidden()
    phone.look()

    ben.goto("/volunteer/letters/")
    expect(ben.page.get_by_text("They have replied.")).to_be_visible()
    ben.page.get_by_role("link", name=re.compile("^Letter of")).click()
    says(ben, LETTER, ANSWER, REPLY)
    reports(ben, "Report this letter", LETTER, ANSWER, REPLY)
    assert night_window.seed("read_by_two") == {
        "numbers": [1, 2, 3],
        "words": [LETTER, ANSWER, REPLY],
        "statements": [],
    }
    for window in (ada, ben, phone):
        left = window.page.evaluate(LEFT_BEHIND) + night_window.logs
        for text in ("Quillfeather", "Marrowstone", "Thornwhistle", words):
            assert text not in left


def reports(window: Window, name: str, *texts: str) -> None:
    """In the letter's place, with everything that is on the page."""
    window.press(name)
    boxes = window.page.get_by_role("group", name="Messages that go along").get_by_role("checkbox")
    expect(boxes).to_have_count(len(texts))
    expect(window.page.locator(".proof-words")).to_have_text(list(texts))
    window.look()
    window.page.get_by_label("Insults or shaming").check()
    window.press("Send the report")
    expect(window.page.get_by_role("heading", level=1)).to_contain_text("We have your report.")


def test_the_writer_reports_an_answer(night_window: Service, opens: OpenWindow) -> None:
    two_keyholders(night_window)
    ben = reader(night_window, opens, "ben")
    ada = opens(night_window.seed("seeker"))
    begin(ada)
    words = send(ada, LETTER)
    take(ben)
    answer(ben, ANSWER)

    ada.goto("/letter/")
    ada.press("Read the answer")
    ada.arrives("/letter/read/")
    open_with(ada, words)
    says(ada, LETTER, ANSWER)
    reports(ada, "Report this answer", LETTER, ANSWER)

    assert night_window.seed("read_by_two")["words"] == [LETTER, ANSWER]


def test_given_back_it_goes_to_somebody_else(night_window: Service, opens: OpenWindow) -> None:
    ben, chioma = (reader(night_window, opens, name) for name in ("ben", "chioma"))
    ada = opens(night_window.seed("seeker"))
    begin(ada)
    words = send(ada, LETTER)
    take(ben)
    says(ben, LETTER)

    ben.press("Give it back")
    ben.arrives("/volunteer/letters/")
    take(chioma)
    says(chioma, LETTER)
    answer(chioma, ANSWER)

    open_with(ada, words)
    says(ada, LETTER, ANSWER)


def test_a_role_that_ends_while_it_is_taken_frees_the_letter(
    night_window: Service, opens: OpenWindow
) -> None:
    ben, chioma = (reader(night_window, opens, name) for name in ("ben", "chioma"))
    ada = opens(night_window.seed("seeker"))
    begin(ada)
    send(ada, LETTER)
    take(ben)
    says(ben, LETTER)

    night_window.seed("letter_role_ends", name="ben")
    ben.page.get_by_label("Your answer").fill(ANSWER)
    ben.press("Send my answer")

    expect(ben.page.get_by_role("alert").filter(has_text="could not send")).to_be_visible()
    expect(ben.page.get_by_label("Your answer")).to_have_value(ANSWER)
    take(chioma)
    says(chioma, LETTER)


def test_nobody_fits_is_said_before_anything_is_written(
    night_window: Service, opens: OpenWindow
) -> None:
    ada = opens(night_window.seed("seeker"))

    begin(ada)

    expect(ada.page.get_by_text("nobody who could answer this letter now")).to_be_visible()
    ada.look()


def test_too_long_nothing_and_nobody_left(night_window: Service, opens: OpenWindow) -> None:
    reader(night_window, opens, "ben")
    ada = opens(night_window.seed("seeker"))
    begin(ada)
    ada.arrives("/letter/write/")
    field = ada.page.get_by_label("Your letter", exact=True)

    ada.press("Go on: your six words")
    expect(ada.page.get_by_role("alert").filter(has_text="write something")).to_be_visible()
    field.fill("so long " * 800)
    ada.press("Go on: your six words")
    expect(ada.page.get_by_role("alert").filter(has_text="too long")).to_be_visible()
    ada.look()
    field.fill(LETTER)
    with ada.context.expect_page() as crisis:
        ada.press("Help in danger, now")
    crisis.value.close()
    expect(field).to_have_value(LETTER)
    ada.press("Go on: your six words")
    ada.page.get_by_label("I have kept my six words.").check()
    night_window.seed("letter_role_ends", name="ben")
    with ada.refused(422):
        ada.press("Send my letter")
        expect(ada.page.get_by_role("alert").filter(has_text="nobody now")).to_be_visible()
    ada.press("Back to my letter")
    expect(field).to_have_value(LETTER)


def test_nobody_answers_for_a_week_and_the_writer_is_told(
    night_window: Service, opens: OpenWindow
) -> None:
    reader(night_window, opens, "ben")
    ada = opens(night_window.seed("seeker"))
    begin(ada)
    words = send(ada, LETTER)

    night_window.move(timedelta(days=7))
    phone = opens()
    open_with(phone, words)

    expect(phone.page.get_by_role("heading", level=1)).to_have_text(
        "Nobody could answer your letter"
    )
    phone.look()


def test_without_scripts_other_ways_are_named(night_window: Service, opens: OpenWindow) -> None:
    reader(night_window, opens, "ben")
    who: dict[str, Any] = night_window.seed("seeker")
    ada = opens(who, java_script_enabled=False)
    begin(ada)
    ada.arrives("/letter/write/")

    notice = ada.page.locator("noscript .notice")
    expect(notice).to_contain_text("A letter needs JavaScript")
    expect(notice.locator("a")).to_have_count(2)
    expect(ada.page.get_by_label("Your letter", exact=True)).to_be_hidden()
