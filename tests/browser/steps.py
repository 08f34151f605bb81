"""What people do in journeys, step by step, each page looked at on the way."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

from tests.app_codes import PASSWORD, code
from tests.browser.window import Window


def ask(window: Window, *topics: str, own_words: str = "", note: str = "") -> None:
    """The seeker's three steps, from home to waiting."""
    window.page.goto("/")
    window.press("I would like to talk")
    window.arrives("/begin/")
    window.page.get_by_label("I am 18 or older.").check()
    window.page.get_by_label("I have read this.").check()
    window.page.get_by_label("I have read the rules").check()
    window.press("Go on")
    window.arrives("/begin/about/")
    for topic in topics:
        window.page.get_by_label(topic, exact=True).check()
    window.page.get_by_label("Or in your own words").fill(own_words)
    if note:
        window.page.get_by_text("More wishes").click()
        window.page.get_by_label("What should your listener be ready for?").fill(note)
    window.press("Find someone for me")
    window.arrives("/waiting/")


def be_ready(window: Window, minutes: int = 40) -> None:
    """The volunteer's self-check; the page says until when, by the volunteer's own clock."""
    window.goto("/volunteer/")
    window.page.get_by_label(f"{minutes} minutes", exact=True).check()
    window.page.get_by_label("I am well enough today").check()
    window.press("I am here")
    now = datetime.fromtimestamp(window.service.seed("now"), ZoneInfo("Europe/Berlin"))
    ends = now + timedelta(minutes=minutes)
    ends_at = "|".join(f"{ends - timedelta(minutes=late):%H:%M}" for late in range(3))
    expect(window.page.locator(".status")).to_have_text(re.compile(f"until ({ends_at})"))
    window.look()


def offer(window: Window) -> Locator:
    """The offer on a ready volunteer's page, once it is there."""
    shown = window.page.locator("[data-offer-id]")
    expect(shown).to_be_visible(timeout=20_000)
    return shown


def write(window: Window, text: str) -> None:
    """Type a message and send it, without waiting for anything."""
    window.page.locator("textarea").fill(text)
    window.page.get_by_role("button", name="Send", exact=True).click()


def said(window: Window) -> list[str]:
    """What the conversation shows, in its order."""
    return window.page.locator(".bubble > div").all_inner_texts()


def shows(window: Window, *texts: str) -> None:
    """Wait until the conversation holds exactly these messages, in this order."""
    expect(window.page.locator(".bubble > div")).to_have_text(
        [re.compile(f"^{re.escape(text)}$") for text in texts], timeout=20_000
    )


def is_open(window: Window) -> None:
    """Wait until the line is open and the other side is there."""
    expect(window.page.locator("[data-partner-lamp]")).to_have_class(
        re.compile("lamp--lit"), timeout=20_000
    )


def eventually(holds: Callable[[], bool]) -> None:
    """Wait for what happens behind the page, such as the answer to a beacon."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def sign_in(window: Window, name: str, *, second: str = "") -> None:
    """The first step of signing in, and the second with a code."""
    window.goto("/accounts/login/")
    window.page.get_by_label("Sign-in name").fill(name)
    window.page.get_by_label("Password").fill(PASSWORD)
    window.press("Sign in")
    if second:
        window.arrives("/accounts/second/")
        window.page.get_by_label("Code").fill(second)
        window.press("Sign in")


def set_up_app(window: Window) -> str:
    """From the first page of a second factor to the recovery codes that are kept; one of the codes."""
    window.arrives("/account/second/")
    window.press("Use an app")
    window.arrives("/account/second/app/")
    secret = window.page.locator(".secret").inner_text().replace(" ", "")
    window.page.get_by_label("Code from your app").fill(code(secret))
    window.press("Go on")
    return keep_codes(window)


def keep_codes(window: Window) -> str:
    """The recovery codes are kept; the first of them."""
    window.arrives("/account/codes/")
    first = window.page.locator(".codes code").first.inner_text()
    window.page.get_by_label("I have these codes in a safe place.").check()
    window.press("Go on")
    return first


def keep_key(page: Page, key: dict[str, Any]) -> None:
    """A page of ours holds a coordinator's key from now on, as if it had been made or restored there."""
    page.evaluate(KEEP_KEY, key)


KEEP_KEY = """async ({ person, keyId, pkcs8, pk }) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const privateKey = await crypto.subtle.importKey("pkcs8", bytes(pkcs8), curve, false, ["deriveBits"]);
  const publicKey = await crypto.subtle.importKey("raw", bytes(pk), curve, true, []);
  const open = indexedDB.open("warmline-keyholder", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("keys", { keyPath: ["person", "keyId"] });
  await new Promise((done, failed) => { open.onsuccess = done; open.onerror = failed; });
  const work = open.result.transaction("keys", "readwrite");
  work.objectStore("keys").put({ person, keyId, key: { privateKey, publicKey, pk: bytes(pk) }, keptAt: 1 });
  await new Promise((done, failed) => { work.oncomplete = done; work.onerror = failed; });
  open.result.close();
}"""
