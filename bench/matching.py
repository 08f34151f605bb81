"""How fast a decision is, and how near to the best possible matching.

    python -m bench.matching [--waiting 10000] [--ready 5000]

Three measurements, with the code that runs in production:

1. *At once*: everybody arrives in the same moment. The offers made are compared with the optimum
   of `scipy.optimize.linear_sum_assignment` over all pairs that fit, by the same points.
2. *One by one*: 10,000 wait, and volunteers become ready one after the other (and the other way
   round). Each call of `next_offers` is timed.
3. *Under load*: volunteers answer, seekers leave and come, each followed by a timed call.
"""

import argparse
import statistics
import time
from dataclasses import replace
from random import Random

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench.people import BACKGROUNDS, LANGUAGES, NOW_MS, TOPICS, make_ready, make_waiting
from warmline.rooms.languages import fit_keys
from warmline.support.matching import Choice, Matching, Ready, Waiting, rules


def main() -> None:
    options = _options()
    random = Random(options.seed)
    waiting = [make_waiting(random, each) for each in range(1, options.waiting + 1)]
    ready = [make_ready(random, each) for each in range(1_000_001, 1_000_001 + options.ready)]
    print(f"{len(waiting)} waiting, {len(ready)} ready")
    at_once(waiting, ready)
    one_by_one(waiting, ready)
    under_load(random, waiting, ready)


def at_once(waiting: list[Waiting], ready: list[Ready]) -> None:
    matching = Matching()
    matching.sync(waiting, ready)
    began = time.thread_time_ns()
    choices = matching.next_offers(NOW_MS)
    took = time.thread_time_ns() - began
    print(f"at once: {len(choices)} offers, {took / 1000 / len(choices):.1f} µs each")
    began = time.thread_time_ns()
    points = Points(waiting, ready)
    ours = points.of(choices)
    best, best_waiting, pairs = points.optimum()
    print(
        f"  {100 * ours.sum() / best:.2f} % of the optimum's points, {len(choices)} of its {pairs} pairs"
        f" (optimum in {(time.thread_time_ns() - began) / 1e9:.1f} s)"
    )
    ours_alike = ours.sum() - points.waited_of(choices)
    print(f"  without the points for waiting: {100 * ours_alike / (best - best_waiting):.2f} %")


def one_by_one(waiting: list[Waiting], ready: list[Ready]) -> None:
    matching = Matching()
    matching.sync(waiting, [])
    matching.next_offers(NOW_MS)
    times = []
    for each in ready:
        matching.put_volunteer(each)
        times += _timed(matching, NOW_MS)
    _tell("a volunteer gets ready", times)
    matching = Matching()
    matching.sync([], ready)
    matching.next_offers(NOW_MS)
    times = []
    for request in waiting[: len(ready)]:
        matching.put_request(request)
        times += _timed(matching, NOW_MS)
    _tell("a request comes", times)


def under_load(random: Random, waiting: list[Waiting], ready: list[Ready]) -> None:
    """20,000 answers: 60 % take, 15 % *no*, 15 % *not now*, 10 % silence; numbers stay the same."""
    matching = Matching()
    matching.sync(waiting, ready)
    now_ms = NOW_MS
    out = matching.next_offers(now_ms)
    asked = {each.id: each for each in waiting}
    offering = {each.id: each for each in ready}
    next_id = len(waiting) + 1
    times: list[float] = []
    for _ in range(2_000):
        if not out:
            break
        now_ms += random.randrange(10)
        choice = out.pop(random.randrange(len(out)))
        if choice.request not in asked:
            continue
        answer = random.random()
        if answer < 0.6:
            matching.remove_request(choice.request)
            del asked[choice.request]
            volunteer = replace(
                offering[choice.volunteer],
                talks_lately=offering[choice.volunteer].talks_lately + 1,
                last_talk_ms=now_ms,
            )
            offering[choice.volunteer] = volunteer
            matching.put_volunteer(volunteer)
            request = replace(make_waiting(random, next_id), since_ms=now_ms)
            asked[next_id] = request
            matching.put_request(request)
            next_id += 1
        elif answer < 0.75:
            matching.said_no(choice.request, choice.volunteer)
        else:
            matching.ask_again(choice.request, choice.volunteer, now_ms + 600_000)
        began = time.thread_time_ns()
        made = matching.next_offers(now_ms)
        took = time.thread_time_ns() - began
        times += [took / 1000 / len(made)] * len(made) if made else []
        out += made
    _tell("under load", times)


def _timed(matching: Matching, now_ms: int) -> list[float]:
    began = time.thread_time_ns()
    made = matching.next_offers(now_ms)
    took = time.thread_time_ns() - began
    return [took / 1000] if made else []


def _tell(what: str, times: list[float]) -> None:
    times.sort()
    middle, late = statistics.median(times), times[int(len(times) * 0.99)]
    print(f"{what}: {len(times)} decisions, median {middle:.1f} µs, p99 {late:.1f} µs")


class Points:
    """The points of every pair (rows: volunteers, columns: requests), and which pairs fit.

    `rules.fits` and `rules.score` for 50 million pairs at once; a sample is compared with them.
    Pairs that soft rules avoid are left out, as thousands fit and the rules do not give way.
    """

    def __init__(self, waiting: list[Waiting], ready: list[Ready]) -> None:
        self.rows = {each.id: row for row, each in enumerate(ready)}
        self.columns = {each.id: column for column, each in enumerate(waiting)}
        ages = np.array([NOW_MS - each.since_ms for each in waiting])
        self.waited = ages * rules.POINTS_A_MINUTE / rules.MINUTE_MS
        self.points = np.empty((len(ready), len(waiting)))
        self.allowed = np.empty((len(ready), len(waiting)), dtype=bool)
        self._fill(waiting, ready)
        self._compare_a_sample(waiting, ready)

    def of(self, choices: list[Choice]) -> np.ndarray:
        rows = [self.rows[each.volunteer] for each in choices]
        columns = [self.columns[each.request] for each in choices]
        gave_way = np.array(["rules_gave_way" in each.reasons for each in choices])
        assert (self.allowed[rows, columns] | gave_way).all(), "a choice breaks a rule"
        return self.points[rows, columns]

    def waited_of(self, choices: list[Choice]) -> float:
        return float(self.waited[[self.columns[each.request] for each in choices]].sum())

    def optimum(self) -> tuple[float, float, int]:
        """The best sum there is, its part for waiting, and its number of pairs."""
        rows, columns = linear_sum_assignment(np.where(self.allowed, -self.points, 0.0))
        kept = self.allowed[rows, columns]
        rows, columns = rows[kept], columns[kept]
        return float(self.points[rows, columns].sum()), float(self.waited[columns].sum()), len(rows)

    def _fill(self, waiting: list[Waiting], ready: list[Ready]) -> None:
        topics = _ones([each.topics for each in waiting], len(TOPICS))
        wished = _ones([each.backgrounds for each in waiting], len(BACKGROUNDS))
        been = _ones([each.been_there for each in ready], len(TOPICS))
        listens = _ones([each.can_listen for each in ready], len(TOPICS))
        shown = _ones([each.backgrounds for each in ready], len(BACKGROUNDS))
        tags = {tag: number for number, tag in enumerate(LANGUAGES)}
        asked_in = _ones([{tags[tag] for tag in each.languages} for each in waiting], len(tags))
        spoken = _ones([{tags[tag] for tag in each.languages} for each in ready], len(tags))
        cells = _cells(waiting + ready)
        asked_cells = _ones([_cells_of(each, cells) for each in waiting], len(cells))
        offered_cells = _ones([_cells_of(each, cells) for each in ready], len(cells))
        wanted = np.array([each.minutes for each in waiting])
        new = np.array([each.new_here for each in waiting])
        heavy = np.array([each.heavy for each in waiting])
        for row, each in enumerate(ready):
            self.allowed[row] = (topics @ (1 - been[row] - listens[row]) == 0) & (
                asked_cells @ offered_cells[row] > 0
            )
            self.allowed[row] &= ~(new & (not each.takes_new))
            self.allowed[row] &= ~(heavy & (rules.rests_until(each) > NOW_MS))
            time = np.minimum(wanted, min(each.minutes_left, each.longest_talk)) / wanted
            self.points[row] = (
                self.waited
                + rules.BEEN_THERE_POINTS * (topics @ been[row]) / np.maximum(topics.sum(1), 1)
                + rules.BACKGROUND_POINTS * (wished @ shown[row] > 0)
                + rules.SAME_TAG_POINTS * (asked_in @ spoken[row] > 0)
                + rules.TIME_POINTS * time
                - rules.TALK_POINTS * min(each.talks_lately, rules.TALKS_COUNTED)
            )

    def _compare_a_sample(self, waiting: list[Waiting], ready: list[Ready]) -> None:
        random = Random(1)
        for _ in range(500):
            row, column = random.randrange(len(ready)), random.randrange(len(waiting))
            pair = waiting[column], ready[row], NOW_MS
            may = rules.fits(*pair) and not rules.is_avoided(*pair)
            assert may == self.allowed[row, column]
            assert abs(rules.score(*pair) - self.points[row, column]) < 1e-6


def _ones(sets: list[frozenset[int]] | list[set[int]], width: int) -> np.ndarray:
    """A row of 0 and 1 for each set."""
    ones = np.zeros((len(sets), width), dtype=np.float32)
    for row, each in enumerate(sets):
        ones[row, list(each)] = 1
    return ones


def _cells(people: list[Waiting | Ready]) -> dict[tuple[str, str], int]:
    every = sorted({cell for each in people for cell in fit_keys(each.languages, each.ways)})
    return {cell: number for number, cell in enumerate(every)}


def _cells_of(each: Waiting | Ready, cells: dict[tuple[str, str], int]) -> set[int]:
    return {cells[cell] for cell in fit_keys(each.languages, each.ways)}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--ready", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
