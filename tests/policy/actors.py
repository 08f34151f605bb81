"""Who stands before the door: each actor of the table, and the sets of them that the rows name."""

from __future__ import annotations

from enum import StrEnum


class Actor(StrEnum):
    """One browser each. Who is party to what is said in :mod:`tests.policy.world`."""

    STRANGER = "stranger"
    """Nobody signed in, no session."""
    SEEKER = "seeker"
    """Ada: in the open talk and in the ended one."""
    OTHER_SEEKER = "other seeker"
    """Has a session and is in no talk."""
    WAITING = "waiting seeker"
    """In the line; Ben is asked for them."""
    MET = "met seeker"
    """Somebody was found for them; the talk has not begun."""
    HELD_BACK = "held-back seeker"
    """Banned by two coordinators, and has appealed."""
    VOLUNTEER = "volunteer"
    """Ben: the other side of Ada's talks; an offer runs for him."""
    OTHER_VOLUNTEER = "other volunteer"
    """Chioma: party to nothing here."""
    RESTING = "resting volunteer"
    SUSPENDED = "suspended volunteer"
    ENDED = "former volunteer"
    """The role has ended; the account still signs in."""
    COORDINATOR = "coordinator"
    """Dana: uninvolved in everything; the report, the second word and the appeal are for her."""
    INVOLVED = "involved coordinator"
    """Coordinates and volunteers: Ada reported her, and she reported the held-back seeker."""
    EVE = "eve"
    """An account and no role at all."""


EVERYBODY = frozenset(Actor)
NOBODY: frozenset[Actor] = frozenset()
SEEKERS = frozenset({Actor.SEEKER, Actor.OTHER_SEEKER, Actor.WAITING, Actor.MET, Actor.HELD_BACK})
PARTIES = frozenset({Actor.SEEKER, Actor.VOLUNTEER})
COORDINATORS = frozenset({Actor.COORDINATOR, Actor.INVOLVED})
VOLUNTEERS = frozenset({Actor.VOLUNTEER, Actor.OTHER_VOLUNTEER, Actor.INVOLVED})
OR_RESTING = VOLUNTEERS | {Actor.RESTING}
SIGNED_IN = EVERYBODY - SEEKERS - {Actor.STRANGER}
