"""The ladder: reminder, 24 hours, 7 days, ban. Nothing on it happens by itself.

One coordinator's word lasts 7 days for a seeker and 48 hours for a volunteer, so that nobody can switch
volunteers off one by one. What shall last longer needs a second coordinator; neither of the two may be
part of the matter. An appeal goes to a third (threats T2, T10, T14; practice, section 7).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import ALONE, about, codes, record
from warmline.core.errors import DomainError
from warmline.people import alone
from warmline.people.models import Account, Person, Role
from warmline.protocol import clock
from warmline.rooms.models import Seat
from warmline.safety import reports
from warmline.safety.opening_models import Opening
from warmline.safety.report_models import Report, Sanction

Kind, Second, Appeal, Side = Sanction.Kind, Sanction.Second, Sanction.Appeal, Report.Side

WHOLE: dict[str, timedelta | None] = {
    Kind.REMINDER: timedelta(0),
    Kind.HOLD: timedelta(days=7),
    Kind.DAY: timedelta(hours=24),
    Kind.WEEK: timedelta(days=7),
    Kind.BAN: None,
}
"""How long each step lasts; None for a ban."""
ONE_WORD = {Side.SEEKER: timedelta(days=7), Side.VOLUNTEER: timedelta(hours=48)}
"""How long one coordinator's word lasts, by the side it is about; a hold and the step after it are one."""


def needs_second(kind: str, side: str) -> bool:
    """Whether a step lasts longer than one coordinator may say alone."""
    whole = WHOLE[kind]
    return whole is None or whole > ONE_WORD[Side(side)]


def take_step(report: Report, *, kind: str, reason: str, by: Person) -> Sanction:
    """A step about the reported person; it holds at once, as long as one word lasts.

    Settles the report unless a second coordinator has to confirm. Raises as
    :func:`reports.for_decision`, or ``nobody_there`` when the person is gone.
    """
    with transaction.atomic():
        report = reports.for_decision(report, by=by)
        end_hold(report)
        sanction = _give(report, kind=kind, reason=reason, by=by)
        if sanction.second == Second.NOT_NEEDED:
            reports.close(report, Report.Outcome.STEP)
        _record(Action.STEP_TAKEN, sanction, by=by)
    return sanction


def close_without_step(report: Report, *, by: Person) -> None:
    """No rule was broken: whoever was held back meanwhile is free. Raises as :func:`reports.for_decision`."""
    with transaction.atomic():
        report = reports.for_decision(report, by=by)
        end_hold(report)
        reports.close(report, Report.Outcome.NOTHING)
        record(Action.REPORT_CLOSED, actor=by.alias, object=f"report:{report.pk}")


def hold_back(report: Report, *, by: Person) -> Sanction:
    """A volunteer is held back while the report is looked at; again is fine. Raises as above."""
    with transaction.atomic():
        report = reports.for_decision(report, by=by)
        if report.side != Side.VOLUNTEER:
            raise DomainError("not_a_volunteer", _("Only a volunteer can be held back."))
        held = report.sanctions.filter(kind=Kind.HOLD, lifted_at=None).first()
        if held is None:
            held = _give(report, kind=Kind.HOLD, reason=report.reason, by=by)
            _record(Action.STEP_TAKEN, held, by=by)
        return held


def end_hold(report: Report) -> None:
    """The report is decided: what held the person back meanwhile is over."""
    held = report.sanctions.filter(kind=Kind.HOLD, lifted_at=None)
    if held.update(lifted_at=clock.now()) and report.reported:
        hold_roles(report.reported)


def confirm(sanction: Sanction, *, by: Person) -> None:
    """The second word: it lasts whole. Raises ``involved``, ``answered_already``.

    One who is left alone may give it to their own step, while a notice of that is in force.
    """
    whole = WHOLE[sanction.kind]
    until = None if whole is None else sanction.since + whole
    _second(sanction, by=by, second=Second.CONFIRMED, until=until)


def decline(sanction: Sanction, *, by: Person) -> None:
    """The second says no: it is over, and the report waits for another decision."""
    _second(sanction, by=by, second=Second.DECLINED, lifted_at=clock.now())


def appeal(sanction: Sanction, *, by: Person, text: str) -> None:
    """Ask once, in words that are sealed, that somebody else looks at it again."""
    if sanction.person_id != by.pk:
        raise DomainError("not_yours", _("Only the other person can do this."))
    with transaction.atomic():
        made = Sanction.objects.filter(pk=sanction.pk, appeal=Appeal.NONE).update(
            appeal=Appeal.MADE, appeal_text=sanction.seal_appeal(text), read_at=clock.now()
        )
        if not made:
            raise DomainError("appealed_already", _("You have asked already. We have your words."))
        _record(Action.APPEAL_MADE, sanction, by=by if _has_account(by) else None)


def answer_appeal(sanction: Sanction, *, by: Person, lift: bool) -> None:
    """By a coordinator who was no part of it. What was written is deleted with the answer."""
    _check_uninvolved(sanction, by)
    settle_appeal(sanction, by=by, lift=lift)


def settle_appeal(sanction: Sanction, *, by: Person, lift: bool) -> None:
    """What the answer does, for whoever was found to be the one to give it."""
    with transaction.atomic():
        answered = Sanction.objects.appealed().filter(pk=sanction.pk)
        values: dict[str, object] = {"appeal": Appeal.STAYS}
        if lift:
            values = {"appeal": Appeal.LIFTED, "lifted_at": clock.now()}
        if not answered.update(appeal_by=by, appeal_text=b"", **values):
            raise _answered_already()
        sanction.readers.all().delete()
        Opening.objects.filter(evidence__report=sanction.report_id).delete()
        hold_roles(sanction.person)
        _record(Action.APPEAL_ANSWERED, sanction, by=by, word="lifted" if lift else "stays")


def read(sanction: Sanction, *, by: Person) -> None:
    """A reminder was read; it is not shown again."""
    Sanction.objects.filter(pk=sanction.pk, person=by, read_at=None).update(read_at=clock.now())


def to_show(person: Person) -> Sanction | None:
    """What holds a person back now, the longest first; else a reminder they have not read."""
    found = list(Sanction.objects.in_force().filter(person=person))
    if found:
        return max(found, key=lambda each: (each.is_for_good, each.until or each.since))
    return Sanction.objects.unread_reminders().filter(person=person).first()


def is_held_back(person: Person) -> bool:
    return Sanction.objects.in_force().filter(person=person).exists()


def held_back() -> QuerySet[Sanction, int]:
    """Ids of everybody who is held back now, for an ``__in``."""
    return Sanction.objects.in_force().values_list("person_id", flat=True)


def uninvolved(sanction: Sanction | None, report: Report | None, *, besides: Person) -> int:
    """How many coordinators could give a second word, or answer an appeal."""
    room = report.room if report else 0
    there = set(Seat.objects.filter(room=room).values_list("person", flat=True))
    return len(acting_coordinators() - involved(sanction, report) - there - {besides.pk})


def acting_coordinators() -> set[int]:
    """Persons who act as coordinators now."""
    acting = Role.objects.acting().filter(kind=Role.Kind.COORDINATOR)
    return set(acting.values_list("person", flat=True))


def involved(sanction: Sanction | None, report: Report | None) -> set[int]:
    """Persons on either side of a report, and who decided about it."""
    out = {report.reporter_id, report.reported_id} if report else set()
    if sanction:
        out |= {sanction.person_id, sanction.by_id, sanction.second_by_id}
    return {pk for pk in out if pk}


def hold_roles(person: Person) -> None:
    """Make a person's roles fit what is in force: volunteering waits, a ban holds every role."""
    found = list(Sanction.objects.in_force().filter(person=person))
    roles = person.roles.filter(
        ended_at=None,
        status__in=[Role.Status.ACTIVE, Role.Status.RESTING, Role.Status.SUSPENDED],
    )
    if not any(each.is_for_good for each in found):
        kept = roles.exclude(kind=Role.Kind.VOLUNTEER) if found else roles
        suspended = kept.filter(status=Role.Status.SUSPENDED)
        suspended.update(status=Role.Status.ACTIVE, suspended_until=None)
        roles = roles.filter(kind=Role.Kind.VOLUNTEER)
    if found:
        until = None
        if not any(each.is_for_good for each in found):
            until = max(each.until for each in found if each.until)
        roles.update(status=Role.Status.SUSPENDED, suspended_until=until)


def _give(report: Report, *, kind: str, reason: str, by: Person) -> Sanction:
    person = report.reported
    if person is None:
        raise DomainError(
            "nobody_there", _("This person is not here any more. You can close the report.")
        )
    now = clock.now()
    whole = WHOLE[kind]
    whole_until = None if whole is None else now + whole
    alone_until = _begun(report, now) + ONE_WORD[Side(report.side)]
    until = max(now, alone_until if whole_until is None else min(whole_until, alone_until))
    sanction = Sanction.objects.create(
        person=person,
        report=report,
        side=report.side,
        kind=kind,
        reason=reason,
        since=now,
        until=until,
        by=by,
        second=Second.NOT_NEEDED if until == whole_until else Second.AWAITED,
    )
    hold_roles(person)
    return sanction


def _begun(report: Report, now: datetime) -> datetime:
    """When one coordinator's word began: time held back before the decision is part of it."""
    alone = report.sanctions.filter(kind=Kind.HOLD).exclude(second=Second.CONFIRMED)
    held = alone.order_by("since").first()
    return held.since if held else now


def _second(sanction: Sanction, *, by: Person, second: str, **values: object) -> None:
    by_oneself = sanction.by_id == by.pk and sanction.person_id != by.pk
    if by_oneself and alone.may_act_alone(by):
        reports.check_may_judge(by, sanction.report)
    else:
        _check_uninvolved(sanction, by)
    with transaction.atomic():
        waiting = Sanction.objects.awaiting_second().filter(pk=sanction.pk)
        if not waiting.update(second=second, second_by=by, **values):
            raise _answered_already()
        sanction.refresh_from_db()
        hold_roles(sanction.person)
        report = sanction.report
        if report and second == Second.CONFIRMED and sanction.kind != Kind.HOLD:
            reports.close(report, Report.Outcome.STEP)
        confirmed = second == Second.CONFIRMED
        action = Action.STEP_CONFIRMED if confirmed else Action.STEP_DECLINED
        _record(action, sanction, by=by, word=ALONE if by_oneself else "")


def _record(action: str, sanction: Sanction, *, by: Person | None, word: str = "") -> None:
    """A volunteer by alias, a seeker as the report: no name of a seeker is ever in the record."""
    concerned = f"report:{sanction.report_id}" if sanction.report_id else f"sanction:{sanction.pk}"
    if sanction.side == Side.VOLUNTEER and _has_account(sanction.person):
        concerned = about(sanction.person.alias)
    record(
        action,
        actor=by.alias if by else "",
        object=concerned,
        reason=codes(sanction.kind, sanction.reason, word),
    )


def _has_account(person: Person) -> bool:
    return Account.objects.filter(person=person).exists()


def _check_uninvolved(sanction: Sanction, by: Person) -> None:
    reports.check_may_judge(by, sanction.report)
    if by.pk in (sanction.person_id, sanction.by_id, sanction.second_by_id):
        raise reports.involved()


def _answered_already() -> DomainError:
    return DomainError("answered_already", _("Somebody has answered this already."))
