"""Every way to stop, from both sides: kind words for the other, and whether the two meet again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, offer
from tests.served import Service

BREAK = timedelta(minutes=11)
BY_SEEKER, BY_VOLUNTEER = "seeker", "volunteer"
WORDS_FOR = {
    BY_VOLUNTEER: "Your listener has ended the talk. Thank you for your trust.",
    BY_SEEKER: "They have ended the talk. Thank you for being there.",
}
NEEDED_TO_STOP = "Your listener needed to stop, and it is not your fault."


@dataclass(frozen=True)
class Way:
    """A way out of a talk: by whom, the button, where it leads, and whether the two may meet again."""

    by: str
    button: str
    leads: str = "goodbye"
    meet_again: bool = False

    @property
    def others_words(self) -> str:
        return NEEDED_TO_STOP if self.button == "I need to stop" else WORDS_FOR[self.by]

    def __str__(self) -> str:
        return f"{self.by}: {self.button}"


APART, KNOWN = "End, and please not us two again", "I may know this person"
TELLING = re.compile("block|report|know", re.IGNORECASE)
REPORT, STOP = "End, block and report", "I need to stop"
WAYS = [
    Way(BY_SEEKER, "End the talk", meet_again=True),
    Way(BY_VOLUNTEER, "End the talk", meet_again=True),
    Way(BY_SEEKER, APART),
    Way(BY_VOLUNTEER, APART),
    Way(BY_SEEKER, KNOWN),
    Way(BY_VOLUNTEER, KNOWN),
    Way(BY_SEEKER, REPORT, leads="report"),
    Way(BY_VOLUNTEER, REPORT, leads="report"),
    Way(BY_VOLUNTEER, STOP),
]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_way_to_stop(night_window: Service, opens: OpenWindow, way: Way) -> None:
    talk = night_window.seed("talk", seeker="Ada", volunteer="ben", asked=True)
    windows = {side: opens(talk[side]) for side in (BY_SEEKER, BY_VOLUNTEER)}
    stops = windows[way.by]
    (other,) = [window for side, window in windows.items() if side != way.by]
    for window in (stops, other):
        window.page.goto(talk["url"])
    is_open(stops)
    is_open(other)

    if way.button != "End the talk":
        stops.page.locator("summary", has_text="More").click()
    stops.press(way.button)

    stops.arrives(f"/talk/*/{way.leads}/")
    told = other.page.get_by_role("alert").filter(has_text="The talk has ended")
    expect(told).to_contain_text(way.others_words)
    # What it says of the ending; the way to a report is there however a talk ends.
    said = told.get_by_role("paragraph").filter(has_not=other.page.get_by_role("link"))
    for at in range(said.count()):
        expect(said.nth(at)).not_to_contain_text(TELLING)
    expect(told.get_by_role("link")).to_have_text(["Go on", "Report something"])
    other.look()
    other.press("Go on")
    other.arrives("/talk/*/goodbye/")
    stops.page.goto(f"{talk['url']}goodbye/")
    if way.button == STOP:
        other.press("Go to the front of the line")
        other.arrives("/waiting/")
        return

    night_window.move(BREAK)
    night_window.seed("look_again", **{side: talk[side]["person"] for side in windows})
    ben = windows[BY_VOLUNTEER]
    ben.page.goto("/volunteer/")
    if way.meet_again:
        offer(ben)
    else:
        chioma = opens(night_window.seed("volunteer", name="chioma", ready=60))
        chioma.page.goto("/volunteer/")
        offer(chioma)
        ben.report()
        expect(ben.page.locator("[data-offer-id]")).to_have_count(0)
