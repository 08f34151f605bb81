"""Crisis help: every country leads to somebody, from a list that says what it refuses."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.protocol import clock
from warmline.safety import countries, line_import
from warmline.safety.models import CrisisLine
from warmline.safety.numbers import dialled, texting

pytestmark = pytest.mark.django_db


@pytest.fixture
def lines() -> None:
    line_import.import_lines()


@pytest.mark.usefixtures("lines")
def test_every_countrys_page_has_a_number_that_can_be_dialled() -> None:
    client = Client()

    for code in countries.codes():
        page = client.get(reverse("crisis_country", args=[code.lower()])).content.decode()
        numbers = re.findall(r'href="tel:([^"]*)"', page)
        assert numbers, code
        for number in numbers:
            assert re.fullmatch(r"\+?[\d*#]{2,}", number), (code, number)


@pytest.mark.usefixtures("lines")
def test_no_link_on_a_crisis_page_is_empty_or_unsafe() -> None:
    client = Client()

    for code in ("us", "gb", "de", "in", "pk", "tv"):
        page = client.get(reverse("crisis_country", args=[code])).content.decode()
        for link in re.findall(r'href="([^"]*)"', page):
            assert re.match(r"(/|#|https://|tel:|sms:)", unescape(link)), (code, link)


def test_the_shipped_list_is_taken_whole_and_says_what_it_mended() -> None:
    report = line_import.import_lines()

    with line_import.SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = len(list(csv.DictReader(file)))
    assert (report.taken, report.refused) == (rows, [])
    assert [reason for _row, reason in report.mended] == ["unknown language skr left out"]


def test_a_bad_row_is_refused_with_its_number_and_the_others_are_taken(tmp_path: Path) -> None:
    with line_import.SHIPPED.open(encoding="utf-8", newline="") as file:
        good = next(csv.DictReader(file))
    bad = {**good, "country_code": "QQ", "website": "http://example.org", "modes": "pigeon"}
    nobody = {**good, "name": "Nobody", "phone": "call us", "chat_url": "", "website": ""}
    path = tmp_path / "lines.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, good)
        writer.writeheader()
        writer.writerows([bad, good, nobody])

    report = line_import.import_lines(path)

    assert report.taken == 1
    assert [row for row, _reason in report.refused] == [2, 4]
    reasons = " ".join(reason for _row, reason in report.refused)
    for words in ("unknown country 'QQ'", "website is not https", "'pigeon'", "can't be dialled"):
        assert words in reasons


@pytest.mark.usefixtures("lines")
def test_importing_again_keeps_what_a_coordinator_changed() -> None:
    line = CrisisLine.objects.get(country="GB", name="Samaritans")
    line.phone, line.changed_at = "116 124", clock.now()
    line.save()

    report = line_import.import_lines()

    line.refresh_from_db()
    assert (line.phone, report.kept) == ("116 124", 1)
    assert CrisisLine.objects.filter(country="GB", name="Samaritans").count() == 1


@pytest.mark.parametrize(
    "typed", ["Germany", "deutschland", "ALLEMAGNE", "ألمانيا", "ドイツ", "de"]
)
def test_a_country_is_found_in_any_language(typed: str) -> None:
    answer = Client().get(reverse("crisis"), {"country": typed})

    assert answer.url == reverse("crisis_country", args=["de"])


@pytest.mark.parametrize(
    ("typed", "code"), [("turkiye", "TR"), ("Cote d'Ivoire", "CI"), ("uk", "GB")]
)
def test_accents_and_everyday_names_do_not_matter(typed: str, code: str) -> None:
    assert code in countries.search(typed)


def test_a_country_nobody_knows_gets_a_sentence_and_the_list() -> None:
    page = Client().get(reverse("crisis"), {"country": "<Narnia>"}).content.decode()

    assert "We found no country called “&lt;Narnia&gt;”" in page


@pytest.mark.usefixtures("lines")
def test_a_country_without_a_line_leads_to_its_number_and_the_directories() -> None:
    CrisisLine.objects.of("AX").lines().delete()

    page = Client().get(reverse("crisis_country", args=["ax"])).content.decode()

    assert 'href="tel:112"' in page
    assert "Find A Helpline" in page
    assert "We know no crisis line for this country yet" in page


@pytest.mark.usefixtures("lines")
def test_a_line_from_one_source_is_shown_and_marked() -> None:
    single = CrisisLine.objects.shown().filter(double=False).lines().first()
    assert single is not None

    page = Client().get(reverse("crisis_country", args=[single.country.lower()])).content.decode()

    assert unescape(page).count(single.name) >= 1
    assert "please check" in page


@pytest.mark.usefixtures("lines")
def test_a_check_counts_for_half_a_year_and_is_never_a_reason_to_hide() -> None:
    dana = factories.dana()
    line = CrisisLine.objects.shown().filter(double=False).lines().first()
    assert line is not None
    line.mark_checked(by=dana)

    assert not line.please_check
    clock.freeze()
    clock.move(timedelta(days=200))
    assert line.please_check
    assert line in CrisisLine.objects.due()
    assert line in CrisisLine.objects.shown()
    clock.release()


def test_the_country_page_takes_the_same_queries_however_many_lines(
    lines: None, django_assert_max_num_queries
) -> None:
    client = Client()
    client.get(reverse("crisis_country", args=["us"]))

    for code in ("tv", "us"):
        with django_assert_max_num_queries(5):
            client.get(reverse("crisis_country", args=[code]))


@pytest.mark.parametrize("path", ["/crisis/", "/crisis/gb/", "/offline.js"])
def test_crisis_help_is_there_before_the_community_is(path: str) -> None:
    assert Client().get(path).status_code == 200


def test_a_code_that_is_no_country_is_not_found() -> None:
    factories.community()

    assert Client().get("/crisis/qq/").status_code == 404
    assert Client().get("/crisis/GB/").url == "/crisis/gb/"


@pytest.mark.parametrize(
    ("shown", "rings"),
    [
        ("0800 58 58 58", "0800585858"),
        ("+65 6669 1771", "+6566691771"),
        ("*4141", "*4141"),
        ("n/a", ""),
    ],
)
def test_only_what_a_phone_dials_is_dialled(shown: str, rings: str) -> None:
    assert dialled(shown) == rings


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("text SHOUT to 85258", "sms:85258?body=SHOUT"),
        ("text 988", "sms:988"),
        ("text your ZIP code to 435748", "sms:435748"),
        ("WhatsApp +65 6669 1771", "https://wa.me/6566691771"),
        ("WhatsApp to 18111", ""),
        ("ask at the desk", ""),
    ],
)
def test_a_text_line_becomes_a_link_where_one_can_be_made(text: str, link: str) -> None:
    assert texting(text).link == link


@pytest.mark.usefixtures("lines")
def test_the_crisis_pages_weigh_no_third_party_and_no_script_of_theirs_is_needed() -> None:
    page = Client().get(reverse("crisis_country", args=["us"])).content.decode()

    assert not re.search(r'<(script|img|iframe|link)[^>]+(src|href)="https?://', page)
