"""A role that ends takes sessions, sockets and everything that hangs on it with it, or stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.dispatch import receiver

from tests import factories
from warmline.audit.models import Entry
from warmline.core import realtime
from warmline.core.errors import DomainError
from warmline.core.models import Session
from warmline.core.sessions import stored_key
from warmline.people import factors, sessions
from warmline.people.ending import end_role
from warmline.people.models import Person, Role
from warmline.people.signals import role_ended
from warmline.protocol import clock, events, tickets, topics

pytestmark = pytest.mark.django_db


def role_of(person: Person, kind: str = Role.Kind.VOLUNTEER) -> Role:
    return person.roles.get(kind=kind)


@pytest.fixture
def ben() -> Person:
    factories.community()
    return factories.ben()


def test_a_key_has_one_hash_in_table_and_ticket() -> None:
    assert tickets.session_of(tickets.session_digest("a key")) == stored_key("a key")


def test_ending_a_role_ends_every_session_and_says_so_to_the_gateway(
    ben: Person, dana: Person, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.REDIS_URL = None
    said: list[bytes] = []
    disconnect = realtime.connect(said.append)
    browsers = [factories.client_of(ben), factories.client_of(ben)]
    factories.client_of(dana)

    with django_capture_on_commit_callbacks(execute=True):
        end_role(role_of(ben), by="Dana Alias")
    disconnect()

    heard = [events.decode(message) for message in said]
    for browser in browsers:
        key = stored_key(browser.session.session_key or "")
        assert events.Happened(topics.session(key), "ended", {}) in heard
    assert [row.account for row in Session.objects.all()] == [dana.account.pk]
    assert not ben.has_role(Role.Kind.VOLUNTEER)


def test_ending_a_role_is_recorded_once(ben: Person) -> None:
    role = role_of(ben)

    end_role(role, by="Dana Alias", second="Chioma Alias", reason="left")
    end_role(role, by="Eve Alias")

    entry = Entry.objects.get(action="role_ended")
    assert (entry.actor, entry.second, entry.object) == (
        "Dana Alias",
        "Chioma Alias",
        "person:Ben Alias",
    )


def test_with_the_last_role_nothing_is_left_to_sign_in_with(ben: Person) -> None:
    account = ben.account
    account.email = "ben@example.org"
    account.save()

    end_role(role_of(ben), by=ben.alias)

    account.refresh_from_db()
    assert (account.email, account.has_usable_password()) == ("", False)
    assert not factors.of_account(account)


def test_a_role_does_not_end_when_what_hangs_on_it_cannot(ben: Person) -> None:
    @receiver(role_ended)
    def fails(**_: Any) -> None:
        raise RuntimeError("not now")

    with pytest.raises(RuntimeError):
        end_role(role_of(ben), by="Dana Alias")
    role_ended.disconnect(fails)

    assert ben.has_role(Role.Kind.VOLUNTEER)


def test_the_last_coordinator_stays(dana: Person) -> None:
    with pytest.raises(DomainError) as refused:
        end_role(role_of(dana, Role.Kind.COORDINATOR), by="Dana Alias")

    assert refused.value.code == "last_coordinator"
    assert dana.has_role(Role.Kind.COORDINATOR)


def test_one_of_two_coordinators_may_go(dana: Person) -> None:
    chioma = factories.account("chioma", Role.Kind.COORDINATOR).person

    end_role(role_of(chioma, Role.Kind.COORDINATOR), by="Chioma Alias")

    assert dana.has_role(Role.Kind.COORDINATOR)
    assert not chioma.has_role(Role.Kind.COORDINATOR)


def test_the_session_that_ends_one_of_two_own_roles_stays(dana: Person) -> None:
    both = Role.objects.create(person=dana, kind=Role.Kind.VOLUNTEER)
    here, there = factories.client_of(dana), factories.client_of(dana)
    kept = stored_key(here.session.session_key or "")

    end_role(both, by="Dana Alias", but=kept)

    assert [each.key for each in sessions.of_account(dana.account)] == [kept]
    assert there.get("/desk/").status_code == 302


def test_own_sessions_say_when_they_began_and_which_is_this(ben: Person) -> None:
    began = clock.now()
    here = factories.client_of(ben)

    found = sessions.of_account(ben.account, this=stored_key(here.session.session_key or ""))

    assert [(each.since, each.is_this) for each in found] == [(began, True)]


def test_nobody_ends_a_session_of_somebody_else(ben: Person, dana: Person) -> None:
    browser = factories.client_of(dana)

    assert not sessions.end(ben.account, stored_key(browser.session.session_key or ""))

    assert browser.get("/desk/").status_code == 200
