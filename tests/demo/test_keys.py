"""Epochs as a simulated volunteer makes and takes them."""

from __future__ import annotations

from typing import Any

from warmline.demo.keys import Keyring
from warmline.protocol import base64url, tags

ROOM = 7
ROLES = {1: "seeker", 2: "volunteer", 3: "volunteer"}
X = tags.log_start(ROOM)


def seated(*keys: Keyring) -> list[dict[str, Any]]:
    """The room's seats as the server tells them, numbered from 1."""
    return [
        {"seat": seat, "role": ROLES[seat], "pk": base64url.encode(one.pk)}
        for seat, one in enumerate(keys, 1)
    ]


def pass_on(form: dict[str, str] | None, *keys: Keyring) -> None:
    """What the server does with a commit."""
    assert form is not None
    for sealed, one in zip(form["sealed"].split(","), keys, strict=True):
        one.take([{**form, "mine": sealed}])


def begun() -> tuple[Keyring, Keyring]:
    """Ada and Ben in the first epoch."""
    ada, ben = Keyring(ROOM, 1), Keyring(ROOM, 2)
    pass_on(ada.next(seated(ada, ben), up_to=0, x=X), ada, ben)
    return ada, ben


def test_nothing_is_made_while_the_seats_are_the_same() -> None:
    ada, ben = begun()

    assert ben.next(seated(ada, ben), up_to=0, x=X) is None


def test_who_holds_the_last_epoch_lets_a_returned_seat_in() -> None:
    _, ben = begun()
    again = Keyring(ROOM, 1)
    pass_on(ben.next(seated(again, ben), up_to=0, x=X), again, ben)

    assert again.current is not None
    assert again.current.header.epoch == 2
    assert again.epoch(1) is None


def test_who_came_back_waits_for_those_who_hold_the_last_epoch() -> None:
    ada, ben = Keyring(ROOM, 1), Keyring(ROOM, 2)
    form = ada.next(seated(ada, ben), up_to=0, x=X)
    again = Keyring(ROOM, 2)
    pass_on(form, ada, again)

    assert again.after == 1
    assert again.next(seated(ada, again), up_to=0, x=X) is None


def test_when_nobody_holds_the_last_epoch_who_is_there_makes_the_next() -> None:
    form = Keyring(ROOM, 1).next(seated(Keyring(ROOM, 1), Keyring(ROOM, 2)), up_to=0, x=X)
    ada, ben = Keyring(ROOM, 1), Keyring(ROOM, 2)
    pass_on(form, ada, ben)
    pass_on(ben.next(seated(ada, ben), up_to=0, x=X), ada, ben)

    assert ada.current is not None
    assert ada.current.header.epoch == 2


def test_a_seat_that_was_never_there_is_not_let_in() -> None:
    ada, ben = begun()

    assert ben.next(seated(ada, ben, Keyring(ROOM, 3)), up_to=0, x=X) is None
