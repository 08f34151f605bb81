"""What opens a socket, and what does not (Eve tries)."""

from datetime import timedelta
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from tests.gateway.database import Database
from tests.gateway.page import TICKET_KEY, Page, make_ticket
from tests.gateway.running import Running, running
from warmline.protocol import clock, events, tickets, topics


async def refusal(here: Running, **how: Any) -> str:
    """The code in the body of the 403."""
    with pytest.raises(InvalidStatus) as caught:
        await Page.open(here.port, **how)
    assert caught.value.response.status_code == 403
    return bytes(caught.value.response.body or b"").decode()


async def test_welcome_carries_the_time_and_a_token_to_come_back(database: Database) -> None:
    async with running(database.url) as here:
        page = await Page.open(here.port)
        welcome = await page.until("welcome")
        assert abs(welcome["now"] - clock.now_ms()) < 1000
        again = await Page.open(here.port, ticket=welcome["resume"])
        assert (await again.until("welcome"))["resume"] != welcome["resume"]


async def test_ticket_and_resume_token_work_once(database: Database, redis_url: str | None) -> None:
    async with running(database.url, redis_url) as here:
        ticket = make_ticket(f"127.0.0.1:{here.port}")
        page = await Page.open(here.port, ticket=ticket)
        resume = (await page.until("welcome"))["resume"]
        assert await refusal(here, ticket=ticket) == "used"
        await Page.open(here.port, ticket=resume)
        assert await refusal(here, ticket=resume) == "used"


async def test_foreign_origin_is_refused(database: Database) -> None:
    async with running(database.url) as here:
        for origin in ("http://evil.example", f"https://127.0.0.1:{here.port}", "null"):
            assert await refusal(here, origin=origin) == "origin"


async def test_refused_opening_leaves_the_ticket_unused(database: Database) -> None:
    async with running(database.url) as here:
        ticket = make_ticket(f"127.0.0.1:{here.port}")
        assert await refusal(here, ticket=ticket, origin="http://evil.example") == "origin"
        assert await refusal(here, ticket=ticket, session="eve's") == "session"
        await Page.open(here.port, ticket=ticket)


async def test_ticket_of_another_session_is_refused(database: Database) -> None:
    async with running(database.url) as here:
        ticket = make_ticket(f"127.0.0.1:{here.port}", session="ada's")
        assert await refusal(here, ticket=ticket, session="eve's") == "session"


async def test_ticket_for_another_host_is_refused(database: Database) -> None:
    async with running(database.url) as here:
        assert await refusal(here, ticket=make_ticket("other.example")) == "ticket"


async def test_expired_ticket_is_refused(database: Database) -> None:
    clock.freeze()
    async with running(database.url) as here:
        ticket = make_ticket(f"127.0.0.1:{here.port}")
        clock.move(timedelta(seconds=30))
        assert await refusal(here, ticket=ticket) == "expired"


async def test_ticket_is_not_revived_by_a_clock_set_back(database: Database) -> None:
    clock.freeze()
    async with running(database.url) as here:
        ticket = make_ticket(f"127.0.0.1:{here.port}")
        await Page.open(here.port, ticket=ticket)
        clock.move(timedelta(seconds=29))
        assert await refusal(here, ticket=ticket) == "used"
        clock.jump(timedelta(seconds=-20))
        assert await refusal(here, ticket=ticket) == "used"
        clock.jump(timedelta(hours=-1))
        assert await refusal(here, ticket=ticket) == "expired"


async def test_altered_ticket_is_refused(database: Database) -> None:
    async with running(database.url) as here:
        ticket = make_ticket(f"127.0.0.1:{here.port}")
        for place in (0, 3, 40, len(ticket) - 2):
            other = "B" if ticket[place] == "A" else "A"  # one that a header may carry
            altered = ticket[:place] + other + ticket[place + 1 :]
            assert await refusal(here, ticket=altered) == "ticket"


async def test_forged_ticket_is_refused(database: Database) -> None:
    async with running(database.url) as here:
        forged = tickets.issue(
            TICKET_KEY + b"!",
            person=101,
            sid=tickets.session_digest("a session"),
            aud=f"127.0.0.1:{here.port}",
            now_ms=clock.now_ms(),
        )
        assert await refusal(here, ticket=forged) == "ticket"


async def test_signing_out_closes_sockets_and_kills_resume_tokens(database: Database) -> None:
    async with running(database.url) as here:
        page = await Page.open(here.port, person=7, topics=[topics.person(7)])
        other = await Page.open(here.port, person=8, topics=[topics.person(8)])
        resume = (await page.until("welcome"))["resume"]

        here.gateway.submit_event(events.encode_event(topics.person(7), "signed_out"))

        assert await page.closed() == 4001
        assert await refusal(here, ticket=resume) == "session"
        await other.say(t="ping")
        await other.until("pong")


async def test_ended_session_closes_its_own_sockets_and_no_other_of_the_person(
    database: Database,
) -> None:
    async with running(database.url) as here:
        ended = await Page.open(here.port, person=7, session="session A")
        lives = await Page.open(here.port, person=7, session="session B")
        resume = (await ended.until("welcome"))["resume"]

        topic = topics.session(tickets.session_of(tickets.session_digest("session A")))
        here.gateway.submit_event(events.encode_event(topic, "ended"))

        assert await ended.closed() == 4001
        assert await refusal(here, ticket=resume, session="session A") == "session"
        await lives.say(t="ping")
        await lives.until("pong")


async def test_full_house_says_so(database: Database) -> None:
    async with running(database.url, sockets=2) as here:
        await Page.open(here.port)
        await Page.open(here.port)
        with pytest.raises(InvalidStatus) as caught:
            await Page.open(here.port)
        assert caught.value.response.status_code == 503


async def test_person_with_too_many_sockets_loses_the_oldest(database: Database) -> None:
    async with running(database.url, sockets_of_a_person=2) as here:
        first = await Page.open(here.port, person=7)
        await first.until("welcome")
        await Page.open(here.port, person=8)
        await Page.open(here.port, person=7)
        await Page.open(here.port, person=7)
        assert await first.closed() == 4000
        assert here.gateway.sockets == 3


async def test_used_tickets_are_remembered_within_bounds(database: Database) -> None:
    async with running(database.url, used_tickets=3) as here:
        for _ in range(20):
            await (await Page.open(here.port)).leave()
        ticket = make_ticket(f"127.0.0.1:{here.port}")
        await Page.open(here.port, ticket=ticket)
        assert await refusal(here, ticket=ticket) == "used"
