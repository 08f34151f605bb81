"""What a browser does before it tries a secret: fetch a challenge, solve it, send the answer."""

from __future__ import annotations

import altcha
from django.test import Client
from django.urls import reverse


def solved(challenge: dict) -> str:
    """The answer to a challenge, as the page sends it."""
    of = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(of)
    assert solution is not None
    return altcha.Payload(of, solution).to_base64()


def proof(client: Client, purpose: str) -> str:
    """A fresh answer for one try of ``come-back`` or ``report-code``."""
    return solved(client.get(reverse("proof", args=[purpose])).json())
