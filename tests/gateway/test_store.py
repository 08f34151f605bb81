"""What both engines promise, asked of the one this run is for."""

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.configured import config_for
from tests.gateway.database import Database
from warmline.gateway.gateway import _store
from warmline.gateway.message_log import MessageLog
from warmline.gateway.store import ClockStep, Said, Seat, Store, Stored, StoreError, Verdict


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    store = _store(config_for(1, database.url, None))
    await store.open()
    yield store
    await store.close()


def said(room: int, seat: int = 1, cid: bytes | None = None, epoch: int = 1) -> Said:
    cid = cid or secrets.token_bytes(16)
    return Said(room, seat, epoch, cid, cid * 2, b"b" * 188)


async def test_batch_is_judged_message_by_message(database: Database, store: Store) -> None:
    room, closed, other = (database.make_room() for _ in range(3))
    database.close_room(closed)
    known = said(room)
    await store.append([known], 1000)

    verdicts = await store.append(
        [
            said(room),
            said(closed),
            known,
            said(other, seat=2),
            said(room, seat=9),
            said(room, seat=2),
            said(room, epoch=2),
            said(424242),
        ],
        2000,
    )

    kinds = [v if isinstance(v, str) else (v.seq, v.ms, v.fresh) for v in verdicts]
    assert kinds == [
        (2, 2000, True),
        "closed",
        (1, 1000, False),
        (1, 2000, True),
        "seat_gone",
        (3, 2000, True),
        "stale_epoch",
        "closed",
    ]
    assert database.last_seq(room) == 3
    assert database.last_seq(closed) == 0


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    batches=st.lists(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.integers(0, 9)), max_size=8),
        max_size=5,
    )
)
def test_numbers_are_dense_and_a_cid_keeps_its_own(
    database: Database, batches: list[list[tuple[int, int, int]]]
) -> None:
    """Room, seat (3 does not exist) and cid drawn from few, so that they often repeat."""
    rooms = [database.make_room() for _ in range(3)]

    async def run() -> dict[tuple[int, int, bytes], int]:
        store = _store(config_for(1, database.url, None))
        given_to: dict[tuple[int, int, bytes], int] = {}
        for batch in batches:
            wanted = {
                m.identity: m for m in (said(rooms[r], s, bytes([c]) * 16) for r, s, c in batch)
            }
            verdicts = await store.append(list(wanted.values()), 1)
            for identity, verdict in zip(wanted, verdicts, strict=True):
                if identity[1] == 3:
                    assert verdict == "seat_gone"
                    continue
                assert isinstance(verdict, Stored)
                assert verdict.fresh == (identity not in given_to)
                assert given_to.setdefault(identity, verdict.seq) == verdict.seq
        await store.close()
        return given_to

    given_to = asyncio.run(run())
    for room in rooms:
        seqs = sorted(seq for (r, _, _), seq in given_to.items() if r == room)
        assert seqs == list(range(1, len(seqs) + 1))
        assert [seq for seq, _, _ in database.messages(room)] == seqs
        assert database.last_seq(room) == len(seqs)


async def test_two_processes_never_give_a_number_twice(database: Database) -> None:
    """And the same message sent through both is stored once."""
    room = database.make_room()
    stores = [_store(config_for(1, database.url, None)) for _ in range(2)]
    twice = [secrets.token_bytes(16) for _ in range(40)]

    async def write(store: Store) -> list[Verdict]:
        return [
            verdict
            for cid in twice
            for verdict in await store.append([said(room, cid=cid), said(room, seat=2)], 1)
        ]

    verdicts = await asyncio.gather(*map(write, stores))
    for store in stores:
        await store.close()
    fresh = [v for vs in verdicts for v in vs if isinstance(v, Stored) and v.fresh]
    assert sorted(v.seq for v in fresh) == list(range(1, 121))
    assert len(database.messages(room)) == 120
    assert database.last_seq(room) == 120
    first, second = ([v.seq for v in vs[::2] if isinstance(v, Stored)] for vs in verdicts)
    assert first == second


async def test_facts_name_live_seats_only(database: Database, store: Store) -> None:
    room = database.make_room(granted_ms=5, used_ms=3)
    database.revoke(room, 2)
    facts = await store.facts([room, 424242])
    assert list(facts) == [room]
    assert facts[room].seats == {1: Seat("seeker", 101)}
    assert (facts[room].is_open, facts[room].granted_ms, facts[room].used_ms) == (True, 5, 3)
    database.close_room(room)
    assert not (await store.facts([room]))[room].is_open


async def test_page_is_in_order_and_bounded(database: Database, store: Store) -> None:
    room = database.make_room()
    batch = [said(room, seat=1 + n % 2) for n in range(7)]
    await store.append(batch, 77)
    rows = await store.page(room, 2, 3)
    assert [row.seq for row in rows] == [3, 4, 5]
    assert [row.cid for row in rows] == [m.cid for m in batch[2:5]]
    assert {(row.ms, row.epoch, row.body, type(row.c)) for row in rows} == {
        (77, 1, b"b" * 188, bytes)
    }


async def test_clocks_are_compared_and_set(database: Database, store: Store) -> None:
    room, other = database.make_room(granted_ms=9), database.make_room(granted_ms=9)
    start = ClockStep(room, 1000, 1000, starts=True, stale_ms=15_000)
    assert await store.step_clocks([start, ClockStep(other, 1000, 1000, starts=True)]) == [0, 0]
    second = ClockStep(room, 9000, 9000, starts=True, stale_ms=15_000)
    assert await store.step_clocks([second]) == [None]
    beat = ClockStep(room, 5000, 5000, held=(1000,), add_ms=4000)
    assert await store.step_clocks([beat, ClockStep(other, 1, 1, held=(2,))]) == [4000, None]
    assert await store.step_clocks([beat]) == [None]
    assert database.clock(room) == (4000, 1000, 5000)
    stale = ClockStep(room, 20_001, 20_001, starts=True, stale_ms=15_000)
    assert await store.step_clocks([stale]) == [4000]
    for held in ((20_001,), (1, 20_001), (1, 2, 20_001)):
        mine = ClockStep(room, 20_002, 20_001, held=held, starts=True, stale_ms=15_000)
        assert await store.step_clocks([mine]) == [4000]
    stop = ClockStep(room, 21_000, 21_000, held=(20_001,), add_ms=1, runs=False)
    assert await store.step_clocks([stop]) == [4001]
    assert database.clock(room) == (4001, None, 21_000)
    assert await store.step_clocks([stop]) == [None]


async def test_clock_of_a_jumped_wall_clock_can_be_taken_over(
    database: Database, store: Store
) -> None:
    room = database.make_room(granted_ms=9)
    await store.step_clocks([ClockStep(room, 10**9, 10**9, starts=True, stale_ms=15_000)])
    back = ClockStep(room, 1000, 1000, starts=True, stale_ms=15_000)
    assert await store.step_clocks([back]) == [0]


async def test_database_that_is_away_is_named_so(database: Database) -> None:
    url = (
        "postgresql://postgres@127.0.0.1:1/nobody"
        if database.is_postgres
        else "sqlite:////nowhere/at/all.sqlite3"
    )
    store = _store(config_for(1, url, None))
    for attempt in (
        store.append([said(1)], 1),
        store.page(1, 0, 1),
        store.facts([1]),
        store.step_clocks([ClockStep(1, 1, 1, starts=True)]),
    ):
        with pytest.raises(StoreError):
            await attempt
    await store.close()


async def test_full_disk_stores_nothing_and_service_goes_on(database: Database) -> None:
    if database.is_postgres:
        pytest.skip("PostgreSQL answers a full disk as any refused statement")
    room = database.make_room()
    store = _store(config_for(1, database.url, None))
    await store.append([said(room)], 1)
    await store._writer.run(lambda db: db.execute("PRAGMA max_page_count = 1"))  # type: ignore[attr-defined]

    full = Said(room, 1, 1, bytes(16), bytes(32), bytes(100_000))
    with pytest.raises(StoreError):
        await store.append([said(room), full], 1)

    assert database.last_seq(room) == 1
    assert len(database.messages(room)) == 1
    verdicts = await store.append([said(room)], 1)
    assert isinstance(verdicts[0], Stored)
    assert verdicts[0].seq == 2
    await store.close()


async def test_writer_that_holds_the_file_too_long_delays_nobody_for_ever(
    database: Database,
) -> None:
    if database.is_postgres:
        pytest.skip("readers and writers of PostgreSQL do not wait for the whole file")
    from warmline.gateway.sqlite_store import SqliteStore

    room = database.make_room()
    path = database.url.removeprefix("sqlite:///")
    store = SqliteStore(path, timedelta(milliseconds=100))
    await store.open()
    hog = sqlite3.connect(path, isolation_level=None)
    hog.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError):
        await store.append([said(room)], 1)
    hog.execute("ROLLBACK")
    hog.close()
    assert isinstance((await store.append([said(room)], 1))[0], Stored)
    await store.close()


class _Slow:
    """Passes on to a real store, and shows how messages were grouped."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.sizes: list[int] = []

    async def append(self, batch: list[Said], now_ms: int) -> list[Verdict]:
        self.sizes.append(len(batch))
        return await self._store.append(batch, now_ms)


async def test_batch_is_what_arrived_during_the_last_commit(
    database: Database, store: Store
) -> None:
    room = database.make_room()
    slow = _Slow(store)
    log = MessageLog(slow, batch=30, waiting=100)  # type: ignore[arg-type]
    told: list[Verdict] = []
    log.start()
    log.add(said(room), lambda _, verdict: told.append(verdict))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for _ in range(50):
        log.add(said(room), lambda _, verdict: told.append(verdict))
    await log.stop()
    assert slow.sizes == [1, 30, 20]
    assert [v.seq for v in told if isinstance(v, Stored)] == list(range(1, 52))


async def test_too_much_waiting_is_refused_at_once(database: Database, store: Store) -> None:
    room = database.make_room()
    log = MessageLog(store, batch=10, waiting=3)
    told: list[Verdict] = []
    for _ in range(5):
        log.add(said(room), lambda _, verdict: told.append(verdict))
    assert told == ["not_stored", "not_stored"]
    log.start()
    await log.stop()
    assert [v.seq for v in told[2:] if isinstance(v, Stored)] == [1, 2, 3]
