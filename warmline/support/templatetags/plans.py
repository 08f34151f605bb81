"""What a page says about a shared plan to the seeker who looks at it."""

from __future__ import annotations

from typing import Any

from django import template

from warmline.people.models import Person
from warmline.protocol import clock
from warmline.support import sign_offs
from warmline.support.plan_models import PlanAnswer
from warmline.support.seeking import seeker_of
from warmline.support.services import planning

register = template.Library()


@register.inclusion_tag("support/_plan_notice.html", takes_context=True)
def plan_notice(context: Any) -> dict[str, Any]:
    """The invitation, a proposal, a review, an end; or nothing at all."""
    seeker = seeker_of(context["request"])
    kind = _kind(seeker) if seeker else ""
    words = sign_offs.automatic("plan_invitation") if kind == "invited" else None
    return {"kind": kind, "invitation": words, "csrf_token": context.get("csrf_token")}


def _kind(seeker: Person) -> str:
    plan = planning.of(seeker)
    if plan is not None:
        return "due" if plan.is_due() and not plan.seeker_goes_on else str(plan.state)
    if planning.is_invited(seeker):
        return "invited"
    ended = PlanAnswer.objects.filter(person=seeker, kind=PlanAnswer.Kind.ENDED)
    return "ended" if ended.exists() and PlanAnswer.is_quiet(seeker, clock.now()) else ""
