"""Invitations and sessions go when they are over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from warmline.core.models import Session
from warmline.people import services, sweeps
from warmline.people.ending import end_role
from warmline.people.models import Account, Invitation, Person, Role
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


def test_who_left_is_forgotten_with_their_account_a_year_later(dana: Person) -> None:
    ben, chioma = factories.ben(), factories.chioma()
    end_role(ben.roles.get(), by=ben.alias)
    clock.move(timedelta(days=200))
    end_role(chioma.roles.get(), by=chioma.alias)
    clock.move(timedelta(days=165) - timedelta(seconds=1))
    sweeps.forget_who_left(clock.now())
    assert Account.objects.filter(person=ben).exists()
    clock.move(timedelta(seconds=1))

    sweeps.forget_who_left(clock.now())

    assert not Person.objects.filter(pk=ben.pk).exists()
    assert not Account.objects.filter(username="ben").exists()
    assert Person.objects.filter(pk__in=[chioma.pk, dana.pk]).count() == 2
