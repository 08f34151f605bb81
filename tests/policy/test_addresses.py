"""Eve tries every verb of every other role, at every address there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from tests.policy import stored
from tests.policy.actors import Actor
from tests.policy.routes import METHODS, routes
from tests.policy.rows import TO_PAUSED, TO_SIGN_IN, Row
from tests.policy.table import ROWS
from tests.policy.world import Browser, World, make

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


@pytest.fixture
def night(db: None) -> World:
    return make()


@pytest.mark.parametrize("actor", Actor)
def test_nobody_does_what_is_not_theirs(night: World, actor: Actor) -> None:
    browser = Browser(actor, night.persons.get(actor))
    before = stored.fingerprint()
    wrong = []
    for name, row in ROWS.items():
        url = night.url(name, ROUTES[name], row)
        for method in METHODS:
            may = row.may(method)
            with _forgotten(), stored.writes() as written:
                answer = browser.send(method, url, night.filled(row.body))
                says = _answered(answer)
                if may is None:
                    fits = says in (405, row.refusal(actor)) or actor not in row.needs
                elif actor in may:
                    fits = _is_welcome(says, method, name)
                else:
                    fits = says == row.refusal(actor)
                if not fits:
                    wrong.append(f"{method} {name}: {says}, expected {_expected(row, may, actor)}")
                if (may is None or actor not in may) and written.statements:
                    after = stored.fingerprint()
                    wrong += [
                        f"{method} {name}: was refused and changed {table}"
                        for table in before
                        if after[table] != before[table]
                    ]
    assert not wrong, f"As {actor}:\n" + "\n".join(wrong)


@contextmanager
def _forgotten() -> Iterator[None]:
    """Whatever happens inside has not happened afterwards; counted tries neither."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _answered(answer: Any) -> int | str:
    """The status, or where it leads when that is a refusal."""
    if answer.status_code in (302, 303):
        path = urlsplit(answer["Location"]).path
        if path == reverse("account_login"):
            return TO_SIGN_IN
        if path == reverse("paused"):
            return TO_PAUSED
    return int(answer.status_code)


def _is_welcome(says: int | str, method: str, name: str) -> bool:
    """Shown, or done: a good POST is answered below 400, so its row's body is a real one."""
    if says == TO_PAUSED:
        return name in {"about", "appeal"}
    return isinstance(says, int) and says < 400


def _expected(row: Row, may: frozenset[Actor] | None, actor: Actor) -> str:
    if may is None:
        return "405"
    return "to be let in" if actor in may else str(row.refusal(actor))
