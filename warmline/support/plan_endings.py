"""Whose role has ended is in no team of a shared plan any more."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from warmline.people.models import Role
from warmline.people.signals import role_ended
from warmline.support.services import planning


@receiver(role_ended, dispatch_uid="support.plans")
def leave_teams(*, role: Role, **_about: Any) -> None:
    if role.kind == Role.Kind.VOLUNTEER:
        planning.leave_teams(role.person)
