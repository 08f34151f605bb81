"""Nothing bigger than our largest form is taken in: not into memory, not onto the disk."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]


class _TooBigError(Exception):
    """More came than was allowed."""


class BodyLimit:
    """An ASGI application in front of another: a body over ``most`` bytes is answered with 413.

    ``more``: addresses (as regular expressions for the whole path) that take more, and how much.
    Django would first write the whole body to a temporary file and only then look at its size.
    """

    def __init__(
        self, application: Application, most: int, more: Mapping[str, int] | None = None
    ) -> None:
        self._application = application
        self._most = most
        self._more = [(re.compile(path), limit) for path, limit in (more or {}).items()]

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        most, taken = self._most_of(scope["path"]), 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise _TooBigError
            return message

        try:
            if _declared(scope) > most:
                raise _TooBigError
            await self._application(scope, counted, send)
        except _TooBigError:
            await _refuse(send)

    def _most_of(self, path: str) -> int:
        more = (limit for pattern, limit in self._more if pattern.fullmatch(path))
        return next(more, self._most)


def _declared(scope: dict[str, Any]) -> int:
    """What the request says it brings; 0 when it does not say."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


async def _refuse(send: Send) -> None:
    headers = [
        (b"content-length", b"0"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
