"""A report from a talk, and what a step of the ladder does to what goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.availability.models import Readiness
from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.models import Person
from warmline.protocol import clock, topics
from warmline.safety import evidence, ladder, reports
from warmline.safety.evidence import Sealed
from warmline.safety.models import Block, Report, Sanction
from warmline.safety.report_models import SERIOUS
from warmline.support.models import Conversation, Offer, Request, ThirdSeat
from warmline.support.services import appointing, asking, lettering, offering, talking, third

REPORTABLE_FOR = timedelta(days=7)
"""As long as it is known who met whom."""


def is_reportable(conversation: Conversation) -> bool:
    """Ended, at most 7 days ago."""
    ended = conversation.ended_at
    return ended is not None and clock.now() - ended < REPORTABLE_FOR


@dataclass(frozen=True)
class Other:
    """Somebody whom a report can be about: the number of their seat, and as what they were there."""

    seat: int
    person: Person
    role: str


def others(conversation: Conversation, by: Person) -> list[Other]:
    """With whom somebody was in the room: for one of the pair the other one, then each third.

    Two thirds are never there at the same time, so a third met the pair alone.
    """
    found = conversation.room.seats.exclude(person=by).select_related("person")
    if not is_of_pair(conversation, by):
        found = found.exclude(role__in=ThirdSeat.Kind.values)
    return [Other(each.number, each.person, each.role) for each in found.order_by("number")]


def is_of_pair(conversation: Conversation, person: Person) -> bool:
    """Seeker or volunteer of the talk, not a third."""
    return person.pk in (conversation.seeker_id, conversation.volunteer_id)


def whom(conversation: Conversation, by: Person, about: int) -> Person:
    """Who has the seat ``about``; for one of the pair 0 is the other one. Raises ``whom``."""
    if not about and is_of_pair(conversation, by):
        return conversation.partner_of(by)
    for other in others(conversation, by):
        if other.seat == about:
            return other.person
    raise DomainError("whom", _("Please choose whom it is about."))


@dataclass(frozen=True)
class Filed:
    """A report with its code; ``refused`` says why the messages that came along prove nothing, or nothing."""

    report: Report
    code: str
    refused: str


def report(
    conversation: Conversation,
    *,
    by: Person,
    reason: str,
    statement: str = "",
    sealed: Sealed | None = None,
    about: int = 0,
) -> Filed:
    """File it about who has the seat ``about`` (as :func:`whom`); something serious also parts at once.

    ``sealed``: what the page sealed to keyholders. Messages that prove nothing are left out; the rest
    is kept. Raises as ``reports.file_report``, ``evidence.check_readers`` and ``check_statements``.
    """
    reported = whom(conversation, by, about)
    about_seeker = reported.pk == conversation.seeker_id
    with transaction.atomic():
        sealed, refused = checked(sealed, conversation.pk, by)
        if reason in SERIOUS:
            _part(conversation, by, reported)
        made, code = reports.file_report(
            room=conversation.pk,
            reporter=by,
            reported=reported,
            side=Report.Side.SEEKER if about_seeker else Report.Side.VOLUNTEER,
            reason=reason,
            statement=statement,
            sealed=sealed,
        )
    return Filed(made, code, refused)


def _part(conversation: Conversation, by: Person, reported: Person) -> None:
    """Never these two again; with a third, never the third and the seeker. The pair's talk is the pair's.

    What a third says about the volunteer parts nobody: a coordinator can hold the volunteer back.
    """
    if is_of_pair(conversation, by) and is_of_pair(conversation, reported):
        talking.end_apart(conversation, by=by, reason=Block.Reason.REPORTED)
    elif reported.pk != conversation.volunteer_id:
        came = reported if is_of_pair(conversation, by) else by
        talking.part(conversation.seeker, came, Block.Reason.REPORTED)


def checked(sealed: Sealed | None, room: int, by: Person) -> tuple[Sealed | None, str]:
    """What may be kept of what a page sealed, and why the messages may not.

    Raises as ``evidence.check_readers`` and ``check_statements``.
    """
    if sealed is None:
        return None, ""
    evidence.check_readers(sealed, evidence.readers(room))
    evidence.check_statements(sealed)
    try:
        evidence.check_chat(sealed, room=room, reporter=by)
    except evidence.EvidenceRefused as refusal:
        return sealed.without_chat(), refusal.sentence
    return sealed, ""


def take_step(report: Report, *, kind: str, reason: str, by: Person) -> Sanction:
    """As ``ladder.take_step``, and whoever is held back by it stops asking or being ready."""
    with transaction.atomic():
        sanction = ladder.take_step(report, kind=kind, reason=reason, by=by)
        _stop_what_goes_on(sanction.person)
    return sanction


def hold_back(report: Report, *, by: Person) -> Sanction:
    """As ``ladder.hold_back``, and the volunteer stops being ready and talking."""
    with transaction.atomic():
        sanction = ladder.hold_back(report, by=by)
        _stop_what_goes_on(sanction.person)
    return sanction


def confirm(sanction: Sanction, *, by: Person) -> None:
    """As ``ladder.confirm``; it may begin to hold anew."""
    with transaction.atomic():
        ladder.confirm(sanction, by=by)
        _stop_what_goes_on(sanction.person)


def _stop_what_goes_on(person: Person) -> None:
    """A place in the line is given up, readiness ends, and a volunteer's open talks end kindly.

    A seeker's talk that has begun goes on: its volunteer has every way to end it.
    """
    if not ladder.is_held_back(person):
        return
    Readiness.end(person)
    third.leave_all(person)
    lettering.stop(person)
    appointing.stop(person)
    for place in Request.objects.waiting().filter(seeker=person):
        asking.leave(place)
    for offered in Offer.objects.pending().filter(volunteer=person):
        offering.not_now(offered, by=person)
    for talk in Conversation.objects.open().of(person).select_related("room", "seeker"):
        if talk.volunteer_id == person.pk and talk.started_at:
            talking.need_to_stop(talk, by=person)
        elif talk.volunteer_id == person.pk:
            talking.decline(talk, by=talk.seeker)
        elif not talk.started_at:
            talking.end(talk, by=None, ending=Conversation.Ending.NOT_COME)
    publish(topics.person(person.pk), "offer")
