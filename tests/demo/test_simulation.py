"""The simulated volunteers as clients of a real service, at a pace for tests."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import httpx
import pytest

from tests import factories
from tests.demo.ada import Ada, until
from tests.served import Service
from tests.served.service import served
from warmline.demo import cast, script, simulation
from warmline.demo.community import Login
from warmline.demo.simulation import Simulation
from warmline.demo.talk import Pace

FAST = Pace(
    take=0.3,
    listen=0.05,
    patience=0.4,
    letters_a_second=2_000,
    linger=0.05,
    heartbeat=1.0,
    pause=0.05,
    retry=0.1,
    longest_retry=0.5,
)

pytestmark = pytest.mark.slow

Sends = Callable[..., Simulation]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with served(tmp_path_factory.mktemp("simulation")) as running:
        running.seed("night_window")
        running.seed("setting", key="break_minutes", value=0)
        yield running


@pytest.fixture(scope="module")
def linden(service: Service) -> Login:
    made = service.seed("volunteer", name="linden", alias=cast.LINDEN.alias)
    return Login("linden", made["password"], factories.APP_SECRET, cast.LINDEN)


@pytest.fixture
def sends(service: Service, linden: Login) -> Iterator[Sends]:
    """Sends her to the service; stopped afterwards."""
    with contextlib.ExitStack() as running:

        def send(pace: Pace = FAST) -> Simulation:
            # A code works once, and one test comes soon after the other: each has an app of its own.
            login = replace(linden, secret=service.seed("new_app", name="linden"))
            sent = simulation.start(service.url, logins=[login], pace=pace)
            running.callback(sent.stop)
            return sent

        yield send


async def somebody_is_here(service: Service) -> None:
    async with httpx.AsyncClient(base_url=service.url) as http:

        async def is_said() -> bool:
            return "Someone is here." in (await http.get("/")).text

        await until(is_said)


async def begin(ada: Ada) -> None:
    """From home into a talk, up to the first question."""
    await ada.ask()
    await ada.be_met()
    await ada.start()
    await ada.connect()
    assert (await ada.hear()).startswith(script.HELLO)
    assert await ada.hear() == script.OPENING


async def test_signs_in_is_ready_takes_the_offer_and_answers(
    service: Service, sends: Sends
) -> None:
    sends()
    await somebody_is_here(service)
    async with Ada(service.url) as ada:
        await begin(ada)
        for text in ("I am so lonely", "yes", "what should I do?"):
            await ada.say(text)
            assert await ada.hear() not in (script.HELLO, script.OPENING)
        assert await ada.quiet(0.5) == []
        await ada.end()


async def test_is_ready_again_after_a_talk(service: Service, sends: Sends) -> None:
    sends()
    for _ in range(2):
        async with Ada(service.url) as ada:
            await begin(ada)
            await ada.end()


async def test_takes_one_at_a_time(service: Service, sends: Sends) -> None:
    sends()
    async with Ada(service.url) as ada, Ada(service.url) as eve:
        await begin(ada)
        await eve.ask()
        assert (await eve.report())["state"] == "waiting"
        await asyncio.sleep(5 * FAST.take)
        assert (await eve.report())["state"] == "waiting"
        await ada.end()
        assert "Start talking" in await eve.be_met()
        await eve.start()
        await eve.end()


async def test_leaves_an_offer_to_others_for_a_moment(service: Service, sends: Sends) -> None:
    sends(replace(FAST, take=2.0))
    await somebody_is_here(service)
    async with Ada(service.url) as ada:
        asked = time.monotonic()
        await ada.ask()
        await ada.be_met()
        assert time.monotonic() - asked > 1.8
        await ada.start()
        await ada.end()


async def test_leaves_the_room_when_the_other_ends(service: Service, sends: Sends) -> None:
    sends()
    async with Ada(service.url) as ada:
        await begin(ada)
        assert service.seed("stored", room=ada.room)
        await ada.end()
        await until(partial(is_empty, service, ada.room))


async def is_empty(service: Service, room: int) -> bool:
    return not service.seed("stored", room=room)


async def test_waits_for_somebody_who_types(service: Service, sends: Sends) -> None:
    sends(replace(FAST, patience=60.0, listen=1.0))
    async with Ada(service.url) as ada:
        await begin(ada)
        await ada.say("I can't sleep")
        await ada.type()
        assert await ada.quiet(2.0) == []
        await ada.say("it is the noise")
        assert "nights" in await ada.hear()
        await ada.end()


async def test_says_something_after_a_long_silence(service: Service, sends: Sends) -> None:
    sends(replace(FAST, silence=0.5))
    async with Ada(service.url) as ada:
        await begin(ada)
        assert await ada.hear() == script.STILL_HERE[0]
        await ada.end()


async def test_goes_on_when_the_server_comes_back(service: Service, sends: Sends) -> None:
    sends()
    async with Ada(service.url) as ada:
        await begin(ada)
        service.kill()
        service.start()
        await ada.connect()
        await ada.say("I am so lonely")
        assert "alone" in await ada.hear()
        assert ada.heard.count(script.OPENING) == 1
        await ada.end()


async def test_another_one_of_them_goes_on_where_the_first_stopped(
    service: Service, sends: Sends
) -> None:
    first = sends()
    async with Ada(service.url) as ada:
        await begin(ada)
        first.stop()
        await ada.say("I am so lonely")
        sends()
        assert await ada.hear() == script.HELLO_AGAIN
        await ada.say("I am so lonely")
        assert "alone" in await ada.hear()
        await ada.end()


async def test_stops_within_two_seconds_in_whatever_it_does(service: Service, sends: Sends) -> None:
    async with Ada(service.url) as ada:
        simulated = sends()
        await begin(ada)
        simulated.stop()
        assert not simulated.is_alive()
        simulated.stop()
        await ada.end()


def test_survives_a_server_that_is_not_there(linden: Login) -> None:
    simulated = simulation.start("http://127.0.0.1:9", logins=[linden], pace=FAST)
    time.sleep(1)

    assert simulated.is_alive()
    simulated.stop()
    assert not simulated.is_alive()
