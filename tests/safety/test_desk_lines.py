"""Crisis lines at the desk: who may touch them, and what a bad one is told."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.protocol import clock
from warmline.safety.models import CrisisLine

pytestmark = pytest.mark.django_db

GOOD = {"name": "Night line", "ways": ["phone"], "phone": "0800 1234", "languages": "en"}


@pytest.fixture(autouse=True)
def _community() -> None:
    factories.community(country="GB")


@pytest.fixture
def line() -> CrisisLine:
    return CrisisLine.objects.create(country="GB", name="Old line", phone="123", modes="phone")


@pytest.fixture
def desk() -> Client:
    return factories.client_of(factories.dana())


def test_marking_as_checked_says_when_and_by_whom(desk: Client, line: CrisisLine) -> None:
    desk.post(reverse("desk_line_checked", args=[line.pk]))

    line.refresh_from_db()
    page = desk.get(reverse("desk_lines")).content.decode()
    assert line.checked_on == clock.now().date()
    assert "Dana Alias" in page
    assert "0 lines wait" in page


def test_a_change_is_on_the_public_page_at_once(desk: Client, line: CrisisLine) -> None:
    desk.post(reverse("desk_line", args=[line.pk]), GOOD)

    page = Client().get(reverse("crisis_country", args=["gb"])).content.decode()
    assert "Night line" in page
    assert 'href="tel:08001234"' in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"phone": "call us"}, "has no digits"),
        ({"languages": "klingon"}, "don&#x27;t know the language “klingon”"),
        ({"website": "http://example.org"}, "starts with https://"),
        ({"ways": []}, "at least one way"),
        ({"ways": ["sms"], "sms": ""}, "Please say where it leads"),
    ],
)
def test_a_bad_line_gets_a_sentence_and_loses_nothing(
    desk: Client, line: CrisisLine, wrong: dict[str, object], sentence: str
) -> None:
    answer = desk.post(reverse("desk_line", args=[line.pk]), {**GOOD, "note": "my note", **wrong})

    page = answer.content.decode()
    line.refresh_from_db()
    assert answer.status_code == 422
    assert sentence in page
    assert "my note" in page
    assert line.name == "Old line"


def test_a_new_line_needs_a_country(desk: Client) -> None:
    assert desk.post(reverse("desk_line_add"), GOOD).status_code == 422
    assert desk.post(reverse("desk_line_add"), {**GOOD, "country": "IE"}).status_code == 302
    assert CrisisLine.objects.get().country == "IE"


def test_a_line_taken_out_is_not_shown_and_can_come_back(desk: Client, line: CrisisLine) -> None:
    public = reverse("crisis_country", args=["gb"])
    desk.post(reverse("desk_line_take_out", args=[line.pk]))
    assert "Old line" not in Client().get(public).content.decode()

    desk.post(reverse("desk_line_bring_back", args=[line.pk]))
    assert "Old line" in Client().get(public).content.decode()


def test_the_emergency_number_cannot_be_taken_out(desk: Client, line: CrisisLine) -> None:
    CrisisLine.objects.update(is_emergency=True)

    assert desk.post(reverse("desk_line_take_out", args=[line.pk])).status_code == 404


def test_another_country_is_found_by_its_name(desk: Client, line: CrisisLine) -> None:
    CrisisLine.objects.create(country="DE", name="Nachts", phone="1", modes="phone")

    page = desk.get(reverse("desk_lines"), {"country": "Deutschland"}).content.decode()

    assert "Nachts" in page
    assert "Old line" not in page


@pytest.mark.parametrize(
    "name", ["desk_line", "desk_line_checked", "desk_line_take_out", "desk_line_bring_back"]
)
def test_only_coordinators_touch_a_line(name: str, line: CrisisLine) -> None:
    for person in (None, factories.ben(), factories.eve()):
        answer = factories.client_of(person).post(reverse(name, args=[line.pk]), GOOD)
        assert answer.status_code in (302, 403)
        if answer.status_code == 302:
            assert answer.url.startswith(reverse("account_login"))
    line.refresh_from_db()
    assert (line.name, line.checked_on, line.taken_out_at) == ("Old line", None, None)


def test_the_list_takes_the_same_queries_however_long(
    desk: Client, line: CrisisLine, django_assert_num_queries
) -> None:
    desk.get(reverse("desk_lines"))
    with django_assert_num_queries(10):
        desk.get(reverse("desk_lines"))
    for number in range(3):
        more = CrisisLine.objects.create(country="GB", name=f"{number}", phone="1", modes="phone")
        more.mark_checked(by=factories.volunteer(f"checker{number}"))
    with django_assert_num_queries(10):
        desk.get(reverse("desk_lines"))
