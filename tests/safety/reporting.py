"""What the tests of reports begin with."""

from __future__ import annotations

from django.test import Client

from tests import factories
from warmline.people.models import Person, Role
from warmline.safety import reports
from warmline.safety.models import Report
from warmline.support.models import Conversation
from warmline.support.seeking import CONSENT, CONSENT_VERSION, SEEKER
from warmline.support.services import talking

WORDS = "He asked for my number, twice."


def ended_talk(seeker: Person | None = None, volunteer: Person | None = None) -> Conversation:
    """Ada and Ben have talked; it is over."""
    talk = factories.talk(seeker or factories.ada(), volunteer or factories.ben())
    talking.end(talk, by=talk.volunteer, ending=Conversation.Ending.SAID_GOODBYE)
    talk.refresh_from_db()
    return talk


def report_of(
    talk: Conversation, by: Person, reason: str = "insult", statement: str = WORDS
) -> tuple[Report, str]:
    """As it arrives, with its code."""
    return reports.file_report(
        room=talk.pk,
        reporter=by,
        reported=talk.partner_of(by),
        side="volunteer" if by == talk.seeker else "seeker",
        reason=reason,
        statement=statement,
    )


def read_report(talk: Conversation, by: Person, reader: Person, reason: str = "insult") -> Report:
    """A report that a coordinator has opened."""
    report, _code = report_of(talk, by, reason)
    reports.open_report(report, by=reader)
    return report


def coordinator(name: str) -> Person:
    """One more of them."""
    return factories.account(name, Role.Kind.COORDINATOR).person


def window_of(seeker: Person) -> Client:
    """The browser of a seeker who has said yes to the present text and rules."""
    client = Client()
    session = client.session
    session[SEEKER] = seeker.pk
    session[CONSENT] = {"language": "en", "version": CONSENT_VERSION}
    session.save()
    client.cookies["rules"] = "1"
    return client
