"""A code is typed in one field that phones can fill in; a passkey comes from the browser."""

from __future__ import annotations

import secrets
from base64 import b32encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm
from cryptography.exceptions import InvalidSignature
from django import forms
from django.contrib.sessions.backends.base import SessionBase
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.counters import allow
from warmline.people.models import Account

TRIES_AN_HOUR = 20
"""Codes one account may try in an hour: of a million, three fit at a time."""
_SECRET = "new_app"  # noqa: S105 - the name of a place in the session
_COUNTS = timedelta(minutes=2)  # longer than a code fits, clocks that differ included

_CODE_ATTRS = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "autocapitalize": "none",
    "spellcheck": "false",
}


class CodeForm(AuthenticateForm):
    """The second step of signing in: an app's code or a recovery code, each once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label, code.help_text = (
            _lazy("Code"),
            _lazy("6 digits from your app, or a recovery code."),
        )
        code.widget.attrs = {**_CODE_ATTRS}
        code.error_messages["required"] = _lazy("Please type a code.")

    def clean_code(self) -> str:
        allow("code", str(self.user.pk), most=TRIES_AN_HOUR, within=timedelta(hours=1))
        code = super().clean_code()
        digits = "".join(char for char in code if char.isdigit())
        key = f"code:{self.authenticator.pk}:{digits}"
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not cache.add(key, 1, timeout=int(_COUNTS.total_seconds())):
            raise ValidationError(_("This code was used already. Please wait for a new one."))
        return code


class NewAppForm(forms.Form):
    """The first code of a new app shows that it has the secret."""

    code = forms.CharField(
        label=_lazy("Code from your app"),
        help_text=_lazy("6 digits. A new code comes every 30 seconds."),
        max_length=20,
        widget=forms.TextInput(attrs=_CODE_ATTRS),
        error_messages={"required": _lazy("Please type the code that your app shows.")},
    )

    def __init__(self, *args: Any, account: Account, session: SessionBase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account
        self.secret = _secret(session)

    def clean_code(self) -> str:
        allow("code", str(self._account.pk), most=TRIES_AN_HOUR, within=timedelta(hours=1))
        code = "".join(str(self.cleaned_data["code"]).split())
        if not validate_totp_code(self.secret, code):
            raise ValidationError(
                _(
                    "This code does not fit. Please check the time on your phone, then try a new code."
                )
            )
        return code

    @property
    def secret_in_groups(self) -> str:
        """Four letters at a time, to be typed by hand."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


class NewPasskeyForm(AddWebAuthnForm):
    """What the browser made; allauth checks it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name"]
        self.fields["credential"].error_messages["required"] = _lazy(
            "No passkey came back. Please try again, or use an app."
        )

    def clean(self) -> dict[str, Any]:
        with _only_refusals():
            return dict(super().clean())


class PasskeyForm(AuthenticateWebAuthnForm):
    """The second step with a passkey."""

    def clean_credential(self) -> Authenticator:
        with _only_refusals():
            return super().clean_credential()


@contextmanager
def _only_refusals() -> Iterator[None]:
    """Whatever is wrong with what a browser sent is a refusal: the checks raise all sorts of things."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        raise get_adapter().validation_error("incorrect_code") from None


def forget_secret(session: SessionBase) -> None:
    """The app has it now, or nobody wants it."""
    session.pop(_SECRET, None)


def _secret(session: SessionBase) -> str:
    """160 bits in base32 (RFC 4226, section 4), encrypted while it waits in the session."""
    if _SECRET not in session:
        session[_SECRET] = encrypt(b32encode(secrets.token_bytes(20)).decode("ascii"))
    return str(decrypt(session[_SECRET]))
