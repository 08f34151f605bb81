"""When nobody is here the other ways stand beside waiting; each link leads to a page that is there."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.support.test_seeker_pages import asked, consented

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

WAYS = ("appointment", "letter")


def ways_on(page: str) -> list[str]:
    section = re.search(r'<section[^>]*aria-labelledby="other-ways".*?</section>', page, re.DOTALL)
    return re.findall(r'href="([^"]+)"', section[0]) if section else []


def test_the_start_page_leads_to_a_time_and_a_letter_while_nobody_is_here() -> None:
    client = Client()

    links = ways_on(client.get("/").content.decode())

    assert links == [reverse(way) for way in WAYS]
    assert [client.get(link, follow=True).status_code for link in links] == [200, 200]


def test_the_start_page_leads_to_a_talk_alone_while_somebody_is_here() -> None:
    factories.ready(factories.ben())

    assert ways_on(Client().get("/").content.decode()) == []


def test_who_waits_can_leave_the_page_for_any_of_the_other_ways_and_keeps_the_place() -> None:
    client = consented()
    place = asked(client)

    links = ways_on(client.get(reverse("waiting")).content.decode())

    assert links == [reverse(way) for way in ("tell_me", *WAYS)]
    assert [client.get(link, follow=True).status_code for link in links] == [200, 200, 200]
    place.refresh_from_db()
    assert place.state == "waiting"


def test_there_is_something_to_do_now() -> None:
    client = consented()
    asked(client)

    page = client.get(reverse("waiting")).content.decode()

    assert "Breathe with me" in page
    assert "Find five things that you can see." in page
