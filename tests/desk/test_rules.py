"""Ground rules at the desk: draft, languages, preview, publishing with notice, withdrawing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories
from warmline.audit.models import Entry as Recorded
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rules import ground_drafts, ground_rules
from warmline.rules.models import GroundRules, GroundRulesWords

pytestmark = pytest.mark.django_db

SEEKERS = "seekers"
NEW = {"kind": "rule", "title": "Breathe.", "text": "Slowly, <b>please</b>.", "why": "It helps."}


@pytest.fixture
def desk(dana: Person) -> Client:
    return factories.client_of(dana)


def url(name: str, *args: object, language: str = "en") -> str:
    return f"{reverse(f'desk_rules_{name}', args=[SEEKERS, *args])}?language={language}"


def drafted(desk: Client) -> None:
    desk.post(url("begin"))
    desk.post(url("add", 2), NEW)


def agreed(desk: Client) -> None:
    drafted(desk)
    desk.post(url("approve", 2), {"approved": "on"})


def announced(desk: Client, day: str = "2026-11-30") -> None:
    agreed(desk)
    desk.post(url("publish", 2), {"day": day})


def key_of(title: str) -> str:
    known = ground_rules.history(SEEKERS)
    document = (known.to_come or known.in_force).in_language("en")
    return next(entry.key for entry in document.entries if entry.words.title == title)


def test_a_version_goes_from_draft_to_in_force(desk: Client) -> None:
    drafted(desk)
    desk.post(url("entry", 2, key_of("Be kind.")), {"title": "Be kind.", "text": "To all."})
    desk.post(url("take_out", 2, key_of("One person, one account.")))
    desk.post(url("move", 2, key_of("Breathe.")), {"to": "up"})
    desk.post(url("approve", 2), {"approved": "on"})

    preview = desk.get(url("publish", 2)).content.decode()
    assert "To all." in preview
    assert "<del>" in preview
    assert "<ins>" in preview
    assert "&lt;b&gt;please&lt;/b&gt;" in preview
    answer = desk.post(url("publish", 2), {"day": "2026-11-30"}, follow=True)
    assert "Everybody can read now what will change." in answer.content.decode()

    version = ground_rules.history(SEEKERS).upcoming
    assert version
    # Midnight in Berlin is 23:00 UTC the day before.
    assert version.in_force_at == datetime(2026, 11, 29, 23, 0, tzinfo=UTC)
    assert version.published_by == "Dana Alias"
    rules = [entry.words.title for entry in version.read_in("en").rules]
    assert rules[-2:] == ["Breathe.", "If something goes wrong, press Report."]
    assert "One person, one account." not in rules


def test_publishing_and_withdrawing_are_recorded(desk: Client) -> None:
    announced(desk)
    desk.post(url("withdraw", 2))

    done = Recorded.objects.filter(object="rules:seekers-2").order_by("pk")
    assert [(each.action, each.actor) for each in done] == [
        ("rules_approved", "Dana Alias"),
        ("rules_published", "Dana Alias"),
        ("rules_withdrawn", "Dana Alias"),
    ]
    draft = ground_rules.history(SEEKERS).draft
    assert draft
    assert "Breathe." in [entry.words.title for entry in draft.in_language("en").rules]


def test_what_is_in_force_cannot_be_withdrawn(dana: Person, desk: Client) -> None:
    announced(desk)
    clock.move(timedelta(days=9))

    page = factories.client_of(dana).post(url("withdraw", 2), follow=True).content.decode()

    assert "This version is in force" in page
    assert ground_rules.number_in_force(SEEKERS) == 2
    assert not Recorded.objects.filter(action="rules_withdrawn").exists()


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-11-29", "Please choose 30 November 2026 or later."),
        ("2020-01-01", "Please choose 30 November 2026 or later."),
        ("2027-12-31", "That is very far away."),
        ("tomorrow", "Please choose a day, like 2027-03-31."),
        ("", "Please choose a day."),
    ],
)
def test_a_day_without_seven_days_notice_is_refused(desk: Client, day: str, sentence: str) -> None:
    agreed(desk)

    answer = desk.post(url("publish", 2), {"day": day})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert ground_rules.history(SEEKERS).upcoming is None


def test_the_first_day_is_one_with_seven_full_days(desk: Client) -> None:
    from warmline.desk.rules_forms import PublishForm

    community = factories.community(time_zone="Pacific/Auckland")
    for hours in range(48):
        form = PublishForm({"day": ""}, community=community)
        form.cleaned_data = {"day": form.earliest}
        notice = form.in_force_at - clock.now()
        assert timedelta(days=7) <= notice < timedelta(days=8), hours
        clock.move(timedelta(hours=1))
    assert isinstance(form.earliest, date)


def test_nothing_is_published_before_the_volunteers_agreed(desk: Client) -> None:
    drafted(desk)

    assert "your volunteers agreed" in desk.get(url("publish", 2)).content.decode()
    answer = desk.post(url("publish", 2), {"day": "2026-11-30"})

    assert answer.status_code == 422
    assert ground_rules.history(SEEKERS).upcoming is None
    refused = desk.post(url("approve", 2), {})
    assert refused.status_code == 422
    assert "once your volunteers agreed" in refused.content.decode()


def test_a_draft_without_a_change_is_not_published(desk: Client) -> None:
    desk.post(url("begin"))
    desk.post(url("approve", 2), {"approved": "on"})

    assert "Nothing is different yet." in (
        desk.post(url("publish", 2), {"day": "2026-11-30"}).content.decode()
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": "Call {phone_number}."}, "We have nothing to put in for {phone_number}."),
        ({"text": "Up to {allowance."}, "A { or } stands alone."),
        ({"title": "", "text": " "}, "Please write the rule."),
        ({"text": "x" * 1501}, "at most 1500 letters"),
        ({"title": "x" * 121}, "at most 120 letters"),
        ({"why": "x" * 501}, "at most 500 letters"),
        ({"kind": "footer"}, "Please choose one."),
    ],
)
def test_bad_words_get_a_sentence_and_stay_in_the_form(
    desk: Client, typed: dict[str, str], sentence: str
) -> None:
    desk.post(url("begin"))
    before = ground_rules.history(SEEKERS).draft

    answer = desk.post(url("add", 2), {**NEW, "why": "Because of winter.", **typed})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "why" in typed or "Because of winter." in page
    assert ground_rules.history(SEEKERS).draft == before


def test_words_for_what_was_taken_out_meanwhile_are_not_lost(desk: Client) -> None:
    drafted(desk)
    key = key_of("Breathe.")
    ground_drafts.take_out(SEEKERS, 2, key)

    answer = desk.post(url("entry", 2, key), {"text": "Typed with care."})

    assert answer.status_code == 422
    assert "took this one out" in answer.content.decode()
    assert "Typed with care." in answer.content.decode()


def test_words_for_what_was_published_meanwhile_are_not_lost(desk: Client) -> None:
    announced(desk)

    for page in (url("add", 2), url("entry", 2, key_of("Be kind."))):
        answer = desk.post(page, {"kind": "rule", "text": "Typed with care."})
        assert answer.status_code == 422
        assert "cannot change" in answer.content.decode()
        assert "Typed with care." in answer.content.decode()
    assert desk.get(url("add", 2)).status_code == 302
    assert desk.get(url("entry", 2, key_of("Be kind."))).status_code == 302


def test_what_ships_is_put_into_another_language_and_then_stays(desk: Client) -> None:
    slots = ground_rules.history(SEEKERS).in_force.slots
    english = desk.get(url("entry", 1, slots[0].key, language="de")).content.decode()
    assert "We are volunteers who have lived with mental illness." in english
    for slot in slots:
        desk.post(url("entry", 1, slot.key, language="de"), {"text": f"Regel {slot.key}."})
    page = desk.get(url("version", 1, language="de")).content.decode()
    assert "Written by <bdi>Dana Alias</bdi>." in page
    assert "Not agreed to yet." in page

    desk.post(url("approve", 1, language="de"), {"approved": "on"})

    page = Client().get("/rules/?language=de").content.decode()
    assert "Regel kind." in page
    assert 'lang="de"' in page
    desk.post(url("entry", 1, "kind", language="de"), {"text": "Anders."})
    assert "Anders." not in Client().get("/rules/?language=de").content.decode()


def test_a_language_with_gaps_cannot_be_agreed_to(desk: Client) -> None:
    desk.post(url("entry", 1, "kind", language="de"), {"text": "Sei freundlich."})

    answer = desk.post(url("approve", 1, language="de"), {"approved": "on"})

    assert answer.status_code == 422
    assert "Some words are missing in this language." in answer.content.decode()
    assert not GroundRulesWords.objects.exclude(approved_at=None).exists()


def test_two_coordinators_begin_one_draft(desk: Client) -> None:
    desk.post(url("begin"))

    answer = desk.post(url("begin"), follow=True)

    assert "begun already" in answer.content.decode()
    assert GroundRules.objects.count() == 1


def test_a_draft_is_thrown_away(desk: Client) -> None:
    drafted(desk)

    desk.post(url("discard", 2))

    assert not GroundRules.objects.exists()
    assert "Write the next version" in desk.get(reverse("desk_rules")).content.decode()


def test_who_accepted_which_version_is_shown_by_alias(desk: Client) -> None:
    ben = factories.ben()
    former = factories.chioma()
    former.roles.update(ended_at=clock.now())

    page = desk.get(reverse("desk_rules_accepted")).content.decode()

    assert ben.alias in page
    assert former.alias not in page


def test_the_desk_asks_a_coordinator_for_their_own_yes(dana: Person, desk: Client) -> None:
    asks = "wait for your yes"
    assert asks not in desk.get(reverse("desk")).content.decode()
    from warmline.rules.models import RulesAcceptance

    RulesAcceptance.objects.all().delete()

    assert asks in desk.get(reverse("desk")).content.decode()
    desk.post(reverse("volunteer_rules"), {"version": "1"})
    assert asks not in desk.get(reverse("desk")).content.decode()


@pytest.mark.parametrize("path", ["seekers/9/", "friends/1/", "seekers/1/?language=tlh"])
def test_what_there_is_not_is_not_found(desk: Client, path: str) -> None:
    assert desk.get(f"/desk/rules/{path}").status_code == 404


@pytest.mark.parametrize("who", [factories.ben, factories.eve])
def test_others_read_and_change_nothing(dana: Person, who) -> None:
    drafted(factories.client_of(dana))
    before = ground_rules.history(SEEKERS)
    key = key_of("Breathe.")
    client = factories.client_of(who())

    for page in (url("version", 2), url("add", 2), url("entry", 2, key), url("publish", 2)):
        assert client.get(page).status_code == 403
    for page, body in [
        (url("add", 2), NEW),
        (url("entry", 2, key), NEW),
        (url("take_out", 2, key), {}),
        (url("move", 2, key), {"to": "up"}),
        (url("approve", 2), {"approved": "on"}),
        (url("publish", 2), {"day": "2026-11-30"}),
        (url("discard", 2), {}),
        (url("begin"), {}),
    ]:
        assert client.post(page, body).status_code == 403
    assert ground_rules.history(SEEKERS) == before


def test_pages_ask_as_much_for_three_versions_as_for_one(dana: Person) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(reverse("desk_rules"))
            desk.get(url("version", 1))
        return len(queries)

    desk = factories.client_of(dana)
    desk.get(reverse("desk_rules"))
    one = asked()
    announced(desk)
    clock.move(timedelta(days=9))
    desk = factories.client_of(dana)
    desk.post(url("begin"))
    desk.get(reverse("desk_rules"))

    assert len(ground_rules.history(SEEKERS).versions) == 3
    assert asked() == one
