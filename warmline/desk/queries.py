"""What the desk shows. Coordinators see volunteers by alias, seekers not at all, and no words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum
from django.utils.translation import get_language, gettext

from warmline.availability.models import Readiness
from warmline.people.models import Invitation
from warmline.rooms import languages
from warmline.rooms.models import Way
from warmline.support.models import Answer, Conversation, Letter, Request
from warmline.support.services import lettering

FEWEST_SHOWN = 5
"""Counts of people's answers below this are not shown: they could point to somebody."""
LOOKS_BACK = timedelta(days=7)


@dataclass(frozen=True)
class ReadyLine:
    """A volunteer who is ready now."""

    alias: str
    minutes_left: int
    languages: list[str]


@dataclass(frozen=True)
class WaitingLine:
    """Somebody who waits: how long, in which languages and ways; not who and not what about."""

    minutes: int
    languages: list[str]
    ways: list[str]
    present: bool


@dataclass(frozen=True)
class Helped:
    """Answers to *did this help?* of the last 7 days; ``None`` where they are too few to show."""

    yes: int
    a_little: int
    no: int

    @property
    def total(self) -> int:
        return self.yes + self.a_little + self.no


def ready(now: datetime) -> list[ReadyLine]:
    """Who is ready, the one with the most time first."""
    found = Readiness.objects.in_effect(now).select_related("person__profile").order_by("-until")
    return [
        ReadyLine(
            alias=readiness.person.alias,
            minutes_left=readiness.minutes_left,
            languages=_names(_profile_languages(readiness)),
        )
        for readiness in found
    ]


def waiting(now: datetime) -> list[WaitingLine]:
    """Who waits, the longest first; whoever has lost their place is not among them."""
    found = Request.objects.waiting().order_by("made_at")
    gone = set(Request.objects.gone(now).values_list("pk", flat=True))
    present = set(Request.objects.present(now).values_list("pk", flat=True))
    return [
        WaitingLine(
            minutes=(now - request.made_at) // timedelta(minutes=1),
            languages=_names(request.languages),
            ways=[str(Way(way).label) for way in request.ways if way in Way.values],
            present=request.pk in present,
        )
        for request in found
        if request.pk not in gone
    ]


def letter_hours(now: datetime) -> list[int]:
    """For how many whole hours each letter waits for its answer, the oldest first; and nothing else."""
    lettering.settle(now)
    waiting_letters = Letter.objects.unanswered().order_by("sent_at")
    return [
        (now - sent_at) // timedelta(hours=1)
        for sent_at in waiting_letters.values_list("sent_at", flat=True)
    ]


def talks_now() -> int:
    """How many talks are open."""
    return Conversation.objects.open().count()


def invitations(now: datetime) -> QuerySet[Invitation]:
    """Links that still work, the newest first."""
    return Invitation.objects.open(now).select_related("made_by").order_by("-made_at")


def helped(now: datetime) -> Helped | None:
    """The week's answers, or None below :data:`FEWEST_SHOWN`."""
    rows = Answer.objects.filter(day__gt=(now - LOOKS_BACK).date()).values("choice")
    sums = {row["choice"]: row["sum"] for row in rows.annotate(sum=Sum("count"))}
    counts = Helped(**{choice.value: sums.get(choice.value, 0) for choice in Answer.Choice})
    return counts if counts.total >= FEWEST_SHOWN else None


def _profile_languages(readiness: Readiness) -> list[str]:
    profile = getattr(readiness.person, "profile", None)
    return list(profile.languages) if profile else []


def _names(tags: list[str]) -> list[str]:
    ui = get_language() or "en"
    return [languages.name(tag, ui, gettext) for tag in tags if languages.is_known(tag)]
