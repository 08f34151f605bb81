"""Reports as the desk lists them: how old, what about, which side. No words and no seekers' names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from warmline.people import alone
from warmline.people.models import Person
from warmline.safety import appeals as safety_appeals
from warmline.safety import ladder
from warmline.safety.models import Opening, Report, Sanction


@dataclass(frozen=True)
class ReportLine:
    """One open report."""

    id: int
    days: int
    hours: int
    reason: str
    side: str
    serious: bool
    new: bool


def open_reports(persons: list[Person], now: datetime) -> list[ReportLine]:
    """Those that none of these persons is part of, serious ones first, then the oldest."""
    found = Report.objects.unsettled().visible_to(*persons).order_by("made_at").defer("statement")
    lines = [line(report, now) for report in found]
    return sorted(lines, key=lambda each: not each.serious)


def to_do(persons: list[Person]) -> int:
    """How many reports and appeals wait; a report that waits for a second word is one of them."""
    unread = Report.objects.unsettled().visible_to(*persons).count()
    unasked = [each for each in without_reader(persons) if not safety_appeals.reader_of(each)]
    return unread + appeals(persons).count() + len(unasked)


def seconds(persons: list[Person], reader: Person) -> QuerySet[Sanction]:
    """Steps that wait for a second coordinator, and these persons may be the one.

    For one who may act alone now also their own steps.
    """
    waiting = Sanction.objects.awaiting_second()
    found = waiting.decidable_by(*persons)
    if alone.may_act_alone(reader):
        found = waiting.filter(
            Q(pk__in=found.values("pk")) | Q(pk__in=waiting.own_alone(reader).values("pk"))
        )
    return found.order_by("since")


def openings(persons: list[Person], reader: Person) -> list[Opening]:
    """Chat parts that somebody else has said yes to, and this coordinator could open now."""
    visible = Report.objects.visible_to(*persons)
    waiting = Opening.objects.waiting().filter(
        evidence__report__in=visible, handed_on__to__person=reader
    )
    found = waiting.exclude(first__person=reader).order_by("said_yes_at")
    return list(found.select_related("first__person", "evidence__report"))


def appeals(persons: list[Person]) -> QuerySet[Sanction]:
    """Appeals that these persons may answer."""
    return Sanction.objects.appealed().decidable_by(*persons).order_by("since")


def without_reader(persons: list[Person]) -> list[Sanction]:
    """Appeals in which every coordinator took part, and for which these persons may name a volunteer."""
    found = safety_appeals.nameable_by(*persons).select_related("person", "report")
    acting = ladder.acting_coordinators()
    return [each for each in found.order_by("since") if safety_appeals.needs_reader(each, acting)]


def earlier(report: Report) -> QuerySet[Sanction]:
    """What was decided about the same person before; nothing that was lifted."""
    found = Sanction.objects.filter(person=report.reported_id, lifted_at=None)
    return found.exclude(report=report).order_by("-since") if report.reported_id else found.none()


def of_report(report: Report) -> QuerySet[Sanction]:
    """What was decided in this report."""
    return report.sanctions.order_by("since")


def line(report: Report, now: datetime) -> ReportLine:
    """Its facts at a glance."""
    age = now - report.made_at
    return ReportLine(
        id=report.pk,
        days=age.days,
        hours=age // timedelta(hours=1),
        reason=report.get_reason_display(),
        side=report.get_side_display(),
        serious=report.is_serious,
        new=report.state == Report.State.RECEIVED,
    )
