"""From the printed link to a community with two coordinators and a volunteer who is ready."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import be_ready, set_up_app
from tests.browser.window import Window
from tests.served import Service
from tests.served.service import served

PASSWORD = "lantern harbour nine"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with nothing set up."""
    with served(tmp_path_factory.mktemp("empty")) as running:
        yield running


def test_the_set_up_link_leads_to_a_volunteer_who_is_ready(
    service: Service, opens: OpenWindow
) -> None:
    visitor = opens()
    with visitor.refused(503):
        visitor.goto("/")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Almost there.")
    with visitor.refused(404):
        visitor.goto("/setup/guessed/")

    dana = opens()
    link = service.setup_link
    _set_up(dana, link)
    for_esra = _invite(dana, "coordinator")
    for_ben = _invite(dana, "volunteer")

    esra = opens()
    _join(esra, for_esra, "esra")
    set_up_app(esra)
    esra.arrives("/desk/")
    ben = opens(viewport={"width": 1280, "height": 800})
    _join(ben, for_ben, "ben")
    set_up_app(ben)
    _make_profile(ben)
    _accept_rules(ben)
    be_ready(ben)

    dana.goto("/desk/")
    ready = dana.page.get_by_role("region", name="Ready now")
    expect(ready).to_contain_text(re.compile("(40|39) minutes"))
    with visitor.refused(404):
        visitor.goto(link)
    with visitor.refused(410):
        visitor.goto(for_ben)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("This link works no more.")
    for secret in (for_ben, for_esra, "esra", PASSWORD):
        assert secret.removeprefix(service.url) not in service.logs


def _set_up(dana: Window, link: str) -> None:
    dana.goto(link)
    dana.page.get_by_label("Name of your community").fill("Night Window")
    dana.page.get_by_label("Country").select_option("DE")
    dana.press("Go on")
    dana.look()
    dana.page.get_by_label("Time zone").select_option("Europe/Berlin")
    dana.page.get_by_label("English", exact=True).check()
    dana.press("Go on")
    dana.page.get_by_label("Sign-in name").wait_for()
    dana.look()
    dana.press("Go back")
    expect(dana.page.get_by_label("English", exact=True)).to_be_checked()
    dana.press("Go on")
    dana.page.get_by_label("Sign-in name").fill("dana")
    dana.page.get_by_label("Password").fill(PASSWORD)
    dana.press("Finish")
    set_up_app(dana)
    dana.arrives("/desk/welcome/")


def _invite(dana: Window, kind: str) -> str:
    dana.goto(f"/desk/invite/?kind={kind}")
    expect(dana.page.get_by_role("radio", name=kind)).to_be_checked()
    dana.press("Make the link")
    dana.page.get_by_label("Link", exact=True).wait_for()
    dana.look()
    return dana.page.get_by_label("Link", exact=True).input_value()


def _join(window: Window, link: str, name: str) -> None:
    window.goto(link)
    window.page.get_by_label("Sign-in name").fill(name)
    window.page.get_by_label("Password").fill(PASSWORD)
    window.press("Join")


def _accept_rules(ben: Window) -> None:
    ben.goto("/volunteer/")
    ben.press("Read the rules")
    ben.arrives("/volunteer/rules/")
    ben.press("I have read these rules and accept them")
    ben.page.get_by_role("button", name="I am here").wait_for()


def _make_profile(ben: Window) -> None:
    ben.arrives("/volunteer/profile/languages/?guided=1")
    ben.page.get_by_label("English", exact=True).check()
    ben.press("Go on")
    ben.arrives("/volunteer/profile/topics/?guided=1")
    grief = ben.page.get_by_role("group", name="Grief")
    grief.get_by_label("been there").check()
    ben.press("Go on")
    ben.arrives("/volunteer/profile/card/?guided=1")
    ben.page.get_by_label("What I've lived with").fill("Losing my brother, and the years after.")
    ben.press("Show me how it looks")
    ben.page.get_by_role("region", name="This is what they see").wait_for()
    ben.look()
    ben.press("Go on")
    ben.arrives("/volunteer/profile/limits/?guided=1")
    ben.press("Save")
    ben.arrives("/volunteer/profile/")
