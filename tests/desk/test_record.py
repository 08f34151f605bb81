"""The record at the desk and on one's own page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.desk.conftest import NIGHT
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.audit.services import about, record
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.safety import ladder, reports
from warmline.safety.models import Report, Sanction


@pytest.fixture
def danas(dana: Person) -> Client:
    return factories.client_of(dana)


@pytest.fixture
def femi(dana: Person) -> Person:
    """Coordinates and volunteers, and is reported."""
    return factories.account("femi", Role.Kind.COORDINATOR, Role.Kind.VOLUNTEER).person


def page(client: Client, name: str, **query: object) -> str:
    answer = client.get(reverse(name), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def about_femi(femi: Person) -> Report:
    report, _code = reports.file_report(
        room=1,
        reporter=factories.seeker("Ada Hidden"),
        reported=femi,
        side=Report.Side.VOLUNTEER,
        reason="insult",
        statement="",
    )
    return report


def test_the_newest_come_first_and_older_ones_on_the_next_page(danas: Client) -> None:
    for number in range(60):
        clock.freeze(NIGHT + timedelta(seconds=number))
        record(Action.TOPIC_CHANGED, actor="Dana Alias", object=f"topic:t{number}")
    first = page(danas, "desk_record")
    assert "t59" in first
    assert "t10<" in first
    assert "t9<" not in first
    older = page(danas, "desk_record", below=Entry.objects.order_by("-number")[49].number)
    assert "t9<" in older
    assert "t59" not in older
    assert "t59" in page(danas, "desk_record", below="many")


def test_one_action_can_be_shown_alone(danas: Client) -> None:
    record(Action.TOPIC_CHANGED, actor="Dana Alias", object="topic:grief")
    record(
        Action.SETTING_CHANGED, actor="Dana Alias", object="setting:break_minutes", reason="1 > 2"
    )
    shown = page(danas, "desk_record", action="setting_changed")
    assert "Break after each talk" in shown
    assert "1 → 2" in shown
    assert "grief" not in shown
    assert "grief" in page(danas, "desk_record", action="dance")


def test_a_coordinator_never_reads_that_there_is_a_report_about_them(
    danas: Client, dana: Person, femi: Person
) -> None:
    report = about_femi(femi)
    reports.open_report(report, by=dana)
    assert "A report was read</th>" in page(danas, "desk_record")
    assert "A report was read</th>" not in page(factories.client_of(femi), "desk_record")


def test_whom_a_step_is_about_reads_what_and_not_who(
    danas: Client, dana: Person, femi: Person
) -> None:
    report = about_femi(femi)
    reports.open_report(report, by=dana)
    ladder.take_step(report, kind=Sanction.Kind.DAY, reason="insult", by=dana)
    assert "Femi Alias" in page(danas, "desk_record")
    assert "A step was taken after a report</th>" in page(danas, "own_record")
    own = page(factories.client_of(femi), "own_record")
    assert "A step was taken after a report</th>" in own
    assert "Dana Alias" not in own
    entry = Entry.objects.get(action=Action.STEP_TAKEN)
    assert (entry.object, entry.reason) == (about("Femi Alias"), "day insult")


def test_a_seeker_is_nowhere_in_the_record(dana: Person, femi: Person) -> None:
    ada = factories.seeker("Ada Hidden")
    report, _code = reports.file_report(
        room=1,
        reporter=factories.ben(),
        reported=ada,
        side=Report.Side.SEEKER,
        reason="insult",
        statement="",
    )
    reports.open_report(report, by=dana)
    sanction = ladder.take_step(report, kind=Sanction.Kind.BAN, reason="insult", by=dana)
    ladder.confirm(sanction, by=femi)
    ladder.appeal(sanction, by=ada, text="Please look again.")
    gita = factories.account("gita", Role.Kind.COORDINATOR).person
    ladder.answer_appeal(sanction, by=gita, lift=True)
    actions = list(Entry.objects.order_by("number").values_list("action", "actor", "object"))
    about_report = f"report:{report.pk}"
    assert actions[1:] == [
        (Action.REPORT_OPENED, "Dana Alias", about_report),
        (Action.STEP_TAKEN, "Dana Alias", about_report),
        (Action.STEP_CONFIRMED, "Femi Alias", about_report),
        (Action.APPEAL_MADE, "", about_report),
        (Action.APPEAL_ANSWERED, "Gita Alias", about_report),
    ]
    for row in Entry.objects.values():
        assert "Ada" not in str(row)
        assert str(ada.pk) not in str(row)


def test_each_coordinator_presses_read_for_themselves(
    danas: Client, dana: Person, femi: Person
) -> None:
    gita = factories.account("gita", Role.Kind.COORDINATOR).person
    report = about_femi(femi)
    for person in (dana, gita, gita):
        client = factories.client_of(person)
        url = reverse("desk_report", args=[report.pk])
        if not reports.has_opened(report, person):
            assert "Read what they wrote" in client.get(url).content.decode()
        client.post(reverse("desk_report_read", args=[report.pk]))
        assert "Read what they wrote" not in client.get(url).content.decode()
    opened = Entry.objects.filter(action=Action.REPORT_OPENED)
    assert [entry.actor for entry in opened.order_by("number")] == ["Dana Alias", "Gita Alias"]


def test_the_desk_says_whether_the_record_is_whole(danas: Client) -> None:
    record(Action.TOPIC_CHANGED, actor="Dana Alias", object="topic:grief")
    whole = danas.post(reverse("desk_record_check")).content.decode()
    assert "The record is whole: 2 entries" in whole
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE number = 1")
    broken = danas.post(reverse("desk_record_check")).content.decode()
    assert "NOT whole. Entry 1 is missing" in broken


def test_what_changes_at_the_desk_is_recorded(danas: Client, dana: Person) -> None:
    factories.topic("grief")
    danas.post(reverse("desk_retire", args=["grief"]))
    danas.post(reverse("desk_retire", args=["grief"]))
    danas.post(reverse("desk_bring_back", args=["grief"]))
    danas.post(reverse("desk_invite"), {"kind": "volunteer"})
    found = Entry.objects.exclude(action=Action.RECORD_BEGAN).order_by("number")
    assert [(entry.action, entry.reason) for entry in found] == [
        (Action.TOPIC_CHANGED, "retired"),
        (Action.TOPIC_CHANGED, "brought_back"),
        (Action.INVITED, "volunteer"),
    ]
    assert {entry.actor for entry in found} == {dana.alias}


def test_a_changed_number_is_recorded_with_old_and_new(danas: Client) -> None:
    form = danas.get(reverse("desk_numbers")).context["form"]
    values = {name: field.initial for name, field in form.fields.items()}
    danas.post(reverse("desk_numbers"), {**values, "break_minutes": 25})
    entry = Entry.objects.get(action=Action.SETTING_CHANGED)
    assert (entry.object, entry.reason) == ("setting:break_minutes", "10 > 25")
