"""Matching against a slow reading of its rules, in many small worlds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import given, settings

from tests.support.matching_world import (
    SEEKERS,
    START_MS,
    VOLUNTEERS,
    World,
    a_ready,
    a_waiting,
    lives,
    randoms,
)
from warmline.support.matching import Matching, rules

many = settings(max_examples=200, deadline=None)


@many
@given(lives)
def test_offers_never_break_a_rule(life: list) -> None:
    world = World()
    for step in life:
        world.live(*step)
        before = dict(world.waiting)
        out = {volunteer for _, volunteer in world.pending()}
        for choice in world.offers():
            request, volunteer = before[choice.request], world.ready[choice.volunteer]
            assert rules.fits(request, volunteer, world.now_ms)
            assert choice.volunteer not in out, "two pending offers to one volunteer"
            out.add(choice.volunteer)
            assert choice.minutes == rules.minutes(request, volunteer)
            assert (choice.language, choice.way) == rules.common_way(request, volunteer)
            if rules.is_avoided(request, volunteer, world.now_ms):
                assert "rules_gave_way" in choice.reasons
                assert rules.gives_way(request, world.fitting(request), world.now_ms)


@many
@given(lives)
def test_offers_are_never_more_than_their_wave_allows(life: list) -> None:
    world = World()
    for step in life:
        world.live(*step)
        for choice in world.offers():
            request = world.waiting[choice.request]
            allowed = rules.offers_at_once(request.first_offer_ms, world.now_ms)
            assert len(request.offered) <= allowed


@many
@given(lives)
def test_nobody_is_left_out_whom_the_rules_allow(life: list) -> None:
    world = World()
    for step in life:
        world.live(*step)
        world.offers()
        assert world.possible() == []


@many
@given(lives)
def test_due_at_misses_nothing(life: list) -> None:
    world = World()
    for step in life:
        world.live(*step)
        world.offers()
        due = world.matching.due_at()
        now_ms = world.now_ms
        assert due is None or due > now_ms
        # Half-way there, just before, and far off when it never rings.
        for later in (START_MS * 2,) if due is None else ((now_ms + due) // 2, due - 1):
            world.now_ms = later
            assert world.possible() == []
        world.now_ms = now_ms


@many
@given(lives)
def test_same_life_gives_same_offers(life: list) -> None:
    one, other = World(), World()
    for step in life:
        one.live(*step)
        other.live(*step)
        assert one.offers() == other.offers()


@many
@given(randoms)
def test_order_of_feeding_does_not_matter(random: Random) -> None:
    requests = [a_waiting(random, each) for each in SEEKERS]
    volunteers = [a_ready(random, each) for each in VOLUNTEERS]
    one, other = Matching(), Matching()
    one.sync(requests, volunteers)
    random.shuffle(requests)
    random.shuffle(volunteers)
    for request in requests:
        other.put_request(request)
    for volunteer in volunteers:
        other.put_volunteer(volunteer)
    assert one.next_offers(START_MS) == other.next_offers(START_MS)


@many
@given(lives)
def test_reading_everything_anew_changes_nothing(life: list) -> None:
    world = World()
    for step in life:
        world.live(*step)
        world.offers()
        world.matching.sync(world.waiting.values(), _still_ready(world))
        assert world.matching.next_offers(world.now_ms) == []
        fresh = Matching()
        fresh.sync(world.waiting.values(), _still_ready(world))
        assert fresh.next_offers(world.now_ms) == []


@many
@given(randoms)
def test_longer_wait_beats_everything_else_in_the_end(random: Random) -> None:
    world = World()
    volunteer = a_ready(random, 101)
    world.live("ready", volunteer)
    for each in SEEKERS:
        world.live("wait", a_waiting(random, each))
    edge_ms = rules.MOST_POINTS / rules.POINTS_A_MINUTE * rules.MINUTE_MS
    could = [world.waiting[request] for request, _ in world.possible()]
    plain = [
        each for each in could if not rules.is_avoided(each, world.ready[volunteer.id], START_MS)
    ]
    for choice in world.offers():
        chosen = world.waiting[choice.request]
        oldest = min(each.since_ms for each in plain or could)
        assert chosen.since_ms - oldest <= edge_ms


@many
@given(randoms)
def test_who_has_a_team_is_offered_to_it_first_and_never_past_a_hard_rule(random: Random) -> None:
    world = World()
    for each in VOLUNTEERS:
        world.live("ready", a_ready(random, each))
    request = a_waiting(random, SEEKERS[0])
    world.live("wait", request)
    team = {
        volunteer
        for _, volunteer in world.possible()
        if volunteer in request.team
        and not rules.is_avoided(request, world.ready[volunteer], world.now_ms)
    }
    for choice in world.offers():
        assert rules.fits(request, world.ready[choice.volunteer], world.now_ms)
        assert not team or choice.volunteer in team


@many
@given(randoms)
def test_having_met_lately_keeps_nobody_from_their_team(random: Random) -> None:
    request, volunteer = a_waiting(random, SEEKERS[0]), a_ready(random, VOLUNTEERS[0])
    met = replace(volunteer, met_lately=frozenset({request.seeker}))
    light = replace(request, heavy=False)

    of_team = replace(light, team=frozenset({met.id}))

    assert not rules.is_avoided(of_team, met, START_MS)
    assert rules.is_avoided(replace(light, team=frozenset()), met, START_MS)
    assert rules.fits(of_team, met, START_MS) == rules.fits(light, met, START_MS)


def test_waves_only_grow() -> None:
    numbers = [rules.offers_at_once(0, ms) for ms in range(0, 60_000, 500)]
    assert all(one <= next_one for one, next_one in pairwise(numbers))
    assert (numbers[0], numbers[39], numbers[40], numbers[79], numbers[80]) == (1, 1, 2, 2, 4)


def _still_ready(world: World) -> list:
    return [
        each
        for each in world.ready.values()
        if each.until_ms is None or each.until_ms > world.now_ms
    ]
