"""A shared plan on the pages: what the seeker, the volunteers and the desk see and may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.support.planning_world import agreed, often, proposed, talked, wished
from tests.support.test_seeker_pages import consented
from warmline.people import saved
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rules import texts
from warmline.support import sign_offs
from warmline.support.models import Request
from warmline.support.plan_models import Plan, PlanAnswer, PlanMember
from warmline.support.seeking import SEEKER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

TIMES = {"day_1": "0", "from_1": "18:00", "length_1": "120", "day_2": "", "from_2": "",
         "length_2": "60", "day_3": "", "from_3": "", "length_3": "60"}  # fmt: skip
WISH = {**TIMES, "zone": "Europe/Berlin", "languages": ["en"], "supports": ["friend"]}


@pytest.fixture
def ada() -> Person:
    return factories.ada()


@pytest.fixture
def team() -> tuple[Person, Person]:
    return factories.ben(), factories.chioma()


def browser_of(seeker: Person) -> Client:
    """A browser whose session is this seeker's, with consent given."""
    client = consented()
    session = client.session
    session[SEEKER] = seeker.pk
    session.save()
    return client


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200, answer
    return answer.content.decode()


# The invitation


def test_who_came_often_reads_the_invitation_and_nobody_else_does(ada: Person) -> None:
    often(ada, 4)
    assert "A plan together?" not in page(browser_of(ada), "begin")

    clock.move(timedelta(hours=1))
    talk = talked(ada)

    client = browser_of(ada)
    for shown in (page(client, "begin"), page(client, "goodbye", talk.pk)):
        assert "Can we make a plan together" in shown
        assert reverse("plan_about") in shown
        assert "once every" not in shown, "nobody is limited before they agree"
        assert "{" not in shown
    listener = factories.client_of(talk.volunteer)
    assert "A plan together?" not in page(listener, "goodbye", talk.pk)


def test_the_invitation_is_a_community_text() -> None:
    assert "plan_invitation" in texts.NAMES
    texts.approve("plan_invitation", "en", "Shall we plan?", by="Dana Alias")

    assert sign_offs.automatic("plan_invitation").text == "Shall we plan?"


@pytest.mark.parametrize("said", ["not_now", "no"])
def test_after_a_no_nothing_has_changed(ada: Person, said: str) -> None:
    often(ada)
    client = browser_of(ada)

    client.post(reverse("plan_answer"), {"answer": said})

    assert "A plan together?" not in page(client, "begin")
    assert "What would help?" in page(client, "about")


def test_an_answer_without_an_invitation_keeps_nothing(ada: Person) -> None:
    browser_of(ada).post(reverse("plan_answer"), {"answer": "no"})
    Client().post(reverse("plan_answer"), {"answer": "no"})

    assert not PlanAnswer.objects.exists()


def test_the_rule_is_public() -> None:
    shown = page(Client(), "plan_about")

    for words in ("5 talks in 48 hours", "20 talks in 60 days", "2 days", "4 weeks", "2 to 4"):
        assert words in shown


# Wishing one


def test_who_is_not_saved_is_shown_how(ada: Person) -> None:
    often(ada)
    client = browser_of(ada)

    shown = page(client, "plan_wish")
    assert reverse("remember") in shown
    client.post(reverse("plan_wish"), WISH)
    assert not Plan.objects.exists()

    saved.remember(ada)
    assert "What would suit you?" in page(client, "plan_wish")


def test_a_wish_is_kept_in_kinds_and_times_only(ada: Person) -> None:
    often(ada)
    saved.remember(ada)

    answer = browser_of(ada).post(reverse("plan_wish"), WISH)

    assert answer.status_code == 302
    plan = Plan.objects.get()
    assert (plan.seeker, plan.times, plan.zone) == (ada, [[0, 1080, 1200]], "Europe/Berlin")
    assert plan.supports == ["friend"]


def test_a_time_past_midnight_becomes_two(ada: Person) -> None:
    often(ada)
    saved.remember(ada)

    browser_of(ada).post(reverse("plan_wish"), {**WISH, "day_1": "6", "from_1": "23:00"})

    assert Plan.objects.get().times == [[0, 0, 60], [6, 1380, 1440]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Crater"},
        {"from_1": ""},
        {"from_1": "tea time"},
        {"day_1": "9"},
        {"supports": ["my sister Eva"]},
        {"languages": []},
        {"length_1": "99999"},
    ],
)
def test_bad_input_is_explained_and_nothing_is_kept(ada: Person, wrong: dict[str, Any]) -> None:
    often(ada)
    saved.remember(ada)

    answer = browser_of(ada).post(reverse("plan_wish"), {**WISH, **wrong})

    assert answer.status_code == 422
    assert not Plan.objects.exists()


def test_who_was_not_invited_is_led_back(ada: Person) -> None:
    saved.remember(ada)

    answer = browser_of(ada).post(reverse("plan_wish"), WISH)

    assert answer.url == reverse("plan")
    assert not Plan.objects.exists()


# From the desk and the team to the seeker's yes


def test_from_the_desk_to_the_team_to_the_yes(ada: Person, team: tuple[Person, Person]) -> None:
    ben, chioma = team
    plan = wished(ada)
    dana = factories.client_of(factories.dana())
    assert "Ada" in page(dana, "desk_plans")
    body = {**TIMES, "interval_days": "2", "review_weeks": "4", "team": [ben.pk, chioma.pk]}
    answer = dana.post(reverse("desk_plan", args=[plan.pk]), body)
    assert answer.status_code == 302
    assert "Look at the plan" not in page(browser_of(ada), "begin")

    for each in team:
        client = factories.client_of(each)
        assert "You are asked to be in the team" in page(client, "volunteer")
        assert "Ada" in page(client, "plan_teams")
        client.post(reverse("plan_team_answer", args=[plan.pk]), {"answer": "yes"})
    client = browser_of(ada)
    assert "Look at the plan" in page(client, "begin")
    shown = page(client, "plan")
    for words in ("Monday, 18:00 to 20:00", "one talk every 2 days", "Ben Alias", "a friend"):
        assert words in shown
    client.post(reverse("plan_agree"))

    assert Plan.objects.get().state == "agreed"
    assert "What we agreed" in page(client, "plan")


def test_the_desk_and_the_team_do_not_see_who_is_near_them(
    ada: Person, team: tuple[Person, Person]
) -> None:
    plan = agreed(ada, *team)

    for client, name, args in (
        (factories.client_of(factories.dana()), "desk_plan", [plan.pk]),
        (factories.client_of(team[0]), "plan_teams", []),
    ):
        assert "a friend" not in page(client, name, *args)


@pytest.mark.parametrize("wrong", [{"team": []}, {"interval_days": "0"}, {"review_weeks": "99"}])
def test_the_desk_is_told_what_is_wrong(
    ada: Person, team: tuple[Person, Person], wrong: dict[str, Any]
) -> None:
    plan = wished(ada)
    ids = [each.pk for each in team]
    body = {**TIMES, "interval_days": "2", "review_weeks": "4", "team": ids, **wrong}

    answer = factories.client_of(factories.dana()).post(reverse("desk_plan", args=[plan.pk]), body)

    assert answer.status_code == 422
    assert not PlanMember.objects.exists()


def test_too_small_a_team_is_explained(ada: Person, team: tuple[Person, Person]) -> None:
    plan = wished(ada)
    body = {**TIMES, "interval_days": "2", "review_weeks": "4", "team": [team[0].pk]}

    answer = factories.client_of(factories.dana()).post(reverse("desk_plan", args=[plan.pk]), body)

    assert answer.status_code == 422
    assert "Please choose 2 to 4 volunteers." in answer.content.decode()


# In force


def test_before_the_next_time_the_page_says_when_and_is_no_dead_end(
    ada: Person, team: tuple[Person, Person]
) -> None:
    agreed(ada, *team)
    talk = talked(ada, team[0])
    clock.move(timedelta(minutes=30))
    client = browser_of(ada)

    shown = page(client, "about")

    assert "Our plan says: a little later" in shown
    for name in ("crisis", "plan"):
        assert reverse(name) in shown
    assert "in 9\xa0hours" in shown
    assert "You can talk with us again" in page(client, "goodbye", talk.pk)
    answer = client.post(reverse("about"), {"languages": ["en"]})
    assert answer.url == reverse("about")
    assert not Request.objects.exists()
    assert page(client, "crisis")


def test_the_next_time_counts_extra_time(ada: Person, team: tuple[Person, Person]) -> None:
    agreed(ada, *team)
    talked(ada, team[0], minutes=35)
    client = browser_of(ada)
    assert client.get(reverse("plan")).context["next_time"] > clock.now()

    client.post(reverse("extra_time"), {"on": "1"})

    assert client.get(reverse("plan")).context["next_time"] is None, "they may talk now"


def test_ended_by_the_desk_the_seeker_is_told_and_free(
    ada: Person, team: tuple[Person, Person]
) -> None:
    plan = agreed(ada, *team)
    talked(ada, team[0])
    clock.move(timedelta(minutes=30))

    factories.client_of(factories.dana()).post(reverse("desk_plan_end", args=[plan.pk]))

    client = browser_of(ada)
    assert "Our plan has ended." in page(client, "begin")
    assert "Our plan ended on" in page(client, "plan")
    assert "What would help?" in page(client, "about")


def test_the_seeker_ends_it_in_one_tap(ada: Person, team: tuple[Person, Person]) -> None:
    agreed(ada, *team)
    client = browser_of(ada)

    client.post(reverse("plan_end"))

    assert not Plan.objects.exists()
    assert "You can talk as everybody can." in page(client, "plan")


def test_a_change_needs_something_to_change(ada: Person, team: tuple[Person, Person]) -> None:
    plan = agreed(ada, *team)
    client = browser_of(ada)

    assert client.post(reverse("plan_change"), {}).status_code == 422
    client.post(reverse("plan_change"), {"wishes": ["times", "interval"]})

    plan.refresh_from_db()
    assert plan.wishes == ["times", "interval"]
    dana = factories.client_of(factories.dana())
    assert "the times, how often we talk" in page(dana, "desk_plan", plan.pk)


def test_the_review_is_asked_of_both(ada: Person, team: tuple[Person, Person]) -> None:
    plan = agreed(ada, *team)
    clock.move(timedelta(weeks=4))
    client, dana = browser_of(ada), factories.client_of(factories.dana())
    assert "It is time to look at our plan together." in page(client, "begin")
    assert "1 plan waits for you." in page(dana, "desk")

    client.post(reverse("plan_go_on"))
    dana.post(reverse("desk_plan_go_on", args=[plan.pk]))

    plan.refresh_from_db()
    assert not plan.is_due()
    assert "Nothing waits for you." in page(dana, "desk")


def test_the_sign_off_promises_no_time_before_the_plans(
    ada: Person, team: tuple[Person, Person]
) -> None:
    agreed(ada, *team, times=[], interval_days=5)
    talk = factories.talk(ada, team[0])
    ends = (clock.now() + timedelta(days=5)).strftime("%-d %B")

    text = sign_offs.values(talk, "DE", "en")["next_time"]

    assert ends in text


# Somebody else's


def test_a_volunteer_sees_and_answers_only_what_they_are_asked(
    ada: Person, team: tuple[Person, Person]
) -> None:
    plan = proposed(ada, *team)
    other = factories.client_of(factories.volunteer("femi"))

    assert "Ada" not in page(other, "plan_teams")
    for name in ("plan_team_answer", "plan_team_end"):
        answer = other.post(reverse(name, args=[plan.pk]), {"answer": "yes"})
        assert answer.status_code == 404
    assert Plan.objects.get().state == "proposed"


def test_who_said_no_cannot_end_it(ada: Person, team: tuple[Person, Person]) -> None:
    plan = agreed(ada, *team)
    client = factories.client_of(team[0])
    client.post(reverse("plan_team_answer", args=[plan.pk]), {"answer": "no"})

    assert client.post(reverse("plan_team_end", args=[plan.pk])).status_code == 404


@pytest.mark.parametrize(
    "name", ["plan_agree", "plan_decline", "plan_change", "plan_go_on", "plan_end"]
)
def test_eve_has_no_plan_of_anybody(ada: Person, team: tuple[Person, Person], name: str) -> None:
    plan = proposed(ada, *team)

    answer = browser_of(factories.seeker("Eve")).post(reverse(name), {"wishes": ["times"]})

    assert answer.url == reverse("plan")
    plan.refresh_from_db()
    assert plan.state == "proposed"


@pytest.mark.parametrize("seekers", [1, 3])
def test_the_list_of_plans_takes_the_same_queries(
    seekers: int, team: tuple[Person, Person], django_assert_max_num_queries: Any
) -> None:
    for each in range(seekers):
        Plan.objects.create(seeker=factories.seeker(f"Ada {each}"), used_on=clock.now().date())
    client = factories.client_of(factories.dana())
    client.get(reverse("desk_plans"))

    with django_assert_max_num_queries(16):
        client.get(reverse("desk_plans"))
