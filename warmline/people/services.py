"""Getting in: by the first run, or by an invitation."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import ALONE, about, codes, record
from warmline.core.errors import DomainError
from warmline.people import aliases
from warmline.people.models import Account, Invitation, Person, Role
from warmline.rules.models import Community

log = logging.getLogger(__name__)

COORDINATORS_NAMED_ALONE = 2
"""The first coordinator names the second alone; from the third on two must agree (T10)."""


def make_account(*, username: str, password: str, alias: str, kinds: list[Role.Kind]) -> Account:
    """A person with an account and roles. Raises ``name_taken`` or ``alias_taken``."""
    return _store(Account(username=username, password=make_password(password)), alias, kinds)


def join(
    invitation: Invitation, *, username: str, password: str, alias: str, volunteers: bool = False
) -> Account:
    """Use an invitation up and become what it says; of two at once one gets in.

    Raises ``invitation_over``, ``name_taken``, ``alias_taken`` or ``enough_coordinators``.
    """
    kinds = [Role.Kind(invitation.kind)]
    if volunteers and Role.Kind.VOLUNTEER not in kinds:
        kinds.append(Role.Kind.VOLUNTEER)
    account = Account(username=username, password=make_password(password))
    with transaction.atomic():
        _use_up(invitation)
        stored = _store(account, alias, kinds)
        _record_joining(invitation, alias, kinds)
        return stored


def take_on(invitation: Invitation, *, by: Person) -> None:
    """Somebody who has an account takes one more role on. Raises as :func:`join`, or ``has_role``."""
    with transaction.atomic():
        if by.roles.filter(kind=invitation.kind, ended_at=None).exists():
            raise DomainError(
                "has_role",
                _("You have this role already. Pass the link on to the person it is for."),
            )
        _use_up(invitation)
        Role.objects.create(person=by, kind=invitation.kind)
        _record_joining(invitation, by.alias, [Role.Kind(invitation.kind)])


def invite(*, kind: str, by: Person, note: str = "") -> tuple[Invitation, str]:
    """Make an invitation; its code is returned, to be shown once.

    Raises ``not_a_coordinator`` or ``enough_coordinators``.
    """
    if not by.has_role(Role.Kind.COORDINATOR):
        raise DomainError("not_a_coordinator", _("Only a coordinator can invite."))
    if kind == Role.Kind.COORDINATOR:
        _check_room_for_a_coordinator()
    with transaction.atomic():
        invitation, code = Invitation.make(kind=kind, by=by, note=note)
        record_invitation(invitation)
    return invitation, code


def record_invitation(invitation: Invitation) -> None:
    """Note that it was made, and who agreed."""
    _record_invitation(invitation, Action.INVITED, f"invitation:{invitation.pk}", invitation.kind)


def withdraw(invitation_id: int, *, by: Person) -> None:
    """Make a link that was not used stop working; one that is over already stays over."""
    if not by.has_role(Role.Kind.COORDINATOR):
        raise DomainError("not_a_coordinator", _("Only a coordinator can withdraw an invitation."))
    with transaction.atomic():
        found = Invitation.objects.open().select_for_update().filter(pk=invitation_id).first()
        if found is None:
            return
        found.delete()
        record(
            Action.INVITATION_WITHDRAWN,
            actor=by.alias,
            object=f"invitation:{invitation_id}",
            reason=found.kind,
        )


def kinds_to_invite() -> list[Role.Kind]:
    """The roles one coordinator may invite for now."""
    kinds = [Role.Kind.VOLUNTEER]
    if coordinators() < COORDINATORS_NAMED_ALONE:
        kinds.append(Role.Kind.COORDINATOR)
    return kinds


def coordinators() -> int:
    """How many there are, resting or suspended ones too: it is who holds the power."""
    return Role.objects.filter(kind=Role.Kind.COORDINATOR, ended_at=None).count()


def mail_invitation(address: str, *, link: str, community: str) -> bool:
    """Send a link to an address that is not kept; False when no mail server took it."""
    message = EmailMessage(
        subject=_("An invitation"),
        body=_(
            "Somebody invited you to {community}.\n\n"
            "Open this link to see what for. It works once and for 7 days.\n\n{link}\n\n"
            "If you did not expect this, you can ignore it."
        ).format(community=community, link=link),
        to=[address],
    )
    if not settings.EMAIL_ENABLED:
        return False
    try:
        return message.send() == 1
    except (OSError, smtplib.SMTPException) as error:
        log.warning("An invitation was not mailed (%s).", type(error).__name__)
        return False


def alias_is_taken(alias: str) -> bool:
    """Whether an account has an alias that people would mix up with this one."""
    wanted = aliases.looks_like(alias)
    held = Person.objects.exclude(account=None).values_list("alias", flat=True)
    return any(aliases.looks_like(other) == wanted for other in held.iterator())


def free_alias() -> str:
    """A suggestion that no account has; after ten tries whatever came."""
    for _try in range(10):
        alias = aliases.suggest()
        if not alias_is_taken(alias):
            break
    return alias


def _store(account: Account, alias: str, kinds: list[Role.Kind]) -> Account:
    """Keep an account whose password is hashed already: hashing is slow and others wait to write."""
    try:
        with transaction.atomic():
            one_at_a_time()
            if alias_is_taken(alias):
                raise DomainError(
                    "alias_taken",
                    _("Somebody here has this name already. Please choose another."),
                )
            account.person = Person.objects.create(alias=alias)
            account.username = account.username.lower()
            account.save(force_insert=True)
            Role.objects.bulk_create(Role(person=account.person, kind=kind) for kind in kinds)
    except IntegrityError as error:
        raise DomainError(
            "name_taken", _("This sign-in name was just taken. Please choose another.")
        ) from error
    return account


def _record_joining(invitation: Invitation, alias: str, kinds: list[Role.Kind]) -> None:
    """Who invited gives the role; a volunteer's role taken on besides comes with it."""
    for kind in kinds:
        _record_invitation(invitation, Action.ROLE_GIVEN, about(alias), kind)


def _record_invitation(invitation: Invitation, action: str, object_: str, kind: str) -> None:
    record(
        action,
        actor=invitation.made_by.alias,
        second=invitation.second,
        object=object_,
        reason=codes(kind, ALONE if invitation.done_alone else ""),
    )


def _use_up(invitation: Invitation) -> None:
    one_at_a_time()
    invitation.claim()
    if invitation.kind == Role.Kind.COORDINATOR and invitation.agreed_by_id is None:
        _check_room_for_a_coordinator()


def one_at_a_time() -> None:
    """Hold the community's row, so that counts and names stay true until the commit."""
    Community.objects.select_for_update().first()


def _check_room_for_a_coordinator() -> None:
    if coordinators() >= COORDINATORS_NAMED_ALONE:
        raise DomainError(
            "enough_coordinators",
            _("There are two coordinators. From the third on, two coordinators must agree."),
        )
