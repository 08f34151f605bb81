"""Only machines of the public network are called, whatever address a browser gives."""

from __future__ import annotations

import socket
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.push_service import push_service
from warmline import installation
from warmline.core import push
from warmline.core.push import Subscription, Verdict
from warmline.protocol import base64url

KEY = base64url.encode(
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
)
SECRET = base64url.encode(bytes(16))
LIVES = timedelta(minutes=3)

INSIDE = [
    "127.0.0.1",
    "10.0.0.8",
    "172.16.4.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.8",
    "64:ff9b::a00:8",
    "2002:a00:8::1",
]


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/a",
        "https://push.example.org:8443/a",
        "https://user@push.example.org/a",
        "https://push.example.org/a#b",
        "https://push.example.org/a b",
        "https://push.example.org/a\r\nHost: inside",
        "https://pusch\u00e4.example.org/",
        "https://push.example.org:port/",
        "https://[::1/a",
        "https:///a",
        "ftp://push.example.org/a",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "",
        "https://push.example.org/" + "a" * 1000,
        *(f"https://{host}/a" for host in INSIDE if ":" not in host),
        *(f"https://[{host}]/a" for host in INSIDE if ":" in host),
    ],
)
def test_an_address_that_no_push_service_has_is_refused(endpoint: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  (whichever part is wrong)
        Subscription(endpoint, KEY, SECRET).check()

    assert push.send(Subscription(endpoint, KEY, SECRET), b"{}", lives=LIVES) is Verdict.GONE


def test_an_address_of_a_push_service_is_taken() -> None:
    Subscription("https://fcm.googleapis.com/fcm/send/a:b-c_d?e=1", KEY, SECRET).check()
    Subscription("https://updates.push.services.mozilla.com/wpush/v2/a", KEY, SECRET).check()


@pytest.mark.parametrize(
    ("key", "secret"),
    [
        ("", SECRET),
        (KEY[:-2], SECRET),
        (base64url.encode(b"\x04" + bytes(64)), SECRET),
        (KEY, ""),
        (KEY, base64url.encode(bytes(15))),
        (KEY, "not base64url!"),
    ],
    ids=["no key", "short key", "no point", "no secret", "short secret", "no base64url"],
)
def test_keys_that_no_browser_makes_are_refused(key: str, secret: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Subscription("https://push.example.org/a", key, secret).check()


@pytest.mark.parametrize("inside", INSIDE)
def test_a_name_that_leads_inside_is_not_called(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    """Also when it leads outside as well: the second answer would be dialled one day."""
    called: list[Any] = []
    monkeypatch.setattr(socket, "getaddrinfo", _leads_to("8.8.8.8", inside))
    monkeypatch.setattr(socket, "create_connection", lambda *where, **_: called.append(where))

    verdict = push.send(Subscription("https://rebind.example/a", KEY, SECRET), b"{}", lives=LIVES)

    assert verdict is Verdict.GONE
    assert not called


def test_what_was_looked_at_is_what_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once; what it leads to a moment later is of no use to anybody."""
    called: list[Any] = []

    def create_connection(where: Any, **_how: Any) -> socket.socket:
        called.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", _leads_to("9.9.9.9"))
    monkeypatch.setattr(socket, "create_connection", create_connection)

    verdict = push.send(Subscription("https://rebind.example/a", KEY, SECRET), b"{}", lives=LIVES)

    assert verdict is Verdict.LATER
    assert called == [("9.9.9.9", 443)]


def _leads_to(*numbers: str) -> Any:
    def getaddrinfo(_host: str, port: int, **_how: Any) -> list[Any]:
        return [(0, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    return getaddrinfo


def test_this_machine_is_called_in_tests_alone(settings: Any) -> None:
    with push_service() as service:
        browser = service.subscribe()

        assert push.send(browser.subscription, b"{}", lives=LIVES) is Verdict.GONE
        assert service.calls == 0

        settings.PUSH_TO_LOOPBACK = True
        assert push.send(browser.subscription, b"{}", lives=LIVES) is Verdict.TAKEN


def test_the_test_setting_is_off(settings: Any) -> None:
    assert settings.PUSH_TO_LOOPBACK is False


def test_the_key_is_drawn_once_and_lies_in_the_data_folder_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WARMLINE_DATA", str(tmp_path))

    first, second = installation.installation(), installation.installation()

    assert len(first.secrets.vapid) == 32
    assert first.secrets.vapid == second.secrets.vapid
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_folder_from_before_push_gets_its_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import json

    monkeypatch.setenv("WARMLINE_DATA", str(tmp_path))
    before = installation.installation().secrets
    stored = json.loads((tmp_path / "secrets.json").read_text())
    del stored["vapid"]
    (tmp_path / "secrets.json").write_text(json.dumps(stored))

    after = installation.installation().secrets

    assert len(after.vapid) == 32
    assert after.seal == before.seal
