"""A coordinator makes a link, sees it once, and may withdraw it."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people import services
from warmline.people.models import Invitation, Person, Role

pytestmark = pytest.mark.django_db

ASKED = {"kind": "volunteer", "note": "for Femi", "once": "page-1"}


class Broken(EmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages: object) -> int:
        raise ConnectionRefusedError


def link_in(page: str) -> str:
    found = re.search(r'value="http://testserver(/join/[^"]+)"', page)
    assert found
    return found[1]


def invite(client: Client, **more: str) -> str:
    return client.post(reverse("desk_invite"), {**ASKED, **more}).content.decode()


def test_the_link_is_shown_once_and_lets_somebody_in(dana: Person) -> None:
    desk = factories.client_of(dana)

    page = invite(desk)

    assert Client().get(link_in(page)).status_code == 200
    assert link_in(page) not in desk.get(reverse("desk_invite")).content.decode()
    assert link_in(page) not in desk.get(reverse("desk")).content.decode()


def test_a_second_press_leaves_one_invitation_that_works(dana: Person) -> None:
    desk = factories.client_of(dana)

    first, second = link_in(invite(desk)), link_in(invite(desk))

    assert Invitation.objects.open().count() == 1
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200


def test_two_pages_make_two_invitations(dana: Person) -> None:
    desk = factories.client_of(dana)

    invite(desk)
    invite(desk, once="page-2")

    assert Invitation.objects.open().count() == 2


def test_pending_links_are_on_the_desk_and_can_be_withdrawn(dana: Person) -> None:
    desk = factories.client_of(dana)
    link = link_in(invite(desk))
    page = desk.get(reverse("desk")).content.decode()
    assert "for Femi" in page

    desk.post(reverse("desk_withdraw", args=[Invitation.objects.get().pk]))

    assert Client().get(link).status_code == 410
    assert "for Femi" not in desk.get(reverse("desk")).content.decode()


def test_withdrawing_twice_or_what_never_was_breaks_nothing(dana: Person) -> None:
    answer = factories.client_of(dana).post(reverse("desk_withdraw", args=[7]))

    assert answer["Location"] == reverse("desk")


@pytest.mark.parametrize("who", [factories.ben, factories.eve])
def test_others_neither_invite_nor_withdraw(dana: Person, who) -> None:
    made, _code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)
    client = factories.client_of(who())

    assert client.post(reverse("desk_invite"), ASKED).status_code == 403
    assert client.post(reverse("desk_withdraw", args=[made.pk])).status_code == 403

    assert list(Invitation.objects.open()) == [made]


def test_the_first_coordinator_names_the_second_alone(dana: Person) -> None:
    desk = factories.client_of(dana)

    assert "It makes one person a coordinator." in invite(desk, kind="coordinator")


def test_a_third_coordinator_needs_two_and_the_page_says_so(dana: Person) -> None:
    factories.account("frida", Role.Kind.COORDINATOR)
    desk = factories.client_of(dana)

    page = desk.get(reverse("desk_invite")).content.decode()
    assert "From the third on, two coordinators must agree." in page
    assert 'value="coordinator"' not in page

    assert "You can&#x27;t invite somebody for this now." in invite(desk, kind="coordinator")
    assert not Invitation.objects.exists()


def test_what_was_typed_stays_when_something_is_wrong(dana: Person) -> None:
    page = invite(factories.client_of(dana), kind="king")

    assert 'value="for Femi"' in page
    assert "You can&#x27;t invite somebody for this now." in page
    assert "at most 60 letters" in invite(factories.client_of(dana), note="x" * 61)


def test_without_a_mail_server_no_address_is_asked_for_or_used(dana: Person) -> None:
    desk = factories.client_of(dana)

    assert 'name="email"' not in desk.get(reverse("desk_invite")).content.decode()
    invite(desk, email="femi@example.org")

    assert mail.outbox == []


def test_a_mail_carries_the_link_and_its_address_is_not_kept(dana: Person, settings) -> None:
    settings.EMAIL_ENABLED = True
    desk = factories.client_of(dana)

    page = invite(desk, email="femi@example.org")

    assert "We sent it to" in page
    assert mail.outbox[0].to == ["femi@example.org"]
    assert link_in(page) in mail.outbox[0].body
    assert "femi" not in str(Invitation.objects.values()).replace("for Femi", "")
    assert "femi" not in str(dict(desk.session))


def test_a_mail_that_fails_is_said_and_the_link_is_there(dana: Person, settings) -> None:
    settings.EMAIL_ENABLED = True
    settings.EMAIL_BACKEND = f"{Broken.__module__}.{Broken.__qualname__}"

    page = invite(factories.client_of(dana), email="femi@example.org")

    assert "could not be sent" in page
    assert Client().get(link_in(page)).status_code == 200


def test_a_broken_address_is_said_and_makes_no_link(dana: Person, settings) -> None:
    settings.EMAIL_ENABLED = True

    page = invite(factories.client_of(dana), email="femi at example")

    assert "This doesn&#x27;t look like an e-mail address." in page
    assert 'value="femi at example"' in page
    assert not Invitation.objects.exists()
