"""A database for each test, on the engine the run is for, and the clock set right afterwards."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.gateway import schema
from tests.gateway.database import Database
from warmline.protocol import clock


@pytest.fixture(autouse=True)
def real_time_afterwards() -> Iterator[None]:
    yield
    clock.release()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str | None]:
    """A database of our own on the server DATABASE_URL names, if it names one."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield None
        return
    name = f"warmline_gateway_{os.getpid()}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    url = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    making = Database(url)
    making.script(schema.POSTGRES)
    making.close()
    yield url
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(postgres_url: str | None, tmp_path: Path) -> Iterator[Database]:
    """Empty of rooms that matter: ids are random."""
    if postgres_url is not None:
        database = Database(postgres_url)
        yield database
        database.close()
        return
    file = tmp_path / "warmline.sqlite3"
    database = Database(f"sqlite:///{file}")
    file.touch()
    database.script("PRAGMA journal_mode=WAL;" + schema.SQLITE)
    yield database


@pytest.fixture
def redis_url() -> str | None:
    return os.environ.get("REDIS_URL") or None
