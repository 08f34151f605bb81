"""Nobody is charged for our failures, a jumping clock, or twice."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.gateway.database import Database
from tests.gateway.page import Page
from tests.gateway.running import running
from warmline.gateway.store import HELD_AT_MOST, ClockStep
from warmline.gateway.talk_clock import TalkClock
from warmline.protocol import clock, events, topics

MINUTE = 60_000


@dataclass
class RowOfOne:
    """The clock's row, and the compare-and-set of the stores in plain words."""

    used_ms: int = 0
    runs: bool = False
    last_beat_ms: int | None = None
    log: list[tuple[str, int]] = field(default_factory=list)

    def step(self, step: ClockStep) -> int | None:
        if step.starts:
            may = (
                not self.runs
                or self.last_beat_ms is None
                or abs(self.last_beat_ms - step.now_ms) > step.stale_ms
                or self.last_beat_ms in step.held
            )
        else:
            may = self.runs and self.last_beat_ms == step.held[0]
        if not may:
            return None
        self.used_ms += step.add_ms
        self.last_beat_ms = step.new_beat_ms
        self.runs = step.runs
        return self.used_ms


class TwoProcesses(RuleBasedStateMachine):
    """Two gateways, one room; commits that fail with or without effect; a wall clock that jumps."""

    GRANTED = 40_000

    def __init__(self) -> None:
        super().__init__()
        self.row = RowOfOne()
        self.at = 1000.0
        self.wall = 1_800_000_000_000
        self.together = 0.0
        self.here = False
        self.clocks = [self.new_clock() for _ in range(2)]

    def new_clock(self) -> TalkClock:
        return TalkClock(1, self.row.used_ms, self.GRANTED, timedelta(seconds=15))

    def step(self, who: int, outcome: str) -> None:
        talk = self.clocks[who]
        step = talk.step(self.at, self.wall, self.here)
        if step is None:
            return
        assert len(step.held) <= HELD_AT_MOST
        assert step.add_ms >= 0
        if outcome == "lost":
            talk.fail(self.at)
            return
        used = self.row.step(step)
        if outcome == "unknown":
            talk.fail(self.at)
        else:
            talk.settle(used, self.at)

    @rule(seconds=st.floats(0, 6), both=st.booleans())
    def time_passes(self, seconds: float, both: bool) -> None:
        self.at += seconds
        self.wall += int(seconds * 1000)
        if self.here:
            self.together += seconds
        self.here = both

    @rule(who=st.integers(0, 1), outcome=st.sampled_from(["fine", "fine", "lost", "unknown"]))
    def a_gateway_steps(self, who: int, outcome: str) -> None:
        self.step(who, outcome)

    @rule(hours=st.integers(-30, 30))
    def the_wall_clock_jumps(self, hours: int) -> None:
        self.wall += hours * 3_600_000

    @rule(who=st.integers(0, 1))
    def a_gateway_is_killed(self, who: int) -> None:
        self.clocks[who] = self.new_clock()

    @invariant()
    def nobody_pays_for_more_than_the_time_together(self) -> None:
        # A gateway that has not yet heard that somebody left counts until its next step.
        assert self.row.used_ms <= self.GRANTED

    @invariant()
    def at_most_one_counts(self) -> None:
        counting = [t for t in self.clocks if t.runs_here and self.row.last_beat_ms == t._held]
        assert len(counting) <= 1


TestTwoProcesses = TwoProcesses.TestCase


@given(st.lists(st.tuples(st.floats(0.01, 5), st.booleans(), st.booleans()), max_size=60))
def test_used_never_exceeds_the_time_both_were_there(
    spans: list[tuple[float, bool, bool]],
) -> None:
    """Each span: how long, whether both are there, whether the commit at its start gets lost."""
    row, at, together = RowOfOne(), 50.0, 0.0
    talk = TalkClock(1, 0, 10**9, timedelta(0))
    for seconds, both, lost in spans:
        step = talk.step(at, int(at * 1000), both)
        if step is not None:
            if lost:
                talk.fail(at)
            else:
                talk.settle(row.step(step), at)
        at += seconds
        if both:
            together += seconds
        # Who leaves is noticed at once: the gateway steps whenever presence changes.
        step = talk.step(at, int(at * 1000), False)
        if step is not None:
            talk.settle(row.step(step), at)
    assert row.used_ms <= together * 1000 + 1


@given(st.lists(st.floats(0.05, 0.3), min_size=1, max_size=200))
def test_without_failures_the_count_is_exact_to_the_beat(ticks: list[float]) -> None:
    row, at = RowOfOne(), 7.0
    talk = TalkClock(1, 0, 10**9, timedelta(0))
    for tick in ticks:
        step = talk.step(at, int(at * 1000), True)
        if step is not None:
            talk.settle(row.step(step), at)
        at += tick
    step = talk.step(at, int(at * 1000), False)
    if step is not None:
        talk.settle(row.step(step), at)
    assert row.used_ms == pytest.approx(sum(ticks) * 1000, abs=1 + len(ticks) / 10)
    assert not row.runs


# In the gateway


async def test_clock_runs_only_while_both_are_there(database: Database) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=45 * MINUTE)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        waiting = await ada.until("clock")
        clock.move(timedelta(seconds=50))
        ben = await Page.sit(here.port, room, 2)
        await ada.until("clock", lambda f: f["running"])
        clock.move(timedelta(seconds=30))
        await ben.leave()
        stopped = await ada.until("clock", lambda f: not f["running"])
        clock.move(timedelta(seconds=20))
    assert (waiting["used"], waiting["granted"]) == (0, 45 * MINUTE)
    assert stopped["used"] == 30_000
    assert database.clock(room)[:2] == (30_000, None)


async def test_two_seekers_do_not_make_it_run(database: Database) -> None:
    room = database.make_room(granted_ms=MINUTE, roles=("seeker", "seeker"))
    async with running(database.url) as here:
        await Page.sit(here.port, room, 1)
        ada = await Page.sit(here.port, room, 2)
        assert not any(
            f["running"] for f in ada.of("clock") + await ada.quiet(0.5) if "running" in f
        )


async def test_it_beats_at_least_every_five_seconds(database: Database) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=45 * MINUTE)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        await Page.sit(here.port, room, 2)
        await ada.until("clock", lambda f: f["running"])
        for beat in range(1, 4):
            clock.move(timedelta(seconds=4))
            frame = await ada.until("clock", lambda f: f["used"] > 0)
            assert frame["used"] == beat * 4000
            assert database.clock(room)[0] == beat * 4000


async def test_message_after_the_time_is_over_is_refused(database: Database) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=45 * MINUTE, used_ms=44 * MINUTE + 30_000)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        await ben.until("clock", lambda f: f["running"])
        clock.move(timedelta(seconds=29))
        await ben.until("clock", lambda f: f["used"] == 45 * MINUTE - 1000)
        assert (await ada.said(room))["t"] == "ack"
        clock.move(timedelta(seconds=20))
        assert (await ben.until("over"))["why"] == "time"
        assert (await ada.until("over"))["why"] == "time"
        assert (await ada.said(room))["code"] == "time_over"
        late = await Page.sit(here.port, room, 1)
        assert (await late.until("over"))["why"] == "time"
    assert database.clock(room)[:2] == (45 * MINUTE, None)


async def test_granted_time_lets_it_go_on(database: Database) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=1000, used_ms=1000)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        await ada.until("over")
        await Page.sit(here.port, room, 2)
        database.grant(room, 601_000)
        here.gateway.submit_event(events.encode_event(topics.room(room), "granted"))
        frame = await ada.until("clock", lambda f: f["running"])
        assert (frame["used"], frame["granted"]) == (1000, 601_000)
        assert (await ada.said(room))["t"] == "ack"


async def test_wall_clock_that_jumps_charges_nobody(database: Database) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=45 * MINUTE)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        await ada.until("clock", lambda f: f["running"])
        for hours in (5, -11, 3):
            clock.jump(timedelta(hours=hours))
            clock.move(timedelta(seconds=4))
            await ada.until("clock", lambda f: f["used"] > 0)
        await ben.leave()
        await ada.until("clock", lambda f: not f["running"])
    assert database.clock(room)[:2] == (12_000, None)


async def test_clock_left_running_by_a_dead_process_counts_nothing_of_its_absence(
    database: Database,
) -> None:
    room = database.make_room(granted_ms=45 * MINUTE, used_ms=5000)
    an_hour_ago = clock.now_ms() - 3_600_000
    database.run(
        "UPDATE rooms_talkclock SET running_since_ms = ?, last_beat_ms = ? WHERE room_id = ?",
        an_hour_ago, an_hour_ago, room,
    )  # fmt: skip
    clock.freeze()
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        ben = await Page.sit(here.port, room, 2)
        await ada.until("clock", lambda f: f["running"])
        clock.move(timedelta(seconds=2))
        await ben.leave()
        await ada.until("clock", lambda f: not f["running"])
    assert database.clock(room)[:2] == (7000, None)


async def test_closed_room_stops_the_clock(database: Database) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=45 * MINUTE)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        await Page.sit(here.port, room, 2)
        await ada.until("clock", lambda f: f["running"])
        clock.move(timedelta(seconds=3))
        database.close_room(room)
        here.gateway.submit_event(events.encode_event(topics.room(room), "closed"))
        stopped = await ada.until("clock", lambda f: not f["running"])
    assert stopped["used"] == 3000


async def test_stopping_the_gateway_writes_what_was_used(database: Database) -> None:
    clock.freeze()
    room = database.make_room(granted_ms=45 * MINUTE)
    async with running(database.url) as here:
        ada = await Page.sit(here.port, room, 1)
        await Page.sit(here.port, room, 2)
        await ada.until("clock", lambda f: f["running"])
        clock.move(timedelta(seconds=3))
    assert database.clock(room)[:2] == (3000, None)
