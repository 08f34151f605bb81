"""A shared plan as the seeker sees it: the rule, the invitation, the proposal, what was agreed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.errors import DomainError
from warmline.core.refused import status_of
from warmline.people.models import Person
from warmline.people.saved import is_saved
from warmline.protocol import clock
from warmline.rules.models import Setting
from warmline.support import allowance, extra_time, frequency, plan_words, plans, sign_offs
from warmline.support.plan_forms import ChangeForm, WishForm, team_size
from warmline.support.plan_models import Plan, PlanAnswer
from warmline.support.seeking import seeker_of
from warmline.support.services import planning


@require_GET
def plan(request: HttpRequest) -> HttpResponse:
    """Where things stand, in plain words, and every way on from there."""
    seeker = seeker_of(request)
    found = planning.of(seeker) if seeker else None
    if seeker is None or found is None:
        return render(request, "support/plan_none.html", _without_plan(seeker))
    return _page(request, found, ChangeForm())


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    """The rule for frequent use, readable by everybody before it touches them."""
    soon, long = frequency.thresholds()
    least, most = team_size()
    numbers = Setting.all_numbers()
    context = {
        "soon": {"talks": soon.talks, "hours": numbers["often_soon_hours"]},
        "long": {"talks": long.talks, "days": numbers["often_long_days"]},
        "every": plan_words.days(numbers["plan_interval_days"]),
        "weeks": plan_words.weeks(numbers["plan_review_weeks"]),
        "least": least,
        "most": most,
    }
    return render(request, "support/plan_about.html", context)


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Not now, or no. Nothing changes by it."""
    seeker = seeker_of(request)
    kinds = {"not_now": PlanAnswer.Kind.NOT_NOW, "no": PlanAnswer.Kind.NO}
    kind = kinds.get(request.POST.get("answer", ""))
    if seeker and kind and planning.is_invited(seeker):
        planning.answer_invitation(seeker, kind)
        messages.success(request, _("That is all right. Nothing changes for you."))
    return redirect("home")


@require_http_methods(["GET", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    """Yes: what would suit them. Who could not be found again is asked to be remembered first."""
    seeker = seeker_of(request)
    found = planning.of(seeker) if seeker else None
    may = found.state == Plan.State.WISHED if found else seeker and planning.is_invited(seeker)
    if seeker is None or not may:
        return redirect("plan")
    if not is_saved(seeker):
        return render(request, "support/plan_remember.html")
    form = _wish_form(request, found)
    if request.method == "POST" and form.is_valid():
        values = {
            name: form.cleaned_data[name] for name in ("zone", "languages", "times", "supports")
        }
        _try(request, lambda: planning.wish(seeker, **values), _("Thank you. We write a plan now."))
        return redirect("plan")
    return render(request, "support/plan_wish.html", {"form": form}, status=status_of(form))


@require_POST
def agree(request: HttpRequest) -> HttpResponse:
    return _change(request, planning.agree, _("That is agreed. Thank you."))


@require_POST
def decline(request: HttpRequest) -> HttpResponse:
    return _change(request, planning.decline, _("That is all right. Nothing changes for you."))


@require_POST
def go_on(request: HttpRequest) -> HttpResponse:
    return _change(
        request, planning.go_on, _("Thank you. We have noted that you would like to go on.")
    )


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """One tap, no reason."""
    return _change(request, planning.end, _("Your plan has ended. You can talk as everybody can."))


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Something should be different; what, in kinds."""
    found = _own(request)
    form = ChangeForm(request.POST)
    if found is None:
        return redirect("plan")
    if not form.is_valid():
        return _page(request, found, form, status=422)
    planning.ask_for_change(found, form.cleaned_data["wishes"], by=found.seeker)
    messages.success(request, _("Thank you. We look at it and propose something else."))
    return redirect("plan")


def later(request: HttpRequest, seeker: Person) -> HttpResponse | None:
    """The page that says when their plan lets somebody talk; None when that is now."""
    has = allowance.of(seeker, extra_time=extra_time.is_on(request))
    at = plans.next_talk(seeker, has)
    if plans.next_time(seeker) <= clock.now():
        return None
    found = plans.in_force(seeker)
    context = {"next_time": at, "plan": plan_words.facts(found) if found else None}
    return render(request, "support/plan_later.html", context)


def _wish_form(request: HttpRequest, found: Plan | None) -> WishForm:
    if found is None:
        return WishForm(request.POST or None)
    known = {"zone": found.zone, "supports": found.supports}
    if found.languages:
        known["languages"] = found.languages
    return WishForm(request.POST or None, times=found.windows, initial=known)


def _without_plan(seeker: Person | None) -> dict[str, Any]:
    given = PlanAnswer.objects.filter(person=seeker, kind=PlanAnswer.Kind.ENDED).first()
    return {
        "invited": bool(seeker and planning.is_invited(seeker)),
        "invitation": sign_offs.automatic("plan_invitation"),
        "ended_on": plan_words.on(given.day) if given else "",
    }


def _page(request: HttpRequest, found: Plan, form: ChangeForm, status: int = 200) -> HttpResponse:
    has = allowance.of(found.seeker, extra_time=extra_time.is_on(request))
    at = plans.next_talk(found.seeker, has)
    context = {
        "plan": plan_words.facts(found),
        "team": [member.person.alias for member in found.team()],
        "next_time": at if at and at > clock.now() else None,
        "goes_on": found.seeker_goes_on,
        "form": form,
    }
    return render(request, "support/plan.html", context, status=status)


def _own(request: HttpRequest) -> Plan | None:
    seeker = seeker_of(request)
    return planning.of(seeker) if seeker else None


def _change(request: HttpRequest, verb: Callable[..., None], done: str) -> HttpResponse:
    found = _own(request)
    if found:
        _try(request, lambda: verb(found, by=found.seeker), done)
    return redirect("plan")


def _try(request: HttpRequest, verb: Callable[[], object], done: str) -> None:
    try:
        verb()
    except DomainError as error:
        messages.info(request, error.sentence)
    else:
        messages.success(request, done)
