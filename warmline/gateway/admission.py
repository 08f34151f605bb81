"""Who may open a socket: origin, ticket, session, and each ticket once."""

from warmline.gateway.bus import Bus
from warmline.gateway.config import GatewayConfig
from warmline.gateway.head import SUBPROTOCOL, Head
from warmline.gateway.hub import Hub
from warmline.gateway.limits import UsedTickets
from warmline.protocol import clock, tickets
from warmline.protocol.tickets import RefusedError, Ticket


class Admission:
    """Checks what came before the 101; the first thing wrong is what is said."""

    def __init__(self, config: GatewayConfig, bus: Bus, hub: Hub) -> None:
        self._config = config
        self._bus = bus
        self._hub = hub
        self._used = UsedTickets(config.limits.used_tickets)

    async def admit(self, head: Head) -> Ticket:
        """The ticket, used up by this. Raises RefusedError."""
        ticket = self._check(head)
        seconds = (ticket.exp - clock.now_ms()) / 1000 + tickets.SKEW.total_seconds()
        if not self._used.use(ticket.jti, seconds):
            raise RefusedError("used")
        if not await self._bus.claim(ticket.jti, int(seconds) + 1):
            raise RefusedError("used")
        return ticket

    def _check(self, head: Head) -> Ticket:
        host = head.headers.get("host", "")
        if head.headers.get("origin") not in self._config.origins:
            raise RefusedError("origin")
        offered = head.subprotocols
        if host not in self._config.hosts or len(offered) != 2 or offered[0] != SUBPROTOCOL:
            raise RefusedError("ticket")
        session = head.cookie(self._config.session_cookie)
        if session is None:
            raise RefusedError("session")
        ticket = tickets.verify(
            offered[1],
            self._config.ticket_key,
            sid=tickets.session_digest(session),
            aud=host,
            now_ms=clock.now_ms(),
        )
        if not self._hub.may_open(ticket, tickets.issued_ms(offered[1], ticket)):
            raise RefusedError("session")
        return ticket
