"""Every page at 400 % zoom, light and dark, written from left and from right: all of it can be reached."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import OpenWindow
from tests.browser.steps import offer
from tests.browser.window import Window
from tests.served import Service

# A window of 1280 × 1024 at 400 % (WCAG 2.2, 1.4.10).
ZOOMED = {"width": 320, "height": 256}
OVERFLOWING = """
() => {
  const page = document.scrollingElement;
  if (page.scrollWidth <= page.clientWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter((node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0 && (box.right > page.clientWidth + 1 || box.left < -1);
  });
  const widths = `${page.scrollWidth} > ${page.clientWidth}`;
  return [widths, ...wide.slice(0, 5).map((node) => node.outerHTML.slice(0, 160))];
}
"""


def test_seekers_pages(night_window: Service, opens: OpenWindow) -> None:
    ada = opens(night_window.seed("seeker"), viewport=ZOOMED)
    _reach(ada, "/", "/begin/", "/leaving-fast/", "/accounts/login/")
    _reach(ada, "/crisis/", "/crisis/?country=congo", "/crisis/us/", "/report/")
    ada.page.goto("/begin/about/")
    ada.page.get_by_text("More wishes").click()
    _fits(ada)
    waits = opens(
        night_window.seed("request", alias="Ines", about=["grief", "romantic-relationships"]),
        viewport=ZOOMED,
    )
    _reach(waits, "/waiting/")
    met = night_window.seed("talk", seeker="Mira", volunteer="gita", started=False)
    _reach(opens(met["seeker"], viewport=ZOOMED), "/met/")
    talk = night_window.seed("talk", seeker="Lena", volunteer="hugo")
    lena, hugo = (opens(talk[side], viewport=ZOOMED) for side in ("seeker", "volunteer"))
    _reach(lena, talk["url"])
    _reach(hugo, talk["url"])
    lena.page.get_by_role("button", name="End the talk").click()
    lena.arrives("/talk/*/goodbye/", look=False)
    _fits(lena)
    expect(hugo.page.locator("[data-ended]")).to_be_visible()
    _fits(hugo)


def test_volunteers_pages(night_window: Service, opens: OpenWindow) -> None:
    ben = opens(night_window.seed("volunteer", name="ben", been_there=["grief"]), viewport=ZOOMED)
    profile = "/volunteer/profile/"
    _reach(ben, "/volunteer/", profile, "/accounts/password/", "/accounts/logout/")
    _reach(ben, *(f"{profile}{step}/" for step in ("languages", "topics", "card", "limits")))
    chioma = opens(night_window.seed("volunteer", name="chioma", ready=60), viewport=ZOOMED)
    night_window.seed("request", about=["sleep"], content_note="I may go quiet for a while.")
    chioma.page.goto("/volunteer/")
    offer(chioma)
    _fits(chioma)


def test_coordinators_pages(night_window: Service, opens: OpenWindow) -> None:
    dana = opens(night_window.seed("dana"), viewport=ZOOMED)
    night_window.seed("volunteer", name="femi", ready=60)
    night_window.seed("request", alias="Noor")
    _reach(dana, "/desk/", "/desk/welcome/", "/desk/topics/", "/desk/topics/grief/")
    _reach(dana, "/desk/settings/", "/desk/settings/numbers/")
    _reach(dana, "/desk/crisis-lines/", "/desk/crisis-lines/add/", "/desk/reports/", "/desk/texts/")
    _reach(dana, "/desk/invite/")
    dana.press("Make the link")
    dana.page.get_by_label("Link", exact=True).wait_for()
    _fits(dana)
    with dana.refused(404):
        _reach(dana, "/nothing-here/")


def _reach(window: Window, *paths: str) -> None:
    for path in paths:
        window.page.goto(path)
        _fits(window)


def _fits(window: Window) -> None:
    """Nothing sticks out to the side in either direction, and axe is content in light and dark."""
    for scheme in ("light", "dark"):
        window.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        window.look()
    for direction in ("ltr", "rtl"):
        window.page.evaluate(f"document.documentElement.dir = '{direction}'")
        for found in window.page.evaluate(OVERFLOWING):
            window.faults.append(f"{direction} at {window.path}: {found}")
    window.page.evaluate("document.documentElement.dir = 'ltr'")
