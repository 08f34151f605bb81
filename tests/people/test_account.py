"""One's own account: sessions, address, password, and stopping."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.core.sessions import stored_key
from warmline.people import sessions
from warmline.people.models import Account, Person, Role
from warmline.protocol import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben() -> Person:
    factories.community()
    return factories.ben()


@pytest.fixture
def mailing(settings: Any) -> None:
    settings.EMAIL_ENABLED = True


def key_of(client: Client) -> str:
    return stored_key(client.session.session_key or "")


def asked_again(person: Person) -> Client:
    """A browser that has just shown the password once more."""
    client = factories.client_of(person)
    client.post("/accounts/again/", {"password": factories.PASSWORD, "next": "/account/"})
    return client


def test_the_page_is_for_who_is_signed_in(ben: Person, client: Client) -> None:
    assert client.get(reverse("account"))["Location"].startswith(reverse("account_login"))
    page = factories.client_of(ben).get(reverse("account")).content.decode()
    assert "You sign in as" in page


def test_it_asks_as_much_for_three_sessions_as_for_one(
    ben: Person, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    here = factories.client_of(ben)
    here.get(reverse("account"))
    with CaptureQueriesContext(connection) as one:
        here.get(reverse("account"))
    factories.client_of(ben)
    factories.client_of(ben)
    with django_assert_max_num_queries(len(one)):
        here.get(reverse("account"))


def test_one_other_session_is_ended_and_this_one_stays(ben: Person) -> None:
    here, there, third = (factories.client_of(ben) for _number in range(3))

    here.post(reverse("end_session", args=[key_of(there)]))

    assert {each.key for each in sessions.of_account(ben.account)} == {key_of(here), key_of(third)}


def test_all_others_are_ended(ben: Person) -> None:
    here, _there = factories.client_of(ben), factories.client_of(ben)

    here.post(reverse("end_other_sessions"))

    assert [each.key for each in sessions.of_account(ben.account)] == [key_of(here)]


def test_nobody_ends_a_session_of_somebody_else(ben: Person, dana: Person) -> None:
    desk = factories.client_of(dana)

    factories.client_of(ben).post(reverse("end_session", args=[key_of(desk)]))

    assert desk.get(reverse("desk")).status_code == 200


def test_a_new_password_ends_all_others(ben: Person) -> None:
    here, there = factories.client_of(ben), factories.client_of(ben)
    before = key_of(there)

    here.post(
        reverse("account_change_password"),
        {
            "oldpassword": factories.PASSWORD,
            "password1": "five quiet herons",
            "password2": "five quiet herons",
        },
    )

    assert before not in {each.key for each in sessions.of_account(ben.account)}


# The address


def link_to(client: Client, address: str) -> str:
    client.post(reverse("address"), {"email": address})
    found = re.search(r"http://testserver(/accounts/address/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_an_address_counts_once_it_was_confirmed_by_a_press(ben: Person, mailing: None) -> None:
    client = asked_again(ben)
    link = link_to(client, "ben@example.org")
    assert Account.objects.get(person=ben).email == ""
    Client().get(link)
    assert Account.objects.get(person=ben).email == ""

    Client().post(link)

    assert Account.objects.get(person=ben).email == "ben@example.org"
    assert Client().post(link).status_code == 410


def test_a_confirming_link_lasts_an_hour(ben: Person, mailing: None) -> None:
    link = link_to(asked_again(ben), "ben@example.org")
    clock.move(timedelta(hours=1, seconds=1))

    assert Client().post(link).status_code == 410


def test_an_altered_link_confirms_nothing(ben: Person, mailing: None) -> None:
    link = link_to(asked_again(ben), "ben@example.org")

    assert Client().post(link[:-2] + "x/").status_code == 410


def test_an_address_is_deleted_with_one_press(ben: Person) -> None:
    Account.objects.filter(person=ben).update(email="ben@example.org")

    asked_again(ben).post(reverse("forget_address"))

    assert Account.objects.get(person=ben).email == ""


def test_without_a_mail_server_there_is_no_such_page(ben: Person) -> None:
    assert asked_again(ben).get(reverse("address")).status_code == 404


# Stopping


def test_a_volunteer_stops_in_one_step_and_is_thanked(ben: Person) -> None:
    client = factories.client_of(ben)
    page = client.get("/account/stop/volunteer/").content.decode()
    assert "You need not say why." in page
    assert "You are signed out everywhere." in page

    answer = client.post("/account/stop/volunteer/")

    assert "Thank you" in answer.content.decode()
    assert not ben.has_role(Role.Kind.VOLUNTEER)
    assert client.get(reverse("volunteer"))["Location"].startswith(reverse("account_login"))


def test_a_coordinator_who_volunteers_may_stop_that_and_stays_signed_in(dana: Person) -> None:
    Role.objects.create(person=dana, kind=Role.Kind.VOLUNTEER)
    client = factories.client_of(dana)
    page = client.get("/account/stop/volunteer/").content.decode()
    assert "You are signed out everywhere else. Your other role goes on." in page

    assert client.post("/account/stop/volunteer/")["Location"] == reverse("desk")

    assert client.get(reverse("desk")).status_code == 200


def test_the_last_coordinator_is_told_why_not_yet(dana: Person) -> None:
    answer = factories.client_of(dana).post("/account/stop/coordinator/")

    assert answer.status_code == 409
    assert "There is no other coordinator." in answer.content.decode()
    assert dana.has_role(Role.Kind.COORDINATOR)


@pytest.mark.parametrize("kind", ["coordinator", "nothing"])
def test_nobody_stops_what_they_do_not_do(ben: Person, kind: str) -> None:
    assert factories.client_of(ben).post(f"/account/stop/{kind}/").status_code == 404
