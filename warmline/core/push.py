"""Web Push (RFC 8030): a few sealed bytes to a browser, by the push service that its maker runs.

The service is whatever address a browser gave us, so it is treated as a stranger's: only https at its
usual port, only addresses of the public network (looked up once, and that one is dialled), no
redirects, nothing of its answer but the number, and seconds to give it in. What is sent is encrypted
for the browser (RFC 8291), always of one size, and signed with the installation's key (RFC 8292).
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from warmline.protocol import base64url

log = logging.getLogger(__name__)

PAYLOAD_SIZE = 1024
"""Bytes, whatever is said: the length must not tell one notice from another."""
ENDPOINT_MOST = 1000
WITHIN_SECONDS = 10.0
"""For everything: looking up, dialling, sending, and the answer's first line."""
SIGNED_FOR = timedelta(hours=12)
"""RFC 8292, section 2: at most 24 hours."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Verdict(Enum):
    """What a push service made of a notice."""

    TAKEN = "taken"
    GONE = "gone"  # the browser is no longer there, or the address is none we would call
    REFUSED = "refused"  # not this notice, now or later; perhaps our own fault
    LATER = "later"


@dataclass(frozen=True)
class Subscription:
    """Where a browser is reached: an address, its public key (65 bytes) and a secret (16 bytes)."""

    endpoint: str
    p256dh: str
    auth: str

    def check(self) -> None:
        """Raise ValueError for one that no browser gives, or that we would never call."""
        _target(self.endpoint)
        if len(base64url.decode(self.auth)) != 16:
            raise ValueError("the secret has 16 bytes")
        point = base64url.decode(self.p256dh)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        if len(point) != 65:
            raise ValueError("the key is an uncompressed point")


@cache
def public_key() -> str:
    """What browsers ask for when they subscribe: our public key, base64url."""
    point = _key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64url.encode(point)


def send(to: Subscription, payload: bytes, *, lives: timedelta) -> Verdict:
    """Hand a payload (at most :data:`PAYLOAD_SIZE` bytes) to the push service, which keeps it ``lives``.

    Never raises for what the other side does or is.
    """
    try:
        target = _target(to.endpoint)
        status = _post(target, _sealed(to, payload), _headers(target, lives))
    except _NotPublic:
        log.warning("A push address was refused: it is not in the public network.")
        return Verdict.GONE
    # First: a certificate that is wrong today is a ValueError as well.
    except (OSError, http.client.HTTPException) as error:
        log.info("A push service was not reached (%s).", type(error).__name__)
        return Verdict.LATER
    except ValueError:
        return Verdict.GONE
    return _verdict(status)


def _verdict(status: int) -> Verdict:
    """RFC 8030, sections 5 and 7.3. No redirect is followed: it would lead where nobody looked."""
    if 200 <= status < 300:
        return Verdict.TAKEN
    if status in (404, 410):
        return Verdict.GONE
    return Verdict.LATER if status == 429 or status >= 500 else Verdict.REFUSED


class _NotPublic(Exception):
    """The name leads to a machine nobody outside could reach, so we do not call it either."""


def _target(endpoint: str) -> SplitResult:
    """The parts of an address we may call; ValueError for any other."""
    parts = urlsplit(endpoint)
    if len(endpoint) > ENDPOINT_MOST or not endpoint.isascii() or not endpoint.isprintable():
        raise ValueError("no address")
    if parts.username is not None or parts.fragment or not parts.hostname or " " in endpoint:
        raise ValueError("no address of a push service")
    if _is_test(parts):
        return parts
    if parts.scheme != "https" or parts.port not in (None, 443):
        raise ValueError("not https at its usual port")
    with contextlib.suppress(_NoNumber):
        if not _is_public(_number(parts.hostname)):
            raise ValueError("not in the public network")
    return parts


def _is_test(parts: SplitResult) -> bool:
    return bool(
        settings.PUSH_TO_LOOPBACK and parts.scheme == "http" and parts.hostname == "127.0.0.1"
    )


class _NoNumber(Exception):
    """A host with a name."""


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(host)
    except ValueError as error:
        raise _NoNumber from error


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Also of what is inside: an address of the old network written as one of the new."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is None and address in _NAT64:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return _is_public(inside)
    return address.is_global and not address.is_multicast


def _post(target: SplitResult, body: bytes, headers: dict[str, str]) -> int:
    """The number of the answer; its words are not read."""
    path = target.path or "/"
    with _connection(target) as connection:
        connection.request(
            "POST", f"{path}?{target.query}" if target.query else path, body, headers
        )
        return connection.getresponse().status


@contextlib.contextmanager
def _connection(target: SplitResult) -> Iterator[http.client.HTTPConnection]:
    """Connected already, to an address that was looked at; cut off when the time is over."""
    host, port = target.hostname or "", target.port or 443
    connection = http.client.HTTPConnection(host, port)
    connection.sock = _dial(host, port, loopback=_is_test(target))
    cut = threading.Timer(WITHIN_SECONDS, _cut, [connection])
    cut.start()
    try:
        if target.scheme == "https":
            connection.sock = secure = _tls().wrap_socket(
                connection.sock, server_hostname=host, do_handshake_on_connect=False
            )
            secure.do_handshake()
        yield connection
    finally:
        cut.cancel()
        connection.close()


def _dial(host: str, port: int, *, loopback: bool) -> socket.socket:
    """Every address of the name is public, or none is called: a name that leads to both is a trick."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    numbers = [ipaddress.ip_address(str(where[0]).partition("%")[0]) for *_, where in found]
    if not loopback and not all(_is_public(number) for number in numbers):
        raise _NotPublic
    failed: OSError = OSError("the name leads nowhere")
    for number in numbers:
        try:
            return socket.create_connection((str(number), port), timeout=WITHIN_SECONDS / 2)
        except OSError as error:
            failed = error
    raise failed


def _cut(connection: http.client.HTTPConnection) -> None:
    """Whoever still waits for a byte gets an error."""
    with contextlib.suppress(OSError):
        if connection.sock:
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _sealed(to: Subscription, payload: bytes) -> bytes:
    from pywebpush import WebPusher  # brings much with it: only for who uses it

    if len(payload) > PAYLOAD_SIZE:
        raise AssertionError("a notice is short")
    keys = {"p256dh": to.p256dh, "auth": to.auth}
    pusher = WebPusher({"endpoint": to.endpoint, "keys": keys})
    return bytes(pusher.encode(payload.ljust(PAYLOAD_SIZE))["body"])


def _headers(target: SplitResult, lives: timedelta) -> dict[str, str]:
    from py_vapid import Vapid02

    # The service judges by its own clock, which no test of ours moves.
    until = int(time.time() + SIGNED_FOR.total_seconds())
    audience = f"{target.scheme}://{target.netloc}"
    contact = f"https://{urlsplit(settings.ORIGIN or '').hostname or 'localhost'}"
    signed = Vapid02(_key()).sign({"aud": audience, "exp": until, "sub": contact})
    return {
        **signed,
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(lives.total_seconds())),
        "Urgency": "high",
    }


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(settings.INSTALLATION.secrets.vapid, "big")
    return ec.derive_private_key(number, ec.SECP256R1())
