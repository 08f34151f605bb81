"""Thirteen weeks of a made-up community: what helps seekers to talk with somebody, and how much.

    python -m bench.community [--weeks 13] [--seekers-a-day 6] [--seeds 3] [--volunteers 8 20 40]

The product's own matching decides about offers, and its own forecast about what a seeker is told. All
else is assumed, and stands below and in `bench.habits` with its figure: how people come, wait, choose
and come back. So the figures compare the parts with each other; they do not promise anything. One
language, text, nobody new; offers are answered as in `bench.simulate`.

Without any part a seeker waits `PATIENCE` minutes on average and leaves; one in five comes back at some
time of the next 24 hours. The parts, none, each alone and all:

- *open hours*: `INTO_OPEN_HOURS` of all visits move into two hours a day, and who finds nobody hears of
  the next one.
- *forecast*: who finds nobody hears *soon* or *next likely at*, from the weeks before.
- *appointments*, *letters*, *tell me*: `CHOOSES` of those who leave take one of them up, each as often.
- *reachable*: `ON` of the volunteers get offers on their phones when nobody ready fits.

Printed: of all seekers, how many talked with somebody within 20 minutes of coming; within a day; got a
letter answered within a week; and any of these.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TypeVar

from bench.habits import DEMAND, LENGTH, MINUTES_A_DAY, OPEN_HOURS, Visit, by_curve, visits
from bench.people import make_ready, make_waiting
from bench.seen import START, Seen, at
from warmline.availability.forecast import is_probable, next_likely
from warmline.support.matching import Choice, Matching, Ready, Waiting, rules

Person = TypeVar("Person", Waiting, Ready)

PARTS = ("open hours", "forecast", "appointments", "letters", "tell me", "reachable")
MINUTE_MS = 60_000
EPOCH_MS = int(START.timestamp() * 1000)

PATIENCE = 20.0
COMES_BACK_ANYHOW = 0.2
RETURNS = 0.5
"""Of those who were told a time within a day."""
STAYS_FOR_SOON = 25.0
BY_HABIT = 0.5
INTO_OPEN_HOURS = 0.6
CHOOSES = 0.6
TAKES_APPOINTMENT = 0.3
"""A volunteer who comes and sees one that fits, each time they come."""
BOTH_COME = 0.85
TIMES_NAMED = 5
READS_LETTER = 0.5
"""A volunteer who comes and finds nobody waiting, each time they come; one letter."""
COMES_WHEN_TOLD = 0.5
ON = 0.5
ANSWERS_PUSH = 0.15
PUSHES_A_DAY = 3
PUSH_HOURS = range(9, 22)
PUSH_MINUTES = 3
AGAIN_MINUTES = 10
DAY = float(MINUTES_A_DAY)


@dataclass(slots=True)
class Need:
    """One seeker's: when they first came (minute), and what became of it."""

    came: float
    talked: float | None = None
    answered: float | None = None
    returned: bool = False


@dataclass(slots=True)
class Place:
    """A request in the line."""

    need: Need
    request: Waiting
    out: bool = False
    """A push is out."""


class Community:
    """Who is there, and what happens next; the clock is in minutes from the beginning."""

    def __init__(
        self, volunteers: int, a_day: float, days: int, seed: int, parts: frozenset[str]
    ) -> None:
        self.random, self.parts, self.days = Random(seed), parts, days
        self.matching, self.now, self.numbers = Matching(), 0.0, count(1)
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.people = [_english(make_ready(self.random, 1_000_000 + n)) for n in range(volunteers)]
        self.ready: dict[int, Ready] = {}
        self.places: dict[int, Place] = {}
        self.needs: list[Need] = []
        self.seen = Seen()
        self.appointments: list[tuple[Need, Waiting, list[float]]] = []
        self.letters: list[tuple[Need, Waiting]] = []
        self.wishes: list[tuple[Need, Waiting, float]] = []
        self.pushes: dict[tuple[int, int], int] = defaultdict(int)
        self.pushed: dict[tuple[int, int], float] = {}
        self.ticks: dict[datetime, int] = defaultdict(int)
        self._plan(volunteers, a_day, days)

    def _plan(self, volunteers: int, a_day: float, days: int) -> None:
        share = INTO_OPEN_HOURS if "open hours" in self.parts else 0.0
        planned = visits(
            self.random, volunteers, days, by_habit=BY_HABIT * (1 - share), in_open_hours=share
        )
        for visit in planned:
            if visit.ticked:
                self.ticks[at(visit.start // 60 * 60)] += 1
            if visit.comes:
                self._at(float(visit.start), self._visit, visit)
        for day in range(days):
            for _ in range(int(a_day) + (self.random.random() < a_day % 1)):
                self._at(day * DAY + by_curve(self.random, DEMAND), self._first_comes)

    def run(self) -> list[Need]:
        """Until all is over; the needs of those who came a week or more before the end."""
        while self.events:
            due = self.matching.due_at()
            due_min = (due - EPOCH_MS) / MINUTE_MS if due is not None else None
            if due_min is not None and due_min < self.events[0][0]:
                self._pass_to(max(due_min, self.now))
            else:
                when, _, happens = heappop(self.events)
                if when > self.days * DAY:
                    break
                self._pass_to(when)
                happens()
            for choice in self.matching.next_offers(self._ms()):
                self._after(self.random.uniform(0.05, 0.5), self._answer, choice)
            if "reachable" in self.parts:
                self._push()
        return [need for need in self.needs if need.came < (self.days - 7) * DAY]

    def _first_comes(self) -> None:
        need = Need(self.now)
        self.needs.append(need)
        request = _english(make_waiting(self.random, next(self.numbers), self._ms()))
        self._comes(need, replace(request, since_ms=self._ms(), new_here=False))

    def _comes(self, need: Need, request: Waiting, patience: float | None = None) -> None:
        """Somebody opens the page, and waits or does what it says."""
        if need.talked is not None or any(each.need is need for each in self.places.values()):
            return
        patience = patience or self.random.expovariate(1 / PATIENCE)
        if not any(self._fits(request, each) for each in self.ready.values()):
            soon, next_at = self._outlook()
            if soon:
                patience = max(patience, STAYS_FOR_SOON)
            elif next_at is not None and not need.returned and next_at - self.now < DAY:
                if next_at - self.now <= patience:
                    patience = max(patience, next_at - self.now + 20)
                elif self.random.random() < RETURNS:
                    need.returned = True
                    self._at(next_at + 1, self._comes, need, request, STAYS_FOR_SOON)
        number = next(self.numbers)
        request = replace(request, id=number, since_ms=self._ms())
        self.places[number] = Place(need, request)
        self.matching.put_request(request)
        self._after(patience, self._leaves, number)

    def _outlook(self) -> tuple[bool, float | None]:
        """(soon, next time) as the page says it, as far as the parts go."""
        now, times = at(self.now), []
        if "open hours" in self.parts:
            today = self.now // DAY * DAY
            starts = [today + day * DAY + hour * 60 for day in (0, 1) for hour in OPEN_HOURS]
            times.append(min(start for start in starts if start > self.now))
        if "forecast" in self.parts:
            pattern = self.seen.pattern(self.now)
            if is_probable(pattern.coming(now)):
                return True, None
            likely = next_likely([pattern], self.ticks.items(), now)
            if likely is not None:
                times.append((likely - START) / timedelta(minutes=1))
        return False, min(times, default=None)

    def _leaves(self, number: int) -> None:
        place = self.places.pop(number, None)
        if place is None:
            return
        self.matching.remove_request(number)
        need, request = place.need, place.request
        choices = [part for part in ("appointments", "letters", "tell me") if part in self.parts]
        if choices and self.random.random() < CHOOSES:
            part = self.random.choice(choices)
            if part == "appointments":
                times = sorted(self.now + self.random.uniform(120, DAY) for _ in range(TIMES_NAMED))
                self.appointments.append((need, request, times))
            elif part == "letters":
                self.letters.append((need, request))
            else:
                self.wishes.append((need, request, self.now + DAY))
        elif self.random.random() < COMES_BACK_ANYHOW:
            self._after(self.random.uniform(0, DAY), self._comes, need, request)

    def _visit(self, visit: Visit) -> None:
        """A volunteer comes: looks at what waits, and is ready."""
        volunteer = self.people[visit.volunteer]
        if volunteer.id in self.ready:
            return
        self._look_at_appointments(volunteer)
        self._be_ready(volunteer, LENGTH)
        if not any(self._fits(each.request, volunteer) for each in self.places.values()):
            self._read_a_letter(volunteer)
            self._tell_one(volunteer)

    def _be_ready(self, volunteer: Ready, minutes: float) -> None:
        until = round(EPOCH_MS + (self.now + minutes) * MINUTE_MS)
        volunteer = replace(
            volunteer, until_ms=until, minutes_left=120, longest_talk=45, room_for=1
        )
        self.ready[volunteer.id] = volunteer
        self.matching.put_volunteer(volunteer)
        self._after(minutes, self._goes, volunteer.id, until)

    def _goes(self, number: int, until_ms: int) -> None:
        if number in self.ready and self.ready[number].until_ms == until_ms:
            del self.ready[number]
            self.matching.remove_volunteer(number)

    def _look_at_appointments(self, volunteer: Ready) -> None:
        for held in list(self.appointments):
            need, request, times = held
            times = [time for time in times if time > self.now]
            if not times or need.talked is not None:
                self.appointments.remove(held)
            elif self._listens(request, volunteer) and self.random.random() < TAKES_APPOINTMENT:
                self.appointments.remove(held)
                if self.random.random() < BOTH_COME:
                    self._at(self.random.choice(times), self._meet, need)
                return

    def _meet(self, need: Need) -> None:
        if need.talked is None:
            need.talked = self.now

    def _read_a_letter(self, volunteer: Ready) -> None:
        for letter in list(self.letters):
            need, request = letter
            if self._listens(request, volunteer) and self.random.random() < READS_LETTER:
                self.letters.remove(letter)
                need.answered = self.now + LENGTH
                return

    def _tell_one(self, volunteer: Ready) -> None:
        """The first in line who wanted to know and fits; the place is held for 10 minutes."""
        self.wishes = [wish for wish in self.wishes if wish[2] > self.now]
        for wish in self.wishes:
            need, request, _until = wish
            if need.talked is None and self._listens(request, volunteer):
                self.wishes.remove(wish)
                if self.random.random() < COMES_WHEN_TOLD:
                    self._after(self.random.uniform(1, 10), self._comes, need, request)
                return

    def _push(self) -> None:
        """Nobody ready fits: one who is reachable is asked, for 3 minutes."""
        for place in self.places.values():
            if place.out or any(self._fits(place.request, each) for each in self.ready.values()):
                continue
            able = [each for each in self.people if self._reachable(place.request, each)]
            if able:
                best = max(able, key=lambda each: rules.score(place.request, each, self._ms()))
                place.out = True
                self.pushes[best.id, int(self.now // DAY)] += 1
                self.pushed[place.request.id, best.id] = self.now
                yes = self.random.random() < ANSWERS_PUSH
                after = self.random.uniform(0.3, PUSH_MINUTES) if yes else PUSH_MINUTES
                self._after(after, self._answers_push, place, best, yes)

    def _reachable(self, request: Waiting, volunteer: Ready) -> bool:
        last = self.pushed.get((request.id, volunteer.id))
        return (
            volunteer.id % 100 < len(self.people) * ON
            and volunteer.id not in self.ready
            and int(self.now % DAY) // 60 in PUSH_HOURS
            and self.pushes[volunteer.id, int(self.now // DAY)] < PUSHES_A_DAY
            and (last is None or self.now - last >= AGAIN_MINUTES + PUSH_MINUTES)
            and self._listens(request, volunteer)
        )

    def _answers_push(self, place: Place, volunteer: Ready, yes: bool) -> None:
        place.out = False
        if yes and place.request.id in self.places and volunteer.id not in self.ready:
            self._be_ready(volunteer, 45)
            self._talk(place, self.ready[volunteer.id])

    def _answer(self, choice: Choice) -> None:
        place, volunteer = self.places.get(choice.request), self.ready.get(choice.volunteer)
        if place is None:
            return
        answer = self.random.random()
        if volunteer is None or answer < 0.2:
            again = self._ms() + AGAIN_MINUTES * MINUTE_MS
            self.matching.ask_again(choice.request, choice.volunteer, again)
        elif answer < 0.3:
            self.matching.said_no(choice.request, choice.volunteer)
        else:
            self._talk(place, volunteer)

    def _talk(self, place: Place, volunteer: Ready) -> None:
        place.need.talked = self.now
        del self.places[place.request.id]
        self.matching.remove_request(place.request.id)
        busy = replace(volunteer, room_for=0)
        self.ready[volunteer.id] = busy
        self.matching.put_volunteer(busy)
        self._after(self.random.expovariate(1 / 30), self._hangs_up, volunteer.id)

    def _hangs_up(self, number: int) -> None:
        if number in self.ready:
            self.ready[number] = replace(self.ready[number], room_for=1)
            self.matching.put_volunteer(self.ready[number])

    def _fits(self, request: Waiting, volunteer: Ready) -> bool:
        return rules.fits(request, volunteer, self._ms())

    def _listens(self, request: Waiting, volunteer: Ready) -> bool:
        """By the same rules, were they ready now."""
        able = replace(volunteer, until_ms=None, minutes_left=120, longest_talk=45, room_for=1)
        return self._fits(request, able)

    def _ms(self) -> int:
        return round(EPOCH_MS + self.now * MINUTE_MS)

    def _at(self, when: float, what: Callable[..., None], *details: object) -> None:
        heappush(self.events, (when, next(self.numbers), lambda: what(*details)))

    def _after(self, minutes: float, what: Callable[..., None], *details: object) -> None:
        self._at(self.now + minutes, what, *details)

    def _pass_to(self, when: float) -> None:
        free = [each.id for each in self.ready.values() if each.room_for]
        if free:
            for minute in range(int(self.now), int(when)):
                self.seen.minute(minute, free)
        self.now = when


def _english(person: Person) -> Person:
    return replace(person, languages=("en",), ways=("text",))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--seekers-a-day", type=float, default=6)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--volunteers", type=int, nargs="+", default=[8, 20, 40])
    options = parser.parse_args()
    print("volunteers, parts        20 min  a day  letter  any")
    for volunteers in options.volunteers:
        for name, parts in (("none", ()), *((part, (part,)) for part in PARTS), ("all", PARTS)):
            needs: list[Need] = []
            for seed in range(options.seeds):
                run = Community(
                    volunteers,
                    options.seekers_a_day,
                    options.weeks * 7,
                    seed,
                    frozenset(parts),
                )
                needs += run.run()
            _tell(f"{volunteers:2} {name}", needs)


def _tell(name: str, needs: list[Need]) -> None:
    soon = [need for need in needs if need.talked is not None and need.talked - need.came <= 20]
    day = [need for need in needs if need.talked is not None and need.talked - need.came <= DAY]
    letter = [need for need in needs if need.answered and need.answered - need.came <= 7 * DAY]
    some = {id(need) for need in (*day, *letter)}
    shares = "  ".join(f"{len(each) / len(needs):5.1%}" for each in (soon, day, letter, some))
    print(f"{name:22} {shares}  of {len(needs)}")


if __name__ == "__main__":
    main()
