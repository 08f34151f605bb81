"""The sessions of an account: listed, and ended together with their sockets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest

from warmline.core.models import Session
from warmline.core.realtime import publish
from warmline.core.sessions import stored_key
from warmline.people.models import Account
from warmline.protocol import clock, topics

SIGNED_IN = "signed_in"
"""In a session: when somebody signed in, whole seconds since 1970 UTC."""


@dataclass(frozen=True)
class OwnSession:
    """One browser that is signed in. ``key`` is the hash that the table holds."""

    key: str
    since: datetime | None
    seen: datetime | None
    is_this: bool


def key_of(request: HttpRequest) -> str:
    """The stored hash of this browser's session; empty without one."""
    key = request.session.session_key
    return stored_key(key) if key else ""


def of_account(account: Account, *, this: str = "") -> list[OwnSession]:
    """Those that go on now, this one first, then the one used last."""
    found = [_read(row, this) for row in _rows(account)]
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(found, key=lambda each: (each.is_this, each.seen or oldest), reverse=True)


def end(account: Account, key: str) -> bool:
    """End one session and close its sockets; False when the account has none of that key."""
    ended, _rows_of = Session.objects.filter(account=account.pk, session_key=key).delete()
    if ended:
        close_sockets(key)
    return bool(ended)


def end_all(account: Account, *, but: str = "") -> int:
    """End every session of an account, except ``but``; how many there were."""
    keys = [row.session_key for row in _rows(account) if row.session_key != but]
    return sum(end(account, key) for key in keys)


def close_sockets(key: str) -> None:
    """The gateway closes the sockets of one session, and no token from before opens another."""
    publish(topics.session(key), "ended")


def _rows(account: Account) -> list[Session]:
    return list(Session.objects.filter(account=account.pk, expire_date__gt=clock.now()))


def _read(row: Session, this: str) -> OwnSession:
    data = row.get_decoded()
    return OwnSession(
        key=row.session_key,
        since=_instant(data.get(SIGNED_IN)),
        seen=_instant(data.get("seen")),
        is_this=row.session_key == this,
    )


def _instant(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
