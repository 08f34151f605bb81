"""Who may open a page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from tests import factories
from warmline.core.sessions import SessionStore
from warmline.people import factors
from warmline.people.access import acting_person, home_page, person_of, require_role
from warmline.people.models import Person, Role
from warmline.protocol import clock

pytestmark = pytest.mark.django_db


@require_role(Role.Kind.COORDINATOR)
def secret(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the list of Ben and Chioma")


def visit(person: Person | None, method: str = "GET") -> HttpRequest:
    request = RequestFactory().generic(method, "/desk/?page=2")
    request.user = person.account if person else AnonymousUser()
    request.session = SessionStore()
    return request


def test_a_page_of_a_role_opens_for_who_has_it() -> None:
    assert secret(visit(factories.dana())).content == b"the list of Ben and Chioma"


def test_who_has_no_second_factor_is_led_to_it_first_and_then_back() -> None:
    dana = factories.dana()
    factors.remove_all(dana.account)
    request = visit(dana)

    answer = secret(request)

    assert (answer.status_code, answer["Location"]) == (302, reverse("second_factor"))
    assert request.session["wanted"] == "/desk/?page=2"


def test_recovery_codes_nobody_has_kept_yet_come_first_too() -> None:
    dana = factories.dana()
    factors.new_codes(dana.account)

    assert secret(visit(dana))["Location"] == reverse("second_factor")


def test_nobody_is_led_to_sign_in_and_back() -> None:
    answer = secret(visit(None))

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/desk/%3Fpage%3D2"


def test_nobody_who_posts_is_not_led_back_to_where_a_form_was() -> None:
    assert "desk" not in secret(visit(None, "POST"))["Location"]


def test_another_role_is_refused() -> None:
    with pytest.raises(PermissionDenied):
        secret(visit(factories.ben()))


def test_eve_is_refused() -> None:
    with pytest.raises(PermissionDenied):
        secret(visit(factories.eve()))


@pytest.mark.parametrize(
    "change",
    [{"status": Role.Status.SUSPENDED}, {"status": Role.Status.RESTING}, {"ended_at": clock.now()}],
)
def test_a_role_that_does_not_count_now_is_refused(change: dict[str, object]) -> None:
    dana = factories.dana()
    dana.roles.update(**change)

    with pytest.raises(PermissionDenied):
        secret(visit(dana))


def test_who_is_signed_in_is_a_person_with_an_account() -> None:
    dana = factories.dana()

    assert person_of(visit(dana)) == dana
    assert person_of(visit(None)) is None


def test_an_inactive_account_is_nobody() -> None:
    dana = factories.dana()
    dana.account.is_active = False

    assert person_of(visit(dana)) is None
    with pytest.raises(PermissionDenied):
        acting_person(visit(dana))


def test_work_begins_at_the_desk_for_coordinators_only() -> None:
    assert home_page(factories.dana()) == "/desk/"
    assert home_page(factories.ben()) == "/volunteer/"
