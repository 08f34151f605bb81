"""Who has a role here, by alias. Nothing about when somebody was last here, and no order of merit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from warmline.people.models import Person, Role
from warmline.people.reviewing import is_due


@dataclass(frozen=True)
class RoleLine:
    """One role of one person. ``due``: nobody has looked at it for 90 days."""

    role: Role
    name: str
    status: str
    due: bool


@dataclass(frozen=True)
class PersonLine:
    person: Person
    roles: list[RoleLine]

    @property
    def due(self) -> bool:
        return any(line.due for line in self.roles)


def everybody(now: datetime) -> list[PersonLine]:
    """Everybody with a role, by alias."""
    found = sorted(_with_roles(), key=lambda person: person.alias.casefold())
    return [line(person, now) for person in found]


def with_roles(person_id: int) -> Person | None:
    """Somebody who has a role; a seeker is nobody here."""
    return _with_roles().filter(pk=person_id).first()


def line(person: Person, now: datetime) -> PersonLine:
    """A person of :func:`everybody` or :func:`with_roles`."""
    return PersonLine(person, [_role_line(role, now) for role in person.held])  # type: ignore[attr-defined]


def _with_roles() -> QuerySet[Person]:
    held = Role.objects.filter(ended_at=None).order_by("kind")
    return Person.objects.filter(pk__in=held.values("person")).prefetch_related(
        Prefetch("roles", queryset=held, to_attr="held")
    )


def _role_line(role: Role, now: datetime) -> RoleLine:
    return RoleLine(role, role.get_kind_display(), _status(role, now), is_due(role, now))


def _status(role: Role, now: datetime) -> str:
    lapsed = role.suspended_until is not None and role.suspended_until <= now
    if role.status == Role.Status.ACTIVE or (role.status == Role.Status.SUSPENDED and lapsed):
        return _("acting")
    return str(role.get_status_display())
