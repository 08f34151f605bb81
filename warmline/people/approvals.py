"""The two-person rule: one coordinator asks, another agrees, and only then it is done (T10).

Nobody agrees to what they asked for themselves, and nobody decides in their own matter. What waits
lapses after 7 days. A coordinator who is left alone may answer themselves while a notice to all
volunteers is in force (:mod:`warmline.people.alone`).
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import ALONE, NAMED_ALONE, about, codes, record
from warmline.core.errors import DomainError
from warmline.people import alone
from warmline.people.approval_rules import RULES
from warmline.people.ending import end_role
from warmline.people.models import Approval, Invitation, Person, Role
from warmline.people.services import (
    COORDINATORS_NAMED_ALONE,
    coordinators,
    one_at_a_time,
    record_invitation,
)
from warmline.protocol import clock

Kind, State = Approval.Kind, Approval.State


def ask(
    kind: str,
    *,
    by: Person,
    subject: Person | None = None,
    role: str = "",
    concerns: int | None = None,
) -> Approval:
    """Ask for a second yes. ``subject`` and ``role`` for what is about somebody's role.

    Raises ``not_a_coordinator``, ``own_role``, ``asked_already``, and what :func:`approve` would find
    in the way of it.
    """
    _check_coordinator(by)
    with transaction.atomic():
        one_at_a_time()
        forget_lapsed()
        if kind == Kind.GIVE_ROLE:
            role = Role.Kind.COORDINATOR
        approval = Approval(kind=kind, subject=subject, role=role, concerns=concerns, asked_by=by)
        if involves(approval, by):
            raise _involved()
        if not _still_makes_sense(approval):
            raise _overtaken()
        try:
            with transaction.atomic():
                approval.save(force_insert=True)
        except IntegrityError as error:
            raise DomainError(
                "asked_already", _("This was asked already. It waits for an answer.")
            ) from error
        _record(Action.APPROVAL_ASKED, approval, actor=by)
    return approval


def name_second(subject: Person, *, by: Person) -> None:
    """The first coordinator makes a volunteer the second one, alone.

    Raises ``not_a_coordinator``, ``needs_second``, ``overtaken``.
    """
    _check_coordinator(by)
    with transaction.atomic():
        one_at_a_time()
        if coordinators() >= COORDINATORS_NAMED_ALONE:
            raise DomainError("needs_second", _("Another coordinator has to agree to this."))
        if not _may_become_coordinator(subject):
            raise _overtaken()
        Role.objects.create(person=subject, kind=Role.Kind.COORDINATOR)
        record(
            Action.ROLE_GIVEN,
            actor=by.alias,
            object=about(subject.alias),
            reason=codes(Role.Kind.COORDINATOR, NAMED_ALONE),
        )


def approve(approval: Approval, *, by: Person) -> Approval:
    """Say yes: it is done in the same transaction, or, for a link or a file, can be fetched now.

    Raises ``not_a_coordinator``, ``own_question``, ``involved``, ``answered_already``, ``lapsed``,
    ``asker_gone``, and ``overtaken`` (which ends the question) when it makes no sense any more.
    """
    with transaction.atomic():
        held = _for_answer(approval, by=by)
        alone_now = held.asked_by_id == by.pk
        if alone_now and not alone.may_act_alone(by):
            raise DomainError(
                "own_question", _("You asked this yourself. Another coordinator has to answer.")
            )
        if not held.asked_by.has_role(Role.Kind.COORDINATOR):
            raise DomainError(
                "asker_gone",
                _("Who asked this is not a coordinator at the moment. You can ask it yourself."),
            )
        if overtaken := not _still_makes_sense(held):
            _answer(held, State.OVERTAKEN, by=by)
        else:
            _answer(held, State.APPROVED, by=by)
            _carry_out(held)
    if overtaken:
        raise _overtaken()
    return held


def refuse(approval: Approval, *, by: Person) -> None:
    """Say no. Raises as :func:`approve`; one's own question is taken back instead."""
    with transaction.atomic():
        held = _for_answer(approval, by=by)
        if held.asked_by_id == by.pk:
            raise DomainError("own_question", _("You asked this yourself. You can take it back."))
        _answer(held, State.REFUSED, by=by)
        _record(Action.APPROVAL_REFUSED, held, actor=held.asked_by, second=by)


def take_back(approval: Approval, *, by: Person) -> None:
    """The one who asked does not want it any more; again is fine."""
    if approval.asked_by_id != by.pk:
        raise DomainError("not_yours", _("Only the one who asked can take it back."))
    with transaction.atomic():
        held = Approval.objects.waiting().select_for_update().filter(pk=approval.pk).first()
        if held is not None:
            _answer(held, State.TAKEN_BACK, by=by)
            _record(Action.APPROVAL_TAKEN_BACK, held, actor=by)


def collect_invitation(approval: Approval, *, by: Person) -> tuple[Invitation, str]:
    """The link that two agreed on, and its code; once. Raises ``not_yours``, ``collected_already``."""
    with transaction.atomic():
        held = _collected(approval, Kind.INVITE_COORDINATOR, by=by)
        invitation, code = Invitation.make(
            kind=Role.Kind.COORDINATOR, by=by, agreed_by=held.answered_by
        )
        record_invitation(invitation)
    return invitation, code


def collect_export(approval: Approval, *, by: Person) -> Approval:
    """Use up the yes to a download; once. Raises ``not_yours``, ``collected_already``."""
    with transaction.atomic():
        held = _collected(approval, Kind.EXPORT, by=by)
        second = None if held.done_alone else held.answered_by
        _record(Action.EXPORTED, held, actor=by, second=second)
    return held


def involves(approval: Approval, person: Person) -> bool:
    """Whether it is this person's own matter: then others decide it."""
    rule = RULES.get(approval.kind)
    return approval.subject_id == person.pk or (
        rule is not None and rule.involves(approval, person)
    )


def forget_lapsed() -> None:
    """What nobody answered in time does not stand in the way of asking again."""
    Approval.objects.lapsed().delete()


def _collected(approval: Approval, kind: str, *, by: Person) -> Approval:
    _check_coordinator(by)
    if approval.asked_by_id != by.pk:
        raise DomainError("not_yours", _("Only the one who asked can do this."))
    claimed = Approval.objects.to_collect().filter(pk=approval.pk, kind=kind)
    if not claimed.update(collected_at=clock.now()):
        raise DomainError(
            "collected_already",
            _("This was used already, or more than 24 hours have passed. Please ask again."),
        )
    approval.refresh_from_db()
    return approval


def _for_answer(approval: Approval, *, by: Person) -> Approval:
    """The question, held until the commit, where this coordinator may answer it."""
    _check_coordinator(by)
    one_at_a_time()
    held = Approval.objects.select_for_update().filter(pk=approval.pk).first()
    if held is None or held.lapses_at <= clock.now():
        raise DomainError(
            "lapsed", _("Nobody answered in 7 days, so this is over. It can be asked again.")
        )
    if held.state != State.WAITING:
        raise DomainError("answered_already", _("Somebody has answered this already."))
    if involves(held, by):
        raise _involved()
    return held


def _answer(held: Approval, state: str, *, by: Person) -> None:
    held.state, held.answered_by, held.answered_at = state, by, clock.now()
    held.save(update_fields=["state", "answered_by", "answered_at"])


def _still_makes_sense(approval: Approval) -> bool:
    """Nothing has changed meanwhile that it was about."""
    if approval.kind == Kind.GIVE_ROLE:
        return approval.subject is not None and _may_become_coordinator(approval.subject)
    if approval.kind == Kind.END_ROLE:
        return _role_to_end(approval) is not None
    if approval.kind in RULES:
        return RULES[approval.kind].makes_sense(approval)
    return True


def _may_become_coordinator(person: Person) -> bool:
    """A volunteer who acts now and does not coordinate already."""
    coordinates = person.roles.filter(kind=Role.Kind.COORDINATOR, ended_at=None).exists()
    return person.has_role(Role.Kind.VOLUNTEER) and not coordinates


def _role_to_end(approval: Approval) -> Role | None:
    if approval.subject is None:
        return None
    return approval.subject.roles.filter(kind=approval.role, ended_at=None).first()


def _carry_out(held: Approval) -> None:
    """What was agreed on; a link or a file waits to be fetched."""
    second = held.answered_by if held.answered_by and not held.done_alone else None
    if held.kind == Kind.GIVE_ROLE and held.subject:
        Role.objects.create(person=held.subject, kind=Role.Kind.COORDINATOR)
        _record(Action.ROLE_GIVEN, held, actor=held.asked_by, second=second)
    elif held.kind == Kind.END_ROLE and (role := _role_to_end(held)):
        end_role(
            role,
            by=held.asked_by.alias,
            second=second.alias if second else "",
            reason=ALONE if held.done_alone else "",
        )
    elif held.kind in RULES:
        RULES[held.kind].carry_out(held, second)


def _record(
    action: str, approval: Approval, *, actor: Person, second: Person | None = None
) -> None:
    asked = action in (Action.APPROVAL_ASKED, Action.APPROVAL_REFUSED, Action.APPROVAL_TAKEN_BACK)
    record(
        action,
        actor=actor.alias,
        second=second.alias if second else "",
        object=about(approval.subject.alias) if approval.subject else "",
        reason=codes(
            approval.kind if asked else "", approval.role, ALONE if approval.done_alone else ""
        ),
    )


def _check_coordinator(by: Person) -> None:
    if not by.has_role(Role.Kind.COORDINATOR):
        raise DomainError("not_a_coordinator", _("Only a coordinator can do this."))


def _involved() -> DomainError:
    return DomainError(
        "involved", _("This is about yourself. Other coordinators have to decide it.")
    )


def _overtaken() -> DomainError:
    return DomainError(
        "overtaken", _("Things have changed meanwhile. This is not possible any more.")
    )
