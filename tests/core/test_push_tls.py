"""The line to a push service: its name is proven, and slow ones are cut off."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.core.test_push import KEY, SECRET
from tests.push_service import push_service
from warmline.core import push
from warmline.core.push import Subscription, Verdict

NAME = "push.example.org"
LIVES = timedelta(minutes=3)


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ssl.SSLContext]:
    """A certificate for the push service's name, which this machine trusts."""
    file = _certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    push._tls.cache_clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    yield context
    push._tls.cache_clear()


def test_a_notice_goes_to_whoever_proves_the_name(
    monkeypatch: pytest.MonkeyPatch, known: ssl.SSLContext
) -> None:
    with push_service(f"https://{NAME}", known) as service:
        browser = service.subscribe()
        leads(monkeypatch, to=service.port)

        verdict = push.send(browser.subscription, b'{"title": "Hello"}', lives=LIVES)

        assert verdict is Verdict.TAKEN
        assert browser.next().said == {"title": "Hello"}
    assert not service.wrong


def test_nothing_goes_to_whoever_has_another_name(
    monkeypatch: pytest.MonkeyPatch, known: ssl.SSLContext
) -> None:
    with push_service("https://other.example.org", known) as service:
        browser = service.subscribe()
        leads(monkeypatch, to=service.port)

        assert push.send(browser.subscription, b"{}", lives=LIVES) is Verdict.LATER
        assert service.calls == 0


def test_a_machine_that_never_finishes_its_answer_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Each byte comes in time, and the answer never ends."""
    settings.PUSH_TO_LOOPBACK = True
    monkeypatch.setattr(push, "WITHIN_SECONDS", 0.5)
    with _drips() as port:
        to = Subscription(f"http://127.0.0.1:{port}/a", KEY, SECRET)

        assert push.send(to, b"{}", lives=LIVES) is Verdict.LATER


def leads(monkeypatch: pytest.MonkeyPatch, *, to: int) -> None:
    """The name leads to a public address, behind which is our stand-in."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("9.9.9.9", 443))]

    def create_connection(where: Any, timeout: float) -> socket.socket:
        assert where == ("9.9.9.9", 443)
        line = socket.socket()
        line.settimeout(timeout)
        line.connect(("127.0.0.1", to))
        return line

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_where, **_how: found)
    monkeypatch.setattr(socket, "create_connection", create_connection)


@contextmanager
def _drips() -> Iterator[int]:
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            peer, _where = server.accept()
            with peer:
                try:
                    peer.sendall(b"HTTP/1.1 ")
                    while not over.wait(0.05):
                        peer.sendall(b"a")
                except OSError:
                    return

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        over.set()
        thread.join()


def _certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(pem)
    )
    return file
