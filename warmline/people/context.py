"""What every template may know about who is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from warmline.people import alone, recovery
from warmline.people.access import person_of
from warmline.people.models import Account, Recovery, Role


def roles(request: HttpRequest) -> dict[str, Any]:
    """``coordinator`` and ``volunteer``: whether somebody signed in acts as one, or rests; one
    query if asked.

    ``alone_notice``: a coordinator's notice that they act alone, for everybody with a role.
    ``recoveries``: ways back into the account that somebody asked for, to be shown in all its sessions.
    """
    held = SimpleLazyObject(lambda: _kinds(request))
    return {
        "coordinator": SimpleLazyObject(lambda: Role.Kind.COORDINATOR in held),
        "volunteer": SimpleLazyObject(lambda: Role.Kind.VOLUNTEER in held),
        "alone_notice": SimpleLazyObject(alone.current),
        "recoveries": SimpleLazyObject(lambda: _recoveries(request)),
    }


def _kinds(request: HttpRequest) -> set[str]:
    person = person_of(request) if hasattr(request, "user") else None
    if person is None:
        return set()
    own = person.roles.acting() | person.roles.resting()
    return set(own.values_list("kind", flat=True))


def _recoveries(request: HttpRequest) -> list[Recovery]:
    account = getattr(request, "user", None)
    return recovery.going_on(account) if isinstance(account, Account) else []
