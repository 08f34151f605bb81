"""Three were in the room: each reports each of those they met, and none of them reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests import factories
from tests.safety.reporting import coordinator, window_of
from tests.safety.sending import body_of, said, sealed_of, send
from warmline.core.errors import DomainError
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.rooms.models import Seat
from warmline.safety import evidence, ladder, opening, reports
from warmline.safety.evidence import EvidenceRefused
from warmline.safety.models import Block, Report
from warmline.support.models import Conversation, ThirdSeat
from warmline.support.services import reporting, talking, third

pytestmark = pytest.mark.usefixtures("still_night")


@pytest.fixture
def talk() -> Conversation:
    """Ada (1) and Ben (2) talk, Chioma (3) interprets."""
    made = factories.talk(factories.ada(), factories.ben())
    factories.third(made, taker=factories.chioma(), kind="interpreter", language="fa")
    return made


def came(talk: Conversation) -> Person:
    return ThirdSeat.objects.get(conversation=talk).taker  # type: ignore[return-value]


def end(talk: Conversation) -> None:
    clock.move(timedelta(minutes=5))
    talking.end(talk, by=talk.volunteer, ending=Conversation.Ending.SAID_GOODBYE)
    talk.refresh_from_db()


def leave(talk: Conversation) -> Person:
    clock.move(timedelta(minutes=5))
    third.leave(ThirdSeat.objects.get(conversation=talk))
    return came(talk)


def page_of(talk: Conversation, browser: Any, query: str = "") -> str:
    return str(browser.get(reverse("report", args=[talk.pk]) + query).content.decode())


def test_it_is_asked_whom_with_the_other_of_the_pair_chosen(talk: Conversation) -> None:
    end(talk)

    page = page_of(talk, window_of(talk.seeker))

    assert "Ben Alias</bdi>, the listener" in page
    assert "Chioma Alias</bdi>, the interpreter" in page
    chosen = page.split('name="about" value="2"')[1].split(">")[0]
    assert "checked" in chosen
    assert page.count('name="about"') == 2
    for person in (talk.volunteer, came(talk)):
        assert f'data-report="{evidence.report_id(talk.pk, talk.seeker, person)}"' in page


def test_where_there_were_two_nobody_is_asked_whom() -> None:
    talk = factories.talk(factories.ada(), factories.ben())
    end(talk)

    assert 'name="about"' not in page_of(talk, window_of(talk.seeker))


def test_each_of_the_others_can_be_reported_once(talk: Conversation) -> None:
    end(talk)
    browser, address = window_of(talk.seeker), reverse("report", args=[talk.pk])
    browser.post(address, {"reason": "insult", "about": "2"})
    assert "Report somebody else of this talk" in page_of(talk, browser)
    more = page_of(talk, browser, "?more=1")
    assert more.count('name="about"') == 1
    browser.post(address, {"reason": "other", "about": "3"})

    found = {each.reported: each for each in Report.objects.all()}
    assert set(found) == {talk.volunteer, came(talk)}
    about = found[came(talk)]
    assert (about.side, about.reporter_seat, about.reported_seat) == ("volunteer", 1, 3)
    assert "Report somebody else" not in page_of(talk, browser)
    answer = browser.post(address, {"new_code": "1", "about": "3"}).content.decode()
    assert reports.of_code(answer.split('readonly value="')[1].split('"')[0]) == about


def test_somebody_who_was_not_there_is_nobodys_choice(talk: Conversation) -> None:
    end(talk)
    browser, address = window_of(talk.seeker), reverse("report", args=[talk.pk])

    for about in ("1", "4", "x"):
        assert browser.post(address, {"reason": "insult", "about": about}).status_code == 422
    with pytest.raises(DomainError, match="whom"):
        reporting.report(talk, by=came(talk), reason="insult")
    assert not Report.objects.exists()


def test_a_third_who_left_reports_while_the_two_go_on(talk: Conversation) -> None:
    browser = factories.client_of(came(talk))
    address = reverse("report", args=[talk.pk])
    assert browser.get(address).url == reverse("third_room", args=[talk.pk])  # type: ignore[attr-defined]
    leave(talk)
    for name in ("third_over", "third_state"):
        assert address in browser.get(reverse(name, args=[talk.pk])).content.decode()
    page = page_of(talk, browser)
    assert "You have left the talk." in page
    assert "checked" not in page
    assert browser.post(address, {"reason": "insult"}).status_code == 422
    answer = browser.post(address, {"reason": "sexual", "about": "1"})

    assert reverse("third_over", args=[talk.pk]) in answer.content.decode()
    report = Report.objects.get()
    assert (report.reporter, report.reported, report.side) == (came(talk), talk.seeker, "seeker")
    talk.refresh_from_db()
    assert talk.ended_at is None
    assert Block.objects.get().volunteer == came(talk)


def test_a_third_reports_up_to_seven_days_and_without_the_row_of_the_third(
    talk: Conversation,
) -> None:
    end(talk)
    browser = factories.client_of(came(talk))
    ThirdSeat.objects.all().delete()
    clock.move(timedelta(days=6))
    assert reverse("volunteer") in page_of(talk, browser)
    clock.move(timedelta(days=1))

    assert browser.get(reverse("report", args=[talk.pk])).status_code == 404


@pytest.mark.parametrize("by", ["seeker", "volunteer"])
def test_something_serious_parts_the_third_from_the_seeker_alone(
    talk: Conversation, by: str
) -> None:
    end(talk)
    reporting.report(talk, by=getattr(talk, by), reason="threat", about=3)

    parted = Block.objects.get()
    assert (parted.seeker, parted.volunteer) == (talk.seeker, came(talk))


def test_what_a_third_says_about_the_volunteer_parts_nobody(talk: Conversation) -> None:
    filed = reporting.report(talk, by=leave(talk), reason="threat", about=2)

    assert not Block.objects.exists()
    assert filed.report.side == "volunteer"
    dana = factories.dana()
    reports.open_report(filed.report, by=dana)
    assert ladder.hold_back(filed.report, by=dana).person == talk.volunteer


def test_no_coordinator_who_was_in_the_room_reads_it(talk: Conversation) -> None:
    Role.objects.create(person=came(talk), kind=Role.Kind.COORDINATOR)
    for person in (came(talk), factories.dana(), coordinator("femi")):
        factories.keyholder(person)
    end(talk)

    filed = reporting.report(talk, by=talk.seeker, reason="insult")

    readers = {each.person.alias for each in evidence.readers(talk.pk)}
    assert readers == {"Dana Alias", "Femi Alias"}
    interpreter = came(talk)
    Seat.objects.filter(
        room=talk.pk
    ).delete()  # As after seven days; the report is kept for longer.
    assert not Report.objects.visible_to(interpreter).exists()
    with pytest.raises(DomainError, match="involved"):
        reports.open_report(filed.report, by=interpreter)
    assert interpreter not in [each.person for each in opening.without_statement(filed.report)]


def test_a_third_proves_what_was_said_while_they_were_there(talk: Conversation) -> None:
    for person in (factories.dana(), coordinator("femi")):
        factories.keyholder(person)
    while_there = said(talk.pk, 1, 1, "Hello", ms=clock.to_ms(clock.now()) + 1000)
    by = leave(talk)
    later = clock.to_ms(clock.now() + timedelta(minutes=2))
    after = said(talk.pk, 2, 1, "Bye", ms=later)

    sealed = sealed_of(talk, by, [while_there])
    evidence.check_chat(sealed, room=talk.pk, reporter=by)
    with pytest.raises(EvidenceRefused) as refusal:
        evidence.check_chat(sealed_of(talk, by, [while_there, after]), room=talk.pk, reporter=by)
    assert refusal.value.code == "not_there"
    browser = factories.client_of(by)
    assert send(browser, talk, body_of(sealed, about=1)).status_code == 200
    assert send(browser, talk, body_of(sealed)).status_code == 422
    assert Report.objects.get().evidence.made_at == clock.now()
