"""Mail goes out where a server is set, says nothing in the logs, and is off without one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.served.service import free_port
from warmline.core import mail
from warmline.installation import InstallationError
from warmline.mail_provider import provider


POSTMANS_OWN = "mail.log"
"""The logger of the server that stands in for somebody else's."""


class Postman:
    """A mail server's inside: keeps what it takes; `refuses` makes it take nothing."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuses:
            return "550 no such person as ada@example.org"
        self.taken.append(message_from_bytes(envelope.content))
        return "250 taken"


@pytest.fixture
def postman(settings: Any) -> Iterator[Postman]:
    inside, port = Postman(), free_port()
    server = Controller(inside, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield inside
    server.stop()


def test_a_mail_reaches_the_server(postman: Postman) -> None:
    assert mail.send("Hello", "Here is your link.", "ada@example.org")

    [taken] = postman.taken
    assert (taken["Subject"], taken["To"]) == ("Hello", "ada@example.org")
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken.get_payload().strip() == "Here is your link."


def test_a_mail_that_is_refused_leaves_no_address_in_the_logs(
    postman: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    postman.refuses = True

    with caplog.at_level(logging.DEBUG, logger="warmline"):
        assert not mail.send("Hello", "Here is your link.", "ada@example.org")

    ours = [each.getMessage() for each in caplog.records if each.name != POSTMANS_OWN]
    assert any("was not sent" in line for line in ours)
    assert not any("ada" in line for line in ours)


def test_without_a_server_mail_is_off(settings: Any) -> None:
    assert not mail.is_on()
    assert not mail.send("Hello", "Here is your link.", "ada@example.org")


def test_a_provider_is_named_in_the_address() -> None:
    backend, said = provider("postmark", {"server_token": "abc"})

    assert backend == "anymail.backends.postmark.EmailBackend"
    assert said["POSTMARK_SERVER_TOKEN"] == "abc"


@pytest.mark.parametrize("name", ["", "nobody", "../postmark", "postmark.x"])
def test_a_provider_that_nobody_knows_is_refused_at_the_start(name: str) -> None:
    with pytest.raises(InstallationError, match="EMAIL_URL"):
        provider(name, {})
