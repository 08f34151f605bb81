"""Matching: who is asked, in which order, and when. Ada seeks support; Ben and Chioma volunteer."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from bench.people import make_ready, make_waiting
from warmline.support.matching import Choice, Matching, Ready, Waiting, rules

NOW_MS = 1_800_000_000_000
MINUTE_MS = 60_000
GRIEF, SLEEP, TRAUMA = 1, 2, 3
BEN, CHIOMA, DARA, EVI = 101, 102, 103, 104

ADA = Waiting(
    id=1,
    seeker=11,
    languages=("en",),
    ways=("text",),
    topics=frozenset({GRIEF}),
    since_ms=NOW_MS,
    minutes=45,
)


def volunteer(number: int, **changes: object) -> Ready:
    ready = Ready(
        id=number,
        languages=("en",),
        ways=("text",),
        can_listen=frozenset({GRIEF, SLEEP, TRAUMA}),
        minutes_left=120,
        longest_talk=45,
    )
    return replace(ready, **changes)


def offers(waiting: list[Waiting], ready: list[Ready], now_ms: int = NOW_MS) -> list[Choice]:
    matching = Matching()
    matching.sync(waiting, ready)
    return matching.next_offers(now_ms)


def asked(waiting: list[Waiting], ready: list[Ready], now_ms: int = NOW_MS) -> list[int]:
    return [choice.volunteer for choice in offers(waiting, ready, now_ms)]


def test_offer_says_language_way_time_and_why() -> None:
    ada = replace(ADA, languages=("pt-BR", "en"), backgrounds=frozenset({7}))
    ben = volunteer(
        BEN,
        languages=("en", "pt"),
        been_there=frozenset({GRIEF}),
        backgrounds=frozenset({7}),
        longest_talk=30,
    )
    assert offers([ada], [ben]) == [
        Choice(1, BEN, 30, "pt-BR", "text", ("been_there", "background"))
    ]


@pytest.mark.parametrize(
    ("ada", "ben", "minutes"),
    [
        ({}, {}, 45),
        ({"minutes": 20}, {}, 20),
        ({"minutes": 67}, {}, 45),
        ({}, {"minutes_left": 12}, 12),
        ({"minutes": 3}, {"minutes_left": 5}, 3),
    ],
)
def test_talk_is_the_shorter_of_both_sides_time(ada: dict, ben: dict, minutes: int) -> None:
    (choice,) = offers([replace(ADA, **ada)], [volunteer(BEN, **ben)])
    assert choice.minutes == minutes


@pytest.mark.parametrize(
    ("ada", "ben"),
    [
        ({"languages": ("de",)}, {}),
        ({"languages": ("zh-Hant",)}, {"languages": ("zh-Hans",)}),
        ({"ways": ("voice",)}, {}),
        ({"languages": ("bfi",), "ways": ("text",)}, {"languages": ("bfi",), "ways": ("text",)}),
        ({"topics": frozenset({GRIEF, 99})}, {}),
        ({}, {"can_listen": frozenset()}),
        ({"new_here": True}, {"takes_new": False}),
        ({"blocked": frozenset({BEN})}, {}),
        ({}, {"blocked": frozenset({11})}),
        ({"seeker": BEN}, {}),
        ({"said_no": frozenset({BEN})}, {}),
        ({"ask_again": {BEN: NOW_MS + 1}}, {}),
        ({}, {"room_for": 0}),
        ({}, {"minutes_left": 4}),
        ({}, {"longest_talk": 4}),
        ({}, {"until_ms": NOW_MS}),
    ],
)
def test_hard_rules_hold_even_with_nobody_else(ada: dict, ben: dict) -> None:
    assert asked([replace(ADA, **ada)], [volunteer(BEN, **ben)]) == []


def test_just_to_talk_fits_who_accepts_no_topic() -> None:
    ben = volunteer(BEN, can_listen=frozenset())
    assert asked([replace(ADA, topics=frozenset())], [ben]) == [BEN]


def test_shared_experience_comes_first() -> None:
    been = volunteer(CHIOMA, been_there=frozenset({GRIEF}), talks_lately=5)
    assert asked([ADA], [volunteer(BEN), volunteer(DARA), been]) == [CHIOMA]


def test_shared_background_comes_first() -> None:
    ada = replace(ADA, backgrounds=frozenset({7}))
    shares = volunteer(CHIOMA, backgrounds=frozenset({7}), talks_lately=2)
    assert asked([ada], [volunteer(BEN), volunteer(DARA), shares]) == [CHIOMA]


def test_fewest_talks_lately_come_first() -> None:
    ready = [volunteer(BEN, talks_lately=3), volunteer(CHIOMA, talks_lately=1)]
    assert asked([ADA], [*ready, volunteer(DARA, talks_lately=2)]) == [CHIOMA]


def test_fairness_has_no_say_when_fewer_than_three_fit() -> None:
    been = volunteer(BEN, been_there=frozenset({GRIEF}), longest_talk=10, talks_lately=5)
    plain = volunteer(CHIOMA, talks_lately=0)
    half = replace(ADA, topics=frozenset({GRIEF, SLEEP}))
    assert asked([half], [been, plain]) == [BEN]
    assert asked([half], [been, plain, volunteer(DARA)]) == [CHIOMA]


def test_longest_wait_comes_first() -> None:
    earlier = replace(ADA, id=2, seeker=12, since_ms=NOW_MS - MINUTE_MS)
    (choice,) = offers([ADA, earlier], [volunteer(BEN)])
    assert choice.request == 2


@pytest.mark.parametrize(
    ("ada", "avoided"),
    [
        ({}, {"met_lately": frozenset({11})}),
        ({"heavy": True}, {"last_talk_heavy": True, "last_talk_ms": NOW_MS - 60 * MINUTE_MS}),
    ],
)
def test_soft_rules_avoid_until_fewer_than_three_fit(ada: dict, avoided: dict) -> None:
    ada = replace(ADA, **ada)
    ready = [volunteer(each, **avoided) for each in (BEN, CHIOMA, DARA)]
    assert asked([ada], [*ready, volunteer(EVI)]) == [EVI]
    assert asked([ada], ready) == []
    (choice,) = offers([ada], ready[:2])
    assert choice.reasons == ("rules_gave_way",)


def test_heavy_talks_half_a_day_apart_are_not_in_a_row() -> None:
    ago = NOW_MS - rules.HEAVY_REST_MS
    ready = [
        volunteer(each, last_talk_heavy=True, last_talk_ms=ago) for each in (BEN, CHIOMA, DARA)
    ]
    assert len(asked([replace(ADA, heavy=True)], ready)) == 1


def test_who_waits_5_minutes_is_offered_to_whom_soft_rules_avoid() -> None:
    matching = Matching()
    ready = [volunteer(each, met_lately=frozenset({11})) for each in (BEN, CHIOMA, DARA)]
    matching.sync([ADA], ready)
    assert matching.next_offers(NOW_MS) == []
    assert matching.due_at() == NOW_MS + rules.PATIENCE_MS
    assert len(matching.next_offers(NOW_MS + rules.PATIENCE_MS)) == 1


def test_soft_rules_give_way_when_the_third_volunteer_goes() -> None:
    matching = Matching()
    ready = [volunteer(each, met_lately=frozenset({11})) for each in (BEN, CHIOMA, DARA)]
    matching.sync([ADA], ready)
    assert matching.next_offers(NOW_MS) == []
    matching.remove_volunteer(DARA)
    assert len(matching.next_offers(NOW_MS + 1)) == 1


def test_soft_rules_give_way_when_the_third_volunteer_runs_out_of_time() -> None:
    matching = Matching()
    ready = [volunteer(each, met_lately=frozenset({11})) for each in (BEN, CHIOMA)]
    leaving = volunteer(DARA, met_lately=frozenset({11}), until_ms=NOW_MS + 1000)
    matching.sync([ADA], [*ready, leaving])
    assert matching.next_offers(NOW_MS) == []
    assert matching.due_at() == NOW_MS + 1000
    assert asked_of(matching, NOW_MS + 1000) in ([BEN], [CHIOMA])


def test_one_then_one_more_then_two_more() -> None:
    matching = Matching()
    matching.sync([ADA], [volunteer(each) for each in range(101, 109)])
    made = {}
    now_ms = NOW_MS
    while True:
        made[now_ms - NOW_MS] = len(matching.next_offers(now_ms))
        due = matching.due_at()
        if due is None:
            break
        now_ms = due
    assert made == {0: 1, 20_000: 1, 40_000: 2}


def test_a_no_is_followed_by_the_next_at_once() -> None:
    matching = Matching()
    matching.sync([ADA], [volunteer(BEN), volunteer(CHIOMA, talks_lately=1)])
    assert asked_of(matching, NOW_MS) == [BEN]
    matching.said_no(1, BEN)
    assert asked_of(matching, NOW_MS + 3000) == [CHIOMA]
    matching.said_no(1, CHIOMA)
    assert asked_of(matching, NOW_MS + 4000) == []


def test_not_now_is_asked_again_when_the_time_has_come() -> None:
    matching = Matching()
    matching.sync([ADA], [volunteer(BEN)])
    assert asked_of(matching, NOW_MS) == [BEN]
    again_ms = NOW_MS + 10 * MINUTE_MS
    matching.ask_again(1, BEN, again_ms)
    assert asked_of(matching, NOW_MS + 5000) == []
    assert asked_of(matching, again_ms - 1) == []
    assert matching.due_at() == again_ms
    assert asked_of(matching, again_ms) == [BEN]


def test_first_offers_come_before_second_ones() -> None:
    matching = Matching()
    matching.sync([ADA], [volunteer(BEN)])
    assert asked_of(matching, NOW_MS) == [BEN]
    later = NOW_MS + 25_000
    matching.put_request(replace(ADA, id=2, seeker=12, since_ms=later))
    matching.put_volunteer(volunteer(CHIOMA))
    (choice,) = matching.next_offers(later)
    assert choice.request == 2


def test_volunteer_is_free_again_when_the_request_is_gone() -> None:
    matching = Matching()
    matching.sync([ADA], [volunteer(BEN)])
    matching.next_offers(NOW_MS)
    matching.put_request(replace(ADA, id=2, seeker=12))
    assert asked_of(matching, NOW_MS) == []
    matching.remove_request(1)
    assert asked_of(matching, NOW_MS) == [BEN]


def test_offers_that_are_out_survive_a_restart() -> None:
    ada = replace(ADA, offered=frozenset({BEN}), first_offer_ms=NOW_MS - 19_000)
    matching = Matching()
    matching.sync([ada], [volunteer(BEN), volunteer(CHIOMA)])
    assert asked_of(matching, NOW_MS) == []
    assert asked_of(matching, NOW_MS + 1000) == [CHIOMA]


def test_a_change_of_mind_counts_at_once() -> None:
    matching = Matching()
    matching.sync([ADA], [volunteer(BEN, can_listen=frozenset())])
    assert asked_of(matching, NOW_MS) == []
    matching.put_volunteer(volunteer(BEN))
    assert asked_of(matching, NOW_MS) == [BEN]


def test_nobody_starves_behind_better_matches() -> None:
    """A perfect match comes every 30 s; the one volunteer is free every 30 s."""
    matching = Matching()
    matching.put_request(ADA)
    ben = volunteer(BEN, been_there=frozenset({SLEEP}))
    for turn in range(1, 60):
        now_ms = NOW_MS + turn * 30_000
        other = replace(
            ADA, id=turn + 1, seeker=turn + 100, topics=frozenset({SLEEP}), since_ms=now_ms
        )
        matching.put_request(other)
        matching.put_volunteer(ben)
        (choice,) = matching.next_offers(now_ms)
        if choice.request == ADA.id:
            break
        matching.remove_request(choice.request)
        matching.remove_volunteer(BEN)
    assert choice.request == ADA.id
    assert now_ms - NOW_MS <= rules.MOST_POINTS / rules.POINTS_A_MINUTE * MINUTE_MS


def test_a_few_and_a_few_are_paired_in_the_best_way() -> None:
    for seed in range(30):
        random = Random(seed)
        waiting = [make_waiting(random, each, NOW_MS) for each in range(1, 9)]
        ready = [make_ready(random, each, NOW_MS) for each in range(101, 109)]
        waiting = [replace(each, languages=("en",), ways=("text",)) for each in waiting]
        ready = [replace(each, languages=("en",), ways=("text",), talks_lately=0) for each in ready]
        by_id = {each.id: each for each in (*waiting, *ready)}
        points = [
            rules.score(by_id[choice.request], by_id[choice.volunteer], NOW_MS)
            for choice in offers(waiting, ready)
            if "rules_gave_way" not in choice.reasons
        ]
        best_points = best(waiting, ready)
        assert len(points) == len(best_points)
        assert sum(points) == pytest.approx(sum(best_points))


def best(waiting: list[Waiting], ready: list[Ready]) -> list[float]:
    """The points of the best pairing: most pairs, then most points; all have enough to choose."""
    points = np.array(
        [
            [
                rules.score(one, other, NOW_MS)
                if rules.fits(one, other, NOW_MS) and not rules.is_avoided(one, other, NOW_MS)
                else -1e6
                for one in waiting
            ]
            for other in ready
        ]
    )
    chosen = points[linear_sum_assignment(-points)]
    return [each for each in chosen if each > -1e6]


def asked_of(matching: Matching, now_ms: int) -> list[int]:
    return [choice.volunteer for choice in matching.next_offers(now_ms)]
