"""Every quarter somebody else looks at each role: is it still right? (T11)"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import about, record
from warmline.core.errors import DomainError
from warmline.people.models import Person, Role
from warmline.protocol import clock

LOOKED_AT_EVERY = timedelta(days=90)


def is_due(role: Role, now: datetime) -> bool:
    """Nobody has looked at it for 90 days, nor was it given in that time."""
    return (role.reviewed_at or role.since) <= now - LOOKED_AT_EVERY


def still_right(role: Role, *, by: Person) -> None:
    """Another coordinator has looked at it. Raises ``not_a_coordinator``, ``involved``."""
    if not by.has_role(Role.Kind.COORDINATOR):
        raise DomainError("not_a_coordinator", _("Only a coordinator can do this."))
    if role.person_id == by.pk:
        raise DomainError("involved", _("Another coordinator has to look at your own roles."))
    with transaction.atomic():
        if Role.objects.filter(pk=role.pk, ended_at=None).update(reviewed_at=clock.now()):
            record(
                Action.ROLE_REVIEWED,
                actor=by.alias,
                object=about(role.person.alias),
                reason=role.kind,
            )
