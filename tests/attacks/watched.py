"""A service that can be looked into: its logs at their loudest, its database, what goes over Redis."""

from __future__ import annotations

import base64
import contextlib
import socket
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from psycopg import sql

from tests import servers
from tests.served.service import Service, served


class Watched:
    """A running service and what somebody sees who holds its disk, its logs and its Redis."""

    def __init__(self, service: Service, ears: Ears) -> None:
        self.service = service
        self._ears = ears

    @property
    def logs(self) -> bytes:
        return self.service.logs.encode()

    @property
    def bus(self) -> bytes:
        """Every command that Redis was given."""
        return bytes(self._ears.heard)

    def dump(self) -> bytes:
        """Every cell of every table, and what lies packed in it."""
        return b"\n".join(_unpacked(cell) for row in self._rows() for cell in row)

    def _rows(self) -> Iterator[tuple[object, ...]]:
        if url := self.service.database_url:
            yield from _rows_of_postgres(url)
        else:
            yield from _rows_of_sqlite(self.service.folder / "data" / "warmline.sqlite3")


class Ears:
    """Listens to all that a Redis is told (MONITOR), from a thread."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.heard = bytearray()
        self._peer = socket.create_connection((parts.hostname or "", parts.port or 0))
        self._peer.sendall(b"MONITOR\r\n")
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._peer.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._peer.close()

    def _listen(self) -> None:
        while some := self._peer.recv(65_536):
            self.heard += some


@contextlib.contextmanager
def watched(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """Started with a Redis of its own; the database is that of the run."""
    with servers.redis() as redis, contextlib.closing(Ears(redis.url)) as ears:
        monkeypatch.setenv("REDIS_URL", redis.url)
        with served(folder) as service:
            service.seed("loud_logs")
            yield Watched(service, ears)


def spellings(marker: str) -> list[bytes]:
    """A marker as it is, and as it looks inside what is quoted, hex or base64 at any of its three places."""
    plain = marker.encode()
    found = [plain, plain.hex().encode(), marker.encode("utf-16-le"), quote(marker).encode()]
    for lead in range(3):
        packed = base64.b64encode(bytes(lead) + plain)
        # The first and last letters hold bits of the neighbours.
        inner = packed[4 if lead else 0 : len(packed) - 4]
        found += [inner, inner.translate(bytes.maketrans(b"+/", b"-_"))]
    return found


def _rows_of_sqlite(file: Path) -> Iterator[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            yield from database.execute(f'SELECT * FROM "{table}"')


def _rows_of_postgres(url: str) -> Iterator[tuple[object, ...]]:
    with psycopg.connect(url) as database:
        tables = database.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables.fetchall():
            asked = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
            yield from database.execute(asked).fetchall()


def _unpacked(cell: object) -> bytes:
    """A cell's bytes, and beside them what a signed value such as a session carries."""
    plain = bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()
    head, colon, _ = plain.partition(b":")
    if not colon:
        return plain
    packed = head.startswith(b".")
    with contextlib.suppress(ValueError, zlib.error):
        body = base64.urlsafe_b64decode(head.lstrip(b".") + b"==")
        return plain + b"\n" + (zlib.decompress(body) if packed else body)
    return plain
