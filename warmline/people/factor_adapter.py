"""What allauth does differently with second factors: secrets are stored encrypted, words are ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _lazy

from warmline.people.models import Account


class FactorAdapter(DefaultMFAAdapter):
    """Secrets of apps and recovery codes are kept under a key that is not in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _lazy("This did not work. Please wait for a new code, then try again."),
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode("ascii")).decode()

    def get_public_key_credential_user_entity(self, user: Account) -> dict[str, Any]:
        """The device shows the sign-in name, as it does for a password; nothing else is told."""
        entity = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.username, "display_name": user.username}

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail says what somebody does here."""


def _cipher() -> Fernet:
    """AES-128-CBC with HMAC-SHA-256, under a key of its own from the installation's secrets."""
    seal = settings.INSTALLATION.secrets.seal
    key = hmac.new(seal, b"warmline/1 second factors", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(key))
