"""A seeker asks, waits, leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.availability import telling
from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.models import Person
from warmline.protocol import clock, topics
from warmline.rooms.models import Way
from warmline.safety import ladder
from warmline.support import allowance, plans
from warmline.support.models import Conversation, DayTotal, Offer, Request, Topic, Wait


def ask(
    seeker: Person,
    *,
    languages: list[str],
    ways: list[str] | None = None,
    about: Iterable[Topic] = (),
    own_words: str = "",
    content_note: str = "",
    extra_time: bool = False,
) -> Request:
    """Take a place in the queue; a seeker who has one already keeps it.

    ``about`` holds topics and shared backgrounds; none of them means *just to talk*.
    Raises ``already_talking`` when a talk of theirs is open, ``time_used`` when their allowance is,
    ``paused`` while they are held back, ``plan`` when the plan they agreed to names a later time.
    """
    with transaction.atomic():
        # One thing at a time for a seeker: what is looked up here stays so until it is committed.
        Person.objects.select_for_update().get(pk=seeker.pk)
        waiting = Request.objects.waiting().filter(seeker=seeker).first()
        if waiting:
            return waiting
        _may_ask(seeker, extra_time=extra_time)
        request = Request.objects.create(
            seeker=seeker,
            languages=languages,
            ways=ways or [Way.TEXT.value],
            own_words=own_words,
            content_note=content_note,
            extra_time=extra_time,
            new_here=is_new(seeker),
        )
        request.topics.set(about)
        publish(topics.MATCHER, "asked")
    return request


def is_new(seeker: Person) -> bool:
    """Has not talked here yet, as far as we know: of long ago we know only days."""
    talks = Conversation.objects.filter(seeker=seeker).exclude(started_at=None)
    return not (talks.exists() or DayTotal.objects.filter(person=seeker).exists())


def _may_ask(seeker: Person, *, extra_time: bool) -> None:
    if Conversation.objects.open().filter(seeker=seeker).exists():
        raise DomainError("already_talking", _("You are in a talk already."))
    if ladder.is_held_back(seeker):
        raise DomainError("paused", _("You can't ask for a talk at the moment."))
    if allowance.of(seeker, extra_time=extra_time).is_used_up:
        raise DomainError("time_used", _("You have used your time for today."))
    if plans.next_time(seeker) > clock.now():
        raise DomainError("plan", _("Your plan names a later time for the next talk."))


def seen(request: Request) -> None:
    """The waiting page reports; the first report lets offers go out."""
    before = request.seen_at
    Request.objects.waiting().filter(pk=request.pk).update(seen_at=clock.now())
    if before is None:
        publish(topics.MATCHER, "seen")


def leave(request: Request) -> None:
    """One tap, no reason: offers go back, and what was asked is deleted."""
    with transaction.atomic():
        if not Request.objects.waiting().filter(pk=request.pk).update(state=Request.State.LEFT):
            return
        withdraw_offers(request)
        telling.drop_wish(request.seeker)
        _remember_wait(request, met=False)
        Request.objects.filter(pk=request.pk).delete()


def expire(request: Request) -> None:
    """The page has been gone too long: the place is lost, the words are deleted, the row says so."""
    with transaction.atomic():
        closed = (
            Request.objects.gone(clock.now())
            .filter(pk=request.pk)
            .update(
                state=Request.State.EXPIRED, closed_at=clock.now(), own_words="", content_note=""
            )
        )
        if not closed:
            return
        request.topics.clear()
        withdraw_offers(request)
        _remember_wait(request, met=False)


def met(request: Request) -> None:
    """Somebody came: what the estimate learns from it."""
    _remember_wait(request, met=True)


def withdraw_offers(request: Request) -> None:
    """Whoever still looks at an offer of this request is told that it is over."""
    pending = Offer.objects.filter(request=request, state=Offer.State.PENDING)
    volunteers = list(pending.values_list("volunteer_id", flat=True))
    pending.update(state=Offer.State.WITHDRAWN, answered_at=clock.now())
    for volunteer in volunteers:
        publish(topics.person(volunteer), "offer")
    publish(topics.MATCHER, "withdrawn")


def _remember_wait(request: Request, *, met: bool) -> None:
    """Nobody's row: the hour, how long, whether somebody came. Not before a page has reported."""
    if request.seen_at is None and not met:
        return
    now = clock.now()
    end = now if met else (request.seen_at or now)
    Wait.objects.create(
        at=now.replace(minute=0, second=0, microsecond=0),
        seconds=max(0, int((end - request.made_at).total_seconds())),
        met=met,
        languages=request.languages,
    )


def overdue(now: datetime) -> list[Request]:
    """Requests whose page is gone."""
    return list(Request.objects.gone(now)[:200])
