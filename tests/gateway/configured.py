"""How the tests set a gateway up; light enough for a process that must start at once."""

from collections.abc import Sequence

from warmline.gateway import GatewayConfig, Limits

TICKET_KEY = b"ticket key of the tests, 32 byte"
FRANKING = {1: b"old franking key", 2: b"new franking key"}
COOKIE = "sessionid"

GENEROUS = Limits(
    sends_per_second=100_000,
    sends_at_once=100_000,
    frames_per_second=100_000,
    frames_at_once=100_000,
    syncs_per_second=100_000,
    syncs_at_once=100_000,
)


def config_for(
    port: int,
    database_url: str,
    redis_url: str | None,
    limits: Limits = GENEROUS,
    names: Sequence[str] = (),
) -> GatewayConfig:
    """`names`: hosts it answers to beside its own."""
    hosts = frozenset({f"127.0.0.1:{port}", *names})
    return GatewayConfig(
        origins=frozenset(f"http://{host}" for host in hosts),
        hosts=hosts,
        session_cookie=COOKIE,
        ticket_key=TICKET_KEY,
        franking_keys=FRANKING,
        database_url=database_url,
        redis_url=redis_url,
        limits=limits,
    )
