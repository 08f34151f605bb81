"""The teller: a thread that sends what waits, by push and by mail.

It wakes on events and polls too. A notice is claimed by moving ``due_at`` on, so several may run at
once, and one that ends in the middle leaves it for the next.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import translation
from django.utils.translation import gettext as _

from warmline.availability.telling_models import Kind, Notice, PushAddress
from warmline.core import mail, push, realtime
from warmline.core.counters import TooMany, allow
from warmline.core.push import Verdict
from warmline.protocol import clock, events, topics

log = logging.getLogger(__name__)

POLL_SECONDS = 5.0
AT_ONCE = 8
"""So many strangers' servers may be slow together without keeping anybody else's notice."""
A_ROUND = 16
"""Twice as many: a round ends before its claims do, even if all of them are slow."""
CLAIMED_FOR = timedelta(seconds=60)
"""Longer than the slowest sending; past it somebody else tries."""
RETRIES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 60, 300))
"""Waits between tries; the last one repeats until the notice is of no use."""
MAILS_TO_ONE = 2
MAIL_WINDOW = timedelta(hours=24)
"""To one address, whoever gave it: nobody's mailbox is filled by typing it here."""
ONE_USE = {Kind.FREE}
"""Addresses given for these are forgotten once used (safety and privacy, section 2)."""


def send_due(now: datetime | None = None, *, origin: str = "") -> int:
    """Send what is due; how many were tried. ``origin`` begins the link of a mail."""
    notices = list(_claim(now or clock.now()))
    if not notices:
        return 0
    with ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="telling") as pool:
        sending = {pool.submit(_send, notice, origin): notice for notice in notices}
        for done in as_completed(sending):
            _settle(sending[done], done.result())
    return len(notices)


def _claim(now: datetime) -> Iterator[Notice]:
    due = Notice.objects.due(now).select_related("address").order_by("due_at")[:A_ROUND]
    for notice in due:
        unclaimed = Notice.objects.filter(pk=notice.pk, due_at=notice.due_at)
        if unclaimed.update(due_at=now + CLAIMED_FOR):
            yield notice


def _send(notice: Notice, origin: str) -> Verdict:
    """In a thread of the pool: no database here."""
    try:
        with translation.override(notice.language):
            if notice.address is None:
                return _mail(notice, origin)
            left = max(timedelta(0), notice.until - clock.now())
            return push.send(notice.address.subscription, _payload(notice), lives=left)
    except Exception as error:
        log.error("A notice was not sent: %s", type(error).__name__)
        return Verdict.LATER


def _payload(notice: Notice) -> bytes:
    said = {"title": _("Hello"), "body": _("There is something new."), "path": notice.path}
    return json.dumps(said).encode()


def _mail(notice: Notice, origin: str) -> Verdict:
    if not _may_mail(notice):
        return Verdict.REFUSED
    body = _(
        "You asked us to tell you. It is time now. This link works for 10 minutes.\n\n{link}\n\n"
        "We have deleted your address. No other mail will come.\n"
        "If it was not you who asked, you need not do anything."
    ).format(link=origin + notice.path)
    return Verdict.TAKEN if mail.send(_("Hello"), body, notice.email) else Verdict.LATER


def _may_mail(notice: Notice) -> bool:
    """Quietly no: a word about it would tell whoever typed an address that it was used here before."""
    if notice.tries:
        return True
    try:
        allow("mail to", notice.email.casefold(), most=MAILS_TO_ONE, within=MAIL_WINDOW)
    except TooMany:
        return False
    return True


def _settle(notice: Notice, verdict: Verdict) -> None:
    """A refusal may be our own fault (a clock that is wrong), so a volunteer's address outlives it."""
    if verdict is Verdict.LATER:
        wait = RETRIES[min(notice.tries, len(RETRIES) - 1)]
        Notice.objects.filter(pk=notice.pk).update(
            due_at=clock.now() + wait, tries=notice.tries + 1
        )
        return
    Notice.objects.filter(pk=notice.pk).delete()
    if notice.address and (verdict is Verdict.GONE or notice.address.kind in ONE_USE):
        PushAddress.objects.filter(pk=notice.address.pk).delete()


class Teller(threading.Thread):
    """Sends until :meth:`stop`."""

    def __init__(self, origin: str = "") -> None:
        super().__init__(name="teller", daemon=True)
        self._origin = settings.ORIGIN or origin
        self._wake = threading.Event()
        self._ended = False
        self._disconnect = realtime.connect(self._heard)

    def run(self) -> None:
        while not self._ended:
            self._wake.clear()
            close_old_connections()
            try:
                while not self._ended and send_due(origin=self._origin):
                    pass
            except DatabaseError as error:
                log.warning("The teller lost the database (%s).", type(error).__name__)
            except Exception as error:
                log.error("A round of telling failed: %s", type(error).__name__)
            self._wake.wait(POLL_SECONDS)

    def wake(self) -> None:
        """Look at once."""
        self._wake.set()

    def stop(self) -> None:
        self._ended = True
        self._disconnect()
        self._wake.set()

    def _heard(self, message: bytes) -> None:
        if events.is_about(topics.TELLER, message):
            self.wake()
