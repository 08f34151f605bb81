"""An appeal that no coordinator may decide: two of them ask a volunteer who was no part of it (T10).

The volunteer may say no without a reason. Who says yes reads the rule, the step and the words of the
appeal, not the report (its words are for coordinators), and decides this one appeal, as a coordinator
would. Nobody who is part of the matter names anybody; acting alone lets a coordinator name, never decide.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import ALONE, about, record
from warmline.core.errors import DomainError
from warmline.people.approval_rules import RULES, ApprovalRule
from warmline.people.models import Approval, Person, Role
from warmline.safety import ladder
from warmline.safety.appeal_models import AppealReader
from warmline.safety.models import Block
from warmline.safety.report_models import Sanction

State = AppealReader.State


def nameable_by(*persons: Person) -> QuerySet[Sanction]:
    """Appeals for which these persons may name a reader: not their own, and not about their report."""
    found = Sanction.objects.appealed().exclude(person__in=persons)
    return found.exclude(report__reporter__in=persons).exclude(report__reported__in=persons)


def needs_reader(sanction: Sanction, coordinators: set[int] | None = None) -> bool:
    """It waits, and no coordinator who acts now was no part of it.

    ``coordinators``: who acts, for a caller who asks about many.
    """
    if coordinators is None:
        coordinators = ladder.acting_coordinators()
    waits = sanction.appeal == Sanction.Appeal.MADE
    return waits and coordinators <= ladder.involved(sanction, sanction.report)


def eligible(sanction: Sanction) -> QuerySet[Person]:
    """Volunteers who act now and took no part on any side, also by a block with one of the two."""
    parties, deciders = _parties(sanction), {sanction.by_id, sanction.second_by_id}
    if sanction.report:
        deciders.add(sanction.report.opened_by_id)
    blocked = Block.objects.filter(Q(seeker__in=parties) | Q(volunteer__in=parties))
    acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER)
    return (
        Person.objects.filter(pk__in=acting.values("person"))
        .exclude(pk__in=parties | {pk for pk in deciders if pk})
        .exclude(pk__in=blocked.values("volunteer"))
        .exclude(pk__in=blocked.values("seeker"))
        .order_by("alias")
    )


def could_be_asked(sanction: Sanction) -> QuerySet[Person]:
    """Those of them who have not said no."""
    said_no = AppealReader.objects.filter(sanction=sanction, state=State.DECLINED)
    return eligible(sanction).exclude(pk__in=said_no.values("volunteer"))


def reader_of(sanction: Sanction) -> AppealReader | None:
    """Who is asked or willing now, and still may."""
    found = AppealReader.objects.standing().filter(sanction=sanction).select_related("volunteer")
    return next((reader for reader in found if _still_may(reader)), None)


def for_reader(*persons: Person) -> AppealReader | None:
    """The appeal that one of these persons is asked to decide, the oldest first.

    None where another of them is a party: one browser may be two persons.
    """
    found = AppealReader.objects.standing().filter(volunteer__in=persons)
    for reader in found.select_related("sanction__report", "volunteer").order_by("named_at"):
        parties = _parties(reader.sanction)
        if _still_may(reader) and not any(person.pk in parties for person in persons):
            return reader
    return None


def say(reader: AppealReader, *, by: Person, yes: bool) -> None:
    """Yes or no, without a reason; a yes can be taken back. Raises ``not_yours``, ``overtaken``."""
    with transaction.atomic():
        held = _held(reader, by)
        wanted = State.WILLING if yes else State.DECLINED
        if held.state == wanted:
            return
        held.state = wanted
        held.save(update_fields=["state"])
        action = Action.READER_SAID_YES if yes else Action.READER_SAID_NO
        record(action, actor=by.alias, object=about(by.alias))


def decide(reader: AppealReader, *, by: Person, lift: bool) -> None:
    """As ``ladder.answer_appeal``, by the volunteer who said yes; with it the task is over."""
    with transaction.atomic():
        held = _held(reader, by)
        if held.state != State.WILLING:
            raise DomainError("not_willing", _("Please say first whether you want to do this."))
        ladder.settle_appeal(held.sanction, by=by, lift=lift)


def _held(reader: AppealReader, by: Person) -> AppealReader:
    if reader.volunteer_id != by.pk:
        raise DomainError("not_yours", _("Only the other person can do this."))
    standing = AppealReader.objects.standing().select_for_update(of=("self",))
    held = standing.filter(pk=reader.pk).select_related("sanction__report").first()
    if held is None or not _still_may(held):
        raise DomainError(
            "overtaken", _("Things have changed meanwhile. This is not possible any more.")
        )
    return held


def _still_may(reader: AppealReader) -> bool:
    return eligible(reader.sanction).filter(pk=reader.volunteer_id).exists()


def _parties(sanction: Sanction) -> set[int]:
    report = sanction.report
    found = {sanction.person_id}
    if report:
        found |= {pk for pk in (report.reporter_id, report.reported_id) if pk}
    return found


def _appeal_of(approval: Approval) -> Sanction | None:
    if approval.concerns is None:
        return None
    found = Sanction.objects.filter(pk=approval.concerns).select_related("report", "person")
    return found.first()


def _makes_sense(approval: Approval) -> bool:
    sanction = _appeal_of(approval)
    if sanction is None or approval.subject is None:
        return False
    if not needs_reader(sanction) or reader_of(sanction):
        return False
    return could_be_asked(sanction).filter(pk=approval.subject.pk).exists()


def _involves(approval: Approval, person: Person) -> bool:
    sanction = _appeal_of(approval)
    return sanction is not None and person.pk in _parties(sanction)


def _carry_out(approval: Approval, second: Person | None) -> None:
    if (sanction := _appeal_of(approval)) is None or approval.subject is None:
        return
    AppealReader.objects.filter(sanction=sanction, state__in=AppealReader.OPEN).delete()
    AppealReader.objects.create(sanction=sanction, volunteer=approval.subject)
    record(
        Action.READER_NAMED,
        actor=approval.asked_by.alias,
        second=second.alias if second else "",
        object=about(approval.subject.alias),
        reason=ALONE if approval.done_alone else "",
    )


RULES[Approval.Kind.NAME_READER] = ApprovalRule(_makes_sense, _involves, _carry_out)
