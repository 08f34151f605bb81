"""The desk helps people who cannot sign in: a yes to a new second factor, a link for a password."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_GET, require_POST

from warmline.core.counters import allow
from warmline.people import mailing, recovery
from warmline.people.access import acting_person, require_role
from warmline.people.models import Account, Recovery, Role

desk_only = require_role(Role.Kind.COORDINATOR)


class LinkForm(forms.Form):
    """For which volunteer a link is made."""

    account = forms.ModelChoiceField(
        queryset=Account.objects.none(),
        label=_lazy("Who has forgotten the password?"),
        empty_label=_lazy("Please choose"),
        error_messages={
            "required": _lazy("Please choose who it is for."),
            "invalid_choice": _lazy("You can't make a link for this person."),
        },
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["account"]
        held = Role.objects.filter(ended_at=None)
        coordinators = held.filter(kind=Role.Kind.COORDINATOR).values("person")
        field.queryset = (  # type: ignore[attr-defined]
            Account.objects.filter(person__in=held.values("person"))
            .exclude(person__in=coordinators)
            .select_related("person")
            .order_by("person__alias")
        )
        field.label_from_instance = lambda account: account.person.alias  # type: ignore[attr-defined]


@require_GET
@desk_only
def sign_in_help(request: HttpRequest) -> HttpResponse:
    """Who has asked for a new second factor, and a form for a password link."""
    return _page(request, LinkForm())


@require_POST
@desk_only
def agree(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """The coordinator has checked who asks; the 24 hours begin."""
    if not request.POST.get("checked"):
        messages.error(request, _("Please check first that it is really them. Then tick the box."))
        return redirect("desk_sign_in")
    found = recovery.agree(recovery_id, by=acting_person(request))
    if found.opens_at:
        origin = request.build_absolute_uri("/").rstrip("/")
        mailing.factor_notice(found.account, opens_at=found.opens_at, origin=origin)
    messages.success(request, _("They can set up a new second factor in 24 hours."))
    return redirect("desk_sign_in")


@require_POST
@desk_only
def refuse(request: HttpRequest, recovery_id: int) -> HttpResponse:
    recovery.refuse(recovery_id, by=acting_person(request))
    messages.success(request, _("That is refused. Nothing changes for the account."))
    return redirect("desk_sign_in")


@require_POST
@desk_only
def password_link(request: HttpRequest) -> HttpResponse:
    """A link, shown once."""
    person = acting_person(request)
    form = LinkForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    allow("password-link", str(person.pk), most=20, within=timedelta(hours=1))
    account = form.cleaned_data["account"]
    link = request.build_absolute_uri(recovery.make_link(account, by=person))
    return render(
        request, "people/desk_password_link.html", {"link": link, "alias": account.person.alias}
    )


def _page(request: HttpRequest, form: LinkForm, status: int = 200) -> HttpResponse:
    own = acting_person(request)
    asked = Recovery.objects.going_on().filter(kind=Recovery.Kind.FACTOR)
    context = {
        "form": form,
        "asked": asked.select_related("account__person").order_by("asked_at"),
        "own": own.pk,
    }
    return render(request, "people/desk_sign_in.html", context, status=status)
