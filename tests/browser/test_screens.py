"""Every page that people see, from the table of addresses: with axe, at every size, by keyboard alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python

from tests.browser.conftest import OpenWindow
from tests.browser.test_layout import OVERFLOWING
from tests.browser.window import PHONE, RULES, Window
from tests.served import Service

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1440, "height": 900}
TWICE_AS_LARGE = """() => { document.documentElement.style.fontSize = "200%"; }"""
AS_LARGE_AS_EVER = """() => { document.documentElement.style.fontSize = ""; }"""
RUN_AXE = """async (rules) => (await axe.run(document, rules)).violations.map((found) =>
  `${found.id}: ${found.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join("; ")}`)"""
IN_THE_DARK = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

# What Tab must reach: one of each group of radio buttons, nothing hidden or switched off.
WATCH_FOCUS = """() => {
  const wanted = "a[href], button, input, select, textarea, summary, [tabindex]";
  const groups = new Set();
  window.toReach = [...document.querySelectorAll(wanted)].filter((node) => {
    if (node.disabled || node.tabIndex < 0 || node.type === "hidden") return false;
    if (!node.checkVisibility({visibilityProperty: true})) return false;
    if (node.closest("[inert]")) return false;
    if (node.type !== "radio") return true;
    const group = `${node.form?.action} ${node.name}`;
    const checked = document.querySelector(`input[type=radio][name="${node.name}"]:checked`);
    if (groups.has(group) || (checked && checked !== node && checked.form === node.form)) return false;
    groups.add(group);
    return true;
  });
  window.reached = [];
  const seen = (node) => {
    const style = getComputedStyle(node);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0)
      || style.boxShadow !== "none";
  };
  document.addEventListener("focusin", ({target}) => window.reached.push(
    [target, seen(target) || seen(target.closest("label") ?? target.parentElement)]));
}"""
FAULTS_OF_FOCUS = """() => {
  const name = (node) => node.outerHTML.slice(0, 120);
  const nodes = window.reached.map(([node]) => node);
  const same = (one, other) => one === other || (one.type === "radio" && one.name === other.name);
  const faults = window.toReach
    .filter((node) => node.isConnected && !nodes.some((other) => same(node, other)))
    .map((node) => `Tab does not reach ${name(node)}`);
  faults.push(...window.reached.filter(([node, shows]) => !shows)
    .map(([node]) => `focus does not show on ${name(node)}`));
  const first = nodes[0];
  const skips = first?.matches('a[href^="#"]');
  if (!skips) faults.push(`Tab begins at ${first ? name(first) : "nothing"}`);
  else {
    const target = document.querySelector(first.getAttribute("href"));
    first.click();
    if (!target || document.activeElement !== target) faults.push("skipping leads nowhere");
  }
  return [...new Set(faults)];
}"""


def test_every_screen(night_window: Service, opens: OpenWindow) -> None:
    screens: list[dict[str, Any]] = night_window.seed("every_screen")
    window, now = opens(), ""
    faults: list[str] = []
    for screen in screens:
        if screen["actor"] != now:
            window.context.clear_cookies()
            window.sign_in(screen["who"])
            now = screen["actor"]
        faults += [f"{screen['name']}, {now}: {fault}" for fault in _faults_of(window, screen)]
    assert not faults, "\n".join(faults)


def _faults_of(window: Window, screen: dict[str, Any]) -> list[str]:
    page = window.page
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    answer = page.goto(screen["url"])
    found: list[str] = []
    if answer is None or answer.status != 200 or window.path != screen["url"]:
        found.append(f"opened {window.path} ({answer.status if answer else 'nothing'})")
    page.evaluate(AXE)
    found += page.evaluate(RUN_AXE, RULES)
    page.emulate_media(color_scheme="dark")
    found += [f"in the dark, {fault}" for fault in page.evaluate(RUN_AXE, IN_THE_DARK)]
    found += _by_keyboard(window)
    page.set_viewport_size(NARROW)
    found += [f"at 320 pixels: {wide}" for wide in page.evaluate(OVERFLOWING)]
    page.set_viewport_size(PHONE)
    page.evaluate(TWICE_AS_LARGE)
    found += [f"at twice the size: {wide}" for wide in page.evaluate(OVERFLOWING)]
    page.set_viewport_size(WIDE)
    found += [f"wide, at twice the size: {wide}" for wide in page.evaluate(OVERFLOWING)]
    page.evaluate(AS_LARGE_AS_EVER)
    found += [f"at 1440 pixels: {wide}" for wide in page.evaluate(OVERFLOWING)]
    return found


# A field for a day or a time is a few stops of its own: each of its numbers, and its calendar.
STOPS = """() => window.toReach.length + 1
  + 4 * window.toReach.filter(({type}) => ["date", "time"].includes(type)).length"""


def _by_keyboard(window: Window) -> list[str]:
    page = window.page
    page.evaluate("document.activeElement.blur()")
    page.evaluate(WATCH_FOCUS)
    for _ in range(page.evaluate(STOPS)):
        page.keyboard.press("Tab")
    faults: list[str] = page.evaluate(FAULTS_OF_FOCUS)
    return faults
