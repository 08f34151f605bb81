"""The head of an HTTP request, as far as opening a socket needs it."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Final

import httptools

LIVE_PATH: Final = b"/live"
SUBPROTOCOL: Final = "warmline.1"

# Given twice, two readers could take two different ones for the right one.
_ONCE: Final = frozenset(
    {"host", "origin", "cookie", "sec-websocket-key", "sec-websocket-version", "content-length"}
)


class BadHeadError(ValueError):
    """Not the head of a WebSocket's opening request (RFC 6455 §4.1)."""


@dataclass
class Head:
    """`headers` by lower-case name; what may be given twice is joined by a comma."""

    method: bytes = b""
    path: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.headers.get("sec-websocket-key", "")

    @property
    def subprotocols(self) -> list[str]:
        return _listed(self.headers.get("sec-websocket-protocol", ""))

    def cookie(self, name: str) -> str | None:
        """The first cookie of that name; browsers send the one with the longest path first."""
        for pair in self.headers.get("cookie", "").split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                return value.strip('"')
        return None


def is_live(request_line: bytes) -> bool:
    """Whether this is about the live path (with or without a query)."""
    parts = request_line.split(b" ")
    return len(parts) >= 2 and parts[1].partition(b"?")[0] == LIVE_PATH


def read(data: bytes) -> Head:
    """A whole head, up to and with the empty line; raises BadHeadError."""
    reader = _Reader()
    parser = httptools.HttpRequestParser(reader)
    try:
        parser.feed_data(data)
    except httptools.HttpParserUpgrade:
        pass
    except (httptools.HttpParserError, UnicodeDecodeError) as problem:
        raise BadHeadError("malformed") from problem
    reader.head.method = parser.get_method()
    _check(reader.head, parser.get_http_version())
    return reader.head


def opening(head: Head) -> bytes:
    """The same request with nothing in it but what opens the socket: no cookie is kept with it."""
    return (
        b"GET /live HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + head.key.encode("ascii") + b"\r\n\r\n"
    )


class _Reader:
    """Called by httptools."""

    def __init__(self) -> None:
        self.head = Head()

    def on_url(self, url: bytes) -> None:
        self.head.path += url

    def on_header(self, name: bytes, value: bytes) -> None:
        key, text = name.decode("ascii").lower(), value.decode("latin-1")
        if key in self.head.headers:
            if key in _ONCE:
                raise ValueError("a header given twice")
            text = f"{self.head.headers[key]}, {text}"
        self.head.headers[key] = text


def _check(head: Head, version: str) -> None:
    headers = head.headers
    is_opening = (
        head.method == b"GET"
        and version == "1.1"
        and is_live(b"GET " + head.path)
        and headers.get("upgrade", "").lower() == "websocket"
        and "upgrade" in _listed(headers.get("connection", "").lower())
        and headers.get("sec-websocket-version") == "13"
        and "transfer-encoding" not in headers
        and headers.get("content-length", "0") == "0"
        and _is_key(head.key)
    )
    if not is_opening:
        raise BadHeadError("not an opening request")


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
