"""Invitations and sessions go when they are over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.core.models import Session
from warmline.people import services, sweeps
from warmline.people.models import Invitation, Person, Role
from warmline.protocol import clock

pytestmark = pytest.mark.django_db


def test_used_and_expired_invitations_are_forgotten(dana: Person) -> None:
    _old, _code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)
    clock.move(timedelta(days=6))
    used, _code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)
    used.claim()
    still_open, _code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)
    clock.move(timedelta(days=1))

    sweeps.forget_invitations(clock.now())

    assert list(Invitation.objects.all()) == [still_open]


def test_sessions_that_ended_are_forgotten(dana: Person) -> None:
    factories.client_of(dana)
    ends = Session.objects.get().expire_date

    sweeps.forget_sessions(ends - timedelta(seconds=1))
    assert Session.objects.count() == 1
    sweeps.forget_sessions(ends)

    assert Session.objects.count() == 0
