"""How fast a decision is, and how near to the best possible matching.

    python -m bench.matching [--waiting 10000] [--ready 5000]

Two measurements, with the code that runs in production:

1. *At once*: everybody arrives in the same moment. The offers made are compared with the optimum
   of `scipy.optimize.linear_sum_assignment` over all pairs that fit, by the same points (for the
   first 3,000 and half as many, as the optimum of all takes minutes).
2. *One by one*: everybody of one side waits, and the other side comes one after the other. Each
   call of `next_offers` is timed, and its choice compared with the best choice there was.

Times are of the processor, not the wall. The yardstick is `sum(range(1000))` on the same machine.
`bench.simulate` shows the same code over weeks of a made-up community.
"""

from __future__ import annotations

import argparse
import statistics
import time
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
    print(f"{len(waiting)} waiting, {len(ready)} ready; yardstick {_yardstick():.1f} µs")
    at_once(waiting[: options.optimum_of], ready[: options.optimum_of // 2])
    points = Points(waiting, ready)
    volunteers_come(waiting, ready, points)
    requests_come(waiting, ready, points)
    print(f"yardstick {_yardstick():.1f} µs")


def at_once(waiting: list[Waiting], ready: list[Ready]) -> None:
    points = Points(waiting, ready)
    matching = Matching()
    matching.sync(waiting, ready)
    began = time.thread_time_ns()
    choices = matching.next_offers(NOW_MS)
    took = time.thread_time_ns() - began
    print(
        f"at once, {len(waiting)} and {len(ready)}: {len(choices)} offers,"
        f" {took / 1000 / len(choices):.1f} µs each"
    )
    began = time.thread_time_ns()
    ours = points.of(choices)
    best, best_waiting, pairs = points.optimum()
    print(
        f"  {100 * ours.sum() / best:.2f} % of the optimum's points, {len(choices)} of its {pairs}"
        f" pairs (optimum in {(time.thread_time_ns() - began) / 1e9:.1f} s)"
    )
    ours_alike = ours.sum() - points.waited_of(choices)
    print(f"  without the points for waiting: {100 * ours_alike / (best - best_waiting):.2f} %")


def volunteers_come(waiting: list[Waiting], ready: list[Ready], points: Points) -> None:
    matching = Matching()
    matching.sync(waiting, [])
    matching.next_offers(NOW_MS)
    open_columns = np.ones(len(waiting), dtype=bool)
    times, ours, best = [], 0.0, 0.0
    for row, each in enumerate(ready):
        matching.put_volunteer(each)
        made, took = _timed(matching)
        times += [took] * len(made)
        for choice in made:
            best += points.points[row][points.allowed[row] & open_columns].max(initial=0.0)
            ours += float(points.of([choice])[0])
            open_columns[points.columns[choice.request]] = False
    _tell("volunteers come one by one", times, ours / best)


def requests_come(waiting: list[Waiting], ready: list[Ready], points: Points) -> None:
    matching = Matching()
    matching.sync([], ready)
    matching.next_offers(NOW_MS)
    free_rows = np.ones(len(ready), dtype=bool)
    times, ours, best = [], 0.0, 0.0
    for column, each in enumerate(waiting[: len(ready)]):
        matching.put_request(each)
        made, took = _timed(matching)
        times += [took] * len(made)
        for choice in made:
            may = points.allowed[:, column] & free_rows
            best += points.points[may, column].max(initial=0.0)
            ours += float(points.of([choice])[0])
            free_rows[points.rows[choice.volunteer]] = False
    _tell("requests come one by one", times, ours / best)


def _timed(matching: Matching) -> tuple[list[Choice], float]:
    began = time.thread_time_ns()
    made = matching.next_offers(NOW_MS)
    return made, (time.thread_time_ns() - began) / 1000


def _tell(what: str, times: list[float], share: float) -> None:
    times.sort()
    middle, late = statistics.median(times), times[int(len(times) * 0.99)]
    print(
        f"{what}: {len(times)} decisions, median {middle:.1f} µs, p99 {late:.1f} µs,"
        f" {100 * share:.2f} % of the best choices' points"
    )


def _yardstick() -> float:
    began = time.thread_time_ns()
    for _ in range(2000):
        sum(range(1000))
    return (time.thread_time_ns() - began) / 2000 / 1000


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
    parser.add_argument("--optimum-of", type=int, default=3_000, help="requests; 10,000: minutes")
    parser.add_argument("--seed", type=int, default=3)
    return parser.parse_args()


if __name__ == "__main__":
    main()
