"""What a test of a served demo begins with."""

from __future__ import annotations

import re
import time

import httpx

from tests.served import Service
from warmline.demo import cast

PATIENCE = 60.0


def link_of(demo: Service, role: str) -> str:
    """The link it printed last for a role."""
    links: list[str] = re.findall(rf"^  {role}: (\S+)$", demo.logs, re.MULTILINE)
    return links[-1]


def everybody_is_ready(demo: Service) -> None:
    """Wait until the desk shows each simulated volunteer: they sign in by themselves, one by one, some
    time after the server listens. TimeoutError if one never comes.
    """
    until = time.monotonic() + PATIENCE
    with httpx.Client(base_url=demo.url, follow_redirects=True, timeout=20) as dana:
        dana.get(link_of(demo, "Coordinator"))
        while not all(
            person.alias in dana.get("/desk/").text for person in cast.SIMULATED_VOLUNTEERS
        ):
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.2)
