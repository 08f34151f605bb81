"""A server that lies to one page: about keys, in the answers of its own address, or on the live line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Route, WebSocketRoute

from tests.browser.window import Window
from warmline.demo.keys import Epoch, Keyring
from warmline.protocol import base64url, tags
from warmline.protocol.epochs import Header, Member, read

State = dict[str, Any]
Lie = Callable[[State], State]
Frames = Callable[[dict[str, Any]], list[dict[str, Any]]]


class KeyLiar:
    """Answers a page's questions about its room's keys: truly, until it is given a lie."""

    def __init__(self, window: Window, room: int) -> None:
        self.room = room
        self.service = window.service
        self.lie: Lie = lambda state: state
        self.eve = Keyring(room, 3)
        window.context.route(re.compile(rf"/rooms/{room}/keys/\?"), self._answer)

    def _answer(self, route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=self.lie(answer.json()))

    @property
    def newest(self) -> Header:
        """What the newest epoch of the room fixes, as the database has it."""
        return read(base64url.decode(self.service.seed("newest_header", room=self.room)))

    def forged(self, roster: list[Member], to: int) -> dict[str, str]:
        """The epoch after the newest, in the name of its committer but sealed by Eve, for one seat."""
        last = self.newest
        x = tags.log_start(self.room)
        header = Header(self.room, last.epoch + 1, last.committer, last.hash(), 0, x, tuple(roster))
        mine = next(member for member in roster if member.seat == to)
        return {
            "header": base64url.encode(header.written()),
            "mine": base64url.encode(self.eve._sealed(mine.pk, header.hash(), bytes(32))),
            "confirm": base64url.encode(Epoch(header, bytes(32)).confirm),
        }

    def swapped(self, state: State) -> State:
        """Another key in the seat of whoever made the newest epoch, and an epoch with it."""
        last = self.newest
        of = {member.seat: member for member in last.roster}
        of[last.committer] = Member(last.committer, of[last.committer].role, self.eve.pk)
        to = next(seat for seat in of if seat != last.committer)
        return {**state, "commits": [self.forged(list(of.values()), to)]}

    def haunted(self, state: State) -> State:
        """One seat more, with Eve's key."""
        ghost = {"seat": 3, "role": "interpreter", "pk": base64url.encode(self.eve.pk)}
        return {**state, "seats": [*state["seats"], ghost]}

    def seated(self, state: State) -> State:
        """The same, and an epoch in which Eve sits."""
        last = self.newest
        roster = [*last.roster, Member(3, "interpreter", self.eve.pk)]
        return {**self.haunted(state), "commits": [self.forged(roster, last.committer)]}


def emptied(state: State) -> State:
    """As if nothing had ever been agreed on."""
    return {**state, "commits": []}


def lie_on_the_line(window: Window, twist: Frames) -> None:
    """Each frame to a page becomes those that `twist` makes of it."""

    def open_line(page: WebSocketRoute) -> None:
        server = page.connect_to_server()

        def pass_on(data: str | bytes) -> None:
            for frame in twist(json.loads(data)):
                page.send(json.dumps(frame))

        server.on_message(pass_on)

    window.context.route_web_socket(re.compile("/live$"), open_line)
