"""Signing in: one sentence for every failure, few tries, a new session key, safe ways on."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse
from redis import Redis

from tests import factories
from warmline.core import realtime
from warmline.core.models import Session
from warmline.core.sessions import stored_key
from warmline.people.adapter import AccountAdapter
from warmline.people.models import Person
from warmline.protocol import events, topics

pytestmark = pytest.mark.django_db

SECOND_STEP = "/accounts/second/"
WRONG = "This name and password do not fit together."


@pytest.fixture
def ben() -> Person:
    factories.community()
    return factories.ben()


def counters() -> list[str]:
    """The names under which something is counted now."""
    if settings.REDIS_URL:
        with Redis.from_url(settings.REDIS_URL) as redis:
            return [key.decode() for key in redis.keys("*")]
    return list(cache._cache)


def sign_in(client: Client, name: str = "ben", password: str = factories.PASSWORD, **more: str):
    """Both steps; the second only where the first was right."""
    wanted = {"login": name, "password": password, **more}
    answer = client.post(reverse("account_login"), wanted)
    if answer.status_code == 302 and answer["Location"] == SECOND_STEP:
        return client.post(SECOND_STEP, {"code": factories.code()})
    return answer


def test_volunteers_come_to_their_page(ben: Person, client: Client) -> None:
    assert sign_in(client)["Location"] == reverse("volunteer")


def test_coordinators_come_to_the_desk(dana: Person, client: Client) -> None:
    assert sign_in(client, "dana")["Location"] == reverse("desk")


def test_the_name_may_be_typed_in_capitals(ben: Person, client: Client) -> None:
    assert sign_in(client, " Ben ").status_code == 302


@pytest.mark.parametrize(("name", "password"), [("ben", "wrong"), ("nobody", factories.PASSWORD)])
def test_every_failure_has_the_same_sentence(
    ben: Person, client: Client, name: str, password: str
) -> None:
    answer = sign_in(client, name, password)

    assert WRONG in answer.content.decode()
    assert f'value="{name}"' in answer.content.decode()
    assert password not in answer.content.decode()


def test_the_eleventh_wrong_try_is_too_many_even_with_the_right_password(
    ben: Person, client: Client
) -> None:
    for _try in range(10):
        assert sign_in(client, password="wrong").status_code == 422

    answer = sign_in(client)

    assert answer.status_code == 429
    assert "Please wait five minutes" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_many_sign_ins_from_one_network_get_the_page_that_says_wait(
    ben: Person, client: Client
) -> None:
    answers = [sign_in(client, f"someone{n}", "wrong") for n in range(31)]

    assert answers[-1].status_code == 429
    assert "Please wait a minute" in answers[-1].content.decode()


def test_counters_hold_no_address_and_no_name(ben: Person, client: Client) -> None:
    client.post(
        reverse("account_login"),
        {"login": "ben", "password": "wrong"},
        REMOTE_ADDR="203.0.113.77",
    )

    keys = " ".join(counters())
    assert "allauth" in keys
    assert "203.0.113" not in keys
    assert "ben" not in keys


def test_the_session_gets_a_new_key(ben: Person, client: Client) -> None:
    session = client.session
    session["seeker"] = 7
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "http://localhost:9/", "javascript:1"]
)
def test_nobody_is_sent_elsewhere_after_sign_in(
    ben: Person, client: Client, elsewhere: str
) -> None:
    assert sign_in(client, next=elsewhere)["Location"] == reverse("volunteer")


def test_the_wanted_page_comes_after_sign_in(ben: Person, client: Client) -> None:
    assert sign_in(client, next="/volunteer/profile/")["Location"] == "/volunteer/profile/"


def test_the_wanted_page_survives_a_wrong_password(ben: Person, client: Client) -> None:
    answer = sign_in(client, password="wrong", next="/volunteer/profile/")

    assert 'value="/volunteer/profile/"' in answer.content.decode()


def test_eve_is_refused_kindly_and_not_signed_in(client: Client) -> None:
    factories.community()
    factories.eve()

    answer = sign_in(client, "eve")

    assert answer.status_code == 403
    assert "You have no task here at the moment" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_out_needs_a_press_and_forgets_the_session(ben: Person) -> None:
    client = factories.client_of(ben)

    assert client.get(reverse("account_logout")).status_code == 200
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))

    assert "_auth_user_id" not in client.session
    assert Session.objects.count() == 0


def test_a_new_password_signs_out_everywhere_else(ben: Person) -> None:
    here, elsewhere = factories.client_of(ben), factories.client_of(ben)
    new = {"password1": "five quiet herons", "password2": "five quiet herons"}

    answer = here.post(
        reverse("account_change_password"), {"oldpassword": factories.PASSWORD, **new}, follow=True
    )

    assert "Your new password is set." in answer.content.decode()
    assert here.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302


def test_a_new_password_needs_the_one_of_now_and_must_be_strong(ben: Person) -> None:
    answer = factories.client_of(ben).post(
        reverse("account_change_password"),
        {"oldpassword": "wrong", "password1": "password1", "password2": "password1"},
    )

    assert "This is not your password now." in answer.content.decode()
    ben.account.refresh_from_db()
    assert ben.account.check_password(factories.PASSWORD)


def test_a_new_password_page_is_not_for_nobody(client: Client) -> None:
    factories.community()

    assert client.get(reverse("account_change_password")).status_code == 302


@pytest.mark.parametrize(
    "name",
    [
        "account_signup",
        "account_reset_password",
        "account_email",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_login_webauthn",
        "mfa_trust",
        "mfa_download_recovery_codes",
    ],
)
def test_allauths_other_pages_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_nobody_signs_up_alone(rf) -> None:
    assert not AccountAdapter(rf.get("/")).is_open_for_signup(rf.get("/"))


def test_signing_out_closes_the_sockets_too(
    ben: Person, client: Client, settings, django_capture_on_commit_callbacks
) -> None:
    settings.REDIS_URL = None
    said: list[bytes] = []
    disconnect = realtime.connect(said.append)
    sign_in(client)
    key = client.session.session_key

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("account_logout"))

    disconnect()
    assert events.Happened(topics.session(stored_key(key)), "ended", {}) in map(events.decode, said)


def test_nobody_is_locked_out_by_wrong_tries_from_another_network(
    ben: Person, client: Client
) -> None:
    for _try in range(12):
        sign_in(Client(REMOTE_ADDR="203.0.113.9"), password="wrong")

    assert sign_in(client).status_code == 302
