"""Who lives in the demo: two simulated volunteers, and what the person who looks at it can be.

Their words are content of the demo, in English, like the script; so English is all the simulated ones
say they speak.
"""

from __future__ import annotations

from dataclasses import dataclass

COMMUNITY = {
    "name": "Open Window",
    "country": "IE",
    "languages": ["en", "es", "de"],
    "time_zone": "Europe/Dublin",
}

SIMULATED = "(simulated)"
"""Stands behind the alias of everybody who is not a person, wherever the alias is shown."""


@dataclass(frozen=True)
class Simulated:
    """A simulated volunteer. ``lived`` is what it says when somebody asks about itself."""

    username: str
    alias: str
    card: str
    lived: str
    been_there: tuple[str, ...]
    please_not: tuple[str, ...] = ()
    backgrounds: tuple[str, ...] = ()


LINDEN = Simulated(
    username="simulated-linden",
    alias=f"Patient Linden {SIMULATED}",
    card=(
        "I am simulated: part of this demo, not a person. The card of a real volunteer could say: "
        "“I have lived with depression for years, and I lost my brother. Nights were the hardest. "
        "You can go slowly with me.”"
    ),
    lived=(
        "I am simulated, so I have no life of my own. A real volunteer could say here: “I had years "
        "of depression. It helped me that somebody stayed and did not try to fix me.”"
    ),
    been_there=("depression", "grief", "loneliness", "sleep", "family"),
    backgrounds=("carer", "over-60"),
)
"""Listens to every topic, so that nobody who tries the demo waits in vain."""

HERON = Simulated(
    username="simulated-heron",
    alias=f"Quiet Heron {SIMULATED}",
    card=(
        "I am simulated: part of this demo, not a person. The card of a real volunteer could say: "
        "“I know panic and worry, and jobs that ate me up. I moved here from another country. "
        "I like honest words and long pauses.”"
    ),
    lived=(
        "I am simulated, so I have no life of my own. A real volunteer could say here: “I know "
        "panic. At first I hid it. Saying it out loud to one person was the first thing that helped.”"
    ),
    been_there=("anxiety", "job-stress", "money", "study", "friendships"),
    please_not=("sexual-abuse", "physical-abuse", "psychosis", "eating-disorders"),
    backgrounds=("moved-country", "neurodivergent"),
)

SIMULATED_VOLUNTEERS = (LINDEN, HERON)

TALK_MINUTES = 20
"""The longest talk of a simulated volunteer. Shorter than what a person offers, so that matching, which
treats all alike, asks the person first when both fit equally well."""


@dataclass(frozen=True)
class Visitor:
    """An account for whoever looks at the demo; signed in to by a link."""

    username: str
    alias: str


VOLUNTEER = Visitor("demo-volunteer", "Gentle Otter")
COORDINATOR = Visitor("demo-coordinator", "Thoughtful Wren")

VOLUNTEER_CARD = (
    "I have lived with depression and with worry that would not stop. Talking with somebody who had "
    "been there helped me. We can go at your pace."
)
VOLUNTEER_BEEN_THERE = tuple(
    sorted({slug for person in SIMULATED_VOLUNTEERS for slug in person.been_there})
)
"""All that the simulated ones have been through, for the same reason as :data:`TALK_MINUTES`."""
VOLUNTEER_LANGUAGES = ("en", "es", "de")
