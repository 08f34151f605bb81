"""Whether a request changed anything that is stored, told cheaply."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|REPLACE|ALTER|DROP|TRUNCATE|CREATE)\b", re.IGNORECASE
)


@dataclass
class Written:
    """Statements that may have changed something; empty if none could."""

    statements: list[str] = field(default_factory=list)


@contextmanager
def writes() -> Iterator[Written]:
    """Collect what could change a row. Sessions are no part of it: who visits has one."""
    sessions = _session_tables()
    seen = Written()

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if WRITES.match(sql) and not any(
            f'"{table}"' in sql.split("SET")[0][:120] for table in sessions
        ):
            seen.statements.append(sql[:120])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield seen


def fingerprint() -> dict[str, str]:
    """Table → hash of all it holds, for every table but the sessions'."""
    return {table: _hash_of(table) for table in _tables()}


def _hash_of(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        rows = sorted(repr([_plain(value) for value in row]) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16] + f" of {len(rows)} rows"


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _tables() -> list[str]:
    named = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    return sorted(named - _session_tables())


@cache
def _session_tables() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models()
        if "session_key" in {each.name for each in model._meta.get_fields()}
    }
