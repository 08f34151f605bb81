"""Every form is sent rubbish, without its token, and from another site: never a fault, never a trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.forms import BaseForm

from tests.policy import stored
from tests.policy.actors import Actor
from tests.policy.routes import routes
from tests.policy.rows import Row
from tests.policy.table import ROWS
from tests.policy.world import USUAL_VISITORS, Browser, World, forgotten

pytestmark = pytest.mark.django_db

ROUTES = {route.name: route for route in routes("tests.policy.addresses")}
FORMS = {name: row for name, row in ROWS.items() if row.post}
RUBBISH = {
    "nothing": "",
    "too long": "a" * 9000,
    "a NUL": "a\0b",
    "a huge number": "9" * 400,
    "less than nothing": "-1",
    "a number that is none": "²",
    "words for a number": "NaN",
    "markup": "<script>alert(1)</script>",
    "a date that never was": "2026-02-31",
    "half a character": "\ud800".encode("utf-8", "surrogatepass"),
    "no UTF-8": b"\xff\xfe",
}


def visitor(row: Row) -> Actor:
    """Somebody who may send a row's form."""
    return next(actor for actor in USUAL_VISITORS if actor in (row.post or ()))


@pytest.fixture
def browsers(night: World) -> dict[Actor, Browser]:
    return {actor: Browser(actor, night.persons[actor]) for actor in USUAL_VISITORS}


def test_rubbish_in_a_form_is_refused_with_a_sentence_and_changes_nothing(
    night: World, browsers: dict[Actor, Browser]
) -> None:
    before = stored.fingerprint()
    wrong = []
    for name, row in FORMS.items():
        browser, url = browsers[visitor(row)], night.url(name, ROUTES[name], row)
        good = night.filled(row.body)
        for what, body in _bad_bodies(good) if good else [("what nobody asked for", b"a=%00&a=1")]:
            with forgotten(), stored.writes() as written:
                answer = browser.send(
                    "POST", url, body, content_type="application/x-www-form-urlencoded"
                )
                if answer.status_code >= 500:
                    wrong.append(f"{name}, {what}: {answer.status_code}")
                elif answer.status_code < 300 and (fields := _wrong_fields(answer)):
                    wrong.append(f"{name}, {what}: {answer.status_code} about {fields}")
                elif answer.status_code >= 400:
                    if len(answer.content) < 20:
                        wrong.append(f"{name}, {what}: {answer.status_code} without a sentence")
                    if written.statements and stored.fingerprint() != before:
                        wrong.append(f"{name}, {what}: refused, and changed something")
    assert not wrong, "\n".join(wrong)


def _wrong_fields(answer: Any) -> list[str]:
    """The fields that a page names as wrong, in all of its forms."""
    contexts = [layer for each in answer.context or [] for layer in each.dicts]
    shown = [each for layer in contexts for each in layer.values() if isinstance(each, BaseForm)]
    return sorted({field for form in shown if form.is_bound for field in form.errors})


def _bad_bodies(good: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Every kind of rubbish, in one field of the good body after the other, and in all of them."""
    fields = list(good)
    for place, (what, value) in enumerate(RUBBISH.items()):
        if fields:
            field = fields[place % len(fields)]
            yield f"{what} in {field}", _encoded({**good, field: value})
        yield f"{what} everywhere", _encoded(dict.fromkeys(good, value))
    for field in fields[:3]:
        yield f"no {field}", _encoded({key: each for key, each in good.items() if key != field})
        yield f"{field} twice", _encoded(good) + b"&" + _encoded({field: "x"})
    yield "not a form at all", b'{"a": [1'


def _encoded(body: dict[str, Any]) -> bytes:
    return urlencode(body, doseq=True, errors="strict").encode()


def test_a_form_without_its_token_is_refused_and_changes_nothing(
    night: World, browsers: dict[Actor, Browser]
) -> None:
    before = stored.fingerprint()
    wrong = []
    for name, row in FORMS.items():
        if row.tokenless:
            continue
        browser, url = browsers[visitor(row)], night.url(name, ROUTES[name], row)
        with forgotten():
            answer = browser.send("POST", url, night.filled(row.body), token=False)
            if answer.status_code != 403 or stored.fingerprint() != before:
                wrong.append(f"{name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_send_a_form_that_needs_no_token(
    night: World, browsers: dict[Actor, Browser], site: str
) -> None:
    before = stored.fingerprint()
    for name, row in FORMS.items():
        if not row.tokenless:
            continue
        browser, url = browsers[Actor.SEEKER], night.url(name, ROUTES[name], row)
        with forgotten():
            answer = browser.send("POST", url, token=False, headers={"Sec-Fetch-Site": site})
            assert stored.fingerprint() == before, name
            assert "session" not in {k for k, each in answer.cookies.items() if not each.value}


def test_another_origin_is_refused_even_with_a_token(
    night: World, browsers: dict[Actor, Browser]
) -> None:
    before = stored.fingerprint()
    for name, row in FORMS.items():
        if row.tokenless:
            continue
        browser, url = browsers[visitor(row)], night.url(name, ROUTES[name], row)
        with forgotten():
            body = night.filled(row.body)
            origin = {"Origin": "https://evil.example"}
            assert browser.send("POST", url, body, headers=origin).status_code == 403, name
            assert stored.fingerprint() == before, name
