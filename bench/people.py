"""Made-up seekers and volunteers for measuring: nobody's data."""

from random import Random

from warmline.rooms.languages import Way
from warmline.support.matching import Ready, Waiting

NOW_MS = 1_800_000_000_000
MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS

TOPICS = range(27)
HEAVY = frozenset(range(8))
BACKGROUNDS = range(8)
LANGUAGES = (
    "en-GB",
    "en",
    "de",
    "es-MX",
    "es",
    "pt-BR",
    "pt-PT",
    "fr",
    "zh-Hant",
    "zh-Hans",
    "bfi",
)
SHARES = (30, 15, 12, 8, 6, 6, 4, 8, 3, 4, 4)
"""How often each language is somebody's first, of 100."""


def make_waiting(random: Random, number: int, now_ms: int = NOW_MS) -> Waiting:
    """A seeker who has waited up to 30 minutes, with none to three topics."""
    topics = frozenset(random.sample(TOPICS, random.choice((0, 1, 1, 1, 2, 2, 3))))
    return Waiting(
        id=number,
        seeker=number,
        languages=_languages(random, 1),
        ways=_ways(random),
        topics=topics,
        heavy=bool(topics & HEAVY),
        backgrounds=_some(random, BACKGROUNDS, random.choice((0, 0, 0, 1))),
        since_ms=now_ms - random.randrange(30 * MINUTE_MS),
        minutes=random.choice((45, 45, 45, 67, 30, 12)),
        new_here=random.random() < 0.4,
    )


def make_ready(random: Random, number: int, now_ms: int = NOW_MS) -> Ready:
    """A volunteer: been there with 1 to 5 topics, listens to most of the rest."""
    been_there = _some(random, TOPICS, random.randrange(1, 6))
    rest = [topic for topic in TOPICS if topic not in been_there]
    return Ready(
        id=number,
        languages=_languages(random, random.choice((1, 1, 2))),
        ways=_ways(random),
        been_there=been_there,
        can_listen=_some(random, rest, random.randrange(6, len(rest))),
        backgrounds=_some(random, BACKGROUNDS, random.randrange(4)),
        room_for=1,
        minutes_left=random.randrange(15, 120),
        longest_talk=random.choice((30, 45, 45, 60)),
        takes_new=random.random() < 0.85,
        talks_lately=random.randrange(8),
        last_talk_ms=now_ms - random.randrange(7 * DAY_MS),
        last_talk_heavy=random.random() < 0.3,
    )


def _languages(random: Random, number: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(random.choices(LANGUAGES, SHARES, k=number)))


def _ways(random: Random) -> tuple[Way, ...]:
    ways: tuple[tuple[Way, ...], ...] = (("text",), ("text", "voice"), ("text", "voice", "video"))
    return random.choices(ways, (80, 12, 8))[0]


def _some(random: Random, of: object, number: int) -> frozenset[int]:
    return frozenset(random.sample(list(of), number))  # type: ignore[call-overload]
