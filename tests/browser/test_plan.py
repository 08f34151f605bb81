"""Who comes often is asked for a plan; it is made by everybody in it, and ended by one."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenWindow
from tests.browser.window import Window
from tests.served import Service

WIDE = {"width": 1280, "height": 800}


def test_a_plan_is_made_and_ended(night_window: Service, opens: OpenWindow) -> None:
    came = night_window.seed("came_often", alias="Ada")
    ada = opens(came)
    ben = opens(night_window.seed("volunteer", name="ben"))
    chioma = opens(night_window.seed("volunteer", name="chioma"))
    dana = opens(night_window.seed("dana"), viewport=WIDE)

    _is_invited_and_remembered(ada, came["goodbye"])
    _wishes_mondays(ada)
    _proposes(dana)
    for volunteer in (ben, chioma):
        volunteer.goto("/volunteer/")
        volunteer.press("Shared plans")
        volunteer.arrives("/volunteer/plans/")
        expect(volunteer.page.get_by_role("main")).to_contain_text("Monday, 18:00 to 20:00")
        volunteer.press("Yes")
        volunteer.arrives("/volunteer/plans/")
        expect(volunteer.page.get_by_text("You are in the team of Ada")).to_be_visible()

    ada.goto("/begin/")
    ada.press("Look at the plan")
    ada.arrives("/plan/")
    shown = ada.page.get_by_role("main")
    expect(shown).to_contain_text("Monday, 18:00 to 20:00")
    expect(shown).to_contain_text("Ben Alias, Chioma Alias")
    ada.press("Yes, I agree")
    ada.arrives("/plan/")
    expect(ada.page.get_by_role("heading", name="What we agreed")).to_be_visible()

    dana.goto("/desk/plans/")
    expect(dana.page.get_by_role("row", name="Ada")).to_contain_text("agreed")
    ada.press("End the plan")
    ada.arrives("/plan/")
    expect(ada.page.get_by_role("main")).to_contain_text("You can talk with us as everybody can.")
    dana.goto("/desk/plans/")
    expect(dana.page.get_by_role("main")).to_contain_text("There are none.")
    chioma.goto("/volunteer/plans/")
    expect(chioma.page.get_by_role("main")).to_contain_text("You are in no team")


def test_with_a_plan_the_next_time_is_shown_and_no_dead_end(
    night_window: Service, opens: OpenWindow
) -> None:
    came = night_window.seed("came_often", alias="Ada", talks=5)
    team = [night_window.seed("volunteer", name=name)["person"] for name in ("ben", "chioma")]
    night_window.seed("agreed_plan", alias="Ada", team=team)
    night_window.seed("talk_of_plan", alias="Ada", volunteer=team[0])
    ada = opens(came)

    ada.goto("/begin/about/")

    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Our plan says: a little later")
    expect(ada.page.locator("wl-time").first).to_be_visible()
    ada.press("Look at the plan, change or end it")
    ada.arrives("/plan/")
    ada.page.get_by_text("I would like to change something").click()
    ada.page.get_by_label("the times").check()
    ada.look()
    ada.press("Ask for a change")
    ada.arrives("/plan/")
    expect(ada.page.get_by_role("main")).to_contain_text("You would like to change: the times.")
    ada.goto("/begin/about/")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("What would help?")


def _refusal(window: Window) -> Locator:
    return window.page.get_by_role("group", name="Please look at this again.")


def _is_invited_and_remembered(ada: Window, goodbye: str) -> None:
    ada.goto(goodbye)
    expect(ada.page.get_by_role("heading", name="A plan together?")).to_be_visible()
    ada.press("How this works")
    ada.arrives("/plan/about/")
    expect(ada.page.get_by_role("main")).to_contain_text("5 talks in 48 hours")
    ada.goto(goodbye)
    ada.press("Yes, let us make a plan")
    ada.arrives("/plan/wish/")
    ada.press("Let me be remembered")
    ada.arrives("/remember/")
    ada.press("Remember me here")
    ada.arrives("/remember/")
    ada.press("Yes, let us make a plan")
    ada.arrives("/plan/wish/")


def _wishes_mondays(ada: Window) -> None:
    first = ada.page.get_by_role("group", name="Time 1")
    first.get_by_label("Day").select_option("0")
    with ada.refused(422):
        ada.press("Send this to the team")
        expect(_refusal(ada)).to_contain_text("Please type when it begins")
    ada.look()
    first.get_by_label("From").fill("18:00")
    first.get_by_label("For").select_option("120")
    ada.page.get_by_label("a friend").check()
    ada.press("Send this to the team")
    ada.arrives("/plan/")
    expect(ada.page.get_by_role("main")).to_contain_text("Somebody from our team writes a plan")


def _proposes(dana: Window) -> None:
    dana.goto("/desk/")
    dana.page.get_by_role("link", name="Shared plans").click()
    dana.arrives("/desk/plans/")
    dana.press("Ada")
    dana.arrives("/desk/plans/*/")
    dana.page.get_by_label("Ben Alias").check()
    with dana.refused(422):
        dana.press("Ask the volunteers")
        expect(_refusal(dana)).to_contain_text("Please choose 2 to 4 volunteers.")
    dana.look()
    dana.page.get_by_label("Chioma Alias").check()
    dana.press("Ask the volunteers")
    expect(dana.page.get_by_role("main")).to_contain_text("The volunteers are asked now.")
