"""An entry of the catalogue."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.audit.actions import Action
from warmline.audit.services import record
from warmline.core.realtime import publish
from warmline.protocol import topics
from warmline.support.models import Topic
from warmline.support.topic_catalogue import free_slug


class TopicForm(forms.Form):
    """Name, place in the list, heavy; ``topic`` is the entry to change, or None for a new one."""

    name = forms.CharField(
        label=_lazy("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={
            "required": _lazy("Please type a name."),
            "max_length": _lazy("Please use at most 60 letters."),
        },
    )
    kind = forms.ChoiceField(
        label=_lazy("What is it?"),
        choices=Topic.Kind.choices,
        initial=Topic.Kind.TOPIC,
        widget=forms.RadioSelect(attrs={"class": "choices--wrap"}),
        error_messages={"invalid_choice": _lazy("Please choose one of the two.")},
    )
    order = forms.IntegerField(
        label=_lazy("Place in the list"),
        help_text=_lazy("Small numbers come first. Empty: at the end."),
        required=False,
        min_value=0,
        max_value=30_000,
        error_messages={
            "invalid": _lazy("Please type a whole number."),
            "min_value": _lazy("Please type a number from 0 to 30000."),
            "max_value": _lazy("Please type a number from 0 to 30000."),
        },
    )
    heavy = forms.BooleanField(
        label=_lazy("Heavy: nobody gets two of these in a row if others can"), required=False
    )

    def __init__(self, *args: Any, topic: Topic | None = None, **kwargs: Any) -> None:
        self.topic = topic
        if topic is not None:
            kwargs["initial"] = {
                "name": topic.shown_name,
                "kind": topic.kind,
                "order": topic.order,
                "heavy": topic.heavy,
            }
        super().__init__(*args, **kwargs)
        if topic is not None:
            del self.fields["kind"]

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if not any(char.isalnum() for char in name):
            raise ValidationError(_("Please type a name."))
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind = self.topic.kind if self.topic else cleaned.get("kind")
        wanted = str(cleaned.get("name", "")).casefold()
        others = [t for t in Topic.objects.filter(kind=kind) if t != self.topic]
        same = next(
            (t for t in others if wanted in {t.name.casefold(), t.shown_name.casefold()}), None
        )
        if same is not None and same.active:
            self.add_error("name", _("This name is in the list already."))
        elif same is not None:
            self.add_error(
                "name", _("This name is in the list already, but not in use. Bring it back there.")
            )
        return cleaned

    def save(self, *, by: str) -> Topic:
        """Keep and record it (``by`` is an alias), and tell the matcher.

        A shipped name that was not changed stays translatable.
        """
        values = dict(self.cleaned_data)
        topic = self.topic or Topic(slug=free_slug(values["name"], Topic.objects.all()))
        if self.topic is not None and values["name"] == topic.shown_name:
            values["name"] = topic.name
        if values["order"] is None:
            values["order"] = _at_the_end(values.get("kind") or topic.kind)
        for name, value in values.items():
            setattr(topic, name, value)
        what = "changed" if self.topic else "added"
        with transaction.atomic():
            topic.save()
            publish(topics.MATCHER, "topics")
            record(Action.TOPIC_CHANGED, actor=by, object=f"topic:{topic.slug}", reason=what)
        return topic


def _at_the_end(kind: str) -> int:
    last = Topic.objects.filter(kind=kind).aggregate(last=Max("order"))["last"]
    return min(30_000, (last or 0) + 10)
