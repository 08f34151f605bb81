"""The key of network prefixes: in a file of its own, thrown away every 14 days with all it keyed.

The file lies in the data folder, outside the database, and belongs in no backup (threat T4). What is
counted under it lives in the cache for an hour at most; with a new key nothing old can be found again,
or matched with a network.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from warmline.protocol import clock

KEPT = timedelta(days=14)


@dataclass(frozen=True)
class _Drawn:
    key: bytes
    at: int
    """Seconds since 1970 UTC."""

    def is_over(self) -> bool:
        """Too old; or from a clock that has been put back since."""
        age = clock.now().timestamp() - self.at
        return not -KEPT.total_seconds() < age < KEPT.total_seconds()


class PrefixKey:
    """The key in one file; of several processes at once one draws it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: _Drawn | None = None
        self._seen_file: tuple[int, int] | None = None

    def current(self) -> bytes:
        """32 bytes, never older than 14 days."""
        drawn = self._read()
        if drawn is None or drawn.is_over():
            drawn = self._draw()
        return drawn.key

    def _read(self) -> _Drawn | None:
        """What the file holds now; read again only when it is another."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        file = (found.st_ino, found.st_mtime_ns)
        if file != self._seen_file:
            self._seen, self._seen_file = self._parsed(), file
        return self._seen

    def _parsed(self) -> _Drawn | None:
        """None for a file that is broken: nothing is lost by drawing a new key."""
        try:
            stored = json.loads(self._path.read_text())
            return _Drawn(bytes.fromhex(stored["key"]), int(stored["drawn_at"]))
        except (ValueError, KeyError, TypeError):
            return None

    def _draw(self) -> _Drawn:
        with self._alone():
            drawn = self._read()
            if drawn is not None and not drawn.is_over():
                return drawn
            drawn = _Drawn(secrets.token_bytes(32), int(clock.now().timestamp()))
            self._write(json.dumps({"key": drawn.key.hex(), "drawn_at": drawn.at}))
            return drawn

    def _write(self, text: str) -> None:
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        draft.replace(self._path)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)
