"""The gateway's SQL and Django's models speak of the same tables."""

import sqlite3
from pathlib import Path

import asyncpg
import pytest

from tests.contract.conftest import Migrated
from tests.gateway import schema
from tests.gateway.configured import config_for
from tests.gateway.database import Database
from tests.gateway.page import Page
from tests.gateway.running import running
from warmline.gateway import postgres_store, sqlite_store
from warmline.gateway.gateway import _store
from warmline.gateway.store import ClockStep, Said, Seat, Stored
from warmline.protocol import base64url

MAKE_ROOM = """
from datetime import timedelta
from warmline.people.models import Person
from warmline.rooms.models import Room
ada, ben = Person.objects.create(alias="Ada"), Person.objects.create(alias="Ben")
room = Room.make(
    purpose=Room.Purpose.TALK, granted=timedelta(minutes=45),
    seats=[("seeker", ada), ("volunteer", ben)],
)
Room.objects.update(epoch=1)
print(json.dumps([room.pk, ada.pk, ben.pk]))
"""
READ_ROOM = """
from warmline.rooms.models import Room
room = Room.objects.get(pk=%d)
messages = [
    [m.seq, m.seat, m.epoch, bytes(m.cid).hex(), bytes(m.c).hex(), len(m.body), m.sent_ms]
    for m in room.messages.order_by("seq")
]
clock = room.talk_clock
print(json.dumps([room.last_seq, messages, clock.used_ms, clock.running_since_ms]))
"""


def columns(database: Database, table: str) -> set[tuple[str, str, bool]]:
    """(name, type, may be null)."""
    if database.is_postgres:
        rows = database.run(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_name = ? AND table_schema = current_schema()",
            table,
        )
        return {(name, kind, null == "YES") for name, kind, null in rows}
    rows = database.run(f"PRAGMA table_info({table})")
    return {(name, kind.lower(), not not_null) for _, name, kind, not_null, _, _ in rows}


def unique(database: Database, table: str) -> set[tuple[str, ...]]:
    """The columns of each unique index, the primary key's too."""
    if database.is_postgres:
        rows = database.run(
            "SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index i"
            " CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (number, place)"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
            " WHERE i.indrelid = ?::regclass AND i.indisunique GROUP BY i.indexrelid",
            table,
        )
        return {tuple(names) for (names,) in rows}
    found = {
        tuple(row[2] for row in database.run(f"PRAGMA index_info({index[1]})"))
        for index in database.run(f"PRAGMA index_list({table})")
        if index[2]
    }
    keys = [(row[5], row[1]) for row in database.run(f"PRAGMA table_info({table})") if row[5]]
    return found | {tuple(name for _, name in sorted(keys))}


@pytest.fixture
def plain(migrated: Migrated, tmp_path: Path) -> Database:
    """The tables of the gateway's own tests."""
    if migrated.database.is_postgres:
        mark = "&" if "?" in migrated.database.url else "?"
        database = Database(f"{migrated.database.url}{mark}options=-csearch_path%3Dplain")
        migrated.database.run("CREATE SCHEMA IF NOT EXISTS plain")
        database.script(schema.POSTGRES)
        return database
    file = tmp_path / "plain.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.script(schema.SQLITE)
    return database


@pytest.mark.parametrize("table", schema.TABLES)
def test_columns_are_as_the_gateways_tests_take_them(
    migrated: Migrated, plain: Database, table: str
) -> None:
    known, real = columns(plain, table), columns(migrated.database, table)
    assert known <= real
    if table in ("rooms_message", "rooms_talkclock"):  # the gateway's own: nothing it leaves out
        assert known == real


@pytest.mark.parametrize("table", schema.TABLES)
def test_uniqueness_is_as_the_gateways_tests_take_it(
    migrated: Migrated, plain: Database, table: str
) -> None:
    assert unique(plain, table) == unique(migrated.database, table)


async def test_every_statement_fits_the_tables(migrated: Migrated) -> None:
    database = migrated.database
    if database.is_postgres:
        connection = await asyncpg.connect(database.url)
        for statement in postgres_store.STATEMENTS:
            await connection.prepare(statement)
        await connection.close()
        return
    db = sqlite3.connect(database.url.removeprefix("sqlite:///"))
    for statement in sqlite_store.STATEMENTS:
        numbers = [None] * statement.count("?")
        named = dict.fromkeys(
            ("room", "now", "new", "stale", "held", "held2", "held3", "add", "runs")
        )
        db.execute("EXPLAIN " + statement, numbers or named)
    db.close()


async def test_gateway_writes_what_django_reads(migrated: Migrated) -> None:
    room, ada, ben = migrated.django(MAKE_ROOM)
    store = _store(config_for(1, migrated.database.url, None))
    facts = (await store.facts([room]))[room]
    assert facts.seats == {1: Seat("seeker", ada), 2: Seat("volunteer", ben)}
    assert (facts.is_open, facts.last_seq, facts.granted_ms) == (True, 0, 45 * 60_000)
    said = Said(room, 1, 1, b"c" * 16, b"C" * 32, b"b" * 188)
    verdicts = await store.append([said, Said(room, 2, 1, b"d" * 16, b"D" * 32, b"b" * 188)], 7)
    assert verdicts[0] == Stored(1, 7, 1, b"C" * 32, True)
    assert [row.seq for row in await store.page(room, 0, 9)] == [1, 2]
    await store.step_clocks([ClockStep(room, 10, 10, starts=True)])
    await store.step_clocks([ClockStep(room, 11, 11, held=(10,), add_ms=5)])
    await store.close()

    assert migrated.django(READ_ROOM % room) == [
        2,
        [
            [1, 1, 1, "63" * 16, "43" * 32, 188, 7],
            [2, 2, 1, "64" * 16, "44" * 32, 188, 7],
        ],
        5,
        10,
    ]


async def test_two_talk_in_a_room_that_django_made(migrated: Migrated) -> None:
    room, ada_id, ben_id = migrated.django(MAKE_ROOM)
    async with running(migrated.database.url) as here:
        ada = await Page.open(here.port, ada_id, room, 1)
        ben = await Page.open(here.port, ben_id, room, 2)
        for page in (ada, ben):
            await page.sync(room)
            await page.until("synced")
        ack = await ada.said(room)
        assert (await ben.until("msg"))["cid"] == ack["cid"]
        migrated.django(
            f"from warmline.rooms.models import Room; Room.objects.get(pk={room}).close();"
            " print('null')"
        )
        assert (await ben.said(room))["code"] == "closed"
    stored = migrated.django(READ_ROOM % room)
    assert (stored[0], stored[3]) == (1, None)
    assert stored[1][0][3] == base64url.decode(ack["cid"]).hex()
