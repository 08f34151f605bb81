"""The coordinators' keys, to which evidence is sealed: made in a browser, agreed to by two, given up.

The private half never comes here but wrapped under a recovery code that is on paper. A new key counts
only when a second coordinator has agreed to it, after comparing its digits by voice: whoever takes over
one account can't slip a key of their own in. The first two coordinators agree to each other's keys; the
key of a single one waits.

What is sealed to a key hangs on its row and goes with it (``on_delete=CASCADE``). A key that its owner
replaces stays as ``delisted`` while something hangs on it, so that open reports keep their readers.
"""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, transaction
from django.dispatch import receiver
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import ALONE, about, record
from warmline.core.errors import DomainError
from warmline.people import approvals
from warmline.people.approval_rules import RULES, ApprovalRule
from warmline.people.models import Approval, Person, Role
from warmline.people.services import one_at_a_time
from warmline.people.signals import role_ended
from warmline.safety.keyholder_models import (
    PUBLIC_KEY_BYTES,
    WRAPPED_MOST_BYTES,
    Keyholder,
    key_id_of,
)

KIND = Approval.Kind.KEYHOLDER_KEY
NEEDED = 2
"""Two open evidence together; with fewer there is none."""
WRAPPED_LEAST_BYTES = 28
State = Keyholder.State


def active() -> list[Keyholder]:
    """To whom evidence may be sealed now, by key id: agreed keys of coordinators who act."""
    return list(Keyholder.objects.active().select_related("person").order_by("key_id"))


def eligible(*left_out: Person | None) -> list[Keyholder]:
    """As :func:`active` without those persons: a reporter and a reported open nothing of theirs.

    With fewer than :data:`NEEDED` there is no evidence from the chat.
    """
    out = {person.pk for person in left_out if person is not None}
    return [keyholder for keyholder in active() if keyholder.person_id not in out]


def of(person: Person) -> list[Keyholder]:
    """This person's keys: the one in use, one that waits, earlier ones; the newest first."""
    return list(Keyholder.objects.filter(person=person).order_by("-made_at", "-pk"))


def make(*, by: Person, public_key: bytes, wrapped: bytes) -> Keyholder:
    """A new key, which waits for a second yes; one that waited already is forgotten.

    Raises ``not_a_coordinator``, ``bad_key``, ``key_known``. Asks for the yes at once where somebody
    can give it.
    """
    _check_coordinator(by)
    _check_key(public_key, wrapped)
    with transaction.atomic():
        one_at_a_time()
        _forget_waiting(by)
        keyholder = _stored(by, public_key, wrapped)
        record(Action.KEY_MADE, actor=by.alias, object=about(by.alias))
        if somebody_can_agree(by):
            approvals.ask(KIND, by=by, concerns=keyholder.pk)
    return keyholder


def ask(*, by: Person) -> Approval:
    """Ask for a second yes to one's waiting key. Raises as ``approvals.ask``."""
    waiting = Keyholder.objects.waiting().filter(person=by).first()
    return approvals.ask(KIND, by=by, concerns=waiting.pk if waiting else None)


def question_about(keyholder: Keyholder) -> Approval | None:
    """The open question whether this key may be used."""
    return Approval.objects.waiting().filter(kind=KIND, concerns=keyholder.pk).first()


def key_in_question(approval: Approval) -> Keyholder | None:
    """The key that a question is about, while it waits."""
    if approval.kind != KIND or approval.concerns is None:
        return None
    found = Keyholder.objects.waiting().filter(pk=approval.concerns, person=approval.asked_by_id)
    return found.select_related("person").first()


def somebody_can_agree(person: Person) -> bool:
    """Whether another coordinator acts now."""
    others = Role.objects.acting().filter(kind=Role.Kind.COORDINATOR).exclude(person=person)
    return others.exists()


def fetch(*, by: Person) -> list[Keyholder]:
    """One's own keys as they are wrapped, for another device; the record says that it was done.

    Raises ``not_a_coordinator``.
    """
    _check_coordinator(by)
    with transaction.atomic():
        if found := of(by):
            record(Action.KEY_FETCHED, actor=by.alias, object=about(by.alias))
    return found


def take_off(*, by: Person) -> None:
    """One's own keys are lost or in wrong hands: off the list now, without a second yes."""
    _check_coordinator(by)
    _delist(by, actor=by.alias)


def delist(person: Person) -> None:
    """This person holds keys no more: they are deleted, with the wrapped ones and all sealed to them.

    Nothing new opens; what was copied before can't be called back.
    """
    _delist(person, actor="")


def _delist(person: Person, *, actor: str) -> None:
    with transaction.atomic():
        one_at_a_time()
        _forget_waiting(person, tell=bool(actor))
        deleted, _rows = Keyholder.objects.filter(person=person).delete()
        if deleted:
            record(Action.KEY_DELISTED, actor=actor, object=about(person.alias))


@receiver(role_ended)
def _when_a_role_ends(*, role: Role, **_kwargs: Any) -> None:
    if role.kind == Role.Kind.COORDINATOR:
        delist(role.person)


def _forget_waiting(person: Person, *, tell: bool = True) -> None:
    """The waiting key with its question. ``tell``: the record says that it was taken back."""
    for question in Approval.objects.waiting().filter(kind=KIND, asked_by=person):
        if tell:
            approvals.take_back(question, by=person)
        else:
            question.delete()
    Keyholder.objects.waiting().filter(person=person).delete()


def _stored(by: Person, public_key: bytes, wrapped: bytes) -> Keyholder:
    try:
        with transaction.atomic():
            return Keyholder.objects.create(
                person=by,
                key_id=key_id_of(public_key),
                public_key=public_key,
                wrapped=wrapped,
            )
    except IntegrityError as error:
        raise DomainError(
            "key_known", _("This key is here already. Please make a new one.")
        ) from error


def _check_coordinator(by: Person) -> None:
    if not by.has_role(Role.Kind.COORDINATOR):
        raise DomainError("not_a_coordinator", _("Only a coordinator can do this."))


def _check_key(public_key: bytes, wrapped: bytes) -> None:
    try:
        if len(public_key) != PUBLIC_KEY_BYTES:
            raise ValueError("length")
        if not WRAPPED_LEAST_BYTES < len(wrapped) <= WRAPPED_MOST_BYTES:
            raise ValueError("length")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    except ValueError as problem:
        raise DomainError(
            "bad_key", _("The key did not arrive whole. Please make it again.")
        ) from problem


def _makes_sense(approval: Approval) -> bool:
    return key_in_question(approval) is not None


def _involves(approval: Approval, person: Person) -> bool:
    """Nobody: the one who asks is refused as such, and acting alone is marked in the record."""
    return False


def _carry_out(approval: Approval, second: Person | None) -> None:
    if (keyholder := key_in_question(approval)) is None:
        return
    person = keyholder.person
    earlier = Keyholder.objects.filter(person=person, state=State.ACTIVE)
    replaced = earlier.update(state=State.DELISTED)
    Keyholder.objects.filter(pk=keyholder.pk).update(state=State.ACTIVE)
    record(
        Action.KEY_REPLACED if replaced else Action.KEY_AGREED,
        actor=person.alias,
        second=second.alias if second else "",
        object=about(person.alias),
        reason=ALONE if approval.done_alone else "",
    )


RULES[KIND] = ApprovalRule(_makes_sense, _involves, _carry_out)
