"""A browser as far as the simulated volunteers need one: pages, forms, cookies, one socket at a time."""

from __future__ import annotations

import asyncio
import json
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

import httptools

ANSWERS_WITHIN = 10.0
"""Seconds."""


class AnswerError(Exception):
    """The server answered with something that does not help; ``status`` is 0 when it was no HTTP."""

    def __init__(self, fault: str, status: int = 0) -> None:
        super().__init__(fault)
        self.status = status


class Answer:
    """What came back; filled in by the parser."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.body = b""
        self.complete = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.complete = True

    @property
    def location(self) -> str:
        """Where a redirect leads, as a path; empty without one."""
        return next(
            (urlsplit(value).path for name, value in self.headers if name == "location"), ""
        )

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> dict[str, Any]:
        """Raises AnswerError for anything but a JSON object with status 200."""
        if self.status != 200:
            raise AnswerError("not the status we need", self.status)
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise AnswerError("no JSON") from error
        if not isinstance(found, dict):
            raise AnswerError("no JSON object")
        return found


class Browser:
    """Cookies and the CSRF token of one signed-in person.

    ``server`` is where to connect, such as ``http://127.0.0.1:8000``; ``origin`` the public address a
    proxy in front of it would name, if there is one. Raises OSError, TimeoutError or AnswerError.
    """

    def __init__(self, server: str, *, origin: str | None, csrf_cookie: str) -> None:
        parts = urlsplit(server)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self.origin = origin or server
        self._csrf_cookie = csrf_cookie
        self._cookies: dict[str, str] = {}

    async def get(self, path: str) -> Answer:
        return await self._ask("GET", path, b"")

    async def post(self, path: str, **fields: str) -> Answer:
        """A form with its token."""
        token = self._cookies.get(self._csrf_cookie, "")
        return await self._ask(
            "POST", path, urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        )

    def headers(self) -> dict[str, str]:
        """What every request of this browser says, a socket's too."""
        said = {"Host": urlsplit(self.origin).netloc, "Origin": self.origin}
        if self.origin.startswith("https://"):
            said["X-Forwarded-Proto"] = "https"
        if self._cookies:
            said["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return said

    async def _ask(self, method: str, path: str, body: bytes) -> Answer:
        said = {**self.headers(), "Accept-Language": "en", "Connection": "close"}
        if method == "POST":
            said["Content-Type"] = "application/x-www-form-urlencoded"
            said["Content-Length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        async with asyncio.timeout(ANSWERS_WITHIN):
            answer = await self._exchange("\r\n".join([*lines, "", ""]).encode() + body)
        self._keep_cookies(answer)
        if answer.status >= 500:
            raise AnswerError("the server has a fault", answer.status)
        return answer

    async def _exchange(self, request: bytes) -> Answer:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            writer.write(request)
            answer = Answer()
            parser = httptools.HttpResponseParser(answer)
            while not answer.complete:
                data = await reader.read(64 * 1024)
                if not data:
                    raise AnswerError("cut off")
                parser.feed_data(data)
            answer.status = parser.get_status_code()
            return answer
        except httptools.HttpParserError as error:
            raise AnswerError("not HTTP") from error
        finally:
            writer.close()

    def _keep_cookies(self, answer: Answer) -> None:
        for name, value in answer.headers:
            if name != "set-cookie":
                continue
            for key, cookie in SimpleCookie(value).items():
                if cookie["max-age"] == "0" or not cookie.value:
                    self._cookies.pop(key, None)
                else:
                    self._cookies[key] = cookie.value
