"""How long the keys make somebody wait, in a real browser: python -m bench.talk_times [--tries 9]

*Reload*: from the moment a page with 20 messages begins to load again until they are drawn, on a processor
slowed down four times like a phone's; goal 1,000 ms. *First message*: from the moment the second page of a
new talk can be used until what is written there at once is drawn at the other side; goal 300 ms. Browser
and server share this machine, so only figures of a machine with nothing else to do say much.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, reaching
from tests.browser.steps import is_open, shows, write
from tests.browser.window import Window
from tests.served import Service
from tests.served.service import served

MESSAGES = [f"Message {number}, as long as people write." for number in range(1, 21)]
SLOWER = 4
"""A phone's processor, beside the one this runs on."""

# Says when, after it began to load, a page has drawn so many messages.
WATCH = """
(() => {
  const drawn = () => {
    if (document.querySelectorAll(".bubble > div").length < COUNT) return;
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(() => console.info("drawn " + JSON.stringify({
      after: performance.now(), at: performance.timeOrigin + performance.now(),
    }))));
  };
  const watching = new MutationObserver(drawn);
  watching.observe(document, {childList: true, subtree: true});
})()
"""
# Writes as soon as the page can be used, and says when that was.
WRITE = """
addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector("textarea");
  field.value = "Hello";
  field.form.requestSubmit();
  console.info("wrote " + JSON.stringify({at: performance.timeOrigin + performance.now()}));
})
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.talk_times", description=__doc__)
    parser.add_argument("--tries", type=int, default=9)
    tries = parser.parse_args().tries
    expect.set_options(timeout=60_000)
    with (
        tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder,
        served(Path(folder)) as service,
        sync_playwright() as playwright,
    ):
        service.seed("night_window")
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=[*ARGUMENTS, reaching()]
        )
        show("reload", 1_000, reloads(chromium, service, tries))
        show("first message", 300, [first(chromium, service, n) for n in range(tries)])


def show(what: str, goal: int, took: list[float]) -> None:
    print(f"{what}: middle {median(took):.0f} ms (goal {goal}); all {sorted(map(round, took))}")


def reloads(browser: Browser, service: Service, tries: int) -> list[float]:
    """Milliseconds until the old messages were drawn, by try."""
    seeded = service.seed("talk", seeker="Ada", volunteer="ben")
    ada, ben = both(browser, service, seeded)
    for window in (ada, ben):
        window.page.goto(seeded["url"])
    is_open(ada)
    for text in MESSAGES:
        write(ben, text)
        expect(ada.page.locator(".bubble > div").last).to_have_text(text)
        service.move(timedelta(seconds=1))
    ada.context.add_init_script(WATCH.replace("COUNT", str(len(MESSAGES))))
    slow = ada.context.new_cdp_session(ada.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    took = []
    for _ in range(tries):
        drawn = says(ada, "drawn", lambda: ada.page.reload(wait_until="commit"))
        took.append(drawn["after"])
        shows(ada, *MESSAGES)
    return took


def first(browser: Browser, service: Service, number: int) -> float:
    """Milliseconds until the first message of a new talk was drawn at the other side."""
    seeded = service.seed("talk", seeker=f"Ada {number}", volunteer=f"ben{number}")
    ada, ben = both(browser, service, seeded)
    ben.context.add_init_script(WATCH.replace("COUNT", "1"))
    ben.page.goto(seeded["url"])
    ben.is_heard()
    ada.page.goto("/")
    ada.context.add_init_script(WRITE)
    with ben.page.expect_console_message(lambda said: said.text.startswith("drawn ")) as drawn:
        wrote = says(ada, "wrote", lambda: ada.page.goto(seeded["url"], wait_until="commit"))
    at: float = json.loads(drawn.value.text.removeprefix("drawn "))["at"]
    for window in (ada, ben):
        window.close()
    return at - wrote["at"]


def both(browser: Browser, service: Service, seeded: dict[str, Any]) -> tuple[Window, Window]:
    """The windows of the seeker and of the volunteer."""
    ada, ben = Window(browser, service), Window(browser, service)
    ada.sign_in(seeded["seeker"])
    ben.sign_in(seeded["volunteer"])
    return ada, ben


def says(window: Window, word: str, act: Callable[[], object]) -> dict[str, float]:
    """What the page puts on its console under this word because of an act."""
    with window.page.expect_console_message(lambda said: said.text.startswith(f"{word} ")) as told:
        act()
    found: dict[str, float] = json.loads(told.value.text.removeprefix(f"{word} "))
    return found


if __name__ == "__main__":
    main()
