"""The page on privacy: there for everybody, in every state, and as true as the code it speaks of."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.audit.services import KEPT as RECORD_KEPT
from warmline.availability.appointment_models import KEPT as APPOINTMENTS_KEPT
from warmline.availability.models import ReadyHour
from warmline.core.privacy import KEPT
from warmline.people.models import Device
from warmline.rooms.keys import FORGET_SHARE_AFTER
from warmline.rooms.models import FORGET_AFTER
from warmline.safety.report_models import KEPT_AFTER_CLOSING, YEAR
from warmline.support.letter_models import KEPT as LETTERS_KEPT
from warmline.support.models import DayTotal
from warmline.support.plan_models import Plan
from warmline.support.services.reporting import REPORTABLE_FOR
from warmline.support.sweeps import IDLE_SEEKER, UNANSWERED, WHO_MET_WHOM

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def test_it_is_there_before_anything_is_set_up() -> None:
    assert Client().get("/").status_code == 503
    assert Client().get(reverse("privacy")).status_code == 200


def test_reading_it_leaves_nothing_in_the_browser() -> None:
    factories.community()
    answer = Client().get(reverse("privacy"))

    assert not answer.cookies
    assert "<form" not in re.findall(r"<main.*?</main>", answer.content.decode(), re.DOTALL)[0]


@pytest.mark.parametrize("page", ["home", "begin", "crisis", "report_state", "privacy"])
def test_the_foot_of_every_page_leads_to_it(page: str) -> None:
    factories.community()
    foot = re.findall(r"<footer.*?</footer>", _page(page), re.DOTALL)[0]

    assert f'href="{reverse("privacy")}"' in foot


def test_whoever_is_asked_for_a_yes_can_read_it_first() -> None:
    factories.community()
    main = re.findall(r"<main.*?</main>", _page("begin"), re.DOTALL)[0]

    assert f'href="{reverse("privacy")}"' in main


@pytest.mark.parametrize(
    ("what", "span", "words"),
    [
        ("messages", FORGET_AFTER, "24 hours"),
        ("keys", FORGET_SHARE_AFTER, "10 minutes"),
        ("request", UNANSWERED, "24 hours"),
        ("letters", LETTERS_KEPT, "7 days"),
        ("appointments", APPOINTMENTS_KEPT, "24 hours"),
        ("met", WHO_MET_WHOM, "7 days"),
        ("minutes", DayTotal.KEPT, "60 days"),
        ("minutes", DayTotal.KEPT_OF_VOLUNTEERS, "8 days"),
        ("ready_hours", ReadyHour.KEPT, "8 weeks"),
        ("seeker", IDLE_SEEKER, "90 days"),
        ("seeker", Device.KEPT, "90 days"),
        ("plan", Plan.LAPSES_AFTER, "12 weeks"),
        ("report", KEPT_AFTER_CLOSING, "90 days"),
        ("report", YEAR, "a year"),
        ("pause", YEAR, "a year"),
        ("sessions", timedelta(seconds=settings.SESSION_COOKIE_AGE), "12 hours"),
        ("record", RECORD_KEPT, "A year"),
    ],
)
def test_it_says_how_long_things_are_kept_in_truth(what: str, span: timedelta, words: str) -> None:
    units = {
        "minutes": timedelta(minutes=1),
        "hours": timedelta(hours=1),
        "days": DAY,
        "weeks": 7 * DAY,
        "year": 365 * DAY,
    }
    count, unit = words.split()

    assert words in str(KEPT[what][1])
    assert (1 if count in {"a", "A"} else int(count)) * units[unit] == span


def test_it_says_for_how_long_a_talk_can_be_reported() -> None:
    assert REPORTABLE_FOR == 7 * DAY
    assert "up to 7 days after it" in _page("privacy")


def test_it_says_all_that_is_not_protected() -> None:
    unprotected = _page("privacy").split('id="unprotected"')[1].split("</section>")[0]

    assert unprotected.count("<li>") == 14


def _page(name: str) -> str:
    return Client().get(reverse(name)).content.decode()
