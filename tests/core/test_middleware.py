"""Addresses that are refused, headers on every answer, sessions that end."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.core import counters
from warmline.core.errors import DomainError
from warmline.core.logs import NothingPersonal, WithoutValues
from warmline.core.middleware import IdleSession
from warmline.core.models import Session
from warmline.core.sessions import SessionStore
from warmline.protocol import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _community() -> None:
    factories.community()


@pytest.fixture(autouse=True)
def _clock():
    yield
    clock.release()


def test_plain_http_from_another_machine_gets_a_page_that_says_what_to_do() -> None:
    answer = Client().get("/", headers={"host": "192.168.1.7:8000"})

    assert answer.status_code == 421
    assert "--origin" in answer.content.decode()


def test_health_answers_on_any_address() -> None:
    assert Client().get(reverse("health_live"), headers={"host": "10.1.2.3"}).json() == {"ok": True}
    assert Client().get(reverse("health_ready")).json() == {"ok": True}


@pytest.mark.parametrize("path", ["/", "/no/such/page/", "/begin/"])
def test_every_answer_carries_the_headers(path: str) -> None:
    headers = Client().get(path).headers

    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_stale_form_gets_a_sentence_and_no_stack() -> None:
    answer = Client(enforce_csrf_checks=True).post(reverse("begin"), {"adult": "on"})

    assert answer.status_code == 403
    assert reverse("home") in answer.content.decode()
    assert "CSRF" not in answer.content.decode()


def test_a_signed_in_session_ends_after_12_idle_hours() -> None:
    client = factories.client_of(factories.ben())
    client.get(reverse("volunteer"))

    clock.move(timedelta(hours=11, minutes=50))
    assert client.get(reverse("volunteer")).status_code == 200
    clock.move(timedelta(hours=11, minutes=50))
    assert client.get(reverse("volunteer")).status_code == 200
    clock.move(timedelta(hours=12, minutes=11))

    assert client.get(reverse("volunteer")).status_code == 302


def test_a_session_that_ends_during_a_request_is_no_error(rf) -> None:
    """Quick exit in one tab while another tab reports: nothing brings the session back."""
    request = rf.get("/")
    request.session = SessionStore()
    request.session["seeker"] = 1
    request.session.save()

    def view(_request: HttpRequest) -> HttpResponse:
        Session.objects.all().delete()
        return HttpResponse()

    assert IdleSession(view)(request).status_code == 200
    assert not Session.objects.exists()


def test_the_key_of_a_session_that_is_over_makes_no_new_one(client) -> None:
    """Right after a quick exit browsers still ask for an icon, with the cookie they had."""
    client.cookies["session"] = "a" * 32

    for path in ("/favicon.ico", "/", "/nowhere/"):
        answer = client.get(path)
        assert "session" not in answer.cookies or answer.cookies["session"].value == "", path

    assert not Session.objects.exists()


def test_a_limit_holds_however_many_others_are_counted() -> None:
    clock.freeze()
    for _ in range(3):
        counters.allow("ring", "somebody", most=3, within=timedelta(minutes=1))

    for number in range(1000):
        counters.allow("ring", f"somebody {number}", most=3, within=timedelta(minutes=1))

    with pytest.raises(DomainError):
        counters.allow("ring", "somebody", most=3, within=timedelta(minutes=1))


def test_a_limit_counts_within_its_window_and_starts_anew() -> None:
    clock.freeze()
    for _ in range(3):
        counters.allow("knock", "somebody", most=3, within=timedelta(minutes=1))
    with pytest.raises(DomainError):
        counters.allow("knock", "somebody", most=3, within=timedelta(minutes=1))
    counters.allow("knock", "somebody else", most=3, within=timedelta(minutes=1))

    clock.move(timedelta(minutes=1))
    counters.allow("knock", "somebody", most=3, within=timedelta(minutes=1))


def test_a_network_is_a_keyed_hash_of_its_prefix(rf) -> None:
    one = counters.network(rf.get("/", REMOTE_ADDR="203.0.113.7"))
    same = counters.network(rf.get("/", REMOTE_ADDR="203.0.113.200"))
    other = counters.network(rf.get("/", REMOTE_ADDR="203.0.114.7"))

    assert one == same != other
    assert len(one) == 16
    assert "203.0.113" not in one


def test_behind_a_proxy_the_browsers_network_counts_and_cannot_be_made_up(rf, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    through = {"REMOTE_ADDR": "127.0.0.1"}
    honest = counters.network(rf.get("/", HTTP_X_FORWARDED_FOR="198.51.100.1", **through))
    forged = counters.network(rf.get("/", HTTP_X_FORWARDED_FOR="8.8.8.8, 198.51.100.1", **through))

    assert honest == forged


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_a_method_that_no_page_knows_is_refused_at_the_door(method: str) -> None:
    answer = Client().generic(method, reverse("account_login"), b"login=ben")

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_logs_hold_no_path_and_no_words_of_an_error() -> None:
    record = logging.LogRecord(
        "django.request", logging.ERROR, "x", 1, "Not Found: %s", ("/join/secret-code/",), None
    )
    record.status_code = 500
    try:
        raise ValueError(" ".join(["Ada", "wrote", "this"]))
    except ValueError as error:
        record.exc_info = (ValueError, error, error.__traceback__)

    assert NothingPersonal().filter(record)
    line = WithoutValues("{message}", style="{").format(record)

    assert "secret-code" not in line
    assert "Ada wrote this" not in line
    assert "ValueError" in line
