"""The first run: a community, its topics, and the person who coordinates it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import NAMED_ALONE, about, codes, record
from warmline.core.errors import DomainError
from warmline.people import first_run
from warmline.people.models import Account, Role
from warmline.people.services import make_account
from warmline.rules.models import Community
from warmline.support import topic_catalogue


def set_up(
    *,
    name: str,
    country: str,
    languages: list[str],
    time_zone: str,
    username: str,
    password: str,
    alias: str,
    volunteers: bool,
) -> Account:
    """Make everything or nothing; of two at once one wins, the other gets ``set_up_already``."""
    kinds = [Role.Kind.COORDINATOR, *([Role.Kind.VOLUNTEER] if volunteers else [])]
    with transaction.atomic():
        _make_community(name=name, country=country, languages=languages, time_zone=time_zone)
        topic_catalogue.load()
        account = make_account(username=username, password=password, alias=alias, kinds=kinds)
        record(Action.SET_UP, actor=alias)
        for kind in kinds:
            record(
                Action.ROLE_GIVEN,
                actor=alias,
                object=about(alias),
                reason=codes(kind, NAMED_ALONE if kind == Role.Kind.COORDINATOR else ""),
            )
    first_run.forget()
    return account


def _make_community(**values: object) -> None:
    try:
        with transaction.atomic():
            Community.objects.create(**values)
    except IntegrityError as error:
        raise DomainError(
            "set_up_already", _("This place was just set up. Please sign in.")
        ) from error
