"""Ground rules as people meet them: read, told of changes, accepted; a seeker's yes in a cookie only."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.support.test_seeker_pages import YES, asked, consented
from warmline.availability.models import Readiness
from warmline.core import sweeping
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Way
from warmline.rules import acceptance, ground_drafts
from warmline.rules.ground_rules import RULE, Words
from warmline.rules.models import Audience, RulesAcceptance, Setting
from warmline.support import rule_words
from warmline.support.models import Request

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("night_window")]

STEADY = {"minutes": "25", "steady": "on"}


def announce(audience: str = "seekers", *, days: int = 8) -> None:
    """A next version with one rule more, from a day on."""
    number = ground_drafts.begin(audience, by="Dana").number
    ground_drafts.add(audience, number, RULE, "en", Words("Breathe.", "Slowly."), by="Dana")
    ground_drafts.approve(audience, number, "en", by="Dana")
    ground_drafts.publish(
        audience, number, in_force_at=clock.now() + timedelta(days=days), by="Dana"
    )


def change(audience: str = "seekers") -> None:
    """The next version is in force."""
    announce(audience)
    clock.move(timedelta(days=8))


def words_of(page: str) -> list[str]:
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    assert main
    return re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", main[0], flags=re.DOTALL)).split()


@pytest.mark.parametrize("audience", Audience.values)
def test_rules_are_for_everybody_to_read_without_an_empty_word(audience: str) -> None:
    page = Client().get(reverse("rules_of", args=[audience])).content.decode()

    assert not re.search(r"[{}]", " ".join(words_of(page)))
    assert "Version 1" in page
    assert "None" not in words_of(page)


def test_the_first_page_has_the_seekers_rules_and_leads_to_the_others() -> None:
    page = Client().get(reverse("rules")).content.decode()

    assert "You must be 18 or over." in page
    assert "You can talk for up to 45 minutes in 24 hours." in page
    for audience in ("volunteers", "groups"):
        assert reverse("rules_of", args=[audience]) in page
    assert reverse("rules") in Client().get("/").content.decode()


def test_the_time_in_the_rules_is_the_communitys() -> None:
    Setting.objects.create(key="allowance_minutes", value=40)

    assert "up to 60 minutes in 24 hours" in Client().get("/rules/").content.decode()
    both = rule_words.allowance_in_words((Way.VOICE, Way.TEXT))
    assert both == "40 minutes by voice or 60 minutes by text"


def test_groups_rules_have_no_word_of_a_group_that_is_not_there() -> None:
    page = Client().get("/rules/groups/").content.decode()

    assert "Everyone may go once before anyone goes twice." in page
    assert "minutes each" not in page
    assert "/crisis/" in page


@pytest.mark.parametrize(
    "path", ["friends/", "seekers/2/", "seekers/0/", "seekers/1/to/2/", "friends/1/to/1/"]
)
def test_what_there_is_not_is_not_found(path: str) -> None:
    assert Client().get(f"/rules/{path}").status_code == 404


def test_a_draft_is_nobodys_to_read() -> None:
    ground_drafts.begin("seekers", by="Dana")

    assert Client().get("/rules/seekers/2/").status_code == 404
    assert Client().get("/rules/seekers/1/to/2/").status_code == 404
    assert "our rules change" not in Client().get("/rules/").content.decode()


def test_what_will_change_is_announced_and_can_be_read() -> None:
    announce()

    for path in ("/", "/rules/"):
        page = Client().get(path).content.decode()
        assert "From 30 November 2026 our rules change:" in page
        assert "/rules/seekers/1/to/2/" in page
    page = Client().get("/rules/seekers/1/to/2/").content.decode()
    assert "In force from 30 November 2026." in page
    assert re.search(r"<ins><span[^>]*>Added: </span>Breathe\.", page)
    assert "15 others stay as they are." in page
    assert "This version is not in force yet." in Client().get("/rules/seekers/2/").content.decode()
    # Volunteers' rules stay as they are.
    assert "change:" not in Client().get("/rules/volunteers/").content.decode()


def test_old_versions_stay_readable() -> None:
    change()

    page = Client().get("/rules/seekers/1/").content.decode()

    assert "This version is not in force any more." in page
    assert "Breathe." not in page
    assert "Breathe." in Client().get("/rules/").content.decode()
    back = Client().get("/rules/seekers/2/to/1/").content.decode()
    assert re.search(r"<del><span[^>]*>Taken out: </span>Breathe\.", back)


def test_versions_without_a_common_language_are_not_compared() -> None:
    number = ground_drafts.begin("groups", by="Dana").number
    for entry in ground_drafts.ground_rules.history("groups").versions[number].slots:
        ground_drafts.say("groups", number, entry.key, "de", Words("Regel."), by="Dana")
    ground_drafts.approve("groups", number, "de", by="Dana")
    ground_drafts.publish("groups", number, in_force_at=clock.now() + timedelta(days=7), by="D")

    page = Client().get(f"/rules/groups/1/to/{number}/").content.decode()
    assert "not there in the same language" in page
    german = Client().get(f"/rules/groups/{number}/").content.decode()
    assert "These rules are there in German only so far." in german
    assert '<div class="prose" lang="de"' in german


def test_the_consent_screen_stays_short_while_a_change_is_announced() -> None:
    announce()

    page = Client().get(reverse("begin")).content.decode()

    assert "/rules/seekers/1/to/2/" in page
    assert len(words_of(page)) <= 120


def test_the_yes_is_a_number_in_the_browser_and_nowhere_else() -> None:
    client = consented()

    cookie = client.cookies["rules"]
    assert cookie.value == "1"
    assert (cookie["max-age"], cookie["expires"]) == ("", "")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "rules" not in str(dict(client.session))
    asked(client)
    assert not RulesAcceptance.objects.exists()
    for model in apps.get_models():
        if model._meta.app_label in {"support", "people", "rules"}:
            assert "accept" not in serializers.serialize("json", model.objects.all())


@pytest.mark.parametrize("value", [None, "0", "2", "99999999999", "-1", "one", "²", "1 "])
def test_nobody_asks_without_a_yes_to_what_is_in_force(value: str | None) -> None:
    client = consented()
    del client.cookies["rules"]
    if value is not None:
        client.cookies["rules"] = value

    assert client.get(reverse("about")).url == reverse("begin")
    assert client.post(reverse("about"), {"languages": ["en"]}).url == reverse("begin")
    assert not Request.objects.exists()


def test_after_a_change_a_seeker_sees_it_and_says_yes_again() -> None:
    client = consented()
    session = client.session
    session.set_expiry(timedelta(days=30))
    session.save()
    change()

    assert client.get(reverse("about")).url == reverse("begin")
    page = client.get(reverse("begin")).content.decode()
    assert "Our rules have changed" in page
    assert "Breathe." in page
    assert "I am 18 or older." not in page
    refused = client.post(reverse("begin"), {"version": "2"})
    assert refused.status_code == 422
    assert "once you have read the rules" in refused.content.decode()

    answer = client.post(reverse("begin"), {"rules": "on", "version": "2"})

    assert answer.url == reverse("about")
    assert client.cookies["rules"].value == "2"
    assert client.get(reverse("about")).status_code == 200


def test_who_read_the_version_before_is_asked_to_read_again() -> None:
    change()

    answer = Client().post(reverse("begin"), YES)

    assert answer.status_code == 422
    assert "The rules have just changed." in answer.content.decode()
    assert 'name="version" value="2"' in answer.content.decode()
    for version in ("", "two"):
        assert Client().post(reverse("begin"), {**YES, "version": version}).status_code == 422


def test_a_talk_goes_on_when_the_rules_change() -> None:
    client = consented()
    ada = Person.objects.get(pk=_seeker(client))
    ben = factories.ben()
    change()
    talk = factories.talk(ada, ben)

    assert client.get(reverse("about")).url == reverse("talk", args=[talk.pk])
    assert client.get(reverse("talk", args=[talk.pk])).status_code == 200
    assert factories.client_of(ben).get(reverse("talk", args=[talk.pk])).status_code == 200


def _seeker(client: Client) -> int:
    session = client.session
    session.set_expiry(timedelta(days=30))
    session.save()
    client.get(reverse("about"))
    return int(client.session["seeker"])


def test_quick_exit_forgets_the_yes() -> None:
    client = consented()

    client.post(reverse("exit"))

    assert client.cookies["rules"].value == ""


def test_a_volunteer_reads_and_accepts_before_they_are_ready() -> None:
    ben = factories.ben()
    RulesAcceptance.objects.all().delete()
    client = factories.client_of(ben)
    assert "read our rules for volunteers" in client.get(reverse("volunteer")).content.decode()
    assert client.post(reverse("volunteer_ready"), STEADY).url == reverse("volunteer_rules")
    assert not Readiness.objects.exists()
    assert "Listen first." in client.get(reverse("volunteer_rules")).content.decode()

    client.post(reverse("volunteer_rules"), {"version": "1"})

    kept = RulesAcceptance.objects.get()
    assert (kept.alias, kept.audience, kept.version) == (ben.alias, "volunteers", 1)
    assert kept.at == clock.now()
    client.post(reverse("volunteer_ready"), STEADY)
    assert Readiness.objects.filter(person=ben).exists()


def test_a_volunteer_is_told_before_and_accepts_once_it_is_in_force() -> None:
    ben = factories.ben()
    client = factories.client_of(ben)
    announce("volunteers")
    page = client.get(reverse("volunteer")).content.decode()
    assert "From 30 November 2026 our rules change:" in page
    client.post(reverse("volunteer_ready"), STEADY)
    assert Readiness.objects.in_effect().filter(person=ben).exists()

    clock.move(timedelta(days=8))
    client = factories.client_of(ben)
    assert client.post(reverse("volunteer_ready"), STEADY).url == reverse("volunteer_rules")
    assert "Our rules have changed" in client.get(reverse("volunteer")).content.decode()
    assert "<ins>" in client.get(reverse("volunteer_rules")).content.decode()
    client.post(reverse("volunteer_rules"), {"version": "2"})

    client.post(reverse("volunteer_ready"), STEADY)
    assert Readiness.objects.in_effect().filter(person=ben).exists()


def test_who_is_ready_when_the_rules_change_stays_ready_and_is_told() -> None:
    announce("volunteers")
    clock.move(timedelta(days=8) - timedelta(minutes=1))
    ben = factories.ben()
    factories.ready(ben)
    clock.move(timedelta(minutes=1))

    page = factories.client_of(ben).get(reverse("volunteer")).content.decode()

    assert Readiness.objects.in_effect().filter(person=ben).exists()
    assert "before you are here again" in page


@pytest.mark.parametrize("version", ["", "1", "3", "x"])
def test_only_the_version_in_force_can_be_accepted(version: str) -> None:
    ben = factories.ben()
    change("volunteers")

    page = factories.client_of(ben).post(reverse("volunteer_rules"), {"version": version})

    assert "The rules have just changed." in page.content.decode()
    assert acceptance.accepted(ben.alias, ben.made_at) == 1


def test_who_has_no_role_accepts_nothing() -> None:
    client = factories.client_of(factories.eve())

    assert client.get(reverse("volunteer_rules")).status_code == 403
    assert client.post(reverse("volunteer_rules"), {"version": "1"}).status_code == 403
    assert Client().get(reverse("volunteer_rules")).status_code == 302
    assert not RulesAcceptance.objects.exists()


def test_a_yes_is_forgotten_a_year_after_the_last_role_and_with_the_person() -> None:
    ben, chioma, dana = factories.ben(), factories.chioma(), factories.dana()
    ben.roles.update(ended_at=clock.now())
    chioma.account.delete()
    chioma.delete()

    sweeping.run_all()
    assert set(RulesAcceptance.objects.values_list("alias", flat=True)) == {ben.alias, dana.alias}
    clock.move(timedelta(days=365, seconds=1))
    sweeping.run_all()

    assert set(RulesAcceptance.objects.values_list("alias", flat=True)) == {dana.alias}


def test_a_new_person_under_an_old_alias_has_accepted_nothing() -> None:
    old = factories.ben()
    clock.move(timedelta(days=1))
    new = Person.objects.create(alias=old.alias)

    assert not acceptance.is_up_to_date(new.alias, new.made_at)
    acceptance.accept(new.alias, "volunteers", 1)
    assert acceptance.is_up_to_date(new.alias, new.made_at)


def test_the_goodbye_after_insults_says_where_the_rules_are(settings) -> None:
    settings.ORIGIN = "https://night.example"
    from warmline.support import sign_offs

    talk = factories.talk(factories.ada(), factories.ben())
    texts = {
        each.sign_off.key: each.text
        for group in sign_offs.tray(talk, "DE")
        for each in group.messages
    }

    assert (
        "You can read what happens next here: https://night.example/rules/."
        in (texts["aggression_end"])
    )
