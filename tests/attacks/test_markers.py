"""Words planted in every private field of a whole journey; then nothing the service holds has any of them."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.attacks.watched import Watched, spellings
from tests.browser.conftest import OpenWindow
from tests.browser.elsewhere import EXIT_HOST
from tests.browser.steps import ask, eventually, is_open, offer, shows, write
from tests.browser.window import Window

pytestmark = pytest.mark.browser

WISHES = ("Quillfeather", "Marrowstone")
SAID = ("Wintergreenish", "Thistledowner", "Lanternbrook")
TYPED = ("Hollyhockish", "Copperfielder")
GOODBYE = "Saffronwater"
STATEMENT = "Juniperstone"
ASIDE = ("Bramblewoody", "Cinnabarlike", "Foxgloverish", "Peppermintly")


def test_nothing_anywhere_holds_what_people_wrote(seen: Watched, windows: OpenWindow) -> None:
    service = seen.service
    service.seed("dana")
    service.seed("coordinator", name="femi")
    for name in ("dana", "femi"):
        service.seed("keyholder", name=name)
    ben_is = service.seed("volunteer", name="ben", been_there=["grief"], ready=60)
    ben, ada = windows(ben_is), windows(user_agent=f"Mozilla/5.0 {ASIDE[0]}")
    _ask_and_meet(ada, ben)
    _talk(ada, ben)
    _say_goodbye_and_report(ada, ben)
    _leave_fast(*_second_talk(seen, windows))
    _knock(windows())

    opened = service.seed("read_by_two")
    assert {SAID[0], SAID[1]} < set(opened["words"]), "two keyholders read what was said"
    assert opened["statements"] == [STATEMENT] * 2
    kept, logs, bus = seen.dump(), seen.logs, seen.bus
    assert b"Night Window" in kept, "the dump sees the tables"
    assert b"logs are loud" in logs
    assert b"warmline:" in bus, "Redis was heard"
    prefix_key = json.loads((service.folder / "data" / "prefix.key").read_text())["key"]
    assert not [held for held in (kept, logs, bus) if prefix_key.encode() in held]
    for marker in (*WISHES, *SAID, *TYPED, GOODBYE, STATEMENT, *ASIDE):
        for place, held in (("the database", kept), ("a log", logs), ("Redis", bus)):
            assert not [one for one in spellings(marker) if one in held], f"{marker} in {place}"


def _ask_and_meet(ada: Window, ben: Window) -> None:
    ben.page.goto("/volunteer/")
    ask(ada, "Grief", own_words=f"my brother {WISHES[0]}", note=f"I may cry {WISHES[1]}")
    expect(offer(ben)).to_contain_text(WISHES[1])
    ben.press("Take it")
    ben.arrives("/talk/*/", look=False)
    ada.arrives("/met/", look=False)
    ada.press("Start talking")
    ada.arrives("/talk/*/", look=False)
    is_open(ada)
    is_open(ben)


def _talk(ada: Window, ben: Window) -> None:
    """Words, words without a line, words that are only typed, and a reload while they stand there."""
    write(ada, SAID[0])
    shows(ben, SAID[0])
    with ben.without_line():
        write(ben, SAID[1])
    shows(ada, SAID[0], SAID[1])
    ada.page.locator("textarea").press_sequentially(TYPED[0])
    expect(ben.page.locator("[data-typing]")).to_contain_text("is writing")
    ada.becomes("sessionStorage.length === 2")
    assert TYPED[0] not in ada.page.evaluate("JSON.stringify(sessionStorage)")
    ada.page.reload()
    is_open(ada)
    shows(ada, SAID[0], SAID[1])
    expect(ada.page.locator("textarea")).to_have_value(TYPED[0])


def _say_goodbye_and_report(ada: Window, ben: Window) -> None:
    ben.page.locator("details[data-tray] > summary").click()
    ben.press("Goodbye after a crisis · ends the talk")
    field = ben.page.locator("textarea")
    expect(field).to_be_focused()
    field.fill(f"Goodbye {GOODBYE}")
    ben.press("Send")
    expect(ada.page.get_by_text(GOODBYE)).to_be_visible()
    ben.arrives("/talk/*/goodbye/", look=False)
    expect(ada.page.locator("[data-ended]")).to_be_visible()
    ada.page.get_by_role("link", name="Report something").click()
    expect(ada.page.get_by_text("messages go along.")).to_be_visible()
    ada.page.get_by_label("In your own words").fill(STATEMENT)
    ada.page.get_by_label("Insults or shaming").check()
    ada.press("Send the report")
    expect(ada.page.get_by_role("heading", level=1)).to_contain_text("We have your report.")


def _second_talk(seen: Watched, windows: OpenWindow) -> tuple[Window, Window]:
    seeded = seen.service.seed("talk", seeker="Ines", volunteer="chioma")
    ines, chioma = windows(seeded["seeker"]), windows(seeded["volunteer"])
    for window in (ines, chioma):
        window.page.goto(seeded["url"])
    is_open(ines)
    write(ines, SAID[2])
    shows(chioma, SAID[2])
    return ines, chioma


def _leave_fast(ines: Window, chioma: Window) -> None:
    ines.page.locator("textarea").fill(TYPED[1])
    ines.page.locator("wl-exit").get_by_role("button").click(no_wait_after=True)
    ines.page.wait_for_url(f"https://{EXIT_HOST}/**")
    expect(chioma.page.locator("[data-ended]")).to_contain_text("They had to leave.")
    eventually(lambda: ines.context.cookies(ines.url) == [])


def _knock(eve: Window) -> None:
    """What strangers put into addresses, forms and headers."""
    with eve.refused(404):
        eve.page.goto(f"/{ASIDE[1]}/?q={ASIDE[1]}")
    eve.page.goto("/accounts/login/")
    eve.page.get_by_label("Sign-in name").fill(ASIDE[2])
    eve.page.get_by_label("Password").fill(ASIDE[2])
    with eve.refused(422):
        eve.press("Sign in")
        expect(eve.page.locator("main")).to_contain_text("not")
    eve.page.goto("/come-back/")
    eve.page.get_by_label("Your six words").fill(f"{ASIDE[3]} one two three four five")
    eve.press("Come back")
    expect(eve.page.get_by_text("That did not work.").first).to_be_visible()
