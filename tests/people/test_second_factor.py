"""Second factors: set up before anything else, asked for at sign-in, each code once, nothing in clear."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.core.models import Session
from warmline.people import factors
from warmline.people.models import Account, Person, Role
from warmline.protocol import clock

pytestmark = pytest.mark.django_db

SECOND_STEP = "/accounts/second/"


@pytest.fixture
def ben() -> Person:
    factories.community()
    return factories.ben()


def password(client: Client, name: str = "ben") -> Any:
    """The first step."""
    return client.post(reverse("account_login"), {"login": name, "password": factories.PASSWORD})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def without_factor(person: Person) -> Client:
    """Signed in, and never set anything up."""
    factors.remove_all(person.account)
    return factories.client_of(person)


def everything_stored() -> str:
    """All that the tables of factors and sessions hold, sessions decoded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        rows = str(cursor.fetchall())
    return rows + json.dumps([row.get_decoded() for row in Session.objects.all()])


def test_a_password_alone_signs_nobody_in(ben: Person, client: Client) -> None:
    assert password(client)["Location"] == SECOND_STEP
    assert not signed_in(client)
    assert client.get(reverse("volunteer"))["Location"].startswith(reverse("account_login"))


def test_a_code_of_the_app_does(ben: Person, client: Client) -> None:
    password(client)

    answer = client.post(SECOND_STEP, {"code": factories.code()})

    assert answer["Location"] == reverse("volunteer")
    assert signed_in(client)


def test_a_code_works_once(ben: Person, client: Client) -> None:
    code = factories.code()
    password(client)
    client.post(SECOND_STEP, {"code": code})
    again = Client()
    password(again)

    answer = again.post(SECOND_STEP, {"code": code})

    assert answer.status_code == 422
    assert not signed_in(again)


def test_a_code_once_used_stays_used_as_long_as_it_could_fit(
    ben: Person, client: Client, settings: Any
) -> None:
    settings.MFA_TOTP_PERIOD = 1  # allauth forgets a used code after this
    code = factors.app_codes.format_hotp_value(
        factors.app_codes.hotp_value(
            factories.APP_SECRET, next(factors.app_codes.yield_hotp_counters_from_time()) + 2
        )
    )
    settings.MFA_TOTP_TOLERANCE = 50
    password(client)
    client.post(SECOND_STEP, {"code": code})
    again = Client()
    password(again)
    from django.core.cache import cache

    cache.delete(f"allauth.mfa.totp.used?user={ben.account.pk}&code={code}")

    assert again.post(SECOND_STEP, {"code": code}).status_code == 422


@pytest.mark.parametrize("code", ["000000", "", "12345", "not a code", "9" * 400])
def test_a_wrong_code_does_not(ben: Person, client: Client, code: str) -> None:
    password(client)

    assert client.post(SECOND_STEP, {"code": code}).status_code == 422
    assert not signed_in(client)


def test_a_code_of_somebody_else_does_not(ben: Person, client: Client) -> None:
    chioma = factories.chioma()
    factors.set_up_app(chioma.account, "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK")
    password(client)

    answer = client.post(SECOND_STEP, {"code": factories.code("MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK")})

    assert answer.status_code == 422


def test_many_wrong_codes_are_too_many_even_for_the_right_one(
    ben: Person, client: Client, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1000/h/key"}
    password(client)
    for _try in range(20):
        assert client.post(SECOND_STEP, {"code": "000000"}).status_code == 422

    assert client.post(SECOND_STEP, {"code": factories.code()}).status_code == 429
    assert not signed_in(client)


def test_nobody_without_the_password_sees_the_second_step(ben: Person, client: Client) -> None:
    assert client.get(SECOND_STEP)["Location"] == reverse("account_login")
    assert client.post(SECOND_STEP, {"code": factories.code()})["Location"] == "/accounts/login/"


def test_a_recovery_code_works_in_the_same_field_once(ben: Person, client: Client) -> None:
    factors.new_codes(ben.account)
    code = factors.codes_to_keep(ben.account)[0]
    factors.keep_codes(ben.account)
    password(client)
    client.post(SECOND_STEP, {"code": code})
    assert signed_in(client)
    assert factors.codes_left(ben.account) == 9
    again = Client()
    password(again)

    assert again.post(SECOND_STEP, {"code": code}).status_code == 422


def test_before_a_second_factor_nothing_of_the_role_opens_and_help_stays_open(
    ben: Person, dana: Person
) -> None:
    for person, page in [(ben, reverse("volunteer")), (dana, reverse("desk"))]:
        client = without_factor(person)

        assert client.get(page)["Location"] == reverse("second_factor")
        assert client.get(reverse("account"))["Location"] == reverse("second_factor")
        for open_page in ("/", "/crisis/", reverse("account_logout"), "/leaving-fast/"):
            assert client.get(open_page).status_code == 200
    ready = without_factor(ben).post("/volunteer/ready/", {"minutes": "15", "steady": "on"})
    assert ready["Location"] == reverse("second_factor")


def test_setting_up_an_app_leads_to_codes_and_then_to_the_wanted_page(ben: Person) -> None:
    client = without_factor(ben)
    page = client.get(reverse("new_app")).content.decode()
    found = re.search(r"<code dir=\"ltr\">([A-Z2-7 ]+)</code>", page)
    assert found is not None
    secret = found[1].replace(" ", "")
    assert "<svg" in page
    answer = client.post(reverse("new_app"), {"code": f" {factories.code(secret)} "})

    assert answer["Location"] == reverse("recovery_codes")
    assert client.get(reverse("volunteer"))["Location"] == reverse("second_factor")
    assert client.get(reverse("second_factor"))["Location"] == reverse("recovery_codes")
    codes = re.findall(r"<code dir=\"ltr\">(\d{8})</code>", _text(client, "recovery_codes"))
    assert len(codes) == 10
    assert client.post(reverse("recovery_codes")).status_code == 200  # not said: kept
    answer = client.post(reverse("recovery_codes"), {"kept": "1"})
    assert answer["Location"] == reverse("volunteer")
    assert client.get(reverse("volunteer")).status_code == 200
    assert client.get(reverse("recovery_codes")).status_code == 302


def test_a_first_code_that_does_not_fit_sets_nothing_up_and_keeps_the_secret(ben: Person) -> None:
    client = without_factor(ben)
    before = _text(client, "new_app")

    answer = client.post(reverse("new_app"), {"code": "000000"})

    assert answer.status_code == 422
    assert "This code does not fit." in answer.content.decode()
    assert not factors.has_factor(ben.account)
    secret = re.search(r"<code dir=\"ltr\">([A-Z2-7 ]+)</code>", before)
    assert secret is not None
    assert secret[1] in answer.content.decode()


def test_no_secret_and_no_code_is_stored_in_clear(ben: Person) -> None:
    client = without_factor(ben)
    page = _text(client, "new_app")
    found = re.search(r"<code dir=\"ltr\">([A-Z2-7 ]+)</code>", page)
    assert found is not None
    secret = found[1].replace(" ", "")
    assert secret not in everything_stored()

    client.post(reverse("new_app"), {"code": factories.code(secret)})

    stored = everything_stored()
    assert secret not in stored
    assert not [code for code in factors.codes_to_keep(ben.account) if code in stored]
    app = Authenticator.objects.get(user=ben.account, type="totp")
    assert app.data["secret"].startswith("gAAAA")


def test_changing_factors_asks_for_the_password_again(ben: Person) -> None:
    client = factories.client_of(ben)

    for page in ("new_app", "second_factor"):
        assert client.get(reverse(page))["Location"].startswith("/accounts/again/")
    for press in ("new_recovery_codes", "forget_address"):
        assert client.post(reverse(press))["Location"].startswith("/accounts/again/")
    wrong = client.post("/accounts/again/", {"password": "wrong"})
    assert "new_app" not in wrong.headers.get("Location", "")
    right = {"password": factories.PASSWORD, "next": reverse("new_app")}
    assert client.post("/accounts/again/", right)["Location"] == reverse("new_app")
    assert client.get(reverse("new_app")).status_code == 200


def test_new_codes_end_the_old_ones_and_must_be_kept_first(ben: Person) -> None:
    client = factories.client_of(ben)
    client.post("/accounts/again/", {"password": factories.PASSWORD, "next": "/account/"})
    old = factors._codes(ben.account)
    assert old is not None
    before = set(old.get_unused_codes())

    answer = client.post(reverse("new_recovery_codes"))

    assert answer["Location"] == reverse("recovery_codes")
    assert not before & set(factors.codes_to_keep(ben.account))
    assert client.get(reverse("volunteer"))["Location"] == reverse("second_factor")


def test_the_only_factor_stays(ben: Person) -> None:
    (only,) = factors.of_account(ben.account)

    assert not factors.remove(ben.account, only.pk)
    assert factors.has_factor(ben.account)


def test_nobody_takes_a_factor_of_somebody_else_away(ben: Person) -> None:
    chioma = factories.chioma()
    (of_chioma,) = factors.of_account(chioma.account)

    assert not factors.remove(ben.account, of_chioma.pk)
    assert factors.has_factor(chioma.account)


def test_another_app_ends_the_one_before(ben: Person, client: Client) -> None:
    factors.set_up_app(ben.account, "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK")
    password(client)

    assert client.post(SECOND_STEP, {"code": factories.code()}).status_code == 422


@pytest.mark.parametrize(
    ("host", "offered"), [("127.0.0.1:8000", False), ("[::1]:8000", False), ("localhost", True)]
)
def test_passkeys_are_offered_only_where_a_browser_takes_them(
    ben: Person, host: str, offered: bool
) -> None:
    client = without_factor(ben)

    page = client.get(reverse("second_factor"), headers={"host": host}).content.decode()

    assert ("Use a passkey" in page) is offered
    assert ("Passkeys don't work at this address." in page) is not offered
    if not offered:
        answer = client.get(reverse("new_passkey"), headers={"host": host})
        assert answer["Location"] == reverse("second_factor")


def test_a_passkey_that_is_none_is_refused(ben: Person) -> None:
    client = without_factor(ben)
    host = {"host": "localhost"}
    client.get(reverse("new_passkey"), headers=host)

    for made_up in ("", "{}", "[]", "null", "nonsense", '{"id":"a","rawId":"b","response":{}}'):
        answer = client.post(reverse("new_passkey"), {"credential": made_up}, headers=host)
        assert answer.status_code == 422
    assert not factors.has_factor(ben.account)


def test_ended_roles_forget_factors_and_address(ben: Person) -> None:
    from warmline.people.ending import end_role

    Account.objects.filter(person=ben).update(email="ben@example.org")

    end_role(ben.roles.get(kind=Role.Kind.VOLUNTEER), by="Ben Alias")

    assert not Authenticator.objects.exists()
    assert Account.objects.get(person=ben).email == ""


def test_a_suspended_volunteer_still_reads_why(ben: Person) -> None:
    ben.roles.update(status=Role.Status.SUSPENDED, suspended_until=clock.now() + timedelta(hours=1))

    assert factories.client_of(ben).get(reverse("volunteer"))["Location"] == reverse("paused")


def _text(client: Client, name: str) -> str:
    return str(client.get(reverse(name)).content.decode())
