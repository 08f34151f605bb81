"""Mail to people with an account: plain words that could be about anything, and a link."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from warmline.core import mail
from warmline.people import links
from warmline.people.models import Account
from warmline.protocol import clock

CONFIRM_WITHIN = timedelta(hours=1)
_SALT = "warmline.people.address"


def password_link(account: Account, *, origin: str) -> None:
    """A link for a new password, to the address of the account, if it has one.

    In a thread: how long a page takes must not tell whether somebody is here.
    """
    if not mail.is_on() or not account.email:
        return
    link = origin + links.path(account, links.Kind.MAILED)
    body = _(
        "Here is the link you asked for. It works once, for one hour.\n\n{link}\n\n"
        "If it was not you who asked, you need not do anything."
    ).format(link=link)
    _send_in_thread(_("Your link"), body, account.email)


def factor_notice(account: Account, *, opens_at: datetime, origin: str) -> None:
    """Somebody asked for a new second factor, and a coordinator said yes."""
    if not mail.is_on() or not account.email:
        return
    body = _(
        "Somebody has asked to set up your sign-in anew. This will be possible from {time} (UTC).\n\n"
        "Was it you? Then you need not do anything until then.\n"
        'Was it not you? Please sign in and press "This was not me".\n\n{link}'
    ).format(time=f"{opens_at:%Y-%m-%d %H:%M}", link=origin + reverse("account_login"))
    _send_in_thread(_("Please look at your sign-in"), body, account.email)


def address_link(account: Account, address: str, *, origin: str) -> bool:
    """A link that shows the address is theirs; False when no mail server took it."""
    until = int((clock.now() + CONFIRM_WITHIN).timestamp())
    said = {"account": account.pk, "was": account.email, "is": address, "until": until}
    link = origin + reverse("confirm_address", args=[signing.dumps(said, salt=_SALT)])
    body = _(
        "Open this link to confirm your address. It works for one hour.\n\n{link}\n\n"
        "If you did not ask for it, you can ignore it."
    ).format(link=link)
    return mail.send(_("Your link"), body, address)


def confirmed(token: str) -> tuple[Account, str] | None:
    """Whose address a link confirms; None for one that is over, used, or not ours."""
    try:
        said = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    if clock.now().timestamp() > said["until"]:
        return None
    account = Account.objects.filter(pk=said["account"], email=said["was"]).first()
    return (account, str(said["is"])) if account else None


def _send_in_thread(subject: str, body: str, address: str) -> None:
    threading.Thread(target=mail.send, args=(subject, body, address), name="mail").start()
