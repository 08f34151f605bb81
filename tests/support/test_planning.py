"""A shared plan: invited, wished, proposed, agreed, changed, ended. Without one nothing changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests import factories
from tests.support.planning_world import EVENING, agreed, often, proposed, talked, wished
from warmline.core import sweeping
from warmline.core.errors import DomainError
from warmline.people import ending, saved
from warmline.people.models import Person, Role
from warmline.protocol import clock
from warmline.safety.models import Block
from warmline.support import plans, queue
from warmline.support.models import Conversation
from warmline.support.plan_models import Plan, PlanAnswer, PlanMember
from warmline.support.services import asking, planning, talking

pytestmark = pytest.mark.django_db
State = Plan.State


@pytest.fixture
def ada() -> Person:
    return factories.ada()


@pytest.fixture
def team() -> tuple[Person, Person]:
    return factories.ben(), factories.chioma()


def code_of(refused: pytest.ExceptionInfo[DomainError]) -> str:
    return refused.value.code


# The invitation


def test_who_came_often_is_invited_until_they_answer(ada: Person) -> None:
    assert not planning.is_invited(ada)
    often(ada)
    assert planning.is_invited(ada)

    planning.answer_invitation(ada, PlanAnswer.Kind.NOT_NOW)

    assert not planning.is_invited(ada)
    assert asking.ask(ada, languages=["en"])


def test_not_now_is_asked_again_after_a_week_and_no_is_not(ada: Person) -> None:
    for kind, again in ((PlanAnswer.Kind.NOT_NOW, True), (PlanAnswer.Kind.NO, False)):
        planning.answer_invitation(ada, kind)
        clock.move(timedelta(days=8))
        often(ada)
        assert planning.is_invited(ada) is again


def test_a_plan_needs_somebody_who_can_be_found_again(ada: Person) -> None:
    often(ada)

    with pytest.raises(DomainError) as refused:
        planning.wish(ada, zone="UTC", languages=["en"], times=[], supports=[])

    assert code_of(refused) == "not_saved"
    assert not Plan.objects.exists()


def test_who_was_not_invited_has_no_plan(ada: Person) -> None:
    saved.remember(ada)

    with pytest.raises(DomainError) as refused:
        planning.wish(ada, zone="UTC", languages=["en"], times=[], supports=[])

    assert code_of(refused) == "not_invited"


# The proposal


def test_it_is_shown_to_the_seeker_once_enough_volunteers_said_yes(
    ada: Person, team: tuple[Person, Person]
) -> None:
    ben, chioma = team
    plan = wished(ada)
    planning.propose(plan, times=[EVENING], interval_days=2, review_weeks=4, volunteers=team)
    planning.answer_team(plan, by=ben, yes=True)
    plan.refresh_from_db()
    assert plan.state == State.ASKING

    planning.answer_team(plan, by=chioma, yes=True)

    plan.refresh_from_db()
    assert plan.state == State.PROPOSED
    assert [member.person for member in plan.team()] == [ben, chioma]


def test_a_no_leaves_a_volunteer_out(ada: Person, team: tuple[Person, Person]) -> None:
    ben, chioma = team
    plan = proposed(ada, *team)

    planning.answer_team(plan, by=chioma, yes=False)

    assert [member.person for member in plan.team()] == [ben]


@pytest.mark.parametrize("size", [0, 1, 5])
def test_a_team_is_small(ada: Person, size: int) -> None:
    plan = wished(ada)
    people = [factories.volunteer(f"helper{each}") for each in range(size)]

    with pytest.raises(DomainError) as refused:
        planning.propose(plan, times=[], interval_days=2, review_weeks=4, volunteers=people)

    assert code_of(refused) == "no_volunteer"


def test_who_was_parted_from_the_seeker_is_not_asked(
    ada: Person, team: tuple[Person, Person]
) -> None:
    ben, _chioma = team
    Block.part(ada, ben, Block.Reason.APART)
    plan = wished(ada)

    assert ben not in [profile.person for profile in planning.may_be_asked(plan)]
    with pytest.raises(DomainError):
        planning.propose(plan, times=[], interval_days=2, review_weeks=4, volunteers=team)


def test_other_times_need_another_yes_of_the_team(ada: Person, team: tuple[Person, Person]) -> None:
    plan = proposed(ada, *team)
    planning.ask_for_change(plan, ["times"], by=ada)
    plan.refresh_from_db()

    planning.propose(plan, times=[], interval_days=3, review_weeks=4, volunteers=team)

    plan.refresh_from_db()
    assert (plan.state, plan.interval_days, plan.team()) == (State.ASKING, 3, [])


def test_eve_can_answer_for_nobody(ada: Person, team: tuple[Person, Person]) -> None:
    plan, eve = proposed(ada, *team), factories.eve()

    for verb in (planning.agree, planning.decline, planning.end, planning.go_on):
        with pytest.raises(DomainError):
            verb(plan, by=eve)
    with pytest.raises(DomainError):
        planning.answer_team(plan, by=eve, yes=True)
    with pytest.raises(DomainError):
        planning.ask_for_change(plan, ["times"], by=eve)

    plan.refresh_from_db()
    assert plan.state == State.PROPOSED


# What it means


def test_nothing_holds_anybody_before_they_agree(ada: Person, team: tuple[Person, Person]) -> None:
    proposed(ada, *team)

    assert plans.next_time(ada) == clock.now()
    assert asking.ask(ada, languages=["en"])


def test_agreed_it_names_the_next_time_at_agreed_times_or_after_some_days(
    ada: Person, team: tuple[Person, Person]
) -> None:
    plan = agreed(ada, *team)
    assert plan.review_on == clock.now().date() + timedelta(weeks=4)
    assert plans.next_time(ada) == clock.now()
    talked(ada, team[0])
    clock.move(timedelta(minutes=30))

    # It is Sunday morning; the agreed time is this evening.
    assert plans.next_time(ada) == datetime(2026, 11, 22, 18, tzinfo=UTC)
    with pytest.raises(DomainError) as refused:
        asking.ask(ada, languages=["en"])
    assert code_of(refused) == "plan"
    clock.move(datetime(2026, 11, 22, 18, 30, tzinfo=UTC) - clock.now())
    assert asking.ask(ada, languages=["en"])
    clock.move(timedelta(hours=2))
    # After it: two days after the talk's day.
    assert plans.next_time(ada) == datetime(2026, 11, 24, 0, tzinfo=UTC)


def test_sweeping_does_not_move_the_next_time(ada: Person, team: tuple[Person, Person]) -> None:
    agreed(ada, *team, times=[], interval_days=5)
    talked(ada, team[0])
    clock.move(timedelta(minutes=30))
    before = plans.next_time(ada)

    for _ in range(3):
        clock.move(timedelta(days=1))
        sweeping.run_all()
        assert plans.next_time(ada) == before


def test_a_talk_that_was_just_cut_may_go_on(ada: Person, team: tuple[Person, Person]) -> None:
    agreed(ada, *team)
    talked(ada, team[0])
    clock.move(timedelta(minutes=9))

    assert asking.ask(ada, languages=["en"])


def test_a_crisis_does_not_count_as_a_talk_of_the_plan(
    ada: Person, team: tuple[Person, Person]
) -> None:
    agreed(ada, *team, times=[])
    talk = factories.talk(ada, team[0])
    Conversation.objects.filter(pk=talk.pk).update(handover_at=clock.now(), handover_used_ms=0)
    talk.refresh_from_db()

    plans.note(talk)

    assert Plan.objects.get().talked_on is None


def test_at_the_agreed_time_matching_knows_the_team(
    ada: Person, team: tuple[Person, Person]
) -> None:
    agreed(ada, *team)
    factories.request(ada)
    [waiting] = queue.waiting_now(clock.now())
    assert waiting.team == frozenset()

    clock.move(datetime(2026, 11, 22, 18, 30, tzinfo=UTC) - clock.now())
    ada.requests.update(seen_at=clock.now())

    [waiting] = queue.waiting_now(clock.now())
    assert waiting.team == {each.pk for each in team}


# Its end


@pytest.mark.parametrize("who", ["seeker", "team", "desk"])
def test_it_is_ended_by_either_side_in_one_go(
    ada: Person, team: tuple[Person, Person], who: str
) -> None:
    plan = agreed(ada, *team)
    by = {"seeker": ada, "team": team[1], "desk": factories.dana()}[who]
    talked(ada, team[0])
    clock.move(timedelta(minutes=30))

    planning.end(plan, by=by)

    assert not Plan.objects.exists()
    assert not PlanMember.objects.exists()
    assert PlanAnswer.objects.get().kind == PlanAnswer.Kind.ENDED
    assert asking.ask(ada, languages=["en"])


def test_declining_leaves_everything_as_it_was(ada: Person, team: tuple[Person, Person]) -> None:
    plan = proposed(ada, *team)

    planning.decline(plan, by=ada)

    assert not Plan.objects.exists()
    assert not planning.is_invited(ada)
    assert asking.ask(ada, languages=["en"])


def test_asking_for_a_change_frees_the_seeker_meanwhile(
    ada: Person, team: tuple[Person, Person]
) -> None:
    plan = agreed(ada, *team)
    talked(ada, team[0])
    clock.move(timedelta(minutes=30))

    planning.ask_for_change(plan, ["times", "nonsense"], by=ada)

    plan.refresh_from_db()
    assert (plan.state, plan.wishes) == (State.WISHED, ["times"])
    assert asking.ask(ada, languages=["en"])


def test_at_the_review_both_say_whether_it_goes_on(
    ada: Person, team: tuple[Person, Person]
) -> None:
    plan = agreed(ada, *team)
    clock.move(timedelta(weeks=4))
    assert plan.is_due()

    planning.go_on(plan, by=ada)
    plan.refresh_from_db()
    assert plan.is_due()
    planning.go_on(plan, by=team[0])

    plan.refresh_from_db()
    assert not plan.is_due()
    assert plan.review_on == clock.now().date() + timedelta(weeks=4)


def test_it_lapses_after_12_weeks_swept_or_not(ada: Person, team: tuple[Person, Person]) -> None:
    agreed(ada, *team)
    talked(ada, team[0])
    clock.move(timedelta(weeks=12, days=-1))
    assert plans.in_force(ada) is not None

    clock.move(timedelta(days=1))

    assert plans.in_force(ada) is None
    sweeping.run_all()
    assert not Plan.objects.exists()


def test_without_a_team_it_holds_nobody(ada: Person, team: tuple[Person, Person]) -> None:
    plan = agreed(ada, *team)
    talked(ada, team[0])
    clock.move(timedelta(minutes=30))

    for each in team:
        planning.answer_team(plan, by=each, yes=False)

    plan.refresh_from_db()
    assert (plan.state, plan.wishes) == (State.WISHED, ["team"])
    assert plans.next_time(ada) == clock.now()


def test_whose_role_ends_is_in_no_team(ada: Person, team: tuple[Person, Person]) -> None:
    ben, chioma = team
    plan = agreed(ada, *team)

    ending.end_role(Role.objects.get(person=ben), by="Dana Alias")

    assert [member.person for member in plan.team()] == [chioma]


def test_who_parts_from_a_seeker_leaves_their_team_alone(
    ada: Person, team: tuple[Person, Person]
) -> None:
    ben, chioma = team
    plan = agreed(ada, *team)
    talk = factories.talk(ada, ben)

    talking.end_apart(talk, by=ben, reason=Block.Reason.APART)

    assert [member.person for member in plan.team()] == [chioma]
    assert ben not in [profile.person for profile in planning.may_be_asked(plan)]
    plan.refresh_from_db()
    assert plan.state == State.AGREED


def test_answers_to_the_invitation_go_after_60_days(ada: Person) -> None:
    planning.answer_invitation(ada, PlanAnswer.Kind.NO)

    clock.move(timedelta(days=59))
    sweeping.run_all()
    assert PlanAnswer.objects.exists()
    clock.move(timedelta(days=1))
    sweeping.run_all()

    assert not PlanAnswer.objects.exists()
