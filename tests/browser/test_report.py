"""End, block and report; what coordinators make of it; what each side sees of that."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, shows, write
from tests.browser.window import Window
from tests.served import Service

SAID = "What is your number, Marrowstone?"
STATEMENT = "They asked for my number, twice. Quillfeather."
WIDE = {"width": 1280, "height": 800}


def test_a_report_from_the_talk_to_its_outcome(night_window: Service, opens: OpenWindow) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(talk["seeker"]), opens(talk["volunteer"])
    for window in (ada, ben):
        window.page.goto(talk["url"])
    is_open(ada)
    is_open(ben)
    write(ada, SAID)
    shows(ben, SAID)

    ben.page.locator("summary", has_text="More").click()
    ben.press("End, block and report")
    ben.arrives("/talk/*/report/")
    expect(ada.page.get_by_role("alert").filter(has_text="The talk has ended")).to_contain_text(
        "Your listener has ended the talk. Thank you for your trust."
    )
    with ben.refused(422):
        ben.press("Send the report")
        expect(ben.page.get_by_role("link", name="What is it about?")).to_be_visible()
    ben.look()
    ben.page.get_by_label("Insults or shaming").check()
    ben.page.get_by_label("In your own words").fill(STATEMENT)
    ben.press("Send the report")
    expect(ben.page.get_by_role("heading", level=1)).to_contain_text("We have your report.")
    ben.look()
    code = ben.page.get_by_label("Your code").input_value()

    stranger = opens()
    _state(stranger, code.lower().replace("-", " "), "We have it.")

    dana = opens(night_window.seed("dana"), viewport=WIDE)
    dana.goto("/desk/reports/")
    dana.press("Insults or shaming")
    dana.arrives("/desk/reports/*/")
    expect(dana.page.get_by_text(STATEMENT)).to_have_count(0)
    dana.press("Read what they wrote")
    expect(dana.page.get_by_text(STATEMENT)).to_be_visible()
    dana.look()
    _state(stranger, code, "A coordinator is looking at it.")
    dana.page.get_by_label("Pause of 24 hours").check()
    dana.press("Keep this decision")
    expect(dana.page.get_by_text("Your decision is kept.")).to_be_visible()
    _state(stranger, code, "It is closed. We looked at it and did something about it.")

    ada.page.goto("/")
    ada.press("Please read this first")
    ada.arrives("/paused/")
    expect(ada.page.locator("main")).to_contain_text("You cannot insult or shame anyone.")
    ada.page.get_by_label("What should they know?").fill("I was very ill that night.")
    ada.press("Send")
    expect(ada.page.get_by_text("Thank you. We have your words.")).to_be_visible()
    ada.look()
    ada.page.get_by_role("link", name="If you need somebody now").click()
    ada.arrives("/crisis/")

    night_window.move(timedelta(hours=24))
    for secret in (SAID, STATEMENT, code, "very ill"):
        assert secret not in night_window.logs


def _state(window: Window, code: str, sentence: str) -> None:
    """What somebody without an account reads with a code."""
    window.goto("/report/")
    window.page.get_by_label("Your code").fill(code)
    window.press("Look")
    expect(window.page.get_by_text(sentence)).to_be_visible()
    window.look()
