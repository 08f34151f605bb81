"""A small world for testing matching: people who change, and a slow reading of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import strategies as st

from warmline.rooms.languages import Way
from warmline.support.matching import Choice, Matching, Ready, Waiting, rules

HOUR_MS = 3_600_000
START_MS = 1_800_000_000_000
SEEKERS = range(1, 8)
VOLUNTEERS = range(101, 108)
TOPICS = (1, 2, 3, 4)
HEAVY = frozenset({1, 2})

LANGUAGES = ("en", "en-GB", "pt-BR", "pt", "zh-Hant", "zh-Hans", "bfi")
ANSWERS = ("take", "no", "not_now", "silence")
PASSING_MS = (1, 5_000, 20_000, 40_000, 300_000, 600_000)

Step = tuple[str, object]


def a_life(seed: int, length: int) -> list[Step]:
    """Everybody arrives, then this and that happens.

    Drawn by a seeded generator: a life has hundreds of details, too many to draw one by one.
    """
    random = Random(seed)
    began: list[Step] = [
        ("ready", a_ready(random, each)) for each in random.sample(VOLUNTEERS, random.randint(1, 6))
    ]
    began += [("wait", a_waiting(random, each)) for each in random.sample(SEEKERS, 3)]
    if random.random() < 0.5:
        began.reverse()
    return began + [_step(random) for _ in range(length)]


lives = st.builds(a_life, st.integers(0, 2**32), st.integers(0, 15))
randoms = st.integers(0, 2**32).map(Random)


def a_waiting(random: Random, number: int) -> Waiting:
    topics = _some(random, TOPICS, 1.0)
    return Waiting(
        id=number + 1000,
        seeker=number,
        languages=_languages(random),
        ways=_ways(random),
        topics=topics,
        heavy=bool(topics & HEAVY),
        backgrounds=_some(random, (1, 2), 0.3),
        since_ms=START_MS - random.randint(0, 400) * 1000,
        minutes=random.randint(1, 67),
        new_here=random.random() < 0.5,
        said_no=_some(random, VOLUNTEERS, 0.1),
        ask_again=dict.fromkeys(_some(random, VOLUNTEERS, 0.2), START_MS + 60_000),
        blocked=_some(random, VOLUNTEERS, 0.1),
        team=_some(random, VOLUNTEERS, 0.3),
    )


def a_ready(random: Random, number: int) -> Ready:
    been_there = _some(random, TOPICS, 0.5)
    listens = random.choice([TOPICS, TOPICS, TOPICS, (1, 2, 3), ()])
    return Ready(
        id=number,
        languages=_languages(random),
        ways=_ways(random),
        been_there=been_there,
        can_listen=frozenset(listens) - been_there,
        backgrounds=_some(random, (1, 2), 0.3),
        room_for=random.choice([1, 1, 1, 2, 0]),
        minutes_left=random.choice([120, 120, 120, 30, 5, 4]),
        longest_talk=random.choice([45, 30, 10]),
        takes_new=random.random() < 0.8,
        until_ms=random.choice([None, None, START_MS + 30_000, START_MS + 400_000]),
        talks_lately=random.randint(0, 7),
        last_talk_ms=random.choice([None, START_MS - HOUR_MS, START_MS - 13 * HOUR_MS]),
        last_talk_heavy=random.random() < 0.5,
        met_lately=_some(random, SEEKERS, 0.3),
        blocked=_some(random, SEEKERS, 0.1),
    )


def _step(random: Random) -> Step:
    kind = random.choice(("wait", "ready", "leave", "go", "answer", "answer", "answer", "pass"))
    details: dict[str, object] = {
        "wait": a_waiting(random, random.choice(SEEKERS)),
        "ready": a_ready(random, random.choice(VOLUNTEERS)),
        "leave": random.randrange(20),
        "go": random.randrange(20),
        "answer": (random.randrange(20), random.choice(ANSWERS)),
        "pass": random.choice(PASSING_MS),
    }
    return kind, details[kind]


def _languages(random: Random) -> tuple[str, ...]:
    common: tuple[str, ...] = random.choice((("en",), ("en-GB",)))
    return common if random.random() < 0.7 else tuple(random.sample(LANGUAGES, 2))


def _ways(random: Random) -> tuple[Way, ...]:
    ways: tuple[Way, ...] = ("text", "voice", "video")
    return ways[:1] if random.random() < 0.7 else tuple(random.sample(ways, random.randint(1, 3)))


def _some(random: Random, of: Sequence[int], chance: float) -> frozenset[int]:
    """Up to three of them, or with the rest of the chance none."""
    if random.random() >= chance:
        return frozenset()
    return frozenset(random.sample(of, random.randint(0, min(3, len(of)))))


@dataclass
class World:
    """The same people twice: as `Matching` knows them, and as plain dataclasses."""

    now_ms: int = START_MS
    matching: Matching = field(default_factory=Matching)
    waiting: dict[int, Waiting] = field(default_factory=dict)
    ready: dict[int, Ready] = field(default_factory=dict)

    def live(self, what: str, detail: object) -> None:
        getattr(self, f"_{what}")(detail)

    def offers(self) -> list[Choice]:
        """Ask for offers, and take them into the plain side."""
        choices = self.matching.next_offers(self.now_ms)
        for choice in choices:
            request = self.waiting[choice.request]
            self.waiting[choice.request] = replace(
                request,
                offered=request.offered | {choice.volunteer},
                first_offer_ms=(
                    self.now_ms if request.first_offer_ms is None else request.first_offer_ms
                ),
            )
        return choices

    def pending(self) -> list[tuple[int, int]]:
        return sorted((each.id, to) for each in self.waiting.values() for to in each.offered)

    def fitting(self, request: Waiting) -> int:
        return sum(rules.fits(request, each, self.now_ms) for each in self.ready.values())

    def may_offer(self, request: Waiting, volunteer: Ready) -> bool:
        """Every rule there is, slowly, for one more offer now."""
        if not rules.fits(request, volunteer, self.now_ms):
            return False
        if len(request.offered) >= rules.offers_at_once(request.first_offer_ms, self.now_ms):
            return False
        if any(volunteer.id in each.offered for each in self.waiting.values()):
            return False
        return not rules.is_avoided(request, volunteer, self.now_ms) or rules.gives_way(
            request, self.fitting(request), self.now_ms
        )

    def possible(self) -> list[tuple[int, int]]:
        return [
            (request.id, volunteer.id)
            for request in self.waiting.values()
            for volunteer in self.ready.values()
            if self.may_offer(request, volunteer)
        ]

    def _wait(self, request: Waiting) -> None:
        request = replace(request, since_ms=request.since_ms + self.now_ms - START_MS)
        self.waiting[request.id] = request
        self.matching.put_request(request)

    def _ready(self, volunteer: Ready) -> None:
        if volunteer.until_ms is not None:
            volunteer = replace(volunteer, until_ms=volunteer.until_ms + self.now_ms - START_MS)
        self.ready[volunteer.id] = volunteer
        self.matching.put_volunteer(volunteer)

    def _leave(self, number: int) -> None:
        if self.waiting:
            gone = sorted(self.waiting)[number % len(self.waiting)]
            del self.waiting[gone]
            self.matching.remove_request(gone)

    def _go(self, number: int) -> None:
        if self.ready:
            gone = sorted(self.ready)[number % len(self.ready)]
            del self.ready[gone]
            self.matching.remove_volunteer(gone)

    def _pass(self, ms: int) -> None:
        self.now_ms += ms

    def _answer(self, detail: tuple[int, str]) -> None:
        number, answer = detail
        if not self.pending():
            return
        request_id, volunteer_id = self.pending()[number % len(self.pending())]
        if answer == "take":
            del self.waiting[request_id]
            self.matching.remove_request(request_id)
            return
        request = self.waiting[request_id]
        left = request.offered - {volunteer_id}
        if answer == "no":
            said_no = request.said_no | {volunteer_id}
            self.waiting[request_id] = replace(request, offered=left, said_no=said_no)
            self.matching.said_no(request_id, volunteer_id)
        else:
            again = {**request.ask_again, volunteer_id: self.now_ms + 600_000}
            self.waiting[request_id] = replace(request, offered=left, ask_again=again)
            self.matching.ask_again(request_id, volunteer_id, self.now_ms + 600_000)
