"""Names of what is said on the bus: a room, a person, the matcher, the teller."""

from typing import Final

MATCHER: Final = "matcher"
TELLER: Final = "teller"  # a notice waits to be sent
GATEWAYS: Final = "gateways"  # gateways to each other: "I am alive"

_CHANNEL_PREFIX: Final = "warmline:"
EVENTS_CHANNEL: Final = "warmline:events"  # all that Django publishes, whatever the topic


def room(room_id: int) -> str:
    """What happens in a room."""
    return f"room:{room_id}"


def person(person_id: int) -> str:
    """What concerns one person, on whichever page they are."""
    return f"person:{person_id}"


def session(key_hash: str) -> str:
    """One browser session, by the hash of its key that the table of sessions holds."""
    return f"session:{key_hash}"


def channel(topic: str) -> str:
    """The Redis channel that carries a topic, so that a shared Redis hears no bare names."""
    return _CHANNEL_PREFIX + topic
