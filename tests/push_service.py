"""A push service on this machine: gives out addresses, checks what arrives there, and opens it.

It does what a browser's maker does (RFC 8030, 8292) and then what the browser does (RFC 8291), so a
test sees what would be shown. The service under test must be allowed to call it: `PUSH_TO_LOOPBACK`.
"""

from __future__ import annotations

import json
import os
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from warmline.core.push import Subscription
from warmline.protocol import base64url


@dataclass(frozen=True)
class Notice:
    """What came for one browser."""

    said: dict[str, Any]
    sealed: bytes
    headers: dict[str, str]
    claims: dict[str, Any]


@dataclass
class Browser:
    """A browser that subscribed: its address and keys, and what came for it.

    `status`: what the push service answers from now on.
    """

    subscription: Subscription
    key: ec.EllipticCurvePrivateKey
    auth: bytes
    status: int = 201
    calls: int = 0
    arrived: Queue[Notice] = field(default_factory=Queue)

    @property
    def form(self) -> dict[str, str]:
        """As a page sends it."""
        given = self.subscription
        return {"endpoint": given.endpoint, "p256dh": given.p256dh, "auth": given.auth}

    def next(self) -> Notice:
        """What came next; queue.Empty when nothing comes for a long time."""
        return self.arrived.get(timeout=30)


class PushService:
    """`subscribe` gives out browsers; `wrong` says what was wrong with what came."""

    def __init__(self, url: str, port: int) -> None:
        self.url = url
        self.port = port
        self.browsers: dict[str, Browser] = {}
        self.calls = 0
        self.wrong: list[str] = []

    def subscribe(self) -> Browser:
        """A browser that has just asked for an address."""
        key, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        path = f"/push/{base64url.encode(os.urandom(16))}"
        given = Subscription(self.url + path, base64url.encode(point), base64url.encode(auth))
        self.browsers[path] = Browser(given, key, auth)
        return self.browsers[path]

    def receive(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """The number of the answer."""
        self.calls += 1
        browser = self.browsers.get(path)
        if browser is None:
            return 404
        browser.calls += 1
        if browser.status >= 300:
            return browser.status
        try:
            claims = self._claims(headers)
            assert int(headers["ttl"]) >= 0
            assert headers["content-encoding"] == "aes128gcm"
            opened = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth)
            browser.arrived.put(Notice(json.loads(opened), body, headers, claims))
        except Exception as error:
            self.wrong.append(repr(error))
            return 400
        return browser.status

    def _claims(self, headers: dict[str, str]) -> dict[str, Any]:
        signed = headers["authorization"]
        assert Vapid02.verify(signed), "the signature"
        token = signed.removeprefix("vapid t=").partition(",")[0]
        claims: dict[str, Any] = json.loads(base64url.decode(token.split(".")[1]))
        assert claims["aud"] == self.url, "for another service"
        assert time.time() < claims["exp"] <= time.time() + 24 * 60 * 60, "its time"
        return claims


@contextmanager
def push_service(url: str = "", tls: ssl.SSLContext | None = None) -> Iterator[PushService]:
    """A running one on a free port. With `tls` it speaks that, and says it is at `url`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Request)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    url = url or f"http://127.0.0.1:{server.server_port}"
    service = server.service = PushService(url, server.server_port)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Request(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        status = self.server.service.receive(self.path, headers, body)  # type: ignore[attr-defined]
        self.send_response(status)
        if status in (301, 302, 307, 308):
            self.send_header("Location", f"{self.server.service.url}/elsewhere")  # type: ignore[attr-defined]
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_said: Any) -> None:
        pass
