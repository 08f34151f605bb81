import json

import pytest

from warmline.protocol import events, topics


def test_event_of_django_is_read_back() -> None:
    data = events.encode_event(topics.room(5), "revoked", {"seat": 2})
    assert json.loads(data) == {
        "t": "event",
        "topic": "room:5",
        "name": "revoked",
        "data": {"seat": 2},
    }
    assert events.decode(data) == events.Happened("room:5", "revoked", {"seat": 2})


def test_presence_between_gateways_round_trips() -> None:
    said = events.SeatsHere("a1", 5, {1: 100, 2: 200}, ask=True)
    assert events.decode(events.encode(said)) == said


@pytest.mark.parametrize("data", [b"", b"{}", b'{"t":"event"}', b'{"t":"?"}', b"\xff"])
def test_garbage_on_the_bus_is_named_so(data: bytes) -> None:
    with pytest.raises(events.BadEventError):
        events.decode(data)


def test_topics_and_channels() -> None:
    assert (topics.room(5), topics.person(6), topics.MATCHER) == ("room:5", "person:6", "matcher")
    assert topics.channel("room:5") == "warmline:room:5"
