"""What a row of the table says, and how somebody is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.policy.actors import COORDINATORS, EVERYBODY, OR_RESTING, SIGNED_IN, VOLUNTEERS, Actor

TO_SIGN_IN = "to sign-in"
TO_PAUSED = "to paused"

Actors = frozenset[Actor]


@dataclass(frozen=True)
class Row:
    """Who may do what at one address. Whoever a method does not name is refused and changes nothing.

    get, post: who may; None if the address does not know the method (405)
    needs: a role without which nobody comes as far as the object (sign-in page, 403, or the page
        that says why they are held back); inside it, and without one, refusal is a 404
    body: a POST that would do something
    args: what the address is about, by the names of :class:`tests.policy.world.World`
    but: actors who get another status than their set says
    unmet: what a POST gets whose one right value nobody can say beforehand, such as an app's code
    tokenless: why a POST needs no CSRF token; empty where it does
    class_based: HEAD and OPTIONS are answered too, as Django's class-based views do
    signs_in: a good POST (or GET) changes who is signed in, so the session must get a new key
    leads: where somebody who may is led, though others are led there as a refusal
    seen: a GET shows a page to people: the browser suite looks at it, as the first who usually comes, or
        as each of these
    """

    get: Actors | None = None
    post: Actors | None = None
    needs: Actors = EVERYBODY
    body: Mapping[str, Any] = field(default_factory=dict)
    args: Mapping[str, str] = field(default_factory=dict)
    but: Mapping[Actor, int | str] = field(default_factory=dict)
    unmet: int = 0
    tokenless: str = ""
    class_based: bool = False
    signs_in: bool = False
    leads: str = ""
    seen: bool | tuple[Actor, ...] = True

    def may(self, method: str) -> Actors | None:
        """Who may use a method; None if the address does not know it."""
        known = {"GET": self.get, "POST": self.post}
        if self.class_based:
            known |= {"HEAD": self.get, "OPTIONS": self.get}
        return known.get(method)

    def refusal(self, actor: Actor) -> int | str:
        """What somebody gets who may not: a status, or where they are led."""
        if actor in self.but:
            return self.but[actor]
        if actor in self.needs:
            return 404
        if actor not in SIGNED_IN:
            return TO_SIGN_IN
        if actor is Actor.SUSPENDED and self.needs is not SIGNED_IN:
            return TO_PAUSED
        return 403


def for_volunteers(**row: Any) -> Row:
    """A page of those who volunteer now."""
    return Row(**{**_opened(row, VOLUNTEERS), "needs": VOLUNTEERS})


def for_volunteers_or_resting(**row: Any) -> Row:
    """A page of volunteers about themselves."""
    return Row(**{**_opened(row, OR_RESTING), "needs": OR_RESTING})


def for_coordinators(**row: Any) -> Row:
    """A page of the desk."""
    return Row(**{**_opened(row, COORDINATORS), "needs": COORDINATORS})


def for_accounts(**row: Any) -> Row:
    """A page about one's own account, whatever became of one's roles."""
    return Row(**{**_opened(row, SIGNED_IN), "needs": SIGNED_IN})


def _opened(row: dict[str, Any], to: Actors) -> dict[str, Any]:
    """``get=True`` and ``post=True`` stand for everybody who has the role."""
    return {name: to if value is True else value for name, value in row.items()}
