"""Mail goes out where a server is set, says nothing in the logs, and is off without one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.postman import Postman, postman
from warmline.core import mail
from warmline.installation import InstallationError
from warmline.mail_provider import provider

POSTMANS_OWN = "mail.log"
"""The logger of the server that stands in for somebody else's."""


@pytest.fixture
def post(settings: Any) -> Iterator[Postman]:
    with postman() as server:
        settings.EMAIL_ENABLED = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def test_a_mail_reaches_the_server(post: Postman) -> None:
    assert mail.send("Hello", "Here is your link.", "ada@example.org")

    taken = post.next()
    assert (taken["Subject"], taken["To"]) == ("Hello", "ada@example.org")
    assert taken["Auto-Submitted"] == "auto-generated"
    assert taken.get_payload().strip() == "Here is your link."


def test_a_mail_that_is_refused_leaves_no_address_in_the_logs(
    post: Postman, caplog: pytest.LogCaptureFixture
) -> None:
    post.refuses = True

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
