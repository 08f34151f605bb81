"""Ending a role: what hangs on it ends at once (threat T11)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import about, record
from warmline.core.errors import DomainError
from warmline.people import factors, sessions
from warmline.people.models import Account, Role
from warmline.people.signals import role_ended
from warmline.protocol import clock


def end_role(role: Role, *, by: str, second: str = "", reason: str = "", but: str = "") -> None:
    """End a role, every session of its account, their sockets and what goes on, in one transaction.

    ``by`` and ``second`` are aliases, ``reason`` a code. ``but``: the stored key of the session from
    which somebody ends one of several own roles; its sockets close, and it stays. A role that has
    ended stays as it is. Raises ``last_coordinator``.
    """
    with transaction.atomic():
        _check_somebody_stays(role)
        ended = Role.objects.filter(pk=role.pk, ended_at=None).update(ended_at=clock.now())
        if not ended:
            return
        role.refresh_from_db()
        role_ended.send(sender=Role, role=role)
        account = Account.objects.filter(person=role.person_id).first()
        if account is not None:
            sessions.end_all(account, but=but)
            if but:
                sessions.close_sockets(but)
            _forget_keys(account)
        record(
            Action.ROLE_ENDED,
            actor=by,
            second=second,
            object=about(role.person.alias),
            rule=role.kind,
            reason=reason,
        )


def _forget_keys(account: Account) -> None:
    """With the last role go password, second factors, address and ways back: nobody signs in any more."""
    if account.person.roles.filter(ended_at=None).exists():
        return
    factors.remove_all(account)
    account.recoveries.all().delete()
    account.email = ""
    account.set_unusable_password()
    account.save(update_fields=["email", "password"])


def _check_somebody_stays(role: Role) -> None:
    """Without a coordinator nobody could invite one. The rows are held, so that two cannot both go."""
    if role.kind != Role.Kind.COORDINATOR or role.ended_at:
        return
    kept = Role.objects.filter(kind=Role.Kind.COORDINATOR, ended_at=None).select_for_update()
    if not [other for other in kept if other.pk != role.pk]:
        raise DomainError(
            "last_coordinator",
            _("There is no other coordinator. Please invite somebody first. Then you can stop."),
        )
