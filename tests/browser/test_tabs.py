"""Two tabs, the back button, and buttons pressed twice."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import eventually, is_open, offer, said, shows, write
from tests.served import Service

TWICE = """
async () => {
  const form = document.querySelector("main form");
  const send = () => fetch(form.action, {method: "POST", body: new URLSearchParams(new FormData(form))});
  return (await Promise.all([send(), send()])).map(({status, url}) => [status, new URL(url).pathname]);
}
"""


def test_one_tab_has_the_talk_and_another_can_take_it_over(
    night_window: Service, opens: OpenWindow
) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = opens(seeded["seeker"]), opens(seeded["volunteer"])
    for window in (ada, ben):
        window.page.goto(seeded["url"])
    is_open(ada)
    write(ada, "from the first tab")
    shows(ben, "from the first tab")

    first, second = ada.page, ada.tab()
    second.goto(seeded["url"])
    ada.page = second
    expect(second.locator("[data-own-line]")).to_have_text("This talk is open in another tab.")
    assert said(ada) == []
    ada.look()
    ada.press("Continue here")
    is_open(ada)
    shows(ada, "from the first tab")
    expect(first.locator("[data-own-line]")).to_have_text("This talk is open in another tab.")
    assert first.evaluate("sessionStorage.length") == 0
    write(ada, "from the second tab")
    shows(ben, "from the first tab", "from the second tab")

    ada.page = first
    ada.look()
    ada.press("Continue here")
    is_open(ada)
    expect(second.locator("[data-own-line]")).to_have_text("This talk is open in another tab.")
    expect(first.get_by_role("button", name="Continue here")).to_be_hidden()
    write(ada, "and back")
    shows(ada, "from the first tab", "from the second tab", "and back")
    shows(ben, "from the first tab", "from the second tab", "and back")


def test_the_back_button_leads_to_where_a_person_is(
    night_window: Service, opens: OpenWindow
) -> None:
    seeded = night_window.seed("talk", seeker="Ada", volunteer="chioma", started=False)
    ada = opens(seeded["seeker"])
    ada.page.goto("/waiting/")
    ada.arrives("/met/", look=False)
    ada.press("Start talking")
    ada.arrives("/talk/*/", look=False)
    expect(ada.page.locator("textarea")).to_be_visible()
    eventually(lambda: ada.page.evaluate("sessionStorage.length") > 0)
    ada.page.go_back()
    ada.arrives("/talk/*/", look=False)
    expect(ada.page.get_by_text("Go on where you were?")).to_be_visible()
    ada.look()
    shown = ada.page.locator("main").inner_text().splitlines()
    assert [line for line in shown if line] == ["Go on where you were?", "Go on"]
    ada.press("Go on")
    ada.press("End the talk")
    ada.arrives("/talk/*/goodbye/", look=False)
    ada.page.go_back()
    ada.page.wait_for_load_state()
    ada.page.goto(seeded["url"])
    ada.arrives("/talk/*/goodbye/")


def test_what_is_pressed_twice_happens_once(night_window: Service, opens: OpenWindow) -> None:
    femi = night_window.seed("volunteer", name="femi", ready=60)
    window = opens(femi)
    window.page.goto("/volunteer/")
    ada = opens(night_window.seed("seeker"))
    ada.page.goto("/begin/about/")
    assert ada.page.evaluate(TWICE) == [[200, "/waiting/"], [200, "/waiting/"]]
    assert night_window.seed("waiting") == 1
    ada.page.goto("/begin/about/")
    ada.arrives("/waiting/", look=False)

    offer(window).get_by_role("button", name="Take it").dblclick()
    window.arrives("/talk/*/", look=False)
    assert night_window.seed("open_talks", volunteer=femi["person"]) == 1
