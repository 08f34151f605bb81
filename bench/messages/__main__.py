"""Compares the gateway on both databases with a hub that stores nothing, in one run.

python -m bench.messages [--conversations 500] [--seconds 6]

The hub is the ceiling: what picows and this machine can pass on at all. PostgreSQL is DATABASE_URL,
or one started for the occasion where its programs are installed.
"""

import argparse
import contextlib
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from tests import servers
from tests.gateway import schema
from tests.gateway.running import ROOT, free_port

_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.messages", description=__doc__)
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each phase")
    given = parser.parse_args()
    rooms = [1 + secrets.randbelow(2**53 - 1) for _ in range(given.conversations)]
    print(f"{given.conversations} conversations, {2 * given.conversations} sockets")
    results = {"hub": measure("hub", "", rooms, given.seconds)}
    with sqlite(rooms) as url:
        results["sqlite"] = measure("sqlite", url, rooms, given.seconds)
    with postgres(rooms) as maybe:
        if maybe is not None:
            results["postgres"] = measure("postgres", maybe, rooms, given.seconds)
    show(results)


def measure(kind: str, database_url: str, rooms: list[int], seconds: float) -> dict[str, Any]:
    port = free_port()
    server = start("server", {"kind": kind, "port": port, "database_url": database_url})
    read_line(server)
    empty = memory(server.pid)
    load = start("load", {"kind": kind, "port": port, "rooms": rooms, "seconds": seconds})
    try:
        json.loads(read_line(load))
        result: dict[str, Any] = {
            "kib_per_connection": (memory(server.pid) - empty) / 1024 / (2 * len(rooms))
        }
        assert load.stdin is not None
        load.stdin.write(b"go\n")
        load.stdin.flush()
        before = cpu(server.pid)
        for _ in range(2):
            phase = json.loads(read_line(load))
            after = cpu(server.pid)
            phase["cpu_us"] = 1e6 * (after - before) / max(1, phase["messages"])
            result[phase["phase"]] = phase
            before = after
        return result
    finally:
        for process in (load, server):
            process.kill()
            process.communicate()


def start(module: str, given: dict[str, Any]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", f"bench.messages.{module}", json.dumps(given)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def read_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise SystemExit("a part of the measurement ended early")
    return line


@contextlib.contextmanager
def sqlite(rooms: list[int]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder:
        path = Path(folder) / "warmline.sqlite3"
        db = sqlite3.connect(path)
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(schema.SQLITE)
        for sql, rows in conversations(rooms):
            db.executemany(sql, rows)
        db.commit()
        db.close()
        yield f"sqlite:///{path}"


@contextlib.contextmanager
def postgres(rooms: list[int]) -> Iterator[str | None]:
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield from_server(given, rooms)
        return
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(servers.postgres())
        except FileNotFoundError as missing:
            print(f"PostgreSQL is left out: {missing} are not installed")
            yield None
        else:
            yield from_server(server.url, rooms)


def from_server(url: str, rooms: list[int]) -> str:
    with psycopg.connect(url) as db:
        db.execute(schema.POSTGRES)
        with db.cursor() as cursor:
            for sql, rows in conversations(rooms):
                cursor.executemany(sql.replace("?", "%s"), rows)
    return url


def conversations(rooms: list[int]) -> list[tuple[str, list[tuple[object, ...]]]]:
    """Two seats each; the persons are those the load says it is."""
    now = "2026-03-01T12:00:00Z"
    seats = [(room, seat) for room in rooms for seat in (1, 2)]
    return [
        (
            """INSERT INTO rooms_room (id, purpose, opened_at, epoch, last_seq, granted_ms)
               VALUES (?, 'talk', ?, 1, 0, 2700000)""",
            [(room, now) for room in rooms],
        ),
        (
            """INSERT INTO rooms_seat (id, room_id, number, role, person_id, taken_at)
               VALUES (?, ?, ?, ?, ?, ?)""",
            [
                (n, room, seat, ("seeker", "volunteer")[seat - 1], 100 + seat + 2 * n, now)
                for n, (room, seat) in enumerate(seats)
            ],
        ),
        ("INSERT INTO rooms_talkclock (room_id, used_ms) VALUES (?, 0)", [(r,) for r in rooms]),
    ]


def memory(pid: int) -> int:
    """Resident bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE


def cpu(pid: int) -> float:
    """Seconds of processor so far, of this process and its threads."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / _TICKS


def show(results: dict[str, dict[str, Any]]) -> None:
    print(f"{'':10}{'messages/s':>12}{'of hub':>8}{'CPU µs/msg':>12}"
          f"{'half load/s':>13}{'p50 ms':>8}{'p99 ms':>8}{'KiB/conn':>10}")  # fmt: skip
    ceiling = results["hub"]["saturation"]["per_second"]
    for name, result in results.items():
        full, half = result["saturation"], result["half"]
        print(f"{name:10}{full['per_second']:12.0f}{full['per_second'] / ceiling:8.2f}"
              f"{full['cpu_us']:12.0f}{half['per_second']:13.0f}{half['p50_ms']:8.1f}"
              f"{half['p99_ms']:8.1f}{result['kib_per_connection']:10.1f}")  # fmt: skip
        if half["refused"]:
            print(f"{'':10}{half['refused']} messages were refused")


if __name__ == "__main__":
    main()
