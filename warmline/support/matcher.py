"""The matcher: a thread that keeps matching in step with the database and makes its offers.

It wakes on events and polls too, so a lost event only delays. Several may run at once: the
constraints of the tables and conditional updates decide, and whoever is late makes no offer.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime

from django.db import DatabaseError, close_old_connections

from warmline.availability.models import Reachable
from warmline.core import realtime
from warmline.protocol import clock, events, topics
from warmline.support import queue
from warmline.support.matching import Matching, Ready, Waiting, reaching
from warmline.support.services import offering

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0


class Round:
    """One look at the database and the offers that follow; keeps what matching has built."""

    def __init__(self) -> None:
        self._matching = Matching()
        self._requests: dict[int, Waiting] = {}
        self._volunteers: dict[int, Ready] = {}

    def run(self) -> int:
        """Expire what is late, read who waits and who is ready, make offers. Returns how many."""
        now = clock.now()
        offering.expire_overdue(now)
        self._read(now)
        made = 0
        for choice in self._matching.next_offers(clock.to_ms(now)):
            if offering.offer(choice.request, choice.volunteer, minutes=choice.minutes):
                made += 1
            else:
                self._forget(choice.request, choice.volunteer)
        return made + self._reach(now)

    def _reach(self, now: datetime) -> int:
        """Ask those who may be reached, where nobody who is ready fits. Returns how many."""
        if not Reachable.objects.able().exists():
            return 0
        now_ms = clock.to_ms(now)
        left = reaching.unserved(self._requests.values(), self._volunteers.values(), now_ms)
        if not left:
            return 0
        able, asked = queue.reachable_now(now)
        out = queue.reached_out(each.id for each in left) if able else {}
        return sum(
            offering.reach(reach.request, reach.volunteer, minutes=reach.minutes) is not None
            for reach in reaching.choose(left, able, out, asked, now_ms)
        )

    def _read(self, now: datetime) -> None:
        waiting = {each.id: each for each in queue.waiting_now(now)}
        ready = {each.id: each for each in queue.ready_now(now)}
        for request in self._requests.keys() - waiting.keys():
            self._matching.remove_request(request)
        for volunteer in self._volunteers.keys() - ready.keys():
            self._matching.remove_volunteer(volunteer)
        for volunteer, able in ready.items():
            if self._volunteers.get(volunteer) != able:
                self._matching.put_volunteer(able)
        for request, wish in waiting.items():
            if self._requests.get(request) != wish:
                self._matching.put_request(wish)
        self._requests, self._volunteers = waiting, ready

    def _forget(self, request: int, volunteer: int) -> None:
        """An offer that could not be made: both are read anew in the next round."""
        self._requests.pop(request, None)
        self._volunteers.pop(volunteer, None)
        self._matching.remove_request(request)
        self._matching.remove_volunteer(volunteer)


class Matcher(threading.Thread):
    """Runs rounds until :meth:`stop`."""

    def __init__(self) -> None:
        super().__init__(name="matcher", daemon=True)
        self._wake = threading.Event()
        self._ended = False
        self._disconnect = realtime.connect(self._heard)

    def run(self) -> None:
        matching = Round()
        while not self._ended:
            self._wake.clear()
            close_old_connections()
            try:
                matching.run()
            except DatabaseError as error:
                log.warning("The matcher lost the database (%s).", type(error).__name__)
                matching = Round()
            except Exception as error:
                log.error("A round of matching failed: %s", type(error).__name__, exc_info=True)
                matching = Round()
            self._wake.wait(POLL_SECONDS)

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def stop(self) -> None:
        self._ended = True
        self._disconnect()
        self._wake.set()

    def _heard(self, message: bytes) -> None:
        if events.is_about(topics.MATCHER, message):
            self.wake()
