"""Mail, where the operator set a server: plain words that could be about anything.

Without one :func:`is_on` is False, and every choice that needs mail is absent from the pages.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.mail import EmailMessage

log = logging.getLogger(__name__)


def is_on() -> bool:
    """Whether this installation can send mail."""
    return bool(settings.EMAIL_ENABLED)


def send(subject: str, body: str, to: str) -> bool:
    """Hand one mail to the server; False when it was not taken. No address ever gets into a log."""
    if not is_on():
        return False
    mail = EmailMessage(subject=subject, body=body, to=[to], headers=_HEADERS)
    try:
        return mail.send() == 1
    except (
        Exception
    ) as error:  # each provider has its own errors, and their words may hold the address
        log.warning("A mail was not sent (%s).", type(error).__name__)
        return False


_HEADERS = {"Auto-Submitted": "auto-generated"}
"""RFC 3834: nobody's holiday notice answers it."""
