"""A database that Django has migrated, as a file or on the server the run is for."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from tests.gateway.database import Database

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Migrated:
    """`django` runs Python there that ends by printing JSON."""

    database: Database
    environment: dict[str, str]

    def django(self, code: str) -> Any:
        setup = "import django, json; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", setup + code],
            cwd=ROOT,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrated]:
    folder = tmp_path_factory.mktemp("contract")
    given = os.environ.get("DATABASE_URL", "")
    name = f"warmline_contract_{os.getpid()}"
    if given.startswith("postgres"):
        with psycopg.connect(given, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
        url = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    else:
        url = f"sqlite:///{folder / 'warmline.sqlite3'}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "warmline.settings",
        "WARMLINE_DATA": str(folder),
    }
    environment.pop("REDIS_URL", None)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT, env=environment, check=True,
    )  # fmt: skip
    yield Migrated(Database(url), environment)
    if given.startswith("postgres"):
        with psycopg.connect(given, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
