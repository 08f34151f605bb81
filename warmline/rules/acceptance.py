"""Who accepted which version: people with a role, by alias. Seekers' browsers keep theirs themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from warmline.protocol import clock
from warmline.rules import ground_rules
from warmline.rules.ground_models import Audience, RulesAcceptance


def accept(alias: str, audience: str, version: int) -> None:
    """Keep that somebody accepted a version; of two times the later one stands."""
    RulesAcceptance.objects.update_or_create(
        alias=alias, audience=audience, version=version, defaults={"at": clock.now()}
    )


def accepted(alias: str, since: datetime, audience: str = Audience.VOLUNTEERS) -> int | None:
    """The newest version somebody accepted since they came under this alias; None for none."""
    found = RulesAcceptance.objects.filter(alias=alias, audience=audience, at__gte=since)
    return found.order_by("-version").values_list("version", flat=True).first()


def is_up_to_date(alias: str, since: datetime, audience: str = Audience.VOLUNTEERS) -> bool:
    """Whether somebody accepted what is in force."""
    given = accepted(alias, since, audience)
    return given is not None and given >= ground_rules.number_in_force(audience)


def forget_all_but(aliases: QuerySet[Any, Any]) -> None:
    """Delete what is kept about any other alias; a query of one column gives those that stay."""
    RulesAcceptance.objects.exclude(alias__in=aliases).delete()
