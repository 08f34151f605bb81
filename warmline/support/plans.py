"""What an agreed plan means for asking and for matching. Without one, nothing.

A seeker with a plan can talk at the agreed times, and besides once every so many days. The days are
those of the seeker's own calendar, because of talks older than 24 hours nobody knows the hour. Crisis
help is always open, a crisis handover counts as no talk, and a talk that was cut may go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from warmline.people.models import Person
from warmline.protocol import clock
from warmline.support import frequency, plan_times
from warmline.support.allowance import Allowance
from warmline.support.models import Conversation
from warmline.support.plan_models import Plan, PlanMember


def in_force(seeker: Person) -> Plan | None:
    """The agreed plan of a seeker that has not lapsed."""
    now = clock.now()
    plan = Plan.objects.agreed().filter(seeker=seeker).first()
    return None if plan is None or _lapsed(plan, now) else plan


def next_time(seeker: Person, now: datetime | None = None) -> datetime:
    """When their plan lets a seeker talk: now, or from when. Without a plan, now."""
    now = now or clock.now()
    plan = in_force(seeker)
    if plan is None or frequency.goes_on(seeker, now):
        return now
    return from_when(plan, now, talked_on=plan.talked_on)


def next_talk(seeker: Person, has: Allowance) -> datetime | None:
    """When both the allowance and a plan let a seeker talk; None if the allowance never does."""
    at = has.next_time
    return None if at is None else next_time(seeker, at)


def after_a_talk(seeker: Person, at: datetime, *, ends: datetime | None) -> datetime:
    """The first moment from ``at`` on after a talk that will end at ``ends``; None if it will not count."""
    plan = in_force(seeker)
    if plan is None:
        return at
    talked_on = plan.today(ends) if ends else plan.talked_on
    return from_when(plan, at, talked_on=talked_on)


def from_when(plan: Plan, now: datetime, *, talked_on: date | None) -> datetime:
    """The first moment from ``now`` on that an agreed plan leaves open."""
    if talked_on is None:
        return now
    free = talked_on + timedelta(days=plan.interval_days)
    begins = datetime.combine(free, time(), plan.time_zone).astimezone(UTC)
    agreed = plan_times.next_begin(plan.windows, plan.time_zone, now)
    moments = [begins] if agreed is None else [begins, agreed]
    return max(now, min(moments))


def note(talk: Conversation) -> None:
    """A talk has ended: the plan keeps its day, if it counts."""
    plan = Plan.objects.agreed().filter(seeker=talk.seeker_id).first()
    if plan is None:
        return
    fresh = Conversation.objects.select_related("room__talk_clock").get(pk=talk.pk)
    used = {"used_on": clock.now().date()}
    if frequency.counts(fresh):
        used["talked_on"] = plan.today()
    Plan.objects.filter(pk=plan.pk).update(**used)


def teams(seekers: Iterable[int], now: datetime) -> dict[int, frozenset[int]]:
    """The volunteers each of these seekers agreed on, while an agreed time is on; two queries.

    A plan without agreed times has its team at all times.
    """
    plans = Plan.objects.agreed().filter(seeker__in=list(seekers))
    on = {plan.pk: plan.seeker_id for plan in plans if _is_on(plan, now)}
    found: dict[int, set[int]] = defaultdict(set)
    yes = PlanMember.objects.filter(plan__in=on, answer=PlanMember.Answer.YES)
    for plan, person in yes.values_list("plan", "person"):
        found[on[plan]].add(person)
    return {seeker: frozenset(team) for seeker, team in found.items()}


def _is_on(plan: Plan, now: datetime) -> bool:
    if _lapsed(plan, now):
        return False
    return not plan.windows or plan_times.is_on(plan.windows, plan.time_zone, now)


def _lapsed(plan: Plan, now: datetime) -> bool:
    return plan.used_on <= (now - Plan.LAPSES_AFTER).date()
