"""What a volunteer does in a crisis beside talking: the card, the handover, and a rest afterwards."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.models import Person
from warmline.protocol import clock, topics
from warmline.rooms.models import Seat, TalkClock
from warmline.rules.models import Community
from warmline.safety import countries
from warmline.support.models import Conversation, Profile
from warmline.support.services import resting

HANDOVER = timedelta(minutes=15)
"""At least so long both can go on after a crisis at level 2 or 3 (practice, section 6)."""
REST = timedelta(hours=12)
"""Offered after it in one tap, never forced (practice, section 9)."""
LONGER_BREAK = timedelta(hours=1)
"""Offered when a talk was tiring, beside the break that everybody has."""


def show_card(conversation: Conversation, *, by: Person) -> None:
    """The volunteer puts the crisis card on the seeker's screen; a country chosen there stays."""
    _only(conversation.volunteer_id, by)
    community = Community.current()
    country = community.country if community else ""
    with transaction.atomic():
        shown = Seat.objects.filter(
            room=conversation.room_id, person=conversation.seeker_id, card_country=""
        ).update(card_country=country)
        if shown:
            publish(topics.person(conversation.seeker_id), "card", room=conversation.room_id)


def choose_country(conversation: Conversation, country: str, *, by: Person) -> None:
    """The seeker wants another country's numbers on their card; without a card nothing happens."""
    _only(conversation.seeker_id, by)
    if country not in countries.codes():
        raise DomainError("no_such_country", _("We do not know this country. Please try again."))
    seat = Seat.objects.filter(room=conversation.room_id, person=by).exclude(card_country="")
    seat.update(card_country=country)


def hand_over(conversation: Conversation, *, by: Person) -> None:
    """There is time now: at least 15 minutes more, and from here on nothing counts. Once a talk."""
    _only(conversation.volunteer_id, by)
    with transaction.atomic():
        talk_clock = TalkClock.objects.get(pk=conversation.room_id)
        begun = (
            Conversation.objects.open()
            .filter(pk=conversation.room_id, handover_at=None)
            .exclude(started_at=None)
            .update(handover_at=clock.now(), handover_used_ms=talk_clock.used_ms)
        )
        if not begun:
            return
        missing = _until(talk_clock) + HANDOVER - _granted(conversation)
        if missing > timedelta(0):
            conversation.room.grant(missing)
        for person in (conversation.seeker_id, conversation.volunteer_id):
            publish(topics.person(person), "handover", room=conversation.room_id)


def rest(volunteer: Person, length: timedelta = REST) -> None:
    """Nothing is offered for 12 hours, or for a longer break; unless they end it."""
    with transaction.atomic():
        Profile.rest(volunteer, length)
        resting.stop_offers(volunteer)


def end_rest(volunteer: Person) -> None:
    Profile.rest(volunteer, None)


def _until(talk_clock: TalkClock) -> timedelta:
    """What the clock has used, with what it counts but has not written yet."""
    now_ms = clock.now_ms()
    if not talk_clock.runs(now_ms) or talk_clock.last_beat_ms is None:
        return talk_clock.used
    return talk_clock.used + timedelta(milliseconds=max(0, now_ms - talk_clock.last_beat_ms))


def _granted(conversation: Conversation) -> timedelta:
    conversation.room.refresh_from_db(fields=["granted_ms"])
    return timedelta(milliseconds=conversation.room.granted_ms or 0)


def _only(person_id: int, by: Person) -> None:
    if by.pk != person_id:
        raise DomainError("not_yours", _("Only the other person can do this."))
