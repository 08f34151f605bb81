"""A shared plan, from the invitation to its end. Nothing about anybody changes before they agree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from warmline.core.errors import DomainError
from warmline.core.realtime import publish
from warmline.people.models import Person, Role
from warmline.people.saved import is_saved
from warmline.protocol import clock, topics
from warmline.rules.models import Setting
from warmline.safety.models import Block
from warmline.support import frequency
from warmline.support.models import Profile
from warmline.support.plan_models import Plan, PlanAnswer, PlanMember, Wish
from warmline.support.plan_times import Window

State, Answer = Plan.State, PlanMember.Answer


def of(seeker: Person) -> Plan | None:
    """The plan of a seeker, in whatever state; one that was not used for 12 weeks is none."""
    plan = Plan.objects.filter(seeker=seeker).first()
    if plan is not None and Plan.objects.idle(clock.now()).filter(pk=plan.pk).exists():
        _end(plan)
        return None
    return plan


def is_invited(seeker: Person) -> bool:
    """Whether we would like to make a plan: they came often, have none, and did not answer lately."""
    return (
        not Plan.objects.filter(seeker=seeker).exists()
        and not PlanAnswer.is_quiet(seeker, clock.now())
        and frequency.is_reached(seeker)
    )


def answer_invitation(seeker: Person, kind: PlanAnswer.Kind) -> None:
    """Not now, or no: neither changes anything, and we stop asking for a while."""
    PlanAnswer.keep(seeker, kind)


def wish(
    seeker: Person,
    *,
    zone: str,
    languages: list[str],
    times: Iterable[Window],
    supports: list[str],
) -> Plan:
    """A seeker would like a plan; again is fine as long as nobody has proposed anything.

    Raises ``not_saved`` for who could not be found again, ``not_invited`` for who has not come often,
    and ``plan_there`` when one goes on already.
    """
    if not is_saved(seeker):
        raise DomainError("not_saved", _("First let us remember you here. Then we make a plan."))
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=seeker.pk)
        known = Plan.objects.filter(seeker=seeker).first()
        if known is None and not is_invited(seeker):
            raise DomainError("not_invited", _("There is no invitation to a plan just now."))
        if known is not None and known.state != State.WISHED:
            raise DomainError("plan_there", _("There is a plan already."))
        plan, _made = Plan.objects.update_or_create(
            seeker=seeker,
            defaults={
                "zone": zone,
                "languages": languages,
                "times": _as_rows(times),
                "supports": supports,
                "interval_days": Setting.number("plan_interval_days"),
                "review_weeks": Setting.number("plan_review_weeks"),
                "used_on": clock.now().date(),
            },
        )
    return plan


def propose(
    plan: Plan,
    *,
    times: Iterable[Window],
    interval_days: int,
    review_weeks: int,
    volunteers: Iterable[Person],
) -> None:
    """Somebody at the desk writes down a plan and asks volunteers; a yes to the same times stays a yes.

    Raises ``no_volunteer`` for a team outside the agreed size or somebody who cannot be in it, and
    ``plan_over`` when the seeker has ended it or answered meanwhile.
    """
    chosen = {person.pk for person in volunteers}
    _fits_team(plan, chosen)
    rows = _as_rows(times)
    with transaction.atomic():
        written = Plan.objects.filter(pk=plan.pk).exclude(state=State.AGREED)
        if not written.update(
            state=State.ASKING,
            times=rows,
            interval_days=interval_days,
            review_weeks=review_weeks,
            wishes=[],
            used_on=clock.now().date(),
        ):
            raise _over()
        PlanMember.objects.filter(plan=plan).exclude(person__in=chosen).delete()
        stale = PlanMember.objects.filter(plan=plan)
        if rows == plan.times:
            stale = stale.filter(answer=Answer.NO)
        stale.update(answer=Answer.ASKED)
        for person in chosen:
            PlanMember.objects.get_or_create(plan=plan, person_id=person)
        _offer_if_enough(plan)


def answer_team(plan: Plan, *, by: Person, yes: bool) -> None:
    """A volunteer says yes or no to being in the team, or steps out of it. No reason is asked."""
    with transaction.atomic():
        answer = Answer.YES if yes else Answer.NO
        if not PlanMember.objects.filter(plan=plan, person=by).update(answer=answer):
            raise _over()
        _offer_if_enough(plan)
        _again_if_nobody(plan)


def agree(plan: Plan, *, by: Person) -> None:
    """The seeker says yes: from now on it holds. Raises ``plan_over`` when there is nothing to agree to."""
    _only(plan, by)
    now = clock.now()
    changed = Plan.objects.filter(pk=plan.pk, state=State.PROPOSED).update(
        state=State.AGREED,
        review_on=plan.today(now) + timedelta(weeks=plan.review_weeks),
        seeker_goes_on=False,
        team_goes_on=False,
        used_on=now.date(),
    )
    if not changed:
        raise _over()
    publish(topics.MATCHER, "plan")


def ask_for_change(plan: Plan, wishes: Iterable[str], *, by: Person) -> None:
    """The seeker would like something different; until there is a new yes, no plan is in force."""
    _only(plan, by)
    chosen = [each for each in Wish.values if each in set(wishes)]
    Plan.objects.filter(pk=plan.pk).update(
        state=State.WISHED, wishes=chosen, used_on=clock.now().date()
    )


def decline(plan: Plan, *, by: Person) -> None:
    """The seeker does not want it. Everything stays as it was."""
    _only(plan, by)
    with transaction.atomic():
        _end(plan)
        PlanAnswer.keep(by, PlanAnswer.Kind.NO)


def end(plan: Plan, *, by: Person) -> None:
    """Ended by either side, in one tap, without a reason; the seeker is told on their page."""
    _is_part_of_it(plan, by)
    _end(plan)


def go_on(plan: Plan, *, by: Person) -> None:
    """At the review: one side would like to go on. When both have said so, it is dated anew."""
    _is_part_of_it(plan, by)
    side = "seeker_goes_on" if by.pk == plan.seeker_id else "team_goes_on"
    now = clock.now()
    with transaction.atomic():
        Plan.objects.agreed().filter(pk=plan.pk).update(**{side: True}, used_on=now.date())
        Plan.objects.agreed().filter(pk=plan.pk, seeker_goes_on=True, team_goes_on=True).update(
            review_on=plan.today(now) + timedelta(weeks=plan.review_weeks),
            seeker_goes_on=False,
            team_goes_on=False,
        )


def lapse(now: datetime) -> None:
    """Plans that nobody used for 12 weeks end by themselves."""
    for plan in Plan.objects.idle(now).select_related("seeker"):
        _end(plan)


def leave_teams(person: Person, *, of: Person | None = None) -> None:
    """A volunteer is in no team any more, or in none of one seeker; nobody is told why."""
    theirs = PlanMember.objects.filter(person=person)
    if of is not None:
        theirs = theirs.filter(plan__seeker=of)
    for member in theirs.select_related("plan"):
        member.delete()
        _again_if_nobody(member.plan)


def teams_of(volunteer: Person) -> dict[str, int]:
    """How many plans ask for a volunteer, and how many have them; empty when none does."""
    found = PlanMember.objects.filter(person=volunteer).exclude(answer=Answer.NO)
    answers = list(found.values_list("answer", flat=True))
    if not answers:
        return {}
    return {"asked": answers.count(Answer.ASKED), "yes": answers.count(Answer.YES)}


def may_be_asked(plan: Plan) -> list[Profile]:
    """Volunteers who can be in a plan's team, by alias: they act now, and nothing keeps the two apart."""
    acting = Role.objects.acting().filter(kind=Role.Kind.VOLUNTEER).values("person")
    apart = Block.objects.filter(seeker=plan.seeker_id).values("volunteer")
    found = Profile.objects.filter(person__in=acting).exclude(person__in=apart)
    found = found.exclude(topics_seen_at=None).exclude(person=plan.seeker_id)
    return list(found.select_related("person").order_by("person__alias"))


def _fits_team(plan: Plan, chosen: set[int]) -> None:
    least, most = Setting.number("plan_team_least"), Setting.number("plan_team_most")
    known = {profile.person_id for profile in may_be_asked(plan)}
    if not (least <= len(chosen) <= most and chosen <= known):
        raise DomainError(
            "no_volunteer",
            _("Please choose {least} to {most} volunteers.").format(least=least, most=most),
        )


def _offer_if_enough(plan: Plan) -> None:
    """With enough who said yes, the seeker is asked. Whoever has not answered may still join."""
    yes = PlanMember.objects.filter(plan=plan, answer=Answer.YES).count()
    if yes >= Setting.number("plan_team_least"):
        Plan.objects.filter(pk=plan.pk, state=State.ASKING).update(state=State.PROPOSED)


def _again_if_nobody(plan: Plan) -> None:
    """The last one has stepped out: the desk looks for others, and meanwhile nothing holds the seeker."""
    if not PlanMember.objects.filter(plan=plan, answer=Answer.YES).exists():
        bound = Q(state=State.AGREED) | Q(state=State.PROPOSED)
        Plan.objects.filter(bound, pk=plan.pk).update(state=State.WISHED, wishes=[Wish.TEAM])


def _end(plan: Plan) -> None:
    with transaction.atomic():
        Plan.objects.filter(pk=plan.pk).delete()
        PlanAnswer.keep(plan.seeker, PlanAnswer.Kind.ENDED)
    publish(topics.MATCHER, "plan")


def _is_part_of_it(plan: Plan, by: Person) -> None:
    in_team = plan.members.filter(person=by, answer=Answer.YES)
    desk = by.has_role(Role.Kind.COORDINATOR)
    if not (by.pk == plan.seeker_id or desk or in_team.exists()):
        raise _over()


def _only(plan: Plan, by: Person) -> None:
    if by.pk != plan.seeker_id:
        raise _over()


def _over() -> DomainError:
    return DomainError("plan_over", _("This plan has changed or ended. Please look again."))


def _as_rows(windows: Iterable[Window]) -> list[list[int]]:
    return [[each.weekday, each.begins, each.ends] for each in sorted(set(windows))]
