"""*Break glass*: a coordinator who is left alone may act alone, after 7 days' notice to all volunteers.

It ends by itself as soon as another coordinator acts, and after 14 days. Everything done by it carries
a word in the record (T10: no deadlock).
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import about, record
from warmline.core.errors import DomainError
from warmline.core.models import Session
from warmline.people.models import Account, AloneNotice, Person, Role
from warmline.people.services import one_at_a_time
from warmline.protocol import clock
from warmline.rules.models import Community

AWAY_AFTER = timedelta(days=30)
"""Who has not signed in for so long counts as away; signing in ends that, and the notice with it."""
KEPT = timedelta(days=365)
"""As long as the record, which says what was done."""

log = logging.getLogger(__name__)


def is_alone(person: Person) -> bool:
    """A coordinator who acts while no other does: there is none, or each rests, is held back or away."""
    coordinates = person.has_role(Role.Kind.COORDINATOR)
    return coordinates and not _here().exclude(person=person).exists()


def _here() -> QuerySet[Role]:
    """Coordinators who act and are around: new, signed in, or signed in not long ago.

    Somebody who is just gone never ends their role, and must not stop the others for good.
    """
    now = clock.now()
    lately = now - AWAY_AFTER
    sessions = Session.objects.filter(expire_date__gt=now).exclude(account=None)
    signed_in = Q(person__account__in=sessions.values("account"))
    around = signed_in | Q(since__gt=lately) | Q(person__seen_at__gt=lately)
    return Role.objects.acting().filter(around, kind=Role.Kind.COORDINATOR)


def current() -> AloneNotice | None:
    """The notice that stands: announced or in force, and its coordinator still alone."""
    for notice in AloneNotice.objects.standing().select_related("by"):
        if is_alone(notice.by):
            return notice
    return None


def may_act_alone(person: Person) -> bool:
    """Whether this coordinator may now do alone what needs two."""
    notice = current()
    return notice is not None and notice.by_id == person.pk and notice.may_act()


def announce(*, by: Person) -> AloneNotice:
    """Tell all volunteers; :func:`mail` it after the commit. Raises ``not_alone``, ``announced_already``."""
    with transaction.atomic():
        one_at_a_time()
        end_those_over()
        if not is_alone(by):
            raise DomainError(
                "not_alone",
                _("Another coordinator can act. Please ask them."),
            )
        if AloneNotice.objects.standing().filter(by=by).exists():
            raise DomainError("announced_already", _("You have announced this already."))
        notice = AloneNotice.objects.create(by=by)
        record(Action.GLASS_ANNOUNCED, actor=by.alias, object=about(by.alias))
    return notice


def call_off(*, by: Person) -> None:
    """The notice ends; calling off one that is over changes nothing."""
    with transaction.atomic():
        ended = AloneNotice.objects.standing().filter(by=by).update(ended_at=clock.now())
        if ended:
            record(Action.GLASS_TAKEN_BACK, actor=by.alias, object=about(by.alias))


def end_those_over() -> None:
    """Close the notices whose time is over or whose coordinator is not alone any more."""
    for notice in AloneNotice.objects.filter(ended_at=None).select_related("by"):
        if notice.over_at <= clock.now() or not is_alone(notice.by):
            AloneNotice.objects.filter(pk=notice.pk, ended_at=None).update(ended_at=clock.now())


def mail(notice: AloneNotice) -> int:
    """Write to every volunteer with an address; how many letters the mail server took.

    No alias and nothing of what it is about is in the letter: the page says it.
    """
    community = Community.current()
    addresses = _addresses_but_of(notice.by)
    if not settings.EMAIL_ENABLED or community is None or not addresses:
        return 0
    subject = _("A notice from the coordinators")
    body = _(
        "There is a notice for all volunteers of {community}.\n\n"
        "Please sign in and read it on your page."
    ).format(community=community.name)
    if settings.ORIGIN:
        body += f"\n\n{settings.ORIGIN}"
    sent = 0
    try:
        with get_connection() as connection:
            for address in addresses:
                letter = EmailMessage(subject, body, to=[address], connection=connection)
                sent += letter.send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("A notice was not mailed to everybody (%s).", type(error).__name__)
    return sent


def _addresses_but_of(person: Person) -> list[str]:
    held = Role.objects.filter(ended_at=None).values("person")
    found = Account.objects.filter(person__in=held, is_active=True).exclude(email="")
    return list(found.exclude(person=person).values_list("email", flat=True))
