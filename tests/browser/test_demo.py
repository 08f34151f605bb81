"""The demo alone: one person sees the whole main job, and what is simulated says so on every screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import ask, is_open, offer, write
from tests.browser.window import Window
from tests.demo.beginning import everybody_is_ready
from tests.served import Service
from tests.served.service import served

LABEL = "This is a demo. Some people here are simulated."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A demo."""
    with served(tmp_path_factory.mktemp("demo"), "--demo") as running:
        everybody_is_ready(running)
        yield running


def test_one_person_alone_sees_the_whole_main_job(service: Service, opens: OpenWindow) -> None:
    ada = opens()
    ask(ada, "Grief")
    ada.arrives("/met/")
    _is_labelled(ada)
    ada.press("Start talking")
    ada.arrives("/talk/*/", look=False)
    is_open(ada)
    _is_labelled(ada)
    expect(ada.page.get_by_role("heading", level=1)).to_contain_text("(simulated)")
    answers = ada.page.locator(".bubble:not(.bubble--own)")
    expect(answers.first).to_contain_text("I am simulated")
    write(ada, "I miss my mother, most of all at night.")
    count = answers.count()
    expect(answers.nth(count)).to_be_visible(timeout=30_000)
    ada.look()
    ada.press("End the talk")
    ada.arrives("/talk/*/goodbye/")
    _is_labelled(ada)


def test_the_links_open_the_other_roles(service: Service, opens: OpenWindow) -> None:
    links = dict(re.findall(r"^  ([\w ]+): (http\S+)$", service.logs, re.MULTILINE))
    assert set(links) == {"Someone who needs to talk", "Volunteer", "Coordinator"}
    dana = opens()
    dana.page.goto(links["Coordinator"])
    dana.arrives("/desk/")
    _is_labelled(dana)
    expect(dana.page.get_by_role("region", name="Ready now")).to_contain_text("(simulated)")

    ben = opens()
    ben.page.goto(links["Volunteer"])
    ben.arrives("/volunteer/")
    ben.page.get_by_label("I am well enough today").check()
    ben.press("I am here")
    _is_labelled(ben)
    ada = opens()
    ask(ada)
    offer(ben)
    ben.look()
    ben.press("Take it")
    ben.arrives("/talk/*/", look=False)
    ada.arrives("/met/", look=False)


def _is_labelled(window: Window) -> None:
    expect(window.page.get_by_text(LABEL)).to_be_visible()
