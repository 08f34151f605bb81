"""Weeks of a made-up community, with the matching that runs in production.

    python -m bench.simulate [--volunteers 20] [--seekers-a-day 6] [--days 28]

Volunteers come at random for 25 minutes every second day each (practice, section 12). Seekers come
at random, wait 20 minutes on average at most, and talk half an hour on average. Prints how much of
the time somebody is on, and who met somebody after how long.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TypeVar

from bench.people import DAY_MS, MINUTE_MS, NOW_MS, make_ready, make_waiting
from warmline.support.matching import Choice, Matching, Ready, Waiting

Person = TypeVar("Person", Waiting, Ready)

SHIFT_MS = 25 * MINUTE_MS
OFFER_MS = 30_000
AGAIN_MS = 10 * MINUTE_MS
PATIENCE_MS = 20 * MINUTE_MS
TALK_MS = 30 * MINUTE_MS


class Community:
    """Who is there, and what happens next."""

    def __init__(self, volunteers: int, seekers_a_day: float, seed: int) -> None:
        self.random = Random(seed)
        self.matching = Matching()
        self.now_ms = NOW_MS
        self.waiting: dict[int, Waiting] = {}
        self.ready: dict[int, Ready] = {}
        self.waits_ms: list[int] = []
        self.left = 0
        self.somebody_ms = 0
        self.numbers = count(1)
        self.events: list[tuple[int, int, Callable[[], None]]] = []
        for number in range(volunteers):
            volunteer = self._english(make_ready(self.random, 1_000_000 + number))
            self._after(self._random_ms(2 * DAY_MS), self._get_ready, volunteer)
        self.gap_ms = DAY_MS / seekers_a_day
        self._after(self._random_ms(self.gap_ms), self._seek)

    def run(self, until_ms: int) -> None:
        """Let things happen; asks for offers after each, and when matching wants to be asked."""
        while self.events and self.events[0][0] < until_ms:
            due_ms = self.matching.due_at()
            next_ms, _, happens = self.events[0]
            if due_ms is not None and due_ms < next_ms:
                self._pass_to(max(due_ms, self.now_ms))
            else:
                heappop(self.events)
                self._pass_to(next_ms)
                happens()
            for choice in self.matching.next_offers(self.now_ms):
                self._offer(choice)

    def _seek(self) -> None:
        number = next(self.numbers)
        request = make_waiting(self.random, number, self.now_ms)
        request = replace(self._english(request), since_ms=self.now_ms)
        self.waiting[number] = request
        self.matching.put_request(request)
        self._after(self._random_ms(PATIENCE_MS), self._give_up, number)
        self._after(self._random_ms(self.gap_ms), self._seek)

    def _give_up(self, number: int) -> None:
        if self.waiting.pop(number, None) is not None:
            self.left += 1
            self.matching.remove_request(number)

    def _get_ready(self, volunteer: Ready) -> None:
        volunteer = replace(
            volunteer, until_ms=self.now_ms + SHIFT_MS, minutes_left=120, longest_talk=45
        )
        self.ready[volunteer.id] = volunteer
        self.matching.put_volunteer(volunteer)
        self._after(SHIFT_MS, self._end_shift, volunteer.id)
        self._after(SHIFT_MS + self._random_ms(2 * DAY_MS), self._get_ready, volunteer)

    def _end_shift(self, number: int) -> None:
        self.ready.pop(number, None)
        self.matching.remove_volunteer(number)

    def _offer(self, choice: Choice) -> None:
        answer_ms = round(self.random.uniform(3_000, OFFER_MS))
        self._after(answer_ms, self._answer, choice)

    def _answer(self, choice: Choice) -> None:
        request = self.waiting.get(choice.request)
        if request is None:
            return
        answer = self.random.random()
        if choice.volunteer not in self.ready or answer < 0.2:
            self.matching.ask_again(choice.request, choice.volunteer, self.now_ms + AGAIN_MS)
        elif answer < 0.3:
            self.matching.said_no(choice.request, choice.volunteer)
        else:
            self._talk(request, self.ready[choice.volunteer])

    def _talk(self, request: Waiting, volunteer: Ready) -> None:
        self.waits_ms.append(self.now_ms - request.since_ms)
        del self.waiting[request.id]
        self.matching.remove_request(request.id)
        busy = replace(volunteer, room_for=0)
        self.ready[volunteer.id] = busy
        self.matching.put_volunteer(busy)
        self._after(self._random_ms(TALK_MS), self._hang_up, volunteer, request.heavy)

    def _hang_up(self, volunteer: Ready, heavy: bool) -> None:
        if volunteer.id in self.ready and self.ready[volunteer.id].room_for == 0:
            free = replace(
                volunteer,
                talks_lately=volunteer.talks_lately + 1,
                last_talk_ms=self.now_ms,
                last_talk_heavy=heavy,
            )
            self.ready[volunteer.id] = free
            self.matching.put_volunteer(free)

    def _after(self, ms: float, what: Callable[..., None], *details: object) -> None:
        event = (self.now_ms + round(ms), next(self.numbers), lambda: what(*details))
        heappush(self.events, event)

    def _random_ms(self, mean_ms: float) -> float:
        return self.random.expovariate(1 / mean_ms)

    def _english(self, person: Person) -> Person:
        return replace(person, languages=("en",), ways=("text",))

    def _pass_to(self, ms: int) -> None:
        if self.ready:
            self.somebody_ms += ms - self.now_ms
        self.now_ms = ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volunteers", type=int, default=20)
    parser.add_argument("--seekers-a-day", type=float, default=6)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    community = Community(options.volunteers, options.seekers_a_day, options.seed)
    community.run(NOW_MS + options.days * DAY_MS)
    there = community.somebody_ms / (options.days * DAY_MS)
    came = len(community.waits_ms) + community.left
    print(f"{options.volunteers} volunteers, {came} seekers in {options.days} days, one language")
    print(f"somebody is on {100 * there:.0f} % of the time")
    print(f"{100 * len(community.waits_ms) / came:.0f} % of the seekers met somebody")
    if len(community.waits_ms) > 1:
        tenths = statistics.quantiles([wait / 1000 for wait in community.waits_ms], n=10)
        print(f"their wait: median {tenths[4]:.0f} s, 90 % within {tenths[8]:.0f} s")


if __name__ == "__main__":
    main()
