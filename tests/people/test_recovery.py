"""Coming back: a lost second factor takes a coordinator and 24 hours; a lost password takes a link."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.audit.models import Entry
from warmline.core.errors import DomainError
from warmline.people import factors, links, recovery, sessions, sweeps
from warmline.people.models import Account, Person, Recovery, Role
from warmline.protocol import clock

pytestmark = pytest.mark.django_db

LOST = "/accounts/second/lost/"
NEW = "five quiet herons"


@pytest.fixture
def ben() -> Person:
    factories.community()
    return factories.ben()


@pytest.fixture
def mailing(settings: Any) -> None:
    settings.EMAIL_ENABLED = True


def first_step(name: str = "ben", secret: str = factories.PASSWORD) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": name, "password": secret})
    return client


def actions() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("action", flat=True))


def mails() -> list[Any]:
    """What was sent, once every mail on its way has left."""
    for thread in threading.enumerate():
        if thread.name == "mail":
            thread.join(5)
    return list(mail.outbox)


# A lost second factor


def test_the_whole_way_back(ben: Person, dana: Person) -> None:
    lost = first_step()
    lost.post(LOST)
    way = Recovery.objects.get()
    desk = factories.client_of(dana)
    assert "Ben Alias" in desk.get(reverse("desk_sign_in")).content.decode()

    desk.post(reverse("desk_factor_agree", args=[way.pk]), {"checked": "1"})

    assert "From " in lost.get(LOST).content.decode()
    clock.move(timedelta(hours=24))
    late = first_step()
    assert late.post(LOST).status_code == 302
    assert late.get(reverse("volunteer"))["Location"] == reverse("second_factor")
    assert not factors.has_factor(ben.account)
    assert actions()[-2:] == ["factor_reset_agreed", "factor_reset"]
    assert Entry.objects.get(action="factor_reset").second == "Dana Alias"


def test_it_takes_the_whole_24_hours(ben: Person, dana: Person) -> None:
    way = recovery.ask(ben.account)
    recovery.agree(way.pk, by=dana)
    clock.move(timedelta(hours=24) - timedelta(seconds=1))

    assert not recovery.take_factor_away(ben.account)
    assert factors.has_factor(ben.account)


def test_nothing_opens_before_a_coordinator_agrees(ben: Person, dana: Person) -> None:
    recovery.ask(ben.account)
    clock.move(timedelta(days=2))

    assert not recovery.take_factor_away(ben.account)


def test_only_the_right_password_asks(ben: Person, dana: Person) -> None:
    wrong = first_step(secret="wrong")

    assert wrong.post(LOST)["Location"] == reverse("account_login")
    assert not Recovery.objects.exists()


def test_asking_twice_is_asking_once(ben: Person, dana: Person) -> None:
    assert recovery.ask(ben.account) == recovery.ask(ben.account)


def test_asking_again_does_not_begin_the_notice_anew(ben: Person, dana: Person) -> None:
    way = recovery.ask(ben.account)
    recovery.agree(way.pk, by=dana)

    assert recovery.ask(ben.account).agreed_at is not None


def test_nobody_agrees_to_their_own(dana: Person) -> None:
    way = recovery.ask(dana.account)

    with pytest.raises(DomainError) as refused:
        recovery.agree(way.pk, by=dana)

    assert refused.value.code == "own_account"


def test_eve_and_volunteers_agree_to_nothing(ben: Person, dana: Person) -> None:
    way = recovery.ask(ben.account)
    eve, chioma = factories.eve(), factories.chioma()

    for person in (eve, chioma):
        with pytest.raises(DomainError):
            recovery.agree(way.pk, by=person)
        with pytest.raises(DomainError):
            recovery.make_link(ben.account, by=person)
        answer = factories.client_of(person).post(
            reverse("desk_factor_agree", args=[way.pk]), {"checked": "1"}
        )
        assert answer.status_code == 403


def test_a_coordinator_must_say_that_they_checked(ben: Person, dana: Person) -> None:
    way = recovery.ask(ben.account)

    factories.client_of(dana).post(reverse("desk_factor_agree", args=[way.pk]))

    way.refresh_from_db()
    assert way.agreed_at is None


def test_who_made_a_password_link_does_not_agree_as_well(ben: Person, dana: Person) -> None:
    recovery.make_link(ben.account, by=dana)
    way = recovery.ask(ben.account)

    with pytest.raises(DomainError) as refused:
        recovery.agree(way.pk, by=dana)

    assert refused.value.code == "same_coordinator"
    chioma = factories.account("chioma", Role.Kind.COORDINATOR).person
    assert recovery.agree(way.pk, by=chioma).agreed_by == chioma


def test_every_session_shows_it_and_this_was_not_me_stops_it(ben: Person, dana: Person) -> None:
    browser = factories.client_of(ben)
    way = recovery.ask(ben.account)
    recovery.agree(way.pk, by=dana)
    assert "This was not me" in browser.get(reverse("volunteer")).content.decode()

    browser.post(reverse("not_me", args=[way.pk]))

    clock.move(timedelta(hours=25))
    assert not recovery.take_factor_away(ben.account)
    assert "This was not me" not in browser.get(reverse("volunteer")).content.decode()
    assert actions()[-1] == "factor_reset_stopped"


def test_nobody_stops_it_for_somebody_else(ben: Person, dana: Person) -> None:
    way = recovery.ask(ben.account)
    chioma = factories.chioma()

    factories.client_of(chioma).post(reverse("not_me", args=[way.pk]))

    assert Recovery.objects.filter(pk=way.pk).exists()
    page = factories.client_of(chioma).get(reverse("volunteer")).content.decode()
    assert "This was not me" not in page


def test_a_notice_goes_to_the_address(ben: Person, dana: Person, mailing: None) -> None:
    Account.objects.filter(person=ben).update(email="ben@example.org")
    way = recovery.ask(ben.account)

    factories.client_of(dana).post(reverse("desk_factor_agree", args=[way.pk]), {"checked": "1"})

    (sent,) = mails()
    assert sent.to == ["ben@example.org"]
    assert "2026-11-23 03:00 (UTC)" in sent.body


def test_taking_it_away_ends_other_sessions(ben: Person, dana: Person) -> None:
    factories.client_of(ben)
    recovery.agree(recovery.ask(ben.account).pk, by=dana)
    clock.move(timedelta(hours=24))

    recovery.take_factor_away(ben.account)

    assert sessions.of_account(ben.account) == []


def test_the_only_coordinator_is_told_who_helps(dana: Person) -> None:
    lost = first_step("dana")

    lost.post(LOST)

    assert not Recovery.objects.exists()
    assert "Whoever runs the server" in lost.get(LOST).content.decode()


def test_refusing_leaves_all_as_it_is(ben: Person, dana: Person) -> None:
    way = recovery.ask(ben.account)

    recovery.refuse(way.pk, by=dana)

    assert not Recovery.objects.exists()
    assert factors.has_factor(ben.account)
    assert actions()[-1] == "factor_reset_refused"


def test_what_is_over_is_forgotten(ben: Person, dana: Person) -> None:
    chioma, unanswered = factories.chioma(), recovery.ask(ben.account)
    agreed = recovery.ask(chioma.account)
    recovery.agree(agreed.pk, by=dana)

    clock.move(timedelta(days=7))
    sweeps.forget_ways_back(clock.now())
    assert list(Recovery.objects.all()) == [agreed]
    assert not Recovery.objects.filter(pk=unanswered.pk).exists()
    clock.move(timedelta(days=1))
    sweeps.forget_ways_back(clock.now())

    assert not Recovery.objects.exists()


# Links


def set_new(path: str, secret: str = NEW) -> Any:
    return Client().post(path, {"password": secret})


def test_a_link_of_the_desk_sets_a_password_once_and_keeps_the_factor(
    ben: Person, dana: Person
) -> None:
    old = factories.client_of(ben)
    desk = factories.client_of(dana)
    page = desk.post(reverse("desk_password_link"), {"account": ben.account.pk}).content.decode()
    found = re.search(r'value="http://testserver(/accounts/new-password/[^"]+)"', page)
    assert found is not None

    assert set_new(found[1])["Location"] == reverse("account_login")

    assert first_step(secret=NEW).get("/accounts/second/").status_code == 200
    assert factors.has_factor(ben.account)
    assert old.get(reverse("volunteer")).status_code == 302
    assert set_new(found[1], "seven loud herons").status_code == 410
    assert actions()[-2:] == ["password_link_made", "password_link_used"]


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [
        (links.Kind.MAILED, timedelta(hours=1)),
        (links.Kind.DESK, timedelta(hours=24)),
        (links.Kind.SERVER, timedelta(hours=1)),
    ],
)
def test_each_link_lasts_as_long_as_it_says(
    ben: Person, dana: Person, kind: links.Kind, lasts: timedelta
) -> None:
    recovery.make_link(ben.account, by=dana)
    path = links.path(ben.account, kind)
    clock.move(lasts - timedelta(seconds=1))
    assert Client().get(path).status_code == 200
    clock.move(timedelta(seconds=2))

    assert Client().get(path).status_code == 410


def test_a_link_of_one_kind_is_none_of_another(ben: Person, dana: Person) -> None:
    path = links.path(ben.account, links.Kind.MAILED)

    assert Client().get(path.replace("/mail/", "/server/")).status_code == 410
    assert Client().get(path.replace("/mail/", "/nothing/")).status_code == 410


def test_a_link_of_one_account_is_none_of_another(ben: Person) -> None:
    chioma = factories.chioma()
    own = links.path(ben.account, links.Kind.MAILED).split("/")
    other = links.path(chioma.account, links.Kind.MAILED).split("/")

    own[4] = other[4]

    assert Client().get("/".join(own)).status_code == 410


def test_a_stopped_link_opens_nothing(ben: Person, dana: Person) -> None:
    path = recovery.make_link(ben.account, by=dana)
    browser = factories.client_of(ben)
    assert "sets a new password" in browser.get(reverse("volunteer")).content.decode()

    browser.post(reverse("not_me", args=[Recovery.objects.get().pk]))

    assert Client().get(path).status_code == 410
    assert actions()[-1] == "password_link_stopped"


def test_no_coordinator_makes_a_link_for_a_coordinator(dana: Person) -> None:
    chioma = factories.account("chioma", Role.Kind.COORDINATOR)

    for account in (dana.account, chioma):
        with pytest.raises(DomainError):
            recovery.make_link(account, by=dana)
        answer = factories.client_of(dana).post(
            reverse("desk_password_link"), {"account": account.pk}
        )
        assert answer.status_code == 422


def test_no_link_for_who_has_no_role(dana: Person) -> None:
    eve = factories.eve()

    with pytest.raises(DomainError):
        recovery.make_link(eve.account, by=dana)


def test_a_weak_password_is_refused(ben: Person, dana: Person) -> None:
    path = recovery.make_link(ben.account, by=dana)

    assert set_new(path, "password").status_code == 422
    assert Client().get(path).status_code == 200


def test_a_mailed_link_comes_to_a_confirmed_address(ben: Person, mailing: None) -> None:
    Account.objects.filter(person=ben).update(email="ben@example.org")

    Client().post(reverse("password_forgotten"), {"username": " BEN "})

    (sent,) = mails()
    assert "Night Window" not in sent.subject + sent.body
    assert "mental" not in (sent.subject + sent.body).lower()
    found = re.search(r"http://testserver(/accounts/new-password/\S+)", sent.body)
    assert found is not None
    assert set_new(found[1]).status_code == 302


def test_the_answer_is_the_same_whoever_is_named(ben: Person, mailing: None) -> None:
    Account.objects.filter(person=ben).update(email="ben@example.org")
    factories.chioma()

    answers = {
        re.sub(
            rb'name="csrfmiddlewaretoken" value="\w+"',
            b"",
            Client().post(reverse("password_forgotten"), {"username": name}).content,
        )
        for name in ("ben", "chioma", "nobody")
    }

    assert len(answers) == 1
    assert len(mails()) == 1


def test_one_account_gets_few_mails_and_nobody_can_tell(ben: Person, mailing: None) -> None:
    Account.objects.filter(person=ben).update(email="ben@example.org")

    codes = {
        Client().post(reverse("password_forgotten"), {"username": "ben"}).status_code
        for _try in range(6)
    }

    assert codes == {200}
    assert len(mails()) == 3


def test_one_network_asks_seldom(ben: Person, mailing: None) -> None:
    for number in range(10):
        Client().post(reverse("password_forgotten"), {"username": f"name{number}"})

    assert Client().post(reverse("password_forgotten"), {"username": "x"}).status_code == 429


def test_without_a_mail_server_the_page_says_who_helps(ben: Person, client: Client) -> None:
    page = client.get(reverse("password_forgotten")).content.decode()

    assert "ask a coordinator" in page
    assert "Send me a link" not in page


# The server


def test_the_server_opens_the_account_of_the_last_coordinator(dana: Person) -> None:
    path = recovery.server_link(" DANA ")
    assert path is not None

    assert set_new(path).status_code == 302

    again = first_step("dana", NEW)
    assert again.get(reverse("desk"))["Location"] == reverse("second_factor")
    assert not factors.has_factor(dana.account)
    assert set_new(path).status_code == 410
    made, used = Entry.objects.filter(action__startswith="recover").order_by("number")
    assert (made.actor, made.object, made.reason) == ("", "person:Dana Alias", "server")
    assert (used.actor, used.object) == ("", "person:Dana Alias")


@pytest.mark.parametrize("name", ["nobody", "eve", ""])
def test_the_server_opens_nothing_for_who_has_no_role(dana: Person, name: str) -> None:
    factories.eve()

    assert recovery.server_link(name) is None
