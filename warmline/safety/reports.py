"""Reporting, and looking at a report. What follows from one is in :mod:`warmline.safety.ladder`."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.models import Entry
from warmline.audit.services import record
from warmline.core.errors import DomainError
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.rooms.models import Seat
from warmline.safety import evidence, report_codes
from warmline.safety.evidence import Sealed
from warmline.safety.opening_models import Opening
from warmline.safety.report_models import Report, Sanction

State = Report.State


def file_report(
    *,
    room: int,
    reporter: Person,
    reported: Person,
    side: str,
    reason: str,
    statement: str,
    sealed: Sealed | None = None,
) -> tuple[Report, str]:
    """Keep a report; returns it with its code, which is shown once.

    One about each of the others in a talk: sending again replaces what nobody has read yet, with all
    that came along, and draws a new code. ``sealed``: what the page sealed to keyholders, checked already.
    Raises ``report_read`` once a coordinator has opened it, and ``keyholders_changed`` if those who may
    open it have changed since.
    """
    code = report_codes.draw()
    try:
        with transaction.atomic():
            return _keep(room, reporter, reported, side, reason, statement, code, sealed), code
    except IntegrityError:
        with transaction.atomic():
            return _keep(room, reporter, reported, side, reason, statement, code, sealed), code


def _keep(
    room: int,
    reporter: Person,
    reported: Person,
    side: str,
    reason: str,
    statement: str,
    code: str,
    sealed: Sealed | None,
) -> Report:
    found = Report.objects.filter(room=room, reporter=reporter, reported=reported)
    report = found.select_for_update().first()
    if report is not None and report.state != State.RECEIVED:
        raise DomainError(
            "report_read",
            _("A coordinator has read your report already, so it can't be changed any more."),
        )
    new = report is None
    if report is None:
        report = Report(pk=evidence.report_id(room, reporter, reported), room=room)
        report.reporter, report.reported = reporter, reported
    report.side = side
    report.reporter_seat, report.reported_seat = (
        _seat_number(room, each) for each in (reporter, reported)
    )
    report.reason, report.code_hash = reason, report_codes.hashed(code)
    report.seal_statement(statement)
    report.save(force_insert=new)
    sides = {reporter.pk, reported.pk}
    report.beside.set([each for each in evidence.people_of(room) if each.pk not in sides])
    now = evidence.readers(room) if sealed else []
    if sealed:
        evidence.check_readers(sealed, now)  # Somebody may have come or gone since it was checked.
    evidence.keep(report, sealed, now)
    return report


def _seat_number(room: int, person: Person) -> int:
    found = Seat.objects.filter(room=room, person=person).values_list("number", flat=True)
    return found.first() or 0


def of_talk(room: int, reporter: Person) -> list[Report]:
    """The reports that one person of a talk has made: one about each of the others, at most."""
    return list(Report.objects.filter(room=room, reporter=reporter).order_by("made_at", "pk"))


def new_code(report: Report, *, by: Person) -> str:
    """For the reporter who lost it; the one before works no more."""
    if report.reporter_id != by.pk:
        raise DomainError("not_yours", _("Only the other person can do this."))
    code = report_codes.draw()
    Report.objects.filter(pk=report.pk).update(code_hash=report_codes.hashed(code))
    return code


def of_code(code: str) -> Report | None:
    """The report of a code; None for every code that is none."""
    return Report.objects.filter(code_hash=report_codes.hashed(code)).first()


def open_report(report: Report, *, by: Person) -> None:
    """Read it: from here on the reporter sees that it is looked at. Again is fine.

    The first time of each coordinator is recorded. Raises ``not_a_coordinator``, or
    ``involved`` for the one who made it or whom it is about.
    """
    check_may_judge(by, report)
    with transaction.atomic():
        Report.objects.filter(pk=report.pk, state=State.RECEIVED).update(
            state=State.LOOKED_AT, opened_by=by
        )
        if not has_opened(report, by):
            record(Action.REPORT_OPENED, actor=by.alias, object=f"report:{report.pk}")
    report.refresh_from_db()


def has_opened(report: Report, by: Person) -> bool:
    """Whether this coordinator has pressed *read*, as the record has it."""
    opened = Entry.objects.filter(action=Action.REPORT_OPENED, object=f"report:{report.pk}")
    return opened.filter(actor=by.alias).exists()


def for_decision(report: Report, *, by: Person) -> Report:
    """The report, held until the commit and ready to be decided; refuses every other state."""
    check_may_judge(by, report)
    report = Report.objects.select_for_update().get(pk=report.pk)
    if report.state == State.CLOSED:
        raise DomainError("report_closed", _("This report is closed already."))
    if report.state == State.RECEIVED:
        raise DomainError("not_opened", _("Please read the report first."))
    if _awaited(report):
        raise DomainError(
            "awaits_second", _("A second coordinator has to answer first. Nothing was changed.")
        )
    return report


def close(report: Report, outcome: Report.Outcome) -> None:
    """It is settled: what two have opened closes again. 90 days later it is deleted."""
    Opening.objects.filter(evidence__report=report).delete()
    Report.objects.filter(pk=report.pk).update(
        state=State.CLOSED, outcome=outcome, closed_at=clock.now()
    )
    report.refresh_from_db()


def check_may_judge(by: Person, report: Report | None) -> None:
    """Only a coordinator, and nobody in their own matter."""
    if not by.has_role(Role.Kind.COORDINATOR):
        raise DomainError("not_a_coordinator", _("Only a coordinator can do this."))
    if report is not None and report.involves(by):
        raise involved()


def involved() -> DomainError:
    return DomainError(
        "involved", _("You are part of this yourself. Another coordinator has to look at it.")
    )


def _awaited(report: Report) -> bool:
    waiting = Sanction.objects.awaiting_second().filter(report=report)
    return waiting.exclude(kind=Sanction.Kind.HOLD).exists()
