"""The two sides as matching sees them, and what it chooses. Instants are ms since 1970 UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from warmline.rooms.languages import Way

NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request that may get offers: it waits, and its page has reported lately."""

    id: int
    seeker: int
    languages: tuple[str, ...]
    """BCP 47, best first."""
    ways: tuple[Way, ...]
    """Best first."""
    topics: frozenset[int] = NOBODY
    """None at all: *just to talk*."""
    heavy: bool = False
    """One of its topics is a heavy one."""
    backgrounds: frozenset[int] = NOBODY
    """Shared backgrounds they would like; a wish, not a condition."""
    since_ms: int
    minutes: int
    """How long the seeker can talk."""
    new_here: bool = False
    first_offer_ms: int | None = None
    """When its first offer was made; waves count from then."""
    offered: frozenset[int] = NOBODY
    """Volunteers with a pending offer of it."""
    said_no: frozenset[int] = NOBODY
    """Volunteers who said *no*: final for this request."""
    ask_again: Mapping[int, int] = field(default_factory=dict)
    """Volunteers who said *not now*, or nothing → when they may be asked again."""
    blocked: frozenset[int] = NOBODY
    """Volunteers whom the seeker does not want to meet."""
    team: frozenset[int] = NOBODY
    """Volunteers of their shared plan, while an agreed time is on; preferred, not a condition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A volunteer who is ready, with their own limits."""

    id: int
    languages: tuple[str, ...]
    ways: tuple[Way, ...]
    been_there: frozenset[int] = NOBODY
    can_listen: frozenset[int] = NOBODY
    """Every topic in neither of the two is *please not*."""
    backgrounds: frozenset[int] = NOBODY
    room_for: int = 1
    """Talks they can take on now: those they want at once less those that are open."""
    minutes_left: int
    """Of their minutes a day."""
    longest_talk: int
    """Minutes."""
    takes_new: bool = True
    until_ms: int | None = None
    """When their "I have N minutes" is over."""
    talks_lately: int = 0
    """Within 7 days."""
    last_talk_ms: int | None = None
    """When their last talk ended."""
    last_talk_heavy: bool = False
    met_lately: frozenset[int] = NOBODY
    """Seekers they talked with within 7 days."""
    blocked: frozenset[int] = NOBODY
    """Seekers whom the volunteer does not want to meet."""


class Choice(NamedTuple):
    """An offer to make now."""

    request: int
    volunteer: int
    minutes: int
    """The shorter of both sides' time."""
    language: str
    """The seeker's own tag."""
    way: Way
    reasons: tuple[str, ...]
    """Codes: `been_there`, `background`, `rules_gave_way`, `another` (not the only offer out)."""
