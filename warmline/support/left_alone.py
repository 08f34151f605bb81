"""Seekers whom blocks leave with nobody: the desk hears how many, never who."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from warmline.people.models import Role
from warmline.rooms.languages import fit_keys
from warmline.safety.models import Block
from warmline.support.models import Profile, Request, Topic, TopicLevel


@dataclass(frozen=True)
class Listener:
    """What a volunteer can do, whether they are ready now or not."""

    id: int
    cells: frozenset[object]
    accepts: frozenset[int]
    takes_new: bool


def left_with_nobody() -> int:
    """How many who wait fit at least one volunteer, but only such as they are kept apart from."""
    apart = _apart()
    waiting = Request.objects.waiting().filter(seeker__in=apart).prefetch_related("topics")
    if not apart or not waiting:
        return 0
    listeners = _listeners()
    return sum(_is_left_alone(request, listeners, apart[request.seeker_id]) for request in waiting)


def _is_left_alone(request: Request, listeners: list[Listener], apart: set[int]) -> bool:
    fitting = {each.id for each in listeners if _fits(request, each)}
    return bool(fitting) and fitting <= apart


def _fits(request: Request, listener: Listener) -> bool:
    topics = {topic.pk for topic in request.topics.all() if topic.kind == Topic.Kind.TOPIC}
    return (
        not listener.cells.isdisjoint(fit_keys(request.languages, request.ways))
        and topics <= listener.accepts
        and (listener.takes_new or not request.new_here)
    )


def _apart() -> dict[int, set[int]]:
    apart: dict[int, set[int]] = defaultdict(set)
    pairs = Block.objects.filter(seeker__in=Request.objects.waiting().values("seeker"))
    for seeker, volunteer in pairs.values_list("seeker", "volunteer"):
        apart[seeker].add(volunteer)
    return apart


def _listeners() -> list[Listener]:
    acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER).values("person")
    profiles = Profile.objects.filter(person__in=acting).exclude(topics_seen_at=None)
    accepts: dict[int, set[int]] = defaultdict(set)
    levels = TopicLevel.objects.exclude(level=TopicLevel.Level.PLEASE_NOT)
    for person, topic in levels.values_list("person", "topic"):
        accepts[person].add(topic)
    return [
        Listener(
            id=profile.person_id,
            cells=frozenset(fit_keys(profile.languages, profile.ways)),
            accepts=frozenset(accepts[profile.person_id]),
            takes_new=profile.takes_new_people,
        )
        for profile in profiles
    ]
