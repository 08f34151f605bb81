"""*Tell me when someone is free*: a seeker leaves the page, keeps the place, and is told once.

Who is told learns what the waiting page would have said: that somebody who is ready fits by the hard
rules. Who is not told learns nothing: languages, topics, limits, breaks, others in the line and blocks
are all reasons for it, and a volunteer who passed is one among them.
"""

from __future__ import annotations

from datetime import datetime

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from warmline.availability import telling
from warmline.availability.telling_models import SEEKERS_KEPT, Kind, TellMe
from warmline.core.errors import DomainError
from warmline.core.push import Subscription
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.safety import ladder
from warmline.support import queue
from warmline.support.matching import Ready, Waiting, rules
from warmline.support.models import WAITS_AT_MOST, Request

_SALT = "warmline.support.calling_back"


def by_push(seeker: Person, to: Subscription) -> TellMe:
    """Tell this browser. Raises ``no_place`` when the seeker is not in the line."""
    with transaction.atomic():
        wish = _wish(seeker, email="")
        telling.switch_off(seeker, kind=Kind.FREE)
        telling.keep(seeker, to, kind=Kind.FREE, until=clock.now() + SEEKERS_KEPT)
    return wish


def by_mail(seeker: Person, email: str) -> TellMe:
    """Send one mail. Raises ``no_place`` when the seeker is not in the line."""
    with transaction.atomic():
        wish = _wish(seeker, email=email)
        telling.switch_off(seeker, kind=Kind.FREE)
    return wish


def _wish(seeker: Person, *, email: str) -> TellMe:
    """One a seeker: the later one counts and begins anew, under a number of its own, so that a link to
    the earlier one, which may have gone to somebody else, leads nowhere any more.
    """
    if not Request.objects.waiting().filter(seeker=seeker).exists():
        raise DomainError("no_place", _("You are not in the line any more. You can ask again."))
    TellMe.objects.filter(person=seeker).delete()
    wish = TellMe.objects.create(person=seeker, email=email, language=get_language() or "en")
    return wish


def take_back(seeker: Person) -> None:
    """Not told any more; the place in the line stays."""
    telling.drop_wish(seeker)


def wish_of(seeker: Person) -> TellMe | None:
    """What this seeker asked for and was not told yet."""
    return TellMe.objects.untold().filter(person=seeker).first()


def until(wish: TellMe, place: Request) -> datetime:
    """When the wish ends, told or not."""
    return min(wish.asked_at + SEEKERS_KEPT, place.made_at + WAITS_AT_MOST)


def awaited(token: str) -> Person | None:
    """Who may come back by this link now: told less than 10 minutes ago, and still in the line."""
    try:
        wish = TellMe.objects.live().exclude(told_at=None).get(pk=signing.loads(token, salt=_SALT))
    except (signing.BadSignature, TellMe.DoesNotExist):
        return None
    waits = Request.objects.waiting().filter(seeker=wish.person_id).exists()
    return wish.person if waits else None


def settle(now: datetime) -> None:
    """Drop wishes that are over, and tell those for whom somebody is free."""
    wishes = {wish.person_id: wish for wish in TellMe.objects.live(now).select_related("person")}
    if not wishes:
        return
    places = {place.seeker_id: place for place in _places(wishes, now)}
    for person, wish in wishes.items():
        place = places.get(person)
        if place is None or _is_back(wish, place):
            telling.drop_wish(wish.person)
    here = set(Request.objects.present(now).values_list("seeker_id", flat=True))
    absent = [
        place
        for person, place in places.items()
        if wishes[person].told_at is None and person not in here
    ]
    if absent:
        for place in _whose_turn(absent, wishes, places, now):
            _tell(wishes[place.seeker_id], now)


def _places(wishes: dict[int, TellMe], now: datetime) -> list[Request]:
    places = Request.objects.waiting().filter(seeker__in=wishes, made_at__gt=now - WAITS_AT_MOST)
    places = places.exclude(seeker__in=ladder.held_back())
    return list(places.prefetch_related("topics", "offers").order_by("made_at"))


def _is_back(wish: TellMe, place: Request) -> bool:
    return bool(wish.told_at and place.seen_at and place.seen_at > wish.told_at)


def _whose_turn(
    absent: list[Request], wishes: dict[int, TellMe], places: dict[int, Request], now: datetime
) -> list[Request]:
    """By their places in the line, as many as volunteers would be left by those who come before.

    Before them come whoever waits on the page, and whoever was told and is awaited.
    """
    now_ms = clock.to_ms(now)
    left = {ready.id: ready for ready in queue.ready_now(now)}
    told = [place for person, place in places.items() if wishes[person].told_at]
    for waiting in [*queue.waiting_now(now), *queue.as_waiting(told, now)]:
        left.pop(_somebody_for(waiting, left, now_ms), None)
    turn = []
    by_id = {place.pk: place for place in absent}
    for waiting in queue.as_waiting(absent, now):
        volunteer = _somebody_for(waiting, left, now_ms)
        if volunteer:
            left.pop(volunteer)
            turn.append(by_id[waiting.id])
    return turn


def _somebody_for(waiting: Waiting, left: dict[int, Ready], now_ms: int) -> int:
    """A volunteer who fits by the hard rules; 0 for none."""
    return next(
        (ready.id for ready in left.values() if rules.fits(waiting, ready, now_ms)),
        0,
    )


def _tell(wish: TellMe, now: datetime) -> None:
    with transaction.atomic():
        if TellMe.objects.filter(pk=wish.pk, told_at=None).update(told_at=now):
            token = signing.dumps(wish.pk, salt=_SALT)
            telling.tell(wish.person, Kind.FREE, path=reverse("tell_me_back", args=[token]))
