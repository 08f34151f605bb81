"""Coming back as the same person: remember me here, six words, forgetting, being deleted."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from warmline.core.counters import allow
from warmline.core.errors import DomainError
from warmline.core.tries import may_try
from warmline.people import device_cookie, saved
from warmline.people.models import Device, Person
from warmline.protocol import letters
from warmline.support import extra_time
from warmline.support.seeking import become, is_busy, seeker_of, stop_being
from warmline.support.services import forgetting

TRIED = "come back"
DRAWN_AN_HOUR = 10


@require_GET
def remember(request: HttpRequest) -> HttpResponse:
    """What is kept about this seeker, and every choice about it."""
    seeker = seeker_of(request)
    return render(request, "support/remember.html", _state(request, seeker))


def _state(request: HttpRequest, seeker: Person | None) -> dict[str, object]:
    device = saved.device_of(device_cookie.token_of(request))
    return {
        "seeker": seeker,
        "remembered_here": bool(seeker and device and device.person_id == seeker.pk),
        "has_phrase": bool(seeker and saved.has_phrase(seeker)),
        "days": Device.KEPT.days,
    }


@require_POST
def remember_here(request: HttpRequest) -> HttpResponse:
    """This browser is the same person again next time."""
    seeker = seeker_of(request)
    response = redirect("remember")
    if seeker is None:
        return response
    wants = extra_time.is_on(request)
    saved.forget_device(device_cookie.token_of(request))
    device_cookie.keep(response, saved.remember(seeker))
    extra_time.carry(request, seeker, before=wants)
    return response


@require_POST
def forget_here(request: HttpRequest) -> HttpResponse:
    """This browser is nobody's again, at once; a talk or a place in the line is kept until it is over."""
    seeker = seeker_of(request)
    wants = extra_time.is_on(request)
    saved.forget_device(device_cookie.token_of(request))
    if seeker:
        extra_time.carry(request, seeker, before=wants)
    if seeker and not is_busy(seeker):
        stop_being(request)
    response = redirect("forgotten")
    device_cookie.clear(response)
    return response


@sensitive_post_parameters("made")
@sensitive_variables("made")
@require_http_methods(["GET", "POST"])
def draw_phrase(request: HttpRequest) -> HttpResponse:
    """The page that draws six words and shows them once; a POST keeps what it made of them."""
    seeker = seeker_of(request)
    if seeker is None:
        return redirect("remember")
    if request.method == "GET":
        return render(request, "support/phrase.html", {"has_phrase": saved.has_phrase(seeker)})
    allow("phrase", str(seeker.pk), most=DRAWN_AN_HOUR, within=timedelta(hours=1))
    wants = extra_time.is_on(request)
    try:
        made = _made(request)
        if not made:
            raise DomainError("malformed", _("Please draw new words. Nothing was kept."))
        saved.keep_phrase(seeker, made)
    except DomainError as error:
        messages.info(request, error.sentence)
        return redirect("draw_phrase")
    extra_time.carry(request, seeker, before=wants)
    messages.success(request, _("Your six words bring you back from now on."))
    return redirect("remember")


def _made(request: HttpRequest) -> bytes:
    """What a page made of six words; nothing for what no page makes."""
    try:
        return letters.from_words(request.POST.get("made", ""))
    except ValueError:
        return b""


@require_POST
def forget_phrase(request: HttpRequest) -> HttpResponse:
    seeker = seeker_of(request)
    if seeker:
        wants = extra_time.is_on(request)
        saved.forget_phrase(seeker)
        extra_time.carry(request, seeker, before=wants)
    return redirect("remember")


@require_POST
def delete_me(request: HttpRequest) -> HttpResponse:
    """Everything about this seeker, at once."""
    seeker = seeker_of(request)
    token = forgetting.forget(seeker) if seeker else None
    stop_being(request)
    response = redirect("forgotten")
    if token:
        device_cookie.keep(response, token)
    else:
        device_cookie.clear(response)
    return response


@require_GET
def forgotten(request: HttpRequest) -> HttpResponse:
    """It is done."""
    seeker = seeker_of(request)
    return render(request, "support/forgotten.html", {"busy": bool(seeker and is_busy(seeker))})


@sensitive_post_parameters("made")
@sensitive_variables("person")
@require_http_methods(["GET", "POST"])
def come_back(request: HttpRequest) -> HttpResponse:
    """With what a page makes of six words, as who you were. Every failure has the same answer."""
    seeker = seeker_of(request)
    if seeker and is_busy(seeker):
        return render(request, "support/come_back_busy.html")
    if request.method == "GET":
        return render(request, "support/come_back.html")
    may = may_try(request, TRIED)
    person = saved.come_back(_made(request))
    if not may or person is None or saved.is_forgotten(person):
        # One answer, whatever was wrong: the words, too many tries, or the work before it.
        return render(request, "support/come_back.html", {"refused": True}, status=422)
    become(request, person)
    return redirect("came_back")


@require_GET
def came_back(request: HttpRequest) -> HttpResponse:
    """Welcome, and whether this browser should remember it."""
    seeker = seeker_of(request)
    if seeker is None:
        return redirect("come_back")
    return render(request, "support/came_back.html", _state(request, seeker))
