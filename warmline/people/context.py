"""What every template may know about who is signed in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from warmline.people.access import person_of
from warmline.people.models import Role


def roles(request: HttpRequest) -> dict[str, Any]:
    """``coordinator`` and ``volunteer``: whether somebody signed in acts as one, or rests; one query if asked."""
    held = SimpleLazyObject(lambda: _kinds(request))
    return {
        "coordinator": SimpleLazyObject(lambda: Role.Kind.COORDINATOR in held),
        "volunteer": SimpleLazyObject(lambda: Role.Kind.VOLUNTEER in held),
    }


def _kinds(request: HttpRequest) -> set[str]:
    person = person_of(request) if hasattr(request, "user") else None
    if person is None:
        return set()
    own = person.roles.acting() | person.roles.resting()
    return set(own.values_list("kind", flat=True))
