"""Telling somebody who is not on a page: a push to the browsers they switched on, or one mail.

What is sent says nothing: one greeting for everybody, and where to go. It waits in the database and is
sent by :class:`warmline.availability.teller.Teller`. A table of our own and not a task queue: a notice
has an end and its own retries, goes with its person, and leaves no trace of having been sent.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language

from warmline.availability.telling_models import LIVES, Kind, Notice, PushAddress, TellMe
from warmline.core.push import Subscription
from warmline.core.realtime import publish
from warmline.people.models import Person
from warmline.protocol import clock, topics

ADDRESSES_MOST = 5
"""Browsers of one person for one kind; a further one takes the place of the oldest."""


def tell(person: Person, kind: str, *, path: str) -> None:
    """Send a notice to every address this person gave for ``kind``; with none, do nothing.

    ``path``: the page it opens, within the site ("/volunteer/offer/1/"). Anything secret in it is
    encrypted on its way, but stands in the table until it is sent. A mail goes out for ``free`` only, to
    the address of the wish, which forgets it here.
    """
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a path within the site")
    now = clock.now()
    common = {"person": person, "kind": Kind(kind), "path": path, "until": now + LIVES[Kind(kind)]}
    with transaction.atomic():
        addresses = PushAddress.objects.good(now).for_kind(kind).filter(person=person)
        made = [
            Notice(address=address, language=address.language, **common) for address in addresses
        ]
        if kind == Kind.FREE:
            made += [
                Notice(email=email, language=language, **common)
                for email, language in _mail_addresses(person)
            ]
        Notice.objects.bulk_create(made)
    if made:
        publish(topics.TELLER, "due")


def _mail_addresses(person: Person) -> list[tuple[str, str]]:
    """The one of the wish, taken out of it."""
    wishes = TellMe.objects.filter(person=person).exclude(email="")
    found = list(wishes.values_list("email", "language"))
    wishes.update(email="")
    return found


def can_be_told(person: Person, kind: str) -> bool:
    """Whether a push address for this kind is there."""
    return PushAddress.objects.good().for_kind(kind).filter(person=person).exists()


def keep(
    person: Person, to: Subscription, *, kind: str = "", until: datetime | None = None
) -> PushAddress:
    """Keep a browser's address: for one ``kind`` until an instant (seekers), or for everything
    until it is switched off (volunteers). The same browser again takes its own place.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        address, _made = PushAddress.objects.update_or_create(
            person=person,
            endpoint=to.endpoint,
            kind=kind,
            defaults={
                "p256dh": to.p256dh,
                "auth": to.auth,
                "language": get_language() or "en",
                "made_at": clock.now(),
                "until": until,
            },
        )
        own = PushAddress.objects.filter(person=person, kind=kind).order_by("-made_at", "-pk")
        kept = list(own.values_list("pk", flat=True)[:ADDRESSES_MOST])
        own.exclude(pk__in=kept).delete()
    return address


def switch_off(person: Person, *, endpoint: str = "", kind: str | None = None) -> None:
    """Forget addresses with what waits for them: of one browser, for one kind, or all."""
    addresses = PushAddress.objects.filter(person=person)
    if endpoint:
        addresses = addresses.filter(endpoint=endpoint)
    if kind is not None:
        addresses = addresses.filter(kind=kind)
    addresses.delete()


def drop_wish(person: Person) -> None:
    """Whoever wanted to be told that someone is free does not any more: nothing of it is left."""
    Notice.objects.filter(person=person, kind=Kind.FREE).delete()
    TellMe.objects.filter(person=person).delete()
    switch_off(person, kind=Kind.FREE)


def drop(person: Person, kind: str) -> None:
    """What waits to be sent to this person about ``kind`` is not sent."""
    Notice.objects.filter(person=person, kind=kind).delete()


def forget(person: Person) -> None:
    """Nothing reaches this person any more: addresses, wish, and what was to be sent."""
    Notice.objects.filter(person=person).delete()
    TellMe.objects.filter(person=person).delete()
    switch_off(person)


def forget_over(now: datetime) -> None:
    """Notices of no use, addresses and wishes past their time; a mail's address goes with them."""
    Notice.objects.filter(until__lte=now).delete()
    PushAddress.objects.filter(until__lte=now).delete()
    live = TellMe.objects.live(now).values("pk")
    TellMe.objects.exclude(pk__in=live).delete()
    wished = TellMe.objects.values("person")
    PushAddress.objects.filter(kind=Kind.FREE).exclude(person__in=wished).delete()
