"""Deadlines and retention, swept by a thread of ``warmline serve`` or ``warmline worker``.

Every deadline is also enforced where it is used, so a missed sweep delays the clearing up and nothing
else. A sweep is idempotent and may run in several processes at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError, close_old_connections

from warmline.protocol import clock

log = logging.getLogger(__name__)

EVERY_SECONDS = 5.0

Sweep = Callable[[datetime], None]
_sweeps: dict[str, Sweep] = {}


def sweep(function: Sweep) -> Sweep:
    """Register ``function(now)``; decorator for the ``sweeps`` module of an app."""
    _sweeps[f"{function.__module__}.{function.__name__}"] = function
    return function


def run_all(now: datetime | None = None) -> None:
    """Run every sweep once. One that fails is logged by name and does not stop the others."""
    for name, function in list(_sweeps.items()):
        try:
            function(now or clock.now())
        except DatabaseError as error:
            log.warning("Sweep %s failed (%s); it will be tried again.", name, type(error).__name__)
        except Exception as error:
            log.error("Sweep %s failed: %s", name, type(error).__name__)


class Sweeper(threading.Thread):
    """Runs the sweeps until :meth:`stop`."""

    def __init__(self) -> None:
        super().__init__(name="sweeper", daemon=True)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(EVERY_SECONDS):
            close_old_connections()
            run_all()

    def stop(self) -> None:
        self._ended.set()
