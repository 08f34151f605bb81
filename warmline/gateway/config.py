"""What a gateway has to be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much one page, one seat, and everybody together may take.

    A person types well under one message a second and a page speaks every 20 s; the figures leave
    ten times that, and stop a script.
    """

    sockets: int = 10_000
    sockets_of_a_person: int = 8
    frames_per_second: float = 10
    frames_at_once: int = 60
    sends_per_second: float = 2
    sends_at_once: int = 12
    syncs_per_second: float = 0.5
    syncs_at_once: int = 8
    idle: timedelta = timedelta(seconds=60)
    head: timedelta = timedelta(seconds=10)  # for the first request's head to arrive
    request_line_bytes: int = 4 * 1024
    head_bytes: int = 32 * 1024
    unread_bytes: int = 256 * 1024  # of ours, that a page has not read yet
    batch: int = 1_000  # messages in one commit
    waiting: int = 20_000  # messages that wait for a commit
    replay_page: int = 200
    used_tickets: int = 200_000
    statement: timedelta = timedelta(seconds=10)


@dataclass(frozen=True, kw_only=True)
class GatewayConfig:
    """`origins` such as `https://warm.example`, `hosts` such as `warm.example` (with the port, as
    in the Host header). `franking_keys` maps key id to key; the highest id signs. `database_url`
    as `sqlite:///path` or `postgresql://…`; without `redis_url` the bus is in-process.
    """

    origins: frozenset[str]
    hosts: frozenset[str]
    session_cookie: str
    ticket_key: bytes = field(repr=False)
    franking_keys: Mapping[int, bytes] = field(repr=False)
    database_url: str = field(repr=False)
    redis_url: str | None = field(default=None, repr=False)
    limits: Limits = field(default_factory=Limits)
