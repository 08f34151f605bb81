"""The desk sees how old letters are, and nothing else of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.support import letters
from warmline.protocol import clock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_clock")]


def test_ages_of_letters_that_wait_and_nobodys_name() -> None:
    factories.community()
    ben = letters.fits("ben")
    letters.answered(ben)
    letters.sent(factories.seeker("Quillfeather"))
    clock.move(timedelta(hours=5, minutes=59))

    page = factories.client_of(factories.dana()).get(reverse("desk")).content.decode()

    assert page.count("5 hours old") == 1
    assert "Quillfeather" not in page
