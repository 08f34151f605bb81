"""Links that set a new password: each works once, and for how long its kind says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import models
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import base36_to_int, int_to_base36

from warmline.people.models import Account
from warmline.protocol import clock


class Kind(models.TextChoices):
    MAILED = "mail"
    DESK = "desk"
    SERVER = "server"


LASTS = {
    Kind.MAILED: timedelta(hours=1),
    Kind.DESK: timedelta(hours=24),
    Kind.SERVER: timedelta(hours=1),
}


class Tokens(PasswordResetTokenGenerator):
    """Django's, on our clock, each kind with a salt and a life of its own.

    A token is bound to the password, the last sign-in and the address of the account: using it, or
    signing in, ends it.
    """

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self.key_salt = f"warmline.people.links.{kind}"
        self.lasts = LASTS[kind]

    def check_token(self, user: Any, token: str | None) -> bool:
        """Whether it fits this account and its time is not over."""
        if not user or not token:
            return False
        try:
            made = base36_to_int(token.split("-")[0])
        except ValueError:
            return False
        fits = constant_time_compare(
            self._make_token_with_timestamp(user, made, self.secret), token
        )
        age = self._num_seconds(self._now()) - made
        return bool(fits and 0 <= age <= self.lasts.total_seconds())

    def _now(self) -> datetime:
        return clock.now().replace(tzinfo=None)


def path(account: Account, kind: Kind) -> str:
    """The address of a new link, without its host."""
    token = Tokens(kind).make_token(account)
    return reverse("set_password", args=[kind.value, int_to_base36(account.pk), token])


def account_of(kind: str, name: str, token: str) -> Account | None:
    """Whose link this is; None for one that was used, is too old, or never was."""
    if kind not in Kind.values:
        return None
    try:
        account = Account.objects.filter(pk=base36_to_int(name), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return account if account and Tokens(Kind(kind)).check_token(account, token) else None
