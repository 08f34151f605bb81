"""Sealed reports at the desk: the statement by one coordinator, the chat part by two, in their browsers."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Request, expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import keep_key
from tests.browser.test_report_proof import SAID as TOLD
from tests.browser.test_report_proof import in_talk
from tests.browser.window import Window
from tests.safety.sealed_reports import SAID, STATEMENT
from tests.served import Service

WIDE = {"width": 1280, "height": 800}
FORGED = 4
"""The number of the message whose words are not those that were sent."""
KEPT = """async () => JSON.stringify([
  { ...localStorage }, { ...sessionStorage }, document.cookie,
  (await indexedDB.databases()).map(({ name }) => name), await caches.keys(),
])"""


def holds(window: Window, key: dict[str, Any]) -> None:
    """From now on this browser has the coordinator's key."""
    window.page.goto("/desk/reports/")
    keep_key(window.page, key)


def reads(window: Window, address: str) -> None:
    """From the list to the report, and *read*."""
    window.goto("/desk/reports/")
    window.page.locator(f"a[href='{address}']").first.click()
    window.arrives(address)
    window.press("Read what they wrote")
    expect(window.page.get_by_role("heading", name="What they wrote")).to_be_visible()


def sees_statement(window: Window) -> None:
    expect(window.page.locator("[data-words]")).to_have_text(STATEMENT)


def sees_chat(window: Window) -> None:
    """In order, with what is left out; nothing of what was not sent."""
    expect(window.page.locator("[data-lines] li")).to_have_count(len(SAID) + 1)
    lines = window.page.locator("[data-lines] li").all_inner_texts()
    assert SAID[1][1] in lines[0]
    assert "Sol Alias (reported)" in lines[2]
    assert "Who made the report" in lines[0]
    assert lines[1] == "2 messages left out"
    assert "Not what was sent" in lines[2]
    assert SAID[5][1] in lines[3]
    expect(window.page.get_by_text(SAID[FORGED][1])).to_have_count(0)
    window.look()


def test_two_open_what_a_report_shows_and_one_never_does(
    night_window: Service, opens: OpenWindow
) -> None:
    sent: list[str] = []

    def heard(request: Request) -> None:
        sent.append(f"{request.url} {request.post_data or ''}")

    dana = opens(night_window.seed("dana"), viewport=WIDE)
    femi = opens(night_window.seed("coordinator", name="femi"))
    gita = opens(night_window.seed("coordinator", name="gita"), viewport=WIDE)
    sol = opens(night_window.seed("volunteer", name="sol"))
    night_window.seed("coordinates_too", alias="Sol Alias")
    for window in (dana, femi, gita):
        window.context.on("request", heard)
    keys = {name: night_window.seed("keyholder", name=name) for name in ("dana", "femi", "sol")}
    address = night_window.seed("sealed_report", reported="Sol Alias", forged=FORGED)
    keys["gita"] = night_window.seed("keyholder", name="gita")

    holds(dana, keys["dana"])
    reads(dana, address)
    sees_statement(dana)
    expect(dana.page.get_by_text("3 messages, sealed")).to_be_visible()
    expect(dana.page.get_by_text("Sol Alias can’t")).to_have_count(0)
    expect(dana.page.get_by_role("button", name="Open it", exact=True)).to_have_count(0)
    dana.press("Say yes to opening it")
    expect(dana.page.get_by_text("You have said yes.")).to_be_visible()
    dana.look()

    holds(sol, keys["sol"])
    sol.goto("/desk/reports/")
    expect(sol.page.get_by_text("There are none for you.")).to_be_visible()
    with sol.refused(404):
        sol.page.goto(address)
        expect(sol.page.get_by_text(STATEMENT)).to_have_count(0)

    femi.goto("/desk/reports/")
    expect(femi.page.get_by_text("Dana Alias has said yes")).to_be_visible()
    reads(femi, address)
    expect(femi.page.get_by_text("Your key is not on this device.").first).to_be_visible()
    expect(femi.page.get_by_role("button", name="Open it")).to_be_hidden()
    femi.look()
    holds(femi, keys["femi"])
    femi.goto(address)
    sees_statement(femi)
    femi.press("Open it")
    sees_chat(femi)
    femi.press("Let them in")
    expect(femi.page.get_by_text("They can open it now, with one of you.")).to_be_visible()
    femi.press("Let them read these words")
    expect(femi.page.get_by_text("can’t read these words yet")).to_have_count(0)

    dana.goto(address)
    dana.press("Read it")
    sees_chat(dana)

    holds(gita, keys["gita"])
    reads(gita, address)
    sees_statement(gita)
    gita.press("Say yes to opening it")
    expect(gita.page.get_by_text("You have said yes.")).to_be_visible()
    night_window.seed("leaves", alias="Femi Alias")
    dana.goto(address)
    expect(dana.page.get_by_text("Gita Alias has said yes.")).to_be_visible()
    dana.press("Open it")
    sees_chat(dana)

    night_window.seed("leaves", alias="Gita Alias")
    dana.goto(address)
    expect(dana.page.get_by_text("This can’t be opened any more.")).to_be_visible()
    sees_statement(dana)
    dana.goto("/desk/record/")
    rows = dana.page.get_by_role("row")
    expect(rows.filter(has_text="The chat part of a report was opened")).to_have_count(3)
    expect(rows.filter(has_text="A report was made readable for another")).to_have_count(2)

    words = [STATEMENT, *(text for _seat, text in SAID.values())]
    kept = [window.page.evaluate(KEPT) for window in (dana, gita)]
    for private in words:
        assert private not in night_window.logs
        assert not [each for each in sent + kept if private in each]


def test_what_somebody_reports_from_the_talk_is_what_two_read_at_the_desk(
    night_window: Service, opens: OpenWindow
) -> None:
    dana = opens(night_window.seed("dana"), viewport=WIDE)
    femi = opens(night_window.seed("coordinator", name="femi"))
    for window, name in ((dana, "dana"), (femi, "femi")):
        holds(window, night_window.seed("keyholder", name=name))
    ada, _ben = in_talk(night_window, opens)
    ada.page.locator("summary", has_text="More").click()
    ada.press("End, block and report")
    boxes = ada.page.get_by_role("group", name="Messages that go along").get_by_role("checkbox")
    boxes.nth(1).uncheck()
    ada.page.get_by_label("In your own words").fill(STATEMENT)
    ada.page.get_by_label("Insults or shaming").check()
    ada.press("Send the report")
    expect(ada.page.get_by_role("heading", level=1)).to_contain_text("We have your report.")

    for window in (dana, femi):
        window.page.goto("/desk/reports/")
        window.page.get_by_role("rowheader").get_by_role("link").click()
        window.press("Read what they wrote")
        sees_statement(window)
    dana.press("Say yes to opening it")
    expect(dana.page.get_by_text("You have said yes.")).to_be_visible()
    femi.page.reload()
    femi.press("Open it")

    lines = femi.page.locator("[data-lines] li")
    expect(lines).to_have_count(3)
    expect(lines.nth(0)).to_contain_text(TOLD[0])
    expect(lines.nth(0)).to_contain_text("Who made the report")
    expect(lines.nth(1)).to_have_text("1 message left out")
    expect(lines.nth(2)).to_contain_text(TOLD[2])
