"""The catalogue of topics and shared backgrounds."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from warmline.audit.actions import Action
from warmline.audit.services import record
from warmline.core.realtime import publish
from warmline.core.refused import status_of
from warmline.desk.topic_forms import TopicForm
from warmline.people.access import acting_person, require_role
from warmline.people.models import Role
from warmline.protocol import topics
from warmline.support.models import Topic


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.COORDINATOR)
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every entry, and a form for a new one."""
    form = TopicForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        topic = form.save(by=acting_person(request).alias)
        messages.success(request, _("“{name}” is in the list.").format(name=topic.shown_name))
        return redirect("desk_topics")
    entries = list(Topic.objects.all())
    context = {
        "form": form,
        "topics": [entry for entry in entries if entry.kind == Topic.Kind.TOPIC],
        "backgrounds": [entry for entry in entries if entry.kind == Topic.Kind.BACKGROUND],
    }
    return render(request, "desk/topics.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@require_role(Role.Kind.COORDINATOR)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    """Rename, move, mark as heavy."""
    topic = get_object_or_404(Topic, slug=slug)
    form = TopicForm(request.POST or None, topic=topic)
    if request.method == "POST" and form.is_valid():
        form.save(by=acting_person(request).alias)
        messages.success(request, _("Saved."))
        return redirect("desk_topics")
    context = {"form": form, "topic": topic}
    return render(request, "desk/topic.html", context, status=status_of(form))


@require_POST
@require_role(Role.Kind.COORDINATOR)
def retire(request: HttpRequest, slug: str) -> HttpResponse:
    """Nobody can choose it any more; what was chosen before stays."""
    return _put_in_use(slug, active=False, by=acting_person(request).alias)


@require_POST
@require_role(Role.Kind.COORDINATOR)
def bring_back(request: HttpRequest, slug: str) -> HttpResponse:
    """It can be chosen again."""
    return _put_in_use(slug, active=True, by=acting_person(request).alias)


def _put_in_use(slug: str, *, active: bool, by: str) -> HttpResponse:
    topic = get_object_or_404(Topic, slug=slug)
    if topic.active is not active:
        topic.active = active
        what = "brought_back" if active else "retired"
        with transaction.atomic():
            topic.save(update_fields=["active"])
            publish(topics.MATCHER, "topics")
            record(Action.TOPIC_CHANGED, actor=by, object=f"topic:{slug}", reason=what)
    return redirect("desk_topics")
