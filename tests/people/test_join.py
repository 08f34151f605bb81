"""An invitation lets one person in, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.core.errors import DomainError
from warmline.people import services
from warmline.people.models import Account, Invitation, Person, Role
from warmline.protocol import clock

pytestmark = pytest.mark.django_db

CHIOMA = {"username": "chioma", "password": factories.PASSWORD, "alias": "Soft Wren"}


def link(dana: Person, kind: str = Role.Kind.VOLUNTEER) -> str:
    _invitation, code = services.invite(kind=kind, by=dana)
    return reverse("join", args=[code])


def kinds_of(name: str) -> set[str]:
    return set(Account.objects.get(username=name).person.roles.values_list("kind", flat=True))


def test_an_invited_volunteer_joins_and_goes_on_to_the_profile(
    dana: Person, client: Client
) -> None:
    answer = client.post(link(dana), CHIOMA)

    assert answer["Location"] == reverse("profile")
    assert kinds_of("chioma") == {"volunteer"}
    assert Account.objects.get(username="chioma").person.alias == "Soft Wren"
    assert client.get(reverse("profile_languages"))["Location"] == reverse("second_factor")
    factories.sets_up_app(client)
    assert client.get(reverse("profile_languages")).status_code == 200


def test_joining_gives_the_session_a_new_key(dana: Person, client: Client) -> None:
    session = client.session
    session["seeker"] = 7
    session.save()

    client.post(link(dana), CHIOMA)

    assert client.session.session_key != session.session_key


def test_an_invited_coordinator_may_volunteer_too(dana: Person, client: Client) -> None:
    invitation = link(dana, Role.Kind.COORDINATOR)
    assert 'name="volunteers"' in client.get(invitation).content.decode()

    answer = client.post(invitation, {**CHIOMA, "volunteers": "on"})

    assert answer["Location"] == reverse("desk")
    assert kinds_of("chioma") == {"coordinator", "volunteer"}


def test_a_volunteers_link_makes_no_coordinator(dana: Person, client: Client) -> None:
    client.post(link(dana), {**CHIOMA, "kind": "coordinator", "volunteers": "on"})

    assert kinds_of("chioma") == {"volunteer"}


def test_the_page_suggests_an_alias_and_says_what_it_is_for(dana: Person, client: Client) -> None:
    page = client.get(link(dana)).content.decode()

    assert "You are invited to volunteer at Night Window." in page
    assert 'name="alias" value="' in page


def test_another_alias_is_suggested_and_what_was_typed_stays(dana: Person, client: Client) -> None:
    page = client.post(link(dana), {**CHIOMA, "another": "1"}).content.decode()

    assert "Soft Wren" not in page
    assert 'value="chioma"' in page
    assert factories.PASSWORD not in page
    assert not Account.objects.filter(username="chioma").exists()


def test_a_link_works_once(dana: Person, client: Client) -> None:
    invitation = link(dana)
    Client().post(invitation, CHIOMA)

    answer = client.post(invitation, {**CHIOMA, "username": "eve", "alias": "Dry Eel"})

    assert answer.status_code == 410
    assert "This invitation was used already or has run out." in answer.content.decode()
    assert not Account.objects.filter(username="eve").exists()


def test_of_two_at_once_one_gets_in(dana: Person) -> None:
    _made, code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)
    one, other = Invitation.of_code(code), Invitation.of_code(code)
    services.join(one, **CHIOMA)

    with pytest.raises(DomainError) as refused:
        services.join(other, username="eve", password=factories.PASSWORD, alias="Dry Eel")

    assert refused.value.code == "invitation_over"
    assert not Person.objects.filter(alias="Dry Eel").exists()


def test_a_link_runs_out_after_seven_days(dana: Person, client: Client) -> None:
    invitation = link(dana)
    clock.move(timedelta(days=7))

    assert client.get(invitation).status_code == 410


def test_a_made_up_link_says_so(dana: Person, client: Client) -> None:
    assert client.get(reverse("join", args=["guessed"])).status_code == 410


def test_a_double_submit_leads_the_second_to_go_on(dana: Person, client: Client) -> None:
    invitation = link(dana)
    client.post(invitation, CHIOMA)

    answer = client.post(invitation, CHIOMA)

    assert answer.status_code == 410
    assert "You are signed in as" in answer.content.decode()
    assert Account.objects.filter(username="chioma").count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"username": "DANA"}, "This sign-in name is taken."),
        ({"username": "x y"}, "letters, numbers, dots and dashes only"),
        ({"username": "ab"}, "at least 3"),
        ({"username": "x" * 41}, "at most 40"),
        ({"alias": "dana alias"}, "Somebody here has this name already."),
        ({"alias": "chioma@example.org"}, "without an address or a number"),
        ({"alias": "ring 0171 2345678"}, "without an address or a number"),
        ({"alias": "Chioma"}, "another name than the one you sign in with"),
        ({"alias": "--"}, "at least 2 letters"),
        ({"password": "short"}, "at least 10 characters"),
        ({"password": "1234567890123"}, "entirely numeric"),
        ({"password": "chioma2026"}, "too similar"),
        ({"password": ""}, "Please choose a password."),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(
    dana: Person, client: Client, wrong: dict[str, str], sentence: str
) -> None:
    invitation = link(dana)
    typed = {**CHIOMA, **wrong}

    page = client.post(invitation, typed).content.decode()

    assert sentence in page
    assert f'value="{typed["username"]}"' in page
    assert f'value="{typed["alias"]}"' in page
    assert factories.PASSWORD not in page
    assert client.post(invitation, CHIOMA).status_code == 302


def test_a_name_that_was_taken_meanwhile_leaves_the_link_open(dana: Person) -> None:
    invitation, _code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)

    for taken in ({"username": "dana"}, {"alias": "DANA alias"}):
        with pytest.raises(DomainError):
            services.join(invitation, **{**CHIOMA, **taken})

    services.join(invitation, **CHIOMA)
    assert kinds_of("chioma") == {"volunteer"}


def test_a_seeker_may_have_the_alias_of_an_account(dana: Person, client: Client) -> None:
    factories.seeker("Soft Wren")

    assert client.post(link(dana), CHIOMA).status_code == 302


def test_somebody_signed_in_takes_one_more_role_on(dana: Person) -> None:
    ben = factories.ben()
    client, invitation = factories.client_of(ben), link(dana, Role.Kind.COORDINATOR)
    assert "Become a coordinator" in client.get(invitation).content.decode()
    assert not ben.has_role(Role.Kind.COORDINATOR)

    assert client.post(invitation)["Location"] == reverse("desk")

    assert ben.has_role(Role.Kind.COORDINATOR)


def test_who_has_the_role_already_does_not_use_the_link_up(dana: Person) -> None:
    invitation = link(dana)

    answer = factories.client_of(factories.ben()).post(invitation)

    assert answer.status_code == 409
    assert "You have this role already." in answer.content.decode()
    assert Invitation.objects.open().count() == 1


def test_a_suspended_volunteer_gets_no_new_role_by_a_link(dana: Person) -> None:
    ben = factories.ben()
    ben.roles.update(status=Role.Status.SUSPENDED)

    factories.client_of(ben).post(link(dana))

    assert not ben.has_role(Role.Kind.VOLUNTEER)


def test_two_open_links_make_no_third_coordinator(dana: Person, client: Client) -> None:
    first, second = link(dana, Role.Kind.COORDINATOR), link(dana, Role.Kind.COORDINATOR)
    Client().post(first, CHIOMA)

    answer = client.post(second, {**CHIOMA, "username": "eve", "alias": "Dry Eel"})

    assert answer.status_code == 409
    assert "two coordinators must agree" in answer.content.decode()
    assert services.coordinators() == 2


@pytest.mark.parametrize("who", [factories.ben, factories.eve])
def test_only_coordinators_invite(dana: Person, who) -> None:
    with pytest.raises(DomainError) as refused:
        services.invite(kind=Role.Kind.VOLUNTEER, by=who())

    assert refused.value.code == "not_a_coordinator"


def test_a_volunteer_withdraws_nothing(dana: Person) -> None:
    invitation, _code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)

    with pytest.raises(DomainError):
        services.withdraw(invitation.pk, by=factories.ben())

    assert Invitation.objects.open().count() == 1


def test_a_withdrawn_link_is_over(dana: Person, client: Client) -> None:
    invitation, code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)

    services.withdraw(invitation.pk, by=dana)

    assert client.get(reverse("join", args=[code])).status_code == 410


def test_the_table_holds_no_code(dana: Person) -> None:
    invitation, code = services.invite(kind=Role.Kind.VOLUNTEER, by=dana)

    assert code not in str(Invitation.objects.filter(pk=invitation.pk).values())


def test_joining_is_limited(dana: Person, client: Client) -> None:
    answers = [client.get(reverse("join", args=["guessed"])).status_code for _ in range(61)]

    assert answers[59] == 410
    assert answers[60] == 429
