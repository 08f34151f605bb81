"""Who waits and who is ready, read from the database as matching sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from warmline.availability.models import Readiness
from warmline.availability.reachable_models import now_reachable
from warmline.people.models import Person
from warmline.protocol import clock
from warmline.rooms.models import Way
from warmline.rules import acceptance
from warmline.rules.models import Setting
from warmline.safety import ladder
from warmline.safety.models import Block
from warmline.support import allowance, caps, plans
from warmline.support.matching import Ready, Waiting, rules
from warmline.support.matching.reaching import Out
from warmline.support.models import Conversation, Offer, Profile, Request, Topic, TopicLevel

State = Offer.State
A_DAY = timedelta(days=1)


def waiting_now(now: datetime) -> list[Waiting]:
    """Every request that may get offers now; four queries, however many wait."""
    present = Request.objects.present(now).exclude(seeker__in=ladder.held_back())
    present = present.prefetch_related("topics", "offers")
    return _as_waiting(list(present), now)


def ready_now(now: datetime) -> list[Ready]:
    """Every volunteer who is ready now, with what is left of their own limits."""
    ready = Readiness.objects.in_effect(now).values_list("person", "until")
    return _able(dict(ready), now)


def reachable_now(now: datetime) -> tuple[list[Ready], dict[int, int]]:
    """Volunteers who may be asked by a notice now; and by volunteer, how many were today.

    Not who is ready, or has not said yes to the rules in force. The hours they chose say when they
    may be asked and never cut a talk.
    """
    found = {each.person_id: each for each in now_reachable(now)}
    for person in Readiness.objects.in_effect(now).filter(person__in=found):
        del found[person.person_id]
    able = _able(dict.fromkeys(found, now + A_DAY), now)
    people = Person.objects.in_bulk([each.id for each in able])
    agreed = [
        each
        for each in able
        if acceptance.is_up_to_date(people[each.id].alias, people[each.id].made_at)
    ]
    return agreed, {each.id: found[each.id].asked_today(now) for each in agreed}


def reached_out(requests: Iterable[int]) -> dict[int, Out]:
    """Notices about these requests, those of them that have any."""
    out: dict[int, Out] = {}
    rows = Offer.objects.filter(reached=True, request__in=list(requests)).order_by("made_at")
    for request, made_at, state in rows.values_list("request", "made_at", "state"):
        first, waiting = out.get(request, Out(clock.to_ms(made_at), 0))
        out[request] = Out(first, waiting + (state == State.PENDING))
    return out


def _able(readiness: dict[int, datetime], now: datetime) -> list[Ready]:
    """These volunteers with what is left of their own limits, each until an instant."""
    profiles = Profile.objects.filter(person__in=readiness).exclude(topics_seen_at=None)
    profiles = profiles.exclude(person__in=ladder.held_back())
    profiles = profiles.exclude(rest_until__gt=now)
    levels = _levels(readiness)
    talks, days = _talks(readiness, now), caps.of_days(readiness, now)
    thirds = caps.as_third(readiness)
    busy = _offered_elsewhere(now)
    numbers = Setting.all_numbers()
    return [
        _as_ready(
            profile, readiness[profile.person_id], levels, talks, days, thirds, busy, numbers, now
        )
        for profile in profiles
    ]


def somebody_fits(request: Request, now: datetime | None = None) -> bool:
    """Whether a ready volunteer fits a request by the hard rules, whatever was answered before."""
    now = now or clock.now()
    request = Request.objects.prefetch_related("topics", "offers").get(pk=request.pk)
    waiting = next(iter(_as_waiting([request], now)), None)
    if waiting is None:
        return False
    now_ms = clock.to_ms(now)
    return any(
        rules.fits(waiting, ready, now_ms) or ready.id in waiting.offered
        for ready in ready_now(now)
    )


def as_waiting(requests: list[Request], now: datetime) -> list[Waiting]:
    """Requests in the line as matching would see them, whether their page reports or not."""
    return _as_waiting(requests, now)


def _as_waiting(requests: list[Request], now: datetime) -> list[Waiting]:
    numbers = Setting.all_numbers()
    longest = timedelta(minutes=numbers["talk_minutes_text"])
    pause = timedelta(minutes=numbers["ask_again_minutes"])
    apart = _apart_from(request.seeker_id for request in requests)
    teams = plans.teams((request.seeker_id for request in requests), now)
    with_extra = {request.seeker_id for request in requests if request.extra_time}
    allowances = allowance.of_many((each.seeker_id for each in requests), with_extra, now)
    return [
        replace(
            _one_waiting(request, minutes, pause, apart[request.seeker_id], now),
            team=teams.get(request.seeker_id, frozenset()),
        )
        for request in requests
        if (minutes := _minutes(request, allowances[request.seeker_id], longest))
        >= allowance.SHORTEST // timedelta(minutes=1)
    ]


def _minutes(request: Request, has: allowance.Allowance, longest: timedelta) -> int:
    """How long the seeker can talk: what is left of their allowance, within the longest talk."""
    cap = allowance.stretched(longest) if request.extra_time else longest
    return min(cap // timedelta(minutes=1), has.minutes_left(Way(request.ways[0])))


def _apart_from(seekers: Iterable[int]) -> dict[int, set[int]]:
    """Volunteers whom each of these seekers is never brought together with."""
    apart: dict[int, set[int]] = defaultdict(set)
    pairs = Block.objects.filter(seeker__in=list(seekers)).values_list("seeker", "volunteer")
    for seeker, volunteer in pairs:
        apart[seeker].add(volunteer)
    return apart


def _one_waiting(
    request: Request, minutes: int, pause: timedelta, apart: set[int], now: datetime
) -> Waiting:
    topics, offers = list(request.topics.all()), list(request.offers.all())
    again = {
        offer.volunteer_id: clock.to_ms((offer.answered_at or offer.expires_at) + pause)
        for offer in sorted(offers, key=lambda offer: offer.made_at)
        if offer.state in (State.NOT_NOW, State.EXPIRED)
    }
    pending = [
        offer
        for offer in offers
        if offer.state == State.PENDING and offer.expires_at > now and not offer.reached
    ]
    return Waiting(
        id=request.pk,
        seeker=request.seeker_id,
        languages=tuple(request.languages),
        ways=tuple(request.ways),
        topics=frozenset(topic.pk for topic in topics if topic.kind == Topic.Kind.TOPIC),
        heavy=any(topic.heavy for topic in topics),
        backgrounds=frozenset(topic.pk for topic in topics if topic.kind == Topic.Kind.BACKGROUND),
        since_ms=clock.to_ms(request.made_at),
        minutes=minutes,
        new_here=request.new_here,
        first_offer_ms=min(
            (clock.to_ms(offer.made_at) for offer in offers if not offer.reached), default=None
        ),
        offered=frozenset(offer.volunteer_id for offer in pending),
        said_no=frozenset(offer.volunteer_id for offer in offers if offer.state == State.NO),
        ask_again=again,
        blocked=frozenset(apart),
    )


def _as_ready(
    profile: Profile,
    until: datetime,
    levels: dict[int, dict[str, set[int]]],
    talks: dict[int, list[Conversation]],
    days: dict[int, list[caps.Talked]],
    thirds: dict[int, list[caps.Talked]],
    busy: set[int],
    numbers: dict[str, int],
    now: datetime,
) -> Ready:
    person, own = profile.person_id, levels[profile.person_id]
    lately = talks[person]
    limits = caps.of_profile(numbers, profile)
    joined = thirds.get(person, [])
    talked = caps.talked(lately, [*days.get(person, []), *joined])
    pause = limits.on_break_until(talked)
    rests = person in busy or (pause is not None and pause > now)
    pair_limit = now - timedelta(days=numbers["same_pair_days"])
    open_talks = sum(1 for talk in lately if talk.ended_at is None)
    open_talks += sum(1 for one in joined if one.ended is None)
    ended = [talk for talk in lately if talk.ended_at and talk.started_at]
    last = max(ended, key=lambda talk: talk.ended_at or now, default=None)
    return Ready(
        id=person,
        languages=tuple(profile.languages),
        ways=tuple(way for way in profile.ways if way in set(Way)),
        been_there=frozenset(own["been_there"]),
        can_listen=frozenset(own["can_listen"]),
        backgrounds=frozenset(own["backgrounds"]),
        room_for=0 if rests else max(0, profile.talks_at_once - open_talks),
        minutes_left=min(
            limits.left(talked, now) // timedelta(minutes=1),
            -(-(until - now) // timedelta(minutes=1)),
        ),
        longest_talk=profile.longest_talk,
        takes_new=profile.takes_new_people,
        until_ms=clock.to_ms(until),
        talks_lately=len(lately),
        last_talk_ms=clock.to_ms(last.ended_at) if last and last.ended_at else None,
        last_talk_heavy=bool(last and last.heavy),
        met_lately=frozenset(
            talk.seeker_id for talk in lately if talk.started_at and talk.started_at > pair_limit
        ),
    )


def _levels(persons: Iterable[int]) -> dict[int, dict[str, set[int]]]:
    levels: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    rows = TopicLevel.objects.filter(person__in=list(persons)).exclude(
        level=TopicLevel.Level.PLEASE_NOT
    )
    for person, topic, level, kind in rows.values_list("person", "topic", "level", "topic__kind"):
        group = "backgrounds" if kind == Topic.Kind.BACKGROUND else level
        levels[person][group].add(topic)
    return levels


def _talks(persons: Iterable[int], now: datetime) -> dict[int, list[Conversation]]:
    """Talks of the last 7 days and open ones, by volunteer."""
    talks: dict[int, list[Conversation]] = defaultdict(list)
    week = Q(ended_at=None) | Q(ended_at__gt=now - timedelta(days=7))
    found = Conversation.objects.filter(week, volunteer__in=list(persons))
    for talk in found.select_related("room", "room__talk_clock"):
        talks[talk.volunteer_id].append(talk)
    return talks


def _offered_elsewhere(now: datetime) -> set[int]:
    """Volunteers asked by a notice, or who look at an offer of a request whose page is silent."""
    pending = Offer.objects.filter(state=State.PENDING, request__state=Request.State.WAITING)
    absent = pending.filter(Q(reached=True) | ~Q(request__in=Request.objects.present(now)))
    return set(absent.values_list("volunteer_id", flat=True))
