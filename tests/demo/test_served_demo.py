"""`bin/serve --demo` as somebody meets it who wants to see what this is."""

from __future__ import annotations

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.demo.ada import Ada, post
from tests.demo.beginning import PATIENCE, everybody_is_ready, link_of
from tests.served import Service
from tests.served.service import served
from warmline.demo import cast, script

BANNER = "This is a demo. Some people here are simulated."

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with served(tmp_path_factory.mktemp("demo"), "--demo") as running:
        everybody_is_ready(running)
        yield running


@contextlib.asynccontextmanager
async def signed_in(demo: Service, role: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has opened the link of a role."""
    async with httpx.AsyncClient(
        base_url=demo.url, headers={"Origin": demo.url}, follow_redirects=True, timeout=20
    ) as http:
        assert (await http.get(link_of(demo, role))).status_code == 200
        yield http


async def test_one_person_alone_sees_the_whole_main_job(demo: Service) -> None:
    assert link_of(demo, "Someone who needs to talk") == f"{demo.url}/"
    async with Ada(demo.url) as ada:
        await ada.ask(topics="sleep")
        assert "Someone who fits is here." in (await ada.http.get("/waiting/")).text
        met = await ada.be_met()
        assert BANNER in met
        assert "I am simulated" in met
        talk = await ada.start()
        assert BANNER in talk
        assert f'data-partner="{cast.LINDEN.alias}"' in talk
        await ada.connect()
        assert (await ada.hear()).startswith(script.HELLO)
        assert await ada.hear() == script.OPENING
        await ada.say("I lie awake every night")
        assert "nights" in await ada.hear()
        assert {"t": "typing", "room": ada.room, "seat": 2} in ada.seen
        assert BANNER in await ada.end()


async def test_a_person_can_be_the_volunteer_and_is_asked_first(demo: Service) -> None:
    async with signed_in(demo, "Volunteer") as ben, Ada(demo.url) as ada:
        await post(ben, "/volunteer/ready/", minutes="25", steady="on")
        await ada.ask(topics="anxiety")
        assert (await ada.report())["state"] == "waiting"
        offer = await offered(ben)
        taken = await post(ben, f"/volunteer/offers/{offer}/take/")
        assert "/talk/" in str(taken.url)
        assert cast.VOLUNTEER_CARD[:40] in await ada.be_met()
        talk = await ada.start()
        assert f'data-partner="{cast.VOLUNTEER.alias}"' in talk
        assert cast.SIMULATED not in talk
        await ada.end()
        await post(ben, "/volunteer/done/")


async def offered(ben: httpx.AsyncClient) -> str:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        news = (await post(ben, "/volunteer/here/")).json()
        if news["offer"]:
            return str(news["offer"])
    raise TimeoutError


async def test_the_coordinator_sees_who_is_simulated(demo: Service) -> None:
    async with signed_in(demo, "Coordinator") as dana:
        desk = (await dana.get("/desk/")).text
    assert BANNER in desk
    assert cast.LINDEN.alias in desk


async def test_a_talk_goes_on_after_the_server_was_killed(demo: Service) -> None:
    async with Ada(demo.url) as ada:
        await ada.ask(topics="grief")
        await ada.be_met()
        await ada.start()
        await ada.connect()
        await ada.hear()
        old = link_of(demo, "Volunteer")

        demo.kill()
        demo.start()

        await ada.connect()
        await ada.hear_of("can't see what was said before")
        await ada.say("I miss my brother, he died in spring")
        await ada.hear_of("big loss")
        assert (await ada.http.get(old)).status_code == 404
        async with signed_in(demo, "Volunteer") as ben:
            assert (await ben.get("/volunteer/")).status_code == 200
        await ada.end()


def test_its_data_are_its_own_and_it_logs_no_trouble(demo: Service) -> None:
    data = demo.folder / "data"

    assert (data / "demo" / "warmline.sqlite3").exists()
    assert not (data / "warmline.sqlite3").exists()
    assert not re.search(r"ERROR|Traceback|127\.0\.0\.1'", demo.logs)


def test_it_ends_in_good_order_when_asked(demo: Service) -> None:
    demo.stop()

    assert demo._process is not None
    assert demo._process.returncode == 0


async def test_it_works_behind_a_proxy_with_an_address_of_its_own(tmp_path: Path) -> None:
    behind = {"Host": "warm.example", "X-Forwarded-Proto": "https"}
    with served(tmp_path, "--demo", "--origin", "https://warm.example") as demo:
        async with httpx.AsyncClient(base_url=demo.url, headers=behind, timeout=20) as http:
            until = time.monotonic() + PATIENCE
            while "Someone is here." not in (await http.get("/")).text:
                assert time.monotonic() < until
                await asyncio.sleep(0.2)
