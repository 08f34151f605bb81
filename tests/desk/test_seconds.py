"""Two coordinators agree: people, questions, the link and the file."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.desk.conftest import NIGHT
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.audit.services import about, record
from warmline.people import alone
from warmline.people.models import Approval, Invitation, Person, Role
from warmline.protocol import clock
from warmline.rules import texts
from warmline.rules.models import Setting

COORDINATOR, VOLUNTEER = Role.Kind.COORDINATOR, Role.Kind.VOLUNTEER


@pytest.fixture
def femi(dana: Person) -> Person:
    """Coordinates too."""
    return factories.account("femi", COORDINATOR).person


@pytest.fixture
def danas(dana: Person) -> Client:
    return factories.client_of(dana)


@pytest.fixture
def femis(femi: Person) -> Client:
    return factories.client_of(femi)


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def press(client: Client, name: str, *args: object, **values: str) -> Any:
    return client.post(reverse(name, args=args), values, follow=True)


def answer(client: Client, said: str) -> str:
    asked = Approval.objects.get(state=Approval.State.WAITING)
    return " ".join(press(client, "desk_answer", asked.pk, answer=said).content.decode().split())


def test_a_role_is_ended_by_two(danas: Client, femis: Client) -> None:
    ben = factories.ben()
    assert "Ben Alias" in page(danas, "desk_people")
    asked = press(danas, "desk_end_role", ben.pk, VOLUNTEER)
    assert "Another coordinator has 7 days to answer" in asked.content.decode()
    assert "has asked: End a role" in page(femis, "desk_person", ben.pk)
    assert "1 question waits for you" in page(femis, "desk")
    assert "You agreed." in answer(femis, "yes")
    assert not ben.has_role(VOLUNTEER)
    assert "Ben Alias" not in page(danas, "desk_people")


def test_a_third_coordinator_is_invited_by_two(danas: Client, femis: Client) -> None:
    assert "Ask for a second yes" in page(danas, "desk_invite")
    press(danas, "desk_ask", "invite_coordinator")
    assert "Make the link" not in page(danas, "desk_seconds")
    answer(femis, "yes")
    assert "Make the link" in page(danas, "desk_seconds")
    assert "Make the link" not in page(femis, "desk_seconds")
    asked = Approval.objects.get()
    assert "Here is the link" not in press(femis, "desk_fetch", asked.pk).content.decode()
    made = press(danas, "desk_fetch", asked.pk).content.decode()
    assert "Here is the link" in made
    assert Invitation.objects.get().kind == COORDINATOR
    again = press(danas, "desk_fetch", asked.pk).content.decode()
    assert "This was used already" in again
    assert Invitation.objects.count() == 1


def test_the_first_names_the_second_and_asks_for_the_third(danas: Client) -> None:
    ben, chioma = factories.ben(), factories.chioma()
    assert "You name the second one alone" in page(danas, "desk_person", ben.pk)
    press(danas, "desk_make_coordinator", ben.pk)
    assert ben.has_role(COORDINATOR)
    assert "Another coordinator has to agree" in page(danas, "desk_person", chioma.pk)
    press(danas, "desk_make_coordinator", chioma.pk)
    assert not chioma.has_role(COORDINATOR)
    answer(factories.client_of(ben), "yes")
    assert chioma.has_role(COORDINATOR)


def test_nobody_answers_their_own_question_or_about_themselves(
    danas: Client, femis: Client, femi: Person
) -> None:
    press(danas, "desk_end_role", femi.pk, COORDINATOR)
    assert "Other coordinators decide this." in page(femis, "desk_seconds")
    assert "This is about yourself" in answer(femis, "yes")
    assert "You asked this yourself" in answer(danas, "yes")
    assert femi.has_role(COORDINATOR)
    assert "Taken back" in answer(danas, "take_back")


def test_what_nobody_can_ask_is_not_there(danas: Client, dana: Person) -> None:
    ada = factories.ada()
    for name, args in (
        ("desk_person", [ada.pk]),
        ("desk_end_role", [ada.pk, VOLUNTEER]),
        ("desk_end_role", [dana.pk, "king"]),
        ("desk_ask", ["end_role"]),
        ("desk_answer", [1]),
        ("desk_fetch", [1]),
    ):
        url = reverse(name, args=args)
        found = danas.get(url) if name == "desk_person" else danas.post(url)
        assert found.status_code == 404, name
    assert not Approval.objects.exists()


def test_the_data_is_downloaded_once_and_holds_nobodys_talk(
    danas: Client, femis: Client, dana: Person
) -> None:
    ada = factories.seeker("Ada Hidden")
    factories.talk(ada, factories.ben())
    Setting.objects.create(key="break_minutes", value=15)
    texts.approve("need_to_stop", "en", "I have to stop now.", by=dana.alias)
    record(Action.REPORT_OPENED, actor=dana.alias, object="report:77")
    press(danas, "desk_ask", "export")
    answer(femis, "yes")
    asked = Approval.objects.get()
    file = danas.post(reverse("desk_fetch", args=[asked.pk]))
    assert file["Content-Disposition"] == 'attachment; filename="warmline-2026-11-22.json"'
    held = json.loads(file.content)
    assert held["numbers"]["break_minutes"]["value"] == 15
    assert [each["text"] for each in held["texts"]] == ["I have to stop now."]
    assert [each["object"] for each in held["record"] if each["action"] == "report_opened"] == [
        "report"
    ]
    assert b"Ada Hidden" not in file.content
    assert b"report:77" not in file.content
    newest = Entry.objects.order_by("number").last()
    assert newest
    assert (newest.action, newest.second) == (Action.EXPORTED, "Femi Alias")
    again = danas.post(reverse("desk_fetch", args=[asked.pk]))
    assert again.status_code == 302


def test_a_role_nobody_looked_at_for_90_days_asks_to_be(danas: Client, femi: Person) -> None:
    assert "Still right: coordinator" not in page(danas, "desk_people")
    clock.freeze(NIGHT + timedelta(days=90))
    danas.force_login(Person.objects.get(alias="Dana Alias").account)
    shown = page(danas, "desk_people")
    assert "2 people have a role that nobody has looked at" in shown
    assert shown.count("Still right: coordinator") == 1
    assert "Somebody else has to." in shown
    press(danas, "desk_still_right", femi.pk, COORDINATOR)
    assert "Still right: coordinator" not in page(danas, "desk_people")
    entry = Entry.objects.order_by("number").last()
    assert entry
    assert (entry.action, entry.object) == (Action.ROLE_REVIEWED, about(femi.alias))


def test_nobody_says_of_their_own_role_that_it_is_right(danas: Client, dana: Person) -> None:
    press(danas, "desk_still_right", dana.pk, COORDINATOR)
    assert dana.roles.get().reviewed_at is None


def test_lists_ask_as_much_for_three_as_for_one(
    danas: Client, femi: Person, django_assert_num_queries: Any
) -> None:
    def queries(name: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as found:
            page(danas, name)
        return len(found)

    for number in range(3):
        person = factories.volunteer(f"vol{number}")
        Approval.objects.create(
            kind=Approval.Kind.END_ROLE, subject=person, role=VOLUNTEER, asked_by=femi
        )
        record(Action.ROLE_REVIEWED, actor=femi.alias, object=about(person.alias))
        if number == 0:
            page(danas, "desk_people")
            before = [queries(name) for name in ("desk_people", "desk_seconds", "desk_record")]
    assert [queries(name) for name in ("desk_people", "desk_seconds", "desk_record")] == before


def test_one_left_alone_announces_it_and_everybody_reads_it(danas: Client, femi: Person) -> None:
    ben = factories.client_of(factories.ben())
    femi.roles.update(status=Role.Status.RESTING)
    assert "Tell all volunteers" in page(danas, "desk_alone")
    press(danas, "desk_announce")
    assert "From 29 November they may do alone" in page(ben, "volunteer")
    press(danas, "desk_ask", "invite_coordinator")
    assert "Do it alone" not in page(danas, "desk_seconds")
    clock.freeze(NIGHT + alone.AloneNotice.NOTICE - timedelta(hours=1))
    danas.force_login(Person.objects.get(alias="Dana Alias").account)
    press(danas, "desk_answer", Approval.objects.get().pk, answer="take_back")
    press(danas, "desk_ask", "invite_coordinator")
    clock.freeze(NIGHT + alone.AloneNotice.NOTICE)
    assert "Do it alone" in page(danas, "desk_seconds")
    assert "You agreed." in answer(danas, "yes")
    press(danas, "desk_fetch", Approval.objects.to_collect().get().pk)
    ben.force_login(Person.objects.get(alias="Ben Alias").account)
    read = page(ben, "alone_notice")
    assert "An invitation was made" in read
    assert "acting alone" in read
    assert "Talk about these when you meet next" in page(danas, "desk_record")
    femi.roles.update(status=Role.Status.ACTIVE)
    assert "may do alone" not in page(ben, "volunteer")
    assert "Another coordinator can act" in page(danas, "desk_alone")


def test_it_can_be_called_off_at_the_desk(danas: Client) -> None:
    press(danas, "desk_announce")
    press(danas, "desk_call_off")
    assert alone.current() is None
