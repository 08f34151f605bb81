"""What a coordinator decides about a report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.safety import ladder
from warmline.safety.report_models import Reason, Sanction

NOTHING = "nothing"
STEPS = (
    Sanction.Kind.REMINDER,
    Sanction.Kind.DAY,
    Sanction.Kind.WEEK,
    Sanction.Kind.BAN,
)


class DecisionForm(forms.Form):
    """The step, and the rule the person is told of."""

    step = forms.ChoiceField(
        label=_lazy("What follows?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _lazy("Please choose what follows."),
            "invalid_choice": _lazy("Please choose what follows."),
        },
    )
    rule = forms.ChoiceField(
        label=_lazy("Which rule is it about?"),
        help_text=_lazy("The person reads this rule. They do not read the report."),
        choices=[(reason.value, reason.label) for reason in Reason],
    )

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["step"].choices = [  # type: ignore[attr-defined]
            (NOTHING, _("Nothing: no rule was broken")),
            *((kind.value, _step_label(kind, side)) for kind in STEPS),
        ]


def _step_label(kind: Sanction.Kind, side: str) -> str:
    name = str(kind.label).capitalize()
    if not ladder.needs_second(kind, side):
        return name
    return (
        _("{step} (48 hours at first, the rest when a second coordinator confirms)")
        if side == "volunteer"
        else _("{step} (7 days at first, for good when a second coordinator confirms)")
    ).format(step=name)
