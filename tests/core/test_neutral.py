"""What somebody reads over a shoulder, in a list of tabs or in a history says nothing (threat T6)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests import factories
from warmline.support.forms import AboutForm
from warmline.support.profile_forms import ProfileCardForm

ROOT = Path(__file__).parents[2]
TELLING = re.compile(
    r"crisis|danger|suicid|harm|talk|listen|seeker|volunteer|peer|support|report|mental|"
    r"banned|paused|appeal|goodbye|debrief|how it was",
    re.IGNORECASE,
)
TITLE = re.compile(r"\{% block title %\}(.*?)\{% endblock %\}|<title>(.*?)</title>", re.DOTALL)
TEMPLATES = sorted((ROOT / "warmline").glob("*/templates/**/*.html"))


def test_no_title_says_what_this_is() -> None:
    telling = []
    for path in TEMPLATES:
        for found in TITLE.finditer(path.read_text()):
            words = re.sub(r"\{\{.*?\}\}|\{% \w+|%\}", " ", found.group(1) or found.group(2) or "")
            if TELLING.search(words):
                telling.append(f"{path.relative_to(ROOT)}: {words.strip()}")
    assert not telling


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page",
    [
        "home",
        "begin",
        "crisis",
        "leaving_fast",
        "privacy",
        "report_state",
        "remember",
        "come_back",
        "plan",
        "plan_about",
    ],
)
def test_public_pages_carry_the_name_of_the_community_and_no_more(client, page: str) -> None:
    factories.community()

    shown = client.get(reverse(page)).content.decode()

    assert re.findall(r"<title>(.*?)</title>", shown) == ["Night Window"]


@pytest.mark.django_db
def test_a_talk_and_its_goodbye_are_called_like_the_home_page() -> None:
    factories.community()
    ben = factories.ben()
    talk = factories.talk(factories.ada(), ben)
    client = factories.client_of(ben)

    page = client.get(reverse("talk", args=[talk.pk])).content.decode()
    client.post(reverse("talk_end", args=[talk.pk]))
    goodbye = client.get(reverse("goodbye", args=[talk.pk])).content.decode()

    for shown in (page, goodbye):
        assert re.findall(r"<title>(.*?)</title>", shown) == ["Night Window"]


def test_notification_and_icon_say_nothing() -> None:
    here = (ROOT / "warmline/availability/templates/availability/here.html").read_text()
    words = re.findall(r'data-word="(?:notification|title_new)">(.*?)</template>', here)
    icon = (ROOT / "warmline/core/static/core/icon.svg").read_text()

    assert len(words) == 2
    for shown in (*words, icon):
        assert not TELLING.search(shown)


@pytest.mark.django_db
def test_nobody_fills_in_corrects_or_sends_on_what_is_written_in_a_talk() -> None:
    """No name to restore it by, no history, and none of the aids that some browsers run elsewhere."""
    factories.community()
    ben = factories.ben()
    talk = factories.talk(factories.ada(), ben)

    page = factories.client_of(ben).get(reverse("talk", args=[talk.pk])).content.decode()

    [composer] = re.findall(r'<textarea id="write".*?>', page)
    assert " name=" not in composer
    for off in ('autocomplete="off"', 'spellcheck="false"', 'writingsuggestions="false"'):
        assert off in composer
    assert '<form class="composer" autocomplete="off">' in page


@pytest.mark.parametrize(
    ("page", "field"), [("about", "own_words"), ("about", "content_note"), ("profile_card", "card")]
)
def test_other_words_about_oneself_are_not_sent_to_a_checker_either(page: str, field: str) -> None:
    form = AboutForm if page == "about" else ProfileCardForm
    attributes = form.base_fields[field].widget.attrs

    assert attributes["autocomplete"] == "off"
    assert attributes["spellcheck"] == "false"
