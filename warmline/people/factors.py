"""Second factors of an account: an app's codes, passkeys, and recovery codes for when both are lost.

How codes are made and checked is allauth's; what must be there before somebody works here is ours.
"""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as app_codes
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.db import transaction
from django.http import HttpRequest

from warmline.people.models import Account

COMPLETE = "second_factor"
"""In a session: its account has what it needs. Sessions end when a factor is taken away from outside."""

Type = Authenticator.Type
FACTORS = (Type.TOTP, Type.WEBAUTHN)
_KEPT = "viewed_at"


def of_account(account: Account) -> list[Authenticator]:
    """Apps and passkeys, the oldest first."""
    found = Authenticator.objects.filter(user=account, type__in=FACTORS)
    return list(found.order_by("created_at", "pk"))


def has_factor(account: Account) -> bool:
    return Authenticator.objects.filter(user=account, type__in=FACTORS).exists()


def is_complete(account: Account) -> bool:
    """A second factor is set up, and its recovery codes are in the person's hands."""
    kinds: dict[str, dict[str, Any]] = dict(
        Authenticator.objects.filter(user=account).values_list("type", "data")
    )
    codes = kinds.pop(Type.RECOVERY_CODES, None)
    return bool(kinds) and (codes is None or _KEPT in codes)


def is_complete_for(request: HttpRequest) -> bool:
    """As :func:`is_complete` for who is signed in; asked of the database until it says yes."""
    if request.session.get(COMPLETE):
        return True
    complete = is_complete(request.user)  # type: ignore[arg-type]
    if complete:
        request.session[COMPLETE] = True
    return complete


def set_up_app(account: Account, secret: str) -> None:
    """From now on codes of this secret (base32) count, and those of an earlier app no more."""
    with transaction.atomic():
        Authenticator.objects.filter(user=account, type=Type.TOTP).delete()
        app_codes.TOTP.activate(account, secret)
        RecoveryCodes.activate(account)


def add_passkey(account: Account, credential: dict[str, Any]) -> None:
    """One more passkey; ``credential`` was checked by allauth's form."""
    with transaction.atomic():
        number = Authenticator.objects.filter(user=account, type=Type.WEBAUTHN).count() + 1
        WebAuthn.add(account, str(number), credential)
        RecoveryCodes.activate(account)


def remove(account: Account, factor_id: int) -> bool:
    """Take one factor away, unless it is the last; True when it is gone."""
    with transaction.atomic():
        held = Authenticator.objects.select_for_update().filter(user=account, type__in=FACTORS)
        by_id = {factor.pk: factor for factor in held}
        if factor_id not in by_id or len(by_id) < 2:
            return False
        by_id[factor_id].delete()
    return True


def remove_all(account: Account) -> None:
    """Factors and recovery codes: the next sign-in sets up new ones."""
    Authenticator.objects.filter(user=account).delete()


def codes_to_keep(account: Account) -> list[str]:
    """The recovery codes, as long as nobody has said that they are kept; then never again."""
    codes = _codes(account)
    return codes.get_unused_codes() if codes and not codes.did_view else []


def keep_codes(account: Account) -> None:
    """The codes are in the person's hands; they are not shown again."""
    codes = _codes(account)
    if codes:
        codes.mark_as_viewed()


def new_codes(account: Account) -> None:
    """Ten new recovery codes; earlier ones work no more."""
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES).delete()
        RecoveryCodes.activate(account)


def codes_left(account: Account) -> int:
    codes = _codes(account)
    return len(codes.get_unused_codes()) if codes else 0


def _codes(account: Account) -> RecoveryCodes | None:
    found = Authenticator.objects.filter(user=account, type=Type.RECOVERY_CODES).first()
    return RecoveryCodes(found) if found else None
