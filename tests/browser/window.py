"""A person at a browser of their own, and everything that must never happen in it."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, WebSocket, expect

from tests.browser.elsewhere import EXIT_HOST
from tests.served import Service

RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
# What browsers complain of when a line is cut, or a ticket comes too late.
CUT = re.compile(r"net::ERR_|WebSocket connection|status of (409|502|503)")
PHONE = {"width": 390, "height": 844}


class Window:
    """A browser context with one page. `faults` collects what a page of ours never does.

    Faults: an error on the console (a violated content policy is one), an exception in a script, a
    request to anybody else, something axe finds (`look`). Only the quick exit's goal may be asked for too.
    """

    def __init__(self, browser: Browser, service: Service, **options: Any) -> None:
        self.service = service
        self.url = service.url.replace("127.0.0.1", options.pop("host", "127.0.0.1"))
        self.faults: list[str] = []
        self.answers = 0
        self.runs_scripts = bool(options.get("java_script_enabled", True))
        self.excused: list[re.Pattern[str]] = []
        self.context = browser.new_context(
            base_url=self.url,
            viewport=options.pop("viewport", PHONE),
            timezone_id="Europe/Berlin",
            ignore_https_errors=True,
            **options,
        )
        self.context.set_default_timeout(20_000)
        self.context.on("request", self._asked_for)
        self.page = self.tab()

    def tab(self) -> Page:
        """Another tab of the same browser, watched alike."""
        page = self.context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("websocket", self._connected)
        return page

    def sign_in(self, who: dict[str, Any]) -> None:
        """Use the session of somebody the service was seeded with."""
        kept = {"session": who["session"]}
        if "rules" in who:
            kept["rules"] = str(who["rules"])
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.url} for name, value in kept.items()]
        )

    def goto(self, path: str) -> None:
        """Open a page of ours and look at it."""
        self.page.goto(path)
        self.look()

    def arrives(self, path: str, *, look: bool = True) -> None:
        """Wait until the page is at a path (`*` for what varies), and look at it."""
        wanted = re.compile("^" + re.escape(self.url + path).replace(r"\*", "[^/]+") + r"\??$")
        expect(self.page).to_have_url(wanted, timeout=20_000)
        self.page.wait_for_load_state()
        if look:
            self.look()

    def press(self, name: str) -> None:
        """Press a button or follow a link, by the name people read."""
        self.page.get_by_role("button", name=name, exact=True).or_(
            self.page.get_by_role("link", name=name, exact=True)
        ).click()

    def look(self) -> None:
        """Whatever axe finds on the page as it is now is a fault. Needs scripts."""
        if not self.runs_scripts:
            return
        for found in Axe().run(self.page, options=RULES).response["violations"]:
            places = "; ".join(node["html"][:200] for node in found["nodes"][:4])
            self.faults.append(f"axe at {self.path}: {found['id']} ({found['help']}): {places}")

    def hurry(self) -> None:
        """What pages do every few seconds happens now."""
        self.page.evaluate("window.dispatchEvent(new Event('online'))")

    def report(self) -> None:
        """Hurry, and wait until the server has heard that the page is still there."""
        with self.page.expect_response("**/here/"):
            self.hurry()

    def is_heard(self) -> None:
        """The gateway has just heard this page: its line is open, and not about to be closed as silent."""
        before = self.answers
        self.hurry()
        deadline = time.monotonic() + 20
        while self.answers == before:
            assert time.monotonic() < deadline, "no answer from the gateway"
            self.page.wait_for_timeout(20)

    def becomes(self, expression: str) -> None:
        """Wait until a script expression is true. (Playwright's own way needs `eval`, which we forbid.)"""
        deadline = time.monotonic() + 20
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, f"never true: {expression}"
            self.page.wait_for_timeout(20)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def may_be_cut(self) -> None:
        """The server is killed, or more time passes than a silent line is kept: browsers complain."""
        self.excused.append(CUT)

    @contextlib.contextmanager
    def without_line(self) -> Iterator[None]:
        """The network of this browser is gone; complaints of the browser about it are no faults."""
        self.may_be_cut()
        self.context.set_offline(True)
        yield
        self.context.set_offline(False)

    @contextlib.contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """A page answers with this status, which browsers put on the console."""
        pattern = re.compile(f"status of {status}")
        self.excused.append(pattern)
        yield
        self.excused.remove(pattern)

    def close(self) -> None:
        self.context.close()

    def _connected(self, line: WebSocket) -> None:
        self._only_ours(line.url)
        line.on("framereceived", self._heard)

    def _heard(self, frame: str | bytes) -> None:
        self.answers += '"pong"' in str(frame) or '"welcome"' in str(frame)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error" or any(known.search(message.text) for known in self.excused):
            return
        self.faults.append(f"console at {self.path}: {message.text}")

    def _asked_for(self, request: Request) -> None:
        if urlsplit(request.url).hostname != EXIT_HOST:
            self._only_ours(request.url)

    def _only_ours(self, url: str) -> None:
        ours = urlsplit(self.url).netloc
        if urlsplit(url).netloc != ours and urlsplit(url).scheme not in {"data", "blob"}:
            self.faults.append(f"a request to somebody else: {url}")
