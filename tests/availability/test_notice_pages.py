"""What browsers fetch for notices says nothing, and keeps nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.core.test_neutral import TELLING

pytestmark = pytest.mark.django_db


def test_the_home_screen_shows_a_word_and_a_picture_that_could_be_anything() -> None:
    factories.community(name="Depression Talk Line")

    answer = Client().get(reverse("manifest"))
    said = json.loads(answer.content)

    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert (said["name"], said["short_name"]) == ("Today", "Today")
    assert said["display"] == "standalone"
    assert not TELLING.search(answer.content.decode())
    assert "Depression" not in answer.content.decode()


@pytest.mark.parametrize(("name", "size"), [("180", 180), ("192", 192), ("512", 512)])
def test_the_pictures_are_there_in_their_size(name: str, size: int) -> None:
    found = finders.find(f"core/icon-{name}.png")
    assert found
    head = Path(str(found)).read_bytes()[:24]

    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(head[16:20], "big") == int.from_bytes(head[20:24], "big") == size


@pytest.mark.parametrize("page", ["home", "begin", "crisis", "privacy", "remember"])
def test_a_page_without_notices_offers_no_home_screen(page: str) -> None:
    factories.community()

    shown = Client().get(reverse(page)).content.decode()

    assert "manifest" not in shown
    assert "dist/push" not in shown


def test_the_worker_of_notices_sees_no_request_and_keeps_no_page() -> None:
    factories.community()

    answer = Client().get(reverse("notices_worker"))
    script = answer.content.decode()

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert '"push"' in script
    assert not re.search(r'"fetch"|caches|indexedDB|fetch\(', script)


def test_nothing_lies_where_the_worker_of_notices_rules() -> None:
    factories.community()

    assert Client().get("/notices/").status_code == 404
