"""An appeal in which every coordinator took part: two of them ask a volunteer who did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.safety.reporting import WORDS, coordinator, ended_talk, read_report, window_of
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.audit.reading import lines
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.people import alone, approvals
from warmline.people.models import AloneNotice, Approval, Person, Role
from warmline.protocol import clock
from warmline.safety import appeals, ladder
from warmline.safety.models import AppealReader, Block, Sanction
from warmline.support.seeking import SEEKER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]

PLEA = "I was ill that night."


@dataclass
class Matter:
    """Ben reported Ada; Dana and Femi banned her, and she appeals. Chioma took no part."""

    ban: Sanction
    ada: Person
    ben: Person
    chioma: Person
    dana: Person
    femi: Person


@pytest.fixture
def matter(still_night: object) -> Matter:
    factories.community()
    dana, femi, chioma = factories.dana(), coordinator("femi"), factories.chioma()
    factories.accepts_rules(chioma)
    talk = ended_talk()
    report = read_report(talk, talk.volunteer, dana)
    ban = ladder.take_step(report, kind=Sanction.Kind.BAN, reason="insult", by=dana)
    ladder.confirm(ban, by=femi)
    ladder.appeal(ban, by=talk.seeker, text=PLEA)
    ban.refresh_from_db()
    return Matter(ban, talk.seeker, talk.volunteer, chioma, dana, femi)


def asked(matter: Matter, whom: Person | None = None) -> Approval:
    return approvals.ask(
        Approval.Kind.NAME_READER,
        by=matter.dana,
        subject=whom or matter.chioma,
        concerns=matter.ban.pk,
    )


def named(matter: Matter) -> AppealReader:
    approvals.approve(asked(matter), by=matter.femi)
    return AppealReader.objects.get(state="asked")


def willing(matter: Matter) -> AppealReader:
    reader = named(matter)
    appeals.say(reader, by=matter.chioma, yes=True)
    return reader


def task(client: Client, reader: AppealReader) -> str:
    return client.get(reverse("appeal_task", args=[reader.pk])).content.decode()


def answer(client: Client, reader: AppealReader, word: str) -> int:
    url = reverse("appeal_task_answer", args=[reader.pk])
    return client.post(url, {"answer": word}).status_code


def test_from_the_desk_to_the_decision(matter: Matter) -> None:
    dana, femi, chioma = map(factories.client_of, (matter.dana, matter.femi, matter.chioma))
    page = reverse("desk_appeal_reader", args=[matter.ban.pk])
    assert page in dana.get(reverse("desk_reports")).content.decode()
    shown = dana.get(page).content.decode()
    assert matter.chioma.alias in shown
    for not_shown in (PLEA, WORDS, matter.ada.alias, matter.ben.alias):
        assert not_shown not in shown

    dana.post(page, {"volunteer": matter.chioma.pk})
    assert not AppealReader.objects.exists()
    femi.post(reverse("desk_answer", args=[Approval.objects.get().pk]), {"answer": "yes"})
    reader = AppealReader.objects.get()
    assert reverse("appeal_task", args=[reader.pk]) in chioma.get("/volunteer/").content.decode()

    assert PLEA not in task(chioma, reader)
    answer(chioma, reader, "lift")
    matter.ban.refresh_from_db()
    assert matter.ban.appeal == Sanction.Appeal.MADE
    answer(chioma, reader, "yes")
    read = task(chioma, reader)
    assert PLEA in read
    for not_shown in (WORDS, matter.ada.alias, matter.ben.alias, matter.dana.alias):
        assert not_shown not in read
    answer(chioma, reader, "lift")

    matter.ban.refresh_from_db()
    assert matter.ban.appeal == Sanction.Appeal.LIFTED
    assert bytes(matter.ban.appeal_text) == b""
    assert not ladder.is_held_back(matter.ada)
    assert not AppealReader.objects.exists()
    assert chioma.get(reverse("appeal_task", args=[reader.pk])).status_code == 404


def test_the_record_names_everybody_by_alias_and_the_seeker_not(matter: Matter) -> None:
    appeals.decide(willing(matter), by=matter.chioma, lift=False)

    chioma, about = matter.chioma.alias, f"person:{matter.chioma.alias}"
    told = Entry.objects.order_by("number").values_list("action", "actor", "second", "object")
    assert list(told)[-4:] == [
        (Action.APPROVAL_ASKED, matter.dana.alias, "", about),
        (Action.READER_NAMED, matter.dana.alias, matter.femi.alias, about),
        (Action.READER_SAID_YES, chioma, "", about),
        (Action.APPEAL_ANSWERED, chioma, "", f"report:{matter.ban.report_id}"),
    ]


def test_who_appealed_never_learns_who_decides(matter: Matter) -> None:
    ada, reader = window_of(matter.ada), willing(matter)
    waiting = ada.get(reverse("paused")).content.decode()
    assert "Somebody who was not part of it looks at them." in waiting
    appeals.decide(reader, by=matter.chioma, lift=False)

    for page in (waiting, ada.get(reverse("paused")).content.decode()):
        assert matter.chioma.alias not in page


def test_a_volunteers_own_record_hides_who_decided(matter: Matter) -> None:
    Sanction.objects.filter(pk=matter.ban.pk).update(person=matter.ben, side="volunteer")
    matter.ban.refresh_from_db()
    ladder.settle_appeal(matter.ban, by=matter.chioma, lift=False)

    [line] = lines(Entry.objects.filter(action=Action.APPEAL_ANSWERED), own=matter.ben.alias)

    assert line.actor == "somebody who was not part of it"


def test_it_takes_two(matter: Matter) -> None:
    question = asked(matter)
    with pytest.raises(DomainError) as refused:
        approvals.approve(question, by=matter.dana)
    assert refused.value.code == "own_question"
    assert not AppealReader.objects.exists()


def test_nobody_is_asked_while_a_coordinator_is_uninvolved(matter: Matter) -> None:
    question = asked(matter)
    gil = coordinator("gil")
    with pytest.raises(DomainError) as refused:
        approvals.approve(question, by=matter.femi)
    assert refused.value.code == "overtaken"
    client = factories.client_of(gil)
    page = client.get(reverse("desk_appeal_reader", args=[matter.ban.pk])).content.decode()
    assert "A coordinator who was not part of it can answer." in page


def test_only_a_volunteer_who_took_no_part_can_be_asked(matter: Matter) -> None:
    blocked, away, gone = map(factories.volunteer, ("blocked", "away", "gone"))
    also_reader = factories.volunteer("opened")
    Block.part(matter.ada, blocked, Block.Reason.APART)
    away.roles.update(status=Role.Status.RESTING)
    gone.roles.update(ended_at=clock.now())
    assert matter.ban.report
    matter.ban.report.opened_by = also_reader
    matter.ban.report.save()
    for decider in (matter.dana, matter.femi):
        Role.objects.create(person=decider, kind=Role.Kind.VOLUNTEER)

    assert list(appeals.could_be_asked(matter.ban)) == [matter.chioma]
    with pytest.raises(DomainError):
        asked(matter, blocked)


def test_a_block_after_they_were_named_ends_it(matter: Matter) -> None:
    reader = willing(matter)
    Block.part(matter.ada, matter.chioma, Block.Reason.KNOWN)

    assert appeals.reader_of(matter.ban) is None
    with pytest.raises(DomainError) as refused:
        appeals.decide(reader, by=matter.chioma, lift=True)
    assert refused.value.code == "overtaken"
    client = factories.client_of(matter.chioma)
    assert client.get(reverse("appeal_task", args=[reader.pk])).status_code == 404


def test_who_says_no_is_not_asked_again_and_another_may_be(matter: Matter) -> None:
    other, reader = factories.volunteer("other"), named(matter)
    client = factories.client_of(matter.chioma)
    answer(client, reader, "no")

    assert client.get(reverse("appeal_task", args=[reader.pk])).status_code == 404
    assert list(appeals.could_be_asked(matter.ban)) == [other]
    approvals.approve(asked(matter, other), by=matter.femi)
    found = appeals.reader_of(matter.ban)
    assert found is not None
    assert found.volunteer == other


def test_one_at_a_time(matter: Matter) -> None:
    other = factories.volunteer("other")
    second = asked(matter, other)
    named(matter)
    with pytest.raises(DomainError) as refused:
        approvals.approve(second, by=matter.femi)
    assert refused.value.code == "overtaken"


def test_after_seven_days_it_lapses_and_can_be_asked_again(matter: Matter) -> None:
    reader = willing(matter)
    clock.freeze(clock.now() + AppealReader.LAPSES_AFTER)

    with pytest.raises(DomainError):
        appeals.decide(reader, by=matter.chioma, lift=True)
    again = named(matter)

    assert again.pk != reader.pk
    assert appeals.reader_of(matter.ban) == again


def test_the_sweep_forgets_who_was_asked(matter: Matter) -> None:
    named(matter)
    sweeping.run_all()
    assert AppealReader.objects.exists()
    clock.freeze(clock.now() + AppealReader.LAPSES_AFTER)
    sweeping.run_all()
    assert not AppealReader.objects.exists()


def test_a_party_who_coordinates_names_nobody_and_agrees_to_nothing(matter: Matter) -> None:
    Role.objects.create(person=matter.ben, kind=Role.Kind.COORDINATOR)
    client, question = factories.client_of(matter.ben), asked(matter)

    page = reverse("desk_appeal_reader", args=[matter.ban.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, {"volunteer": matter.chioma.pk}).status_code == 404
    assert page not in client.get(reverse("desk_reports")).content.decode()
    assert matter.chioma.alias not in client.get(reverse("desk_seconds")).content.decode()
    with pytest.raises(DomainError) as refused:
        approvals.approve(question, by=matter.ben)
    assert refused.value.code == "involved"


def test_nobody_decides_for_themselves_in_the_same_browser(matter: Matter) -> None:
    reader, client = willing(matter), factories.client_of(matter.chioma)
    session = client.session
    session[SEEKER] = matter.ada.pk
    session.save()

    assert client.get(reverse("appeal_task", args=[reader.pk])).status_code == 404
    assert answer(client, reader, "lift") == 404


class TestLeftAlone:
    @pytest.fixture
    def dana(self, matter: Matter) -> Person:
        """Dana acts alone; Femi rests."""
        matter.femi.roles.update(status=Role.Status.RESTING)
        alone.announce(by=matter.dana)
        clock.freeze(clock.now() + AloneNotice.NOTICE + timedelta(seconds=1))
        return matter.dana

    def test_breaking_the_glass_does_not_let_them_decide(
        self, matter: Matter, dana: Person
    ) -> None:
        Role.objects.create(person=dana, kind=Role.Kind.VOLUNTEER)
        assert alone.may_act_alone(dana)
        with pytest.raises(DomainError) as refused:
            ladder.answer_appeal(matter.ban, by=dana, lift=False)
        assert refused.value.code == "involved"
        client = factories.client_of(dana)
        assert client.get(reverse("desk_appeal", args=[matter.ban.pk])).status_code == 404
        with pytest.raises(DomainError) as refused:
            asked(matter, dana)
        assert refused.value.code == "involved"

    def test_it_lets_them_ask_a_volunteer_and_says_so(self, matter: Matter, dana: Person) -> None:
        approvals.approve(asked(matter), by=dana)

        assert appeals.reader_of(matter.ban) is not None
        assert Entry.objects.get(action=Action.READER_NAMED).reason == "alone"


def test_bad_input_changes_nothing_and_says_so(matter: Matter) -> None:
    client = factories.client_of(matter.dana)
    page = reverse("desk_appeal_reader", args=[matter.ban.pk])
    for wrong in ({}, {"volunteer": "x"}, {"volunteer": matter.ben.pk}):
        assert client.post(page, wrong).status_code == 422
    assert not Approval.objects.exists()
    reader = named(matter)
    assert answer(factories.client_of(matter.chioma), reader, "what") == 302
    reader.refresh_from_db()
    assert reader.state == AppealReader.State.ASKED
