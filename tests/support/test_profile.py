"""A volunteer describes themselves, and nobody else sees or changes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.rules.models import Setting
from warmline.support.models import Profile, Topic, TopicLevel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

STEPS = ["profile_languages", "profile_topics", "profile_card", "profile_limits"]
LIMITS = {
    "talks_at_once": "2",
    "longest_talk": "30",
    "minutes_a_day": "60",
    "takes_new_people": "on",
}


@pytest.fixture
def femi() -> Person:
    """A volunteer without a profile yet."""
    return factories.account("femi", Role.Kind.VOLUNTEER).person


def named(topic: Topic) -> str:
    return f"topic_{topic.pk}"


def levels(person: Person) -> dict[str, str]:
    return dict(person.topic_levels.values_list("topic__slug", "level"))


def text(answer) -> str:
    return answer.content.decode()


def test_a_new_volunteer_is_guided_through_four_steps(femi: Person) -> None:
    client = factories.client_of(femi)
    grief = Topic.objects.get(slug="grief")
    first = client.get(reverse("profile"))["Location"]
    assert "step 1 of 4" in text(client.get(first))

    second = client.post(first, {"languages": ["en", "de"]})["Location"]
    assert "step 2 of 4" in text(client.get(second))
    assert client.get(reverse("profile"))["Location"] == second

    third = client.post(second, {named(grief): "been_there"})["Location"]
    assert "step 3 of 4" in text(client.get(third))

    fourth = client.post(third, {"card": "Two long winters.", "card_shown": "on"})["Location"]
    assert "step 4 of 4" in text(client.get(fourth))

    answer = client.post(fourth, LIMITS, follow=True)

    assert answer.redirect_chain == [(reverse("profile"), 302)]
    assert "Your profile is ready." in text(answer)
    profile = Profile.objects.get(person=femi)
    assert profile.complete
    assert (profile.languages, profile.ways) == (["en", "de"], ["text"])
    assert (profile.card, profile.card_shown) == ("Two long winters.", True)
    assert (profile.talks_at_once, profile.longest_talk, profile.minutes_a_day) == (2, 30, 60)
    assert levels(femi) == {"grief": "been_there"}


def test_looking_at_a_step_stores_nothing(femi: Person) -> None:
    client = factories.client_of(femi)

    for step in STEPS:
        assert client.get(reverse(step)).status_code == 200

    assert not Profile.objects.filter(person=femi).exists()


def test_afterwards_each_part_is_changed_alone() -> None:
    ben = factories.ben(card="Two long winters.")

    answer = factories.client_of(ben).post(reverse("profile_limits"), LIMITS)

    assert answer["Location"] == reverse("profile")
    profile = Profile.objects.get(person=ben)
    assert profile.minutes_a_day == 60
    assert (profile.card, profile.languages) == ("Two long winters.", ["en"])


@pytest.mark.parametrize("page", ["profile", *STEPS])
def test_eve_and_dana_have_no_profile_pages(page: str) -> None:
    for who in (factories.eve(), factories.dana()):
        factories.profile(who, card="A secret card")
        answer = factories.client_of(who).get(reverse(page))
        assert answer.status_code == 403
        assert "A secret card" not in text(answer)


@pytest.mark.parametrize("page", ["profile", *STEPS])
def test_nobody_is_led_to_sign_in(client: Client, page: str) -> None:
    assert client.get(reverse(page))["Location"].startswith(reverse("account_login"))


def test_ben_sees_and_changes_his_own_profile_only() -> None:
    ben = factories.ben(card="Ben's winters", languages=["en"])
    chioma = factories.chioma(card="Chioma's summers", languages=["de"])
    factories.level(chioma, Topic.objects.get(slug="grief"), TopicLevel.Level.BEEN_THERE)
    client = factories.client_of(ben)

    seen = "".join(text(client.get(reverse(page))) for page in ["profile", *STEPS])
    assert "Ben&#x27;s winters" in seen
    assert "Chioma" not in seen
    assert ">German<" not in text(client.get(reverse("profile")))

    client.post(reverse("profile_card"), {"card": "changed", "person": str(chioma.pk)})
    client.post(reverse("profile_topics"), {"person": str(chioma.pk)})
    assert Profile.objects.get(person=chioma).card == "Chioma's summers"
    assert levels(chioma) == {"grief": "been_there"}


def test_a_topic_without_an_answer_has_no_row_and_counts_as_please_not() -> None:
    ben = factories.ben()
    grief, sleep = Topic.objects.get(slug="grief"), Topic.objects.get(slug="sleep")
    factories.level(ben, grief)
    client = factories.client_of(ben)

    client.post(reverse("profile_topics"), {named(sleep): "please_not"})

    assert levels(ben) == {"sleep": "please_not"}
    assert "26 topics have no choice yet" in text(client.get(reverse("profile")))


def test_a_level_that_does_not_exist_changes_nothing() -> None:
    ben = factories.ben()
    grief, sleep = Topic.objects.get(slug="grief"), Topic.objects.get(slug="sleep")

    page = text(
        factories.client_of(ben).post(
            reverse("profile_topics"), {named(grief): "adore", named(sleep): "been_there"}
        )
    )

    assert "Please choose one of the three." in page
    assert f'name="{named(sleep)}" value="been_there"' in page
    assert levels(ben) == {}


def test_retired_topics_keep_their_answer_for_when_they_come_back() -> None:
    ben = factories.ben()
    grief = Topic.objects.get(slug="grief")
    factories.level(ben, grief)
    Topic.objects.filter(pk=grief.pk).update(active=False)

    factories.client_of(ben).post(reverse("profile_topics"), {})

    assert levels(ben) == {"grief": "can_listen"}


def test_a_new_topic_prompts_until_it_was_looked_at() -> None:
    ben = factories.ben()
    client = factories.client_of(ben)
    assert "There are new topics." not in text(client.get(reverse("profile")))
    clock.move(timedelta(minutes=1))
    factories.topic("moving-house")

    assert "Moving house" in text(client.get(reverse("profile")))
    page = client.get(reverse("profile_topics"))
    assert "New topics" in text(page)
    clock.move(timedelta(minutes=1))
    client.post(reverse("profile_topics"), {"shown_ms": clock.now_ms()})

    assert "There are new topics." not in text(client.get(reverse("profile")))


def test_a_topic_added_while_the_page_was_open_still_prompts() -> None:
    client = factories.client_of(factories.ben())
    clock.move(timedelta(minutes=1))
    drawn = clock.now_ms()
    clock.move(timedelta(minutes=1))
    factories.topic("moving-house")
    clock.move(timedelta(minutes=1))

    client.post(reverse("profile_topics"), {"shown_ms": drawn})

    assert "There are new topics." in text(client.get(reverse("profile")))


@pytest.mark.parametrize("shown", ["", "x", "-5", "1", "99999999999999999999", "1e9"])
def test_a_made_up_time_of_drawing_breaks_nothing(shown: str) -> None:
    ben = factories.ben()
    clock.move(timedelta(minutes=1))

    answer = factories.client_of(ben).post(reverse("profile_topics"), {"shown_ms": shown})

    assert answer.status_code in (302, 422)
    assert Profile.objects.get(person=ben).topics_seen_at <= clock.now()


def test_backgrounds_are_kept_as_been_there_and_taken_away() -> None:
    ben = factories.ben()
    client = factories.client_of(ben)

    client.post(reverse("profile_card"), {"backgrounds": ["parent", "deaf"]})
    assert levels(ben) == {"parent": "been_there", "deaf": "been_there"}

    client.post(reverse("profile_card"), {"backgrounds": ["deaf"]})
    assert levels(ben) == {"deaf": "been_there"}


def test_the_topics_page_leaves_backgrounds_alone() -> None:
    ben = factories.ben()
    client = factories.client_of(ben)
    client.post(reverse("profile_card"), {"backgrounds": ["deaf"]})

    client.post(reverse("profile_topics"), {})

    assert levels(ben) == {"deaf": "been_there"}


def test_a_topic_is_no_background() -> None:
    ben = factories.ben()

    page = text(factories.client_of(ben).post(reverse("profile_card"), {"backgrounds": ["grief"]}))

    assert "One of these is not in the list any more." in page
    assert levels(ben) == {}


def test_the_preview_shows_the_card_and_keeps_nothing() -> None:
    ben = factories.ben(card="old words")

    page = text(
        factories.client_of(ben).post(
            reverse("profile_card"), {"card": "<b>new</b> words", "preview": "1"}
        )
    )

    assert "This is what they see" in page
    assert "&lt;b&gt;new&lt;/b&gt; words</p>" in page
    assert Profile.objects.get(person=ben).card == "old words"


def test_a_card_that_is_too_long_is_refused_and_stays_in_the_field() -> None:
    ben = factories.ben(card="old words")

    page = text(factories.client_of(ben).post(reverse("profile_card"), {"card": "é" * 301}))

    assert "Please use at most 300 characters." in page
    assert "é" * 301 in page
    assert Profile.objects.get(person=ben).card == "old words"


def test_a_card_of_300_characters_with_lines_fits() -> None:
    ben = factories.ben()
    card = "a" * 149 + "\r\n" + "b" * 149

    factories.client_of(ben).post(reverse("profile_card"), {"card": card})

    assert Profile.objects.get(person=ben).card == "a" * 149 + "\n" + "b" * 149


def test_a_card_may_be_hidden() -> None:
    ben = factories.ben(card="Two long winters.")
    client = factories.client_of(ben)

    client.post(reverse("profile_card"), {"card": "Two long winters."})

    assert not Profile.objects.get(person=ben).card_shown
    assert "Hidden for now." in text(client.get(reverse("profile")))


def test_a_language_beyond_the_communitys_is_added_and_kept() -> None:
    ben = factories.ben()
    client = factories.client_of(ben)

    page = client.post(
        reverse("profile_languages"), {"languages": ["en"], "others": "Esperanto", "add": "1"}
    )
    assert page.context["form"]["languages"].value() == ["en", "eo"]
    assert Profile.objects.get(person=ben).languages == ["en"]

    client.post(reverse("profile_languages"), {"languages": ["en", "eo"]})
    assert Profile.objects.get(person=ben).languages == ["en", "eo"]
    assert "Esperanto" in text(client.get(reverse("profile_languages")))


def test_adding_a_language_does_not_leave_its_mark_in_the_address(femi: Person) -> None:
    """A fragment would travel on to every page after this one."""
    page = text(factories.client_of(femi).get(f"{reverse('profile_languages')}?guided=1"))

    assert 'formaction="#id_others"' in page
    assert f'action="{reverse("profile_languages")}?guided=1"' in page


def test_only_ways_that_are_here_are_kept() -> None:
    ben = factories.ben()

    factories.client_of(ben).post(
        reverse("profile_languages"), {"languages": ["en"], "ways": ["video", "telepathy"]}
    )

    assert Profile.objects.get(person=ben).ways == ["text"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"talks_at_once": "3"}, "Please choose one or two."),
        ({"talks_at_once": ""}, "Please choose one or two."),
        ({"longest_talk": "4"}, "Please type a number from 5 to 45."),
        ({"longest_talk": "46"}, "Please type a number from 5 to 45."),
        ({"longest_talk": "long"}, "Please type a number from 5 to 45."),
        ({"minutes_a_day": "241"}, "Please type a number from 5 to 240."),
        ({"minutes_a_day": ""}, "Please type a number from 5 to 240."),
        ({"minutes_a_day": "20"}, "This is more than your minutes in one day."),
    ],
)
def test_limits_out_of_bounds_are_refused_and_stay_in_the_field(
    wrong: dict[str, str], sentence: str
) -> None:
    ben = factories.ben()

    page = text(factories.client_of(ben).post(reverse("profile_limits"), {**LIMITS, **wrong}))

    assert sentence in page
    for name, value in {**LIMITS, **wrong}.items():
        assert (
            name in {"talks_at_once", "takes_new_people"} or not value or f'value="{value}"' in page
        )
    assert Profile.objects.get(person=ben).minutes_a_day == 120


def test_the_longest_talk_follows_the_communitys_number() -> None:
    Setting.objects.create(key="talk_minutes_text", value=20)
    client = factories.client_of(factories.ben())

    assert client.get(reverse("profile_limits")).context["form"]["longest_talk"].value() == 20
    answer = client.post(reverse("profile_limits"), {**LIMITS, "longest_talk": "21"})
    assert "Please type a number from 5 to 20." in text(answer)


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("profile_languages", {"languages": ["de"]}),
        ("profile_topics", {}),
        ("profile_card", {}),
        ("profile_limits", LIMITS),
    ],
)
def test_the_matcher_hears_of_every_change(
    heard, django_capture_on_commit_callbacks, step: str, typed: dict[str, object]
) -> None:
    client = factories.client_of(factories.ben())

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse(step), typed)

    assert ("matcher", "volunteer") in heard


def test_the_overview_asks_as_much_for_three_topics_as_for_one(django_assert_num_queries) -> None:
    ben = factories.ben()
    client = factories.client_of(ben)
    first, *others = Topic.objects.topics()[:3]
    factories.level(ben, first)
    client.get(reverse("profile"))
    with django_assert_num_queries(QUERIES):
        client.get(reverse("profile"))
    for topic in others:
        factories.level(ben, topic, TopicLevel.Level.BEEN_THERE)
    with django_assert_num_queries(QUERIES):
        client.get(reverse("profile"))


QUERIES = 11
