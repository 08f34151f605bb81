"""A coordinator who is left alone gives the second word to their own step, after notice to everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import factories
from tests.safety.reporting import coordinator, ended_talk, read_report
from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.core.errors import DomainError
from warmline.people import alone
from warmline.people.models import AloneNotice, Person, Role
from warmline.protocol import clock
from warmline.safety import ladder
from warmline.safety.models import Sanction

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still_night")]


@pytest.fixture
def dana() -> Person:
    """Coordinates; the other coordinator rests."""
    factories.community()
    coordinator("femi").roles.update(status=Role.Status.RESTING)
    return factories.dana()


def banned(by: Person) -> Sanction:
    """A ban of a seeker that waits for a second word."""
    talk = ended_talk()
    report = read_report(talk, talk.volunteer, by)
    return ladder.take_step(report, kind=Sanction.Kind.BAN, reason="insult", by=by)


def in_force(dana: Person) -> None:
    alone.announce(by=dana)
    clock.freeze(clock.now() + AloneNotice.NOTICE)


def test_they_confirm_their_own_step_while_the_notice_is_in_force(dana: Person) -> None:
    alone.announce(by=dana)
    clock.freeze(clock.now() + AloneNotice.NOTICE - timedelta(seconds=1))
    sanction = banned(dana)
    client = factories.client_of(dana)
    assert client.post(reverse("desk_second", args=[sanction.pk])).status_code == 404
    with pytest.raises(DomainError) as refused:
        ladder.confirm(sanction, by=dana)
    assert refused.value.code == "involved"
    clock.freeze(clock.now() + timedelta(seconds=1))
    assert "Confirm" in client.get(reverse("desk_reports")).content.decode()
    client.post(reverse("desk_second", args=[sanction.pk]), {"answer": "confirm"})
    sanction.refresh_from_db()
    assert sanction.is_for_good
    assert sanction.done_alone
    entry = Entry.objects.get(action=Action.STEP_CONFIRMED)
    assert (entry.actor, entry.object, entry.reason) == (
        dana.alias,
        f"report:{sanction.report_id}",
        "ban insult alone",
    )


def test_not_once_another_coordinator_acts(dana: Person) -> None:
    in_force(dana)
    sanction = banned(dana)
    Role.objects.filter(status=Role.Status.RESTING).update(status=Role.Status.ACTIVE)
    with pytest.raises(DomainError) as refused:
        ladder.confirm(sanction, by=dana)
    assert refused.value.code == "involved"


def test_not_in_their_own_matter(dana: Person) -> None:
    """Neither about themselves nor after their own report."""
    in_force(dana)
    sanction = banned(dana)
    for values in ({"person": dana}, {"report": _report_by(dana)}):
        Sanction.objects.filter(pk=sanction.pk).update(**values)
        sanction.refresh_from_db()
        with pytest.raises(DomainError) as refused:
            ladder.confirm(sanction, by=dana)
        assert refused.value.code == "involved"
        client = factories.client_of(dana)
        assert client.post(reverse("desk_second", args=[sanction.pk])).status_code == 404


def _report_by(dana: Person) -> object:
    talk = ended_talk(factories.seeker("Orla"), factories.volunteer("quinn"))
    report = read_report(talk, talk.volunteer, dana)
    report.reporter = dana
    report.save(update_fields=["reporter"])
    return report
