"""A volunteer is asked, and takes it or not. The seeker sees none of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from warmline.availability import telling
from warmline.availability.reachable_models import Reachable
from warmline.availability.telling_models import LIVES, Kind
from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.models import Person
from warmline.protocol import clock, topics
from warmline.rooms import languages
from warmline.rooms.models import Room, Way
from warmline.rules.models import Setting
from warmline.support import caps
from warmline.support.models import Conversation, Offer, Profile, Request, ThirdSeat, Topic
from warmline.support.services import asking

TO_ANSWER = LIVES[Kind.OFFER]
"""Who is asked by a notice has so long to answer: 3 minutes."""


def offer(request_id: int, volunteer_id: int, *, minutes: int) -> Offer | None:
    """Show a waiting request to one volunteer; None when either is no longer free."""
    now = clock.now()
    try:
        with transaction.atomic():
            waiting = (
                Request.objects.select_for_update()
                .waiting()
                .filter(pk=request_id)
                .values_list("pk", flat=True)
            )
            if not waiting:
                return None
            made = Offer.objects.create(
                request_id=request_id,
                volunteer_id=volunteer_id,
                minutes=minutes,
                expires_at=now + Setting.duration("offer_seconds"),
            )
            publish(topics.person(volunteer_id), "offer")
            return made
    except IntegrityError:
        return None


def reach(request_id: int, volunteer_id: int, *, minutes: int) -> Offer | None:
    """Ask a volunteer who is not on the page, by a notice that says nothing.

    None when either is no longer free, or they switched it off or were asked often enough today.
    Counted whether they answer or not.
    """
    now = clock.now()
    try:
        with transaction.atomic():
            waiting = Request.objects.select_for_update().waiting().filter(pk=request_id)
            reachable = Reachable.objects.select_related("person").filter(pk=volunteer_id).first()
            if not waiting.values_list("pk", flat=True) or reachable is None:
                return None
            made = Offer.objects.create(
                request_id=request_id,
                volunteer_id=volunteer_id,
                minutes=minutes,
                expires_at=now + TO_ANSWER,
                reached=True,
            )
            if not reachable.count(now):
                raise _SwitchedOffError
            telling.tell(reachable.person, Kind.OFFER, path=reverse("offer_opened", args=[made.pk]))
            publish(topics.person(volunteer_id), "offer")
            return made
    except (IntegrityError, _SwitchedOffError):
        return None


class _SwitchedOffError(Exception):
    """Between the look and the notice; the offer is not made."""


def stop_reaching(volunteer: Person) -> None:
    """Not asked by notices any more; one that is out goes on to somebody else."""
    Reachable.objects.filter(person=volunteer).update(on=False)
    telling.drop(volunteer, Kind.OFFER)
    for offered in Offer.objects.pending().filter(volunteer=volunteer, reached=True):
        not_now(offered, by=volunteer)


def take(offered: Offer, *, by: Person) -> Conversation:
    """Claim the request: one volunteer wins, everybody else's offer is withdrawn.

    Raises ``offer_over`` (too late, or somebody else was faster), ``enough_talks`` (own limit) and
    ``on_break`` (a break or a rest began, or a cap was reached, since the offer was made).
    """
    with transaction.atomic():
        within_own_limit(by)
        _answer(offered, by=by, state=Offer.State.TAKEN)
        claimed = (
            Request.objects.waiting()
            .filter(pk=offered.request_id)
            .update(state=Request.State.MATCHED)
        )
        if not claimed:
            raise _over()
        request = Request.objects.select_related("seeker").get(pk=offered.request_id)
        Person.objects.select_for_update().get(pk=request.seeker_id)
        if Conversation.objects.open().filter(seeker=request.seeker_id).exists():
            raise _over()
        asking.withdraw_offers(request)
        asking.met(request)
        conversation = _conversation(request, offered, volunteer=by)
        publish(topics.person(request.seeker_id), "matched")
        publish(topics.person(by.pk), "matched")
    return conversation


def not_now(offered: Offer, *, by: Person) -> None:
    """Pass; may be asked again after a while. Too late is fine too."""
    _pass(offered, by=by, state=Offer.State.NOT_NOW)


def no(offered: Offer, *, by: Person) -> None:
    """Pass for good, for this request. Too late is fine too."""
    _pass(offered, by=by, state=Offer.State.NO)


def expire_overdue(now: datetime) -> int:
    """Silence is not a no: the offer goes on to the next, and may come again. Returns how many."""
    overdue = list(Offer.objects.overdue(now)[:200])
    for late in overdue:
        changed = Offer.objects.filter(pk=late.pk, state=Offer.State.PENDING).update(
            state=Offer.State.EXPIRED, answered_at=now
        )
        if changed:
            publish(topics.person(late.volunteer_id), "offer")
    if overdue:
        publish(topics.MATCHER, "expired")
    return len(overdue)


def _pass(offered: Offer, *, by: Person, state: Offer.State) -> None:
    changed = Offer.objects.filter(
        pk=offered.pk, volunteer=by, state__in=[Offer.State.PENDING, Offer.State.EXPIRED]
    ).update(state=state, answered_at=clock.now())
    if changed:
        publish(topics.MATCHER, "passed")


def _answer(offered: Offer, *, by: Person, state: Offer.State) -> None:
    now = clock.now()
    changed = (
        Offer.objects.pending(now)
        .filter(pk=offered.pk, volunteer=by)
        .update(state=state, answered_at=now)
    )
    if not changed:
        raise _over()


def _over() -> DomainError:
    return DomainError(
        "offer_over",
        _("This one is over: the time was up, or somebody else is there already. Nothing is lost."),
    )


def within_own_limit(volunteer: Person) -> None:
    """Raises ``enough_talks`` and ``on_break``.

    Serialised on the volunteer's profile row, so that two offers taken at once count.
    """
    profile = Profile.objects.select_for_update().get(person=volunteer)
    open_talks = Conversation.objects.open().filter(volunteer=volunteer).count()
    open_talks += ThirdSeat.objects.taken().filter(taker=volunteer).count()
    if open_talks >= profile.talks_at_once:
        raise DomainError(
            "enough_talks",
            _("You are in as many talks as you said you want at once. End one first."),
        )
    limits, talks = caps.of(volunteer.pk)
    now = clock.now()
    if profile.rests(now) or limits.next_time(talks, now) > now:
        raise DomainError(
            "on_break", _("You have a break now, so this one goes to somebody else. Rest well.")
        )


def _conversation(request: Request, offered: Offer, *, volunteer: Person) -> Conversation:
    about = [topic for topic in request.topics.all() if topic.kind == Topic.Kind.TOPIC]
    room = Room.make(
        purpose=Room.Purpose.TALK,
        granted=timedelta(minutes=offered.minutes),
        seats=[("seeker", request.seeker), ("volunteer", volunteer)],
    )
    return Conversation.objects.create(
        room=room,
        request=request,
        seeker=request.seeker,
        volunteer=volunteer,
        way=Way.TEXT,
        language=_common_language(request, volunteer),
        topic_names=[topic.name for topic in about],
        heavy=any(topic.heavy for topic in about),
        minutes=offered.minutes,
    )


def _common_language(request: Request, volunteer: Person) -> str:
    """The seeker's best language that the volunteer has too, in the seeker's own tag."""
    spoken = Profile.objects.get(person=volunteer).languages
    for tag in request.languages:
        if any(languages.fits(tag, other, "text") for other in spoken):
            return str(tag)
    return ""
