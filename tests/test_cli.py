"""The service as `warmline serve` puts it together: pages and gateway on one port."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served.service import Service, served


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("served")
    with served(folder) as running:
        running.seed("night_window")
        yield running


@pytest.fixture
def line(service: Service) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connected:
        yield connected


def _head(service: Service, request: str, *headers: str) -> bytes:
    lines = [f"{request} HTTP/1.1", f"Host: 127.0.0.1:{service.port}", *headers, "", ""]
    return "\r\n".join(lines).encode()


def _status(line: socket.socket) -> int:
    return int(line.recv(65_536).split(b" ", 2)[1])


OPENING = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)


def test_a_line_that_carried_a_page_may_become_a_socket(
    service: Service, line: socket.socket
) -> None:
    """Proxies use their connections again: the opening then comes after a page."""
    line.sendall(_head(service, "GET /health/live"))
    page = b""
    while not page.endswith(b'{"ok": true}'):
        page += line.recv(4096)

    line.sendall(_head(service, "GET /live", *OPENING))

    assert _status(line) == 403  # asked for origin and ticket, as on a fresh line


def test_an_opening_in_the_wrong_place_is_told_so(service: Service, line: socket.socket) -> None:
    line.sendall(_head(service, "GET /", *OPENING))

    assert _status(line) == 426
    assert "Traceback" not in service.logs


BIG = 300 * 1024


@pytest.mark.parametrize("length", [f"Content-Length: {BIG}", "Transfer-Encoding: chunked"])
def test_a_body_without_end_is_not_taken_in(
    service: Service, line: socket.socket, length: str
) -> None:
    """Declared or not: it is refused while it comes, and nothing of it is kept anywhere."""
    line.sendall(_head(service, "POST /begin/", length))
    chunk = b"1000\r\n" + b"x" * 0x1000 + b"\r\n"
    with contextlib.suppress(ConnectionError):
        for _ in range(BIG // 0x1000):
            line.sendall(chunk)

    assert _status(line) == 413


@pytest.mark.parametrize(("length", "status"), [(BIG, 403), (1024 * 1024 + 1, 413)])
def test_a_report_may_bring_fifty_sealed_messages_and_no_more(
    service: Service, line: socket.socket, length: int, status: int
) -> None:
    head = _head(service, "POST /talk/7/report/", f"Content-Length: {length}")
    with contextlib.suppress(ConnectionError):
        line.sendall(head + b"x" * length)

    assert _status(line) == status  # 403 is Django's page: it brought no token


def test_a_form_that_is_a_little_too_big_gets_a_page(service: Service, line: socket.socket) -> None:
    line.sendall(_head(service, "POST /begin/", "Content-Length: 70000") + b"x" * 70_000)

    assert _status(line) == 403  # Django's page: it brought no token


def test_what_was_asked_is_gone_from_the_disk_too(service: Service) -> None:
    """Deleted rows are overwritten, and the journal that held them is emptied by the next sweeps."""
    words = b"a word that nobody else uses"
    asked = service.seed("request", own_words=words.decode())
    leaving = urllib.request.Request(
        f"{service.url}/leave/", b"", {"Cookie": f"session={asked['session']}"}
    )
    urllib.request.urlopen(leaving)

    deadline = time.monotonic() + 30
    while _on_disk(service, words) and time.monotonic() < deadline:
        time.sleep(0.2)

    assert not _on_disk(service, words)


def _on_disk(service: Service, words: bytes) -> bool:
    files = (service.folder / "data").iterdir()
    return any(words in file.read_bytes() for file in files if file.is_file())


def test_whoever_holds_the_server_opens_an_account_once(service: Service) -> None:
    service.seed("dana")

    printed = _recover(service, "dana")

    link = next(word for word in printed.stdout.split() if "/accounts/new-password/" in word)
    with urllib.request.urlopen(link, timeout=10) as page:
        assert "New password" in page.read().decode()
    refused = _recover(service, "nobody")
    assert refused.returncode == 2
    assert "Nobody who has a role here" in refused.stderr


def _recover(service: Service, name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "warmline", "recover", name, "--port", str(service.port)]
    return subprocess.run(
        command, env=service._environment(), capture_output=True, text=True, timeout=60
    )
