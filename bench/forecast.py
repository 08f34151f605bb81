"""How often the forecast is right, against a plain average.

    python -m bench.forecast [--weeks 13] [--seeds 3]

A made-up group (`bench.habits`) is watched for 8 weeks; then for `--weeks` more the product's own
forecast is asked once an hour, at a random minute in which nobody is there: will somebody come within
20 minutes? It knows only what was before. The plain average says for every minute how often somebody
came within 20 minutes in all of the last 8 weeks. Printed for each group:

- *Brier*: the mean squared distance of chance and truth (0 is best); *gain*: how much smaller it is
  than the plain average's.
- *soon*: how often *probably within 20 minutes* was said, and how often somebody came then; and how
  often somebody came when it was not said.
- *at*: of the times named as next likely, at how many somebody was there or came within 20 minutes.
- *unknown*: how often it had nothing to say.

Then what was said against what was, for all groups together: a forecast is calibrated when the two
columns are near each other.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bench.habits import LENGTH, MINUTES_A_DAY, Visit, visits
from bench.seen import START, at
from warmline.availability.forecast import (
    HORIZON,
    HourSeen,
    Pattern,
    is_probable,
    next_likely,
    reached_bits,
)

BEFORE = 8 * 7
SOON = HORIZON // timedelta(minutes=1)
GROUPS = {"at random": (0.0, 0.0), "half by habit": (0.5, 0.0), "open hours": (0.0, 1.0)}


@dataclass(slots=True)
class Score:
    """Sums over many answers."""

    asked: int = 0
    unknown: int = 0
    ours: float = 0.0
    plain: float = 0.0
    said: list[bool] = field(default_factory=list)
    not_said: list[bool] = field(default_factory=list)
    at: list[bool] = field(default_factory=list)


class Watched:
    """What a run of visits leaves: minutes with somebody, and marks, by the hour."""

    def __init__(self, made: list[Visit], days: int, random: Random) -> None:
        self.bits = [0] * (days * 24)
        self.marks = [0] * (days * 24)
        self.ticks: dict[datetime, int] = defaultdict(int)
        mark: dict[tuple[int, int], int] = defaultdict(lambda: 1 << random.randrange(8))
        for visit in made:
            if visit.ticked:
                self.ticks[at(visit.start // 60 * 60)] += 1
            for minute in range(visit.start, visit.start + LENGTH) if visit.comes else ():
                hour = minute // 60
                if hour < len(self.bits):
                    self.bits[hour] |= 1 << minute % 60
                    self.marks[hour] |= mark[visit.volunteer, hour % 24]

    def hours(self, until_day: int) -> Iterator[HourSeen]:
        """The hours of the 8 weeks before a day."""
        for hour in range((until_day - BEFORE) * 24, until_day * 24):
            bits = self.bits[hour]
            known = hour + 1 < until_day * 24
            reached = reached_bits(bits, self.bits[hour + 1] if known else 0)
            yield HourSeen(
                at(hour * 60), 60, bits.bit_count(), reached.bit_count(), self.marks[hour]
            )

    def somebody(self, minute: int) -> bool:
        return bool(self.bits[minute // 60] >> minute % 60 & 1)

    def comes(self, minute: int) -> bool:
        """Ready at a minute or within 20 of it."""
        last = min(minute + SOON, len(self.bits) * 60 - 1)
        return any(self.somebody(each) for each in range(minute, last + 1))


def backtest(
    watched: Watched, days: int, random: Random, table: dict[int, list[tuple[float, bool]]]
) -> Score:
    """Ask once an hour from the ninth week on; ``table``: tenths of chance → what was said and was."""
    score = Score()
    for day in range(BEFORE, days - 1):
        hours = list(watched.hours(day))
        pattern = Pattern.of(hours, now=at(day * MINUTES_A_DAY), zone=UTC)
        empty = sum(hour.watched - hour.ready for hour in hours)
        plain = sum(hour.reached - hour.ready for hour in hours) / empty
        for hour in range(24):
            minute = (day * 24 + hour) * 60 + random.randrange(60)
            if not watched.somebody(minute):
                _ask(score, pattern, plain, watched, minute, table)
    return score


def _ask(
    score: Score,
    pattern: Pattern,
    plain: float,
    watched: Watched,
    minute: int,
    table: dict[int, list[tuple[float, bool]]],
) -> None:
    now, came = at(minute), watched.comes(minute)
    chance = pattern.coming(now)
    score.asked += 1
    if chance is not None:
        score.ours += (chance - came) ** 2
        score.plain += (plain - came) ** 2
        table[min(9, int(chance * 10))].append((chance, came))
        (score.said if is_probable(chance) else score.not_said).append(came)
    likely = next_likely([pattern], watched.ticks.items(), now)
    if likely is not None:
        named = (likely - START) // timedelta(minutes=1)
        if named < len(watched.bits) * 60:
            score.at.append(watched.comes(named))
    if chance is None and likely is None:
        score.unknown += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=13)
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    days = BEFORE + options.weeks * 7
    table: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    print(
        "volunteers, they come   Brier  plain   gain | soon said right | not said, came | at right | unknown"
    )
    for name, (by_habit, in_open_hours) in GROUPS.items():
        for volunteers in (8, 20, 40):
            total = Score()
            for seed in range(options.seeds):
                random = Random(f"{name} {volunteers} {seed}")
                made = visits(
                    random, volunteers, days, by_habit=by_habit, in_open_hours=in_open_hours
                )
                _add(total, backtest(Watched(made, days, random), days, random, table))
            _tell(f"{volunteers:2} {name}", total)
    print("\nsaid  was   answers")
    for tenth in sorted(table):
        chances, truths = zip(*table[tenth], strict=True)
        print(f"{_mean(chances):4.0%} {_mean(truths):4.0%} {len(truths):8}")


def _tell(name: str, score: Score) -> None:
    answers = score.asked and len(score.said) + len(score.not_said)
    if not answers:
        print(f"{name:22} nothing known in {score.unknown} of {score.asked}")
        return
    gain = 1 - score.ours / score.plain if score.plain else 0.0
    print(
        f"{name:22} {score.ours / answers:6.3f} {score.plain / answers:6.3f} {gain:6.1%} |"
        f" {len(score.said) / answers:6.1%} {_share(score.said)} | {_share(score.not_said):>14} |"
        f" {_share(score.at):>8} | {score.unknown / score.asked:5.1%}"
    )


def _add(total: Score, one: Score) -> None:
    for name in ("asked", "unknown", "ours", "plain", "said", "not_said", "at"):
        setattr(total, name, getattr(total, name) + getattr(one, name))


def _share(answers: list[bool]) -> str:
    return f"{_mean(answers):5.0%}" if answers else "  –  "


def _mean(numbers: list[bool] | tuple[float, ...]) -> float:
    return sum(numbers) / len(numbers)


if __name__ == "__main__":
    main()
