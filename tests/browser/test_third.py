"""Somebody joins a talk of two, all three talk, compare codes, and the third has to go again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import is_open, said, shows, write
from tests.browser.window import Window
from tests.served import Service


def who(window: Window) -> str:
    """Who is in the talk, as the page always says."""
    words = window.page.locator("[data-who-line]").inner_text()
    return words.replace("\u2068", "").replace("\u2069", "")


def there_are(window: Window, line: str) -> None:
    expect(window.page.locator("[data-who-line]")).to_have_text(line, timeout=20_000)


def asks(window: Window, words: str) -> None:
    """Above the field is said or asked something about a third."""
    expect(window.page.locator("[data-third-now]").get_by_text(words)).to_be_visible()


def opens_details(window: Window) -> None:
    window.page.locator("[data-who] > summary").click()


def code(window: Window) -> list[str]:
    """The words of the seven pictures, once they are there."""
    expect(window.page.locator("[data-code] li")).to_have_count(7, timeout=20_000)
    words = window.page.locator("[data-code] li span:last-child").all_inner_texts()
    assert all(words)
    return words


def named(*names: str) -> list[str]:
    return [f"\u2068{name}\u2069" for name in names]


def test_a_third_is_asked_let_in_and_asked_to_leave(
    night_window: Service, opens: OpenWindow
) -> None:
    night_window.seed("dana")
    night_window.seed("coordinator", name="femi")
    for name in ("dana", "femi"):
        night_window.seed("keyholder", name=name)
    seeded = night_window.seed("talk", seeker="Ada", volunteer="ben")
    ready = night_window.seed("volunteer", name="chioma", ready=60)
    ada, ben, chioma = opens(seeded["seeker"]), opens(seeded["volunteer"]), opens(ready)
    chioma.page.goto("/volunteer/")
    for window in (ada, ben):
        window.page.goto(seeded["url"])
    for window in (ada, ben):
        is_open(window)
    there_are(ada, f"In this talk: you and {named('Ben Alias')[0]}")
    write(ada, "before anybody came")
    shows(ben, "before anybody came")

    # Ben asks, Ada agrees, Chioma comes.
    opens_details(ben)
    ben.look()
    ben.press("A second listener")
    asks(ben, "You asked")
    asks(ada, "may a second listener join you?")
    ada.look()
    expect(chioma.page.locator("[data-call]")).to_have_count(0)
    ada.press("Yes, please ask")
    asks(ada, "We ask people who are here now.")
    card = chioma.page.locator("[data-call]")
    expect(card).to_contain_text("join a talk as second listener")
    chioma.look()
    chioma.press("I come")
    chioma.arrives("/talk/*/".replace("/talk/", "/volunteer/third/room/"))
    expect(chioma.page.locator("[data-door]")).to_contain_text("still have to let you in")

    # One yes is not enough; with both she is in, and sees nothing of what was said before.
    ada.press("Yes, let them in")
    asks(ada, "You said yes.")
    ada.look()
    there_are(ada, f"In this talk: you and {named('Ben Alias')[0]}")
    ben.press("Yes, let them in")
    expect(chioma.page.locator("[data-door]")).to_contain_text("You are in.")
    a, b, c = named("Ada", "Ben Alias", "Chioma Alias")
    there_are(ada, f"In this talk: you, {b}, and {c} (second listener)")
    there_are(ben, f"In this talk: you, {a}, and {c} (second listener)")
    there_are(chioma, f"In this talk: you, {a}, and {b}")
    write(chioma, "hello from the third")
    shows(ada, "before anybody came", "hello from the third")
    write(ben, "welcome")
    write(ada, "hello both")
    everything = {"hello from the third", "welcome", "hello both"}
    for window in (ada, ben, chioma):
        expect(window.page.locator(".bubble > div").filter(has_text="hello both")).to_be_visible()
        expect(window.page.locator(".bubble > div").filter(has_text="welcome")).to_be_visible()
        assert everything <= set(said(window))
    assert set(said(chioma)) == everything
    expect(ada.page.locator(".bubble-name")).to_have_text(["Chioma Alias: "])
    chioma.look()

    # A reload finds it all again.
    ben.page.reload()
    there_are(ben, f"In this talk: you, {a}, and {c} (second listener)")

    # The same code on all three.
    opens_details(ada)
    ada.press("Make a code")
    first = code(ada)
    for window in (ben, chioma):
        opens_details(window)
        assert code(window) == first
        window.look()
    ada.look()

    # Ada asks her to leave: she is out at once, and cannot read on.
    ada.press("Ask them to leave")
    expect(chioma.page.get_by_role("heading", name="You are out of this talk")).to_be_visible()
    expect(chioma.page.locator("[data-door]")).to_be_hidden()
    chioma.look()
    there_are(ada, f"In this talk: you and {b}")
    there_are(ben, f"In this talk: you and {a}")
    opens_details(ben)
    write(ben, "just us two again")
    expect(ada.page.locator(".bubble > div").last).to_have_text("just us two again")
    assert "just us two again" not in said(chioma)

    # She reports Ben with what she has read, while the two go on.
    chioma.page.get_by_role("link", name="Report something").click()
    expect(chioma.page.get_by_role("group", name="Messages that go along")).to_be_visible()
    chioma.look()
    chioma.page.get_by_label("Insults or shaming").check()
    chioma.press("Send the report")
    alert = chioma.page.get_by_role("alert").filter(has_text="Please choose whom it is about.")
    expect(alert).to_be_visible()
    chioma.page.get_by_role("radio", name="the listener").check()
    chioma.press("Send the report")
    expect(chioma.page.get_by_role("heading", level=1)).to_contain_text("We have your report.")
    expect(chioma.page.get_by_text("without the messages")).to_have_count(0)
    chioma.press("Go on")
    chioma.arrives("/volunteer/third/room/*/over/")
    expect(chioma.page.get_by_text("The two go on by themselves now.")).to_be_visible()
