"""The numbers a community agrees on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.utils.translation import gettext as _

from warmline.audit.actions import Action
from warmline.audit.services import record
from warmline.rules.models import RULES, Rule, Setting


class NumbersForm(forms.Form):
    """One field for each of :data:`RULES`, held between its bounds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        in_force = Setting.all_numbers()
        for key, rule in RULES.items():
            self.fields[key] = _field(rule, in_force[key])

    def save(self, *, by: str) -> None:
        """Keep what differs from the default; what equals it follows a later default.

        Each change is recorded with the old and the new number; ``by`` is an alias.
        """
        with transaction.atomic():
            before = Setting.all_numbers()
            for key, value in self.cleaned_data.items():
                if value == RULES[key].default:
                    Setting.objects.filter(key=key).delete()
                else:
                    Setting.objects.update_or_create(key=key, defaults={"value": value})
            for key, value in self.cleaned_data.items():
                if value != before[key]:
                    change = f"{before[key]} > {value}"
                    record(Action.SETTING_CHANGED, actor=by, object=f"setting:{key}", reason=change)


def _field(rule: Rule, value: int) -> forms.IntegerField:
    words = {"least": rule.least, "most": rule.most, "default": rule.default}
    sentence = _("Please type a number from {least} to {most}.").format(**words)
    field = forms.IntegerField(
        label=f"{rule.label} ({_unit(rule.unit)})",
        initial=value,
        validators=[
            MinValueValidator(rule.least, sentence),
            MaxValueValidator(rule.most, sentence),
        ],
        error_messages={"required": sentence, "invalid": sentence},
        help_text=_("From {least} to {most}. Proposed: {default}.").format(**words),
    )
    field.widget.attrs |= {"min": rule.least, "max": rule.most, "inputmode": "numeric"}
    return field


def _unit(unit: str) -> str:
    return {
        "seconds": _("seconds"),
        "minutes": _("minutes"),
        "hours": _("hours"),
        "days": _("days"),
        "weeks": _("weeks"),
        "talks": _("talks"),
        "people": _("people"),
    }[unit]
