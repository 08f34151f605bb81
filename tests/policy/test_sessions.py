"""Whoever signs in gets a new session: one that somebody planted before is worth nothing afterwards."""

from __future__ import annotations

import pytest
from django.conf import settings

from tests.policy.actors import Actor
from tests.policy.routes import routes
from tests.policy.table import ROWS
from tests.policy.world import Browser, World, forgotten

pytestmark = pytest.mark.django_db

ROUTES = {route.name: route for route in routes("tests.policy.addresses")}
SIGN_IN = [name for name, row in ROWS.items() if row.signs_in and row.post]


@pytest.mark.parametrize("name", SIGN_IN)
def test_a_planted_session_is_not_signed_in_afterwards(night: World, name: str) -> None:
    row = ROWS[name]
    victim = Browser(Actor.OTHER_SEEKER, night.persons[Actor.OTHER_SEEKER])
    planted = victim.begins_with[settings.SESSION_COOKIE_NAME]
    with forgotten():
        url = night.url(name, ROUTES[name], row)
        assert victim.send("POST", url, night.filled(row.body)).status_code == 302
        assert victim.cookies[settings.SESSION_COOKIE_NAME] not in ("", planted)

        eve = Browser(Actor.STRANGER, None)
        eve.begins_with[settings.SESSION_COOKIE_NAME] = planted
        assert (
            eve.send("GET", night.url("account", ROUTES["account"], ROWS["account"])).status_code
            == 302
        )
