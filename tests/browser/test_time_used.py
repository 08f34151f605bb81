"""Who has used their time: when they may come again, in their zone or in hours, and the open doors."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.served import Service


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_next_time_and_the_open_doors(
    night_window: Service, opens: OpenWindow, *, scripts: bool
) -> None:
    night_window.seed("crisis_lines")
    talk = night_window.seed("talked", seeker="Ada", volunteer="ben", minutes=46)
    ada = opens(talk["seeker"], java_script_enabled=scripts)
    again = re.compile(r"\d\d:\d\d.*\(in (23|24)\shours\)" if scripts else r"in (23|24)\shours")

    ada.goto(talk["goodbye"])
    expect(ada.page.locator("main")).to_contain_text(again)
    ada.goto("/begin/about/")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("Time for a pause")
    expect(ada.page.locator("main")).to_contain_text(again)
    expect(ada.page.get_by_role("button", name="Switch on extra time")).to_be_visible()

    ada.page.get_by_role("link", name=re.compile("^If you cannot wait")).click()
    ada.arrives("/crisis/")
    if scripts:
        ada.page.go_back()
    else:
        ada.goto("/begin/about/")
    ada.press("Switch on extra time")
    ada.arrives("/begin/about/")
    expect(ada.page.get_by_role("heading", level=1)).to_have_text("What would help?")
