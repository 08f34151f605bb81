"""Eve tries every verb of every other role, at every address there is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests.policy import stored
from tests.policy.actors import Actor
from tests.policy.routes import METHODS, routes
from tests.policy.rows import TO_PAUSED, TO_SIGN_IN, Row
from tests.policy.table import ROWS
from tests.policy.world import Browser, World, forgotten

pytestmark = pytest.mark.django_db

RARE = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
LOUD = {Actor.STRANGER, Actor.SEEKER, Actor.COORDINATOR}
"""Who tries the rare methods where no address knows them: they are refused before anybody is asked for."""
ROUTES = {route.name: route for route in routes("tests.policy.addresses")}


def test_every_address_has_a_row() -> None:
    missing = [
        f"{route.name or '(no name)'} at /{route.pattern}"
        for route in ROUTES.values()
        if route.name not in ROWS
    ]
    assert not missing, (
        "Nothing says who may open these. Give each a row in tests/policy/table.py "
        f"(CONTRIBUTING, “A new address”): {', '.join(missing)}"
    )


def test_every_row_has_an_address() -> None:
    left = sorted(ROWS.keys() - ROUTES.keys())
    assert not left, f"These rows of tests/policy/table.py lead nowhere; take them out: {left}"


@pytest.mark.parametrize("actor", Actor)
def test_nobody_does_what_is_not_theirs(night: World, actor: Actor) -> None:
    browser = Browser(actor, night.persons.get(actor))
    before = stored.fingerprint()
    wrong: list[str] = []
    for name, row in ROWS.items():
        try:
            url = night.url(name, ROUTES[name], row)
        except (AssertionError, KeyError) as missing:
            wrong.append(f"{name}: {missing}")
            continue
        for method in METHODS:
            may = row.may(method)
            if may is not None or method not in RARE or actor in LOUD:
                found = _tried(browser, method, url, night.filled(row.body), row, before)
                wrong += [f"{method} {name}: {what}" for what in found]
    assert not wrong, f"As {actor}:\n" + "\n".join(wrong)


def _tried(
    browser: Browser, method: str, url: str, body: Any, row: Row, before: dict[str, str]
) -> list[str]:
    """What is wrong about the answer, and about what is stored after it."""
    may, actor = row.may(method), browser.actor
    with forgotten(), stored.writes() as written:
        says = _answered(browser.send(method, url, body))
        if may is not None and actor in may:
            is_welcome = _is_welcome(says, row) or (method == "POST" and says == row.unmet)
            return [] if is_welcome else [f"{says}, expected to be let in"]
        fits = {row.refusal(actor)} | ({405} if may is None else set())
        wrong = [] if says in fits else [f"{says}, expected {fits}"]
        if written.statements:
            after = stored.fingerprint()
            wrong += [f"was refused and changed {t}" for t in before if after[t] != before[t]]
    return wrong


def _answered(answer: Any) -> int | str:
    """The status, or where it leads when that is a refusal."""
    if answer.status_code in (302, 303):
        path = urlsplit(answer["Location"]).path
        if path == reverse("account_login"):
            return TO_SIGN_IN
        if path == reverse("paused"):
            return TO_PAUSED
    return int(answer.status_code)


def _is_welcome(says: int | str, row: Row) -> bool:
    """Shown, or done: a good POST is answered below 400, so its row's body is a real one."""
    return says == row.leads or (isinstance(says, int) and says < 400)
