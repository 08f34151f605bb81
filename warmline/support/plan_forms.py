"""Times of a week as somebody types them, what a seeker wishes, and what is proposed to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.core import places
from warmline.rooms import languages
from warmline.rules.models import RULES, Community, Setting
from warmline.support.forms import can_be_offered
from warmline.support.models import Profile
from warmline.support.plan_models import Plan, Support, Wish
from warmline.support.plan_times import DAY_MINUTES, Window

ROWS = 3
LENGTHS = (30, 60, 90, 120, 180, 240)


class TimesForm(forms.Form):
    """Rows of weekday, time and length; an empty day is a row not used."""

    def __init__(self, *args: Any, times: Iterable[Window] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = list(times)
        self.rows_shown = max(ROWS, len(given))
        for row in range(self.rows_shown):
            known = given[row] if row < len(given) else None
            self.fields |= _row(row + 1, known)

    @property
    def rows(self) -> list[list[forms.BoundField]]:
        """The fields of each row."""
        return [[self[name] for name in _names(row + 1)] for row in range(self.rows_shown)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        windows: set[Window] = set()
        for row in range(self.rows_shown):
            day, begins, length = (cleaned.get(name) for name in _names(row + 1))
            if not day:
                continue
            if begins is None:
                self.add_error(
                    f"from_{row + 1}", _("Please type when it begins, or choose no day.")
                )
                continue
            windows.update(_windows(int(day), begins, int(length or LENGTHS[1])))
        cleaned["times"] = sorted(windows)
        return cleaned


class WishForm(TimesForm):
    """What would suit a seeker; everything but the time zone may be left as it is."""

    zone = forms.ChoiceField(
        label=_lazy("Your time zone"),
        error_messages={"invalid_choice": _lazy("Please choose a time zone from the list.")},
    )
    languages = forms.MultipleChoiceField(
        label=_lazy("Your languages"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _lazy("Please choose at least one language.")},
    )
    supports = forms.MultipleChoiceField(
        label=_lazy("Who else is there for you?"),
        help_text=_lazy("Only for you, so that you see it here. You may leave this out."),
        choices=Support.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        community = Community.current()
        tags = [
            tag for tag in (community.languages if community else ["en"]) if can_be_offered(tag)
        ]
        names = [(tag, languages.name(tag, get_language() or "en", gettext)) for tag in tags]
        self.fields["languages"].choices = names  # type: ignore[attr-defined]
        self.fields["languages"].initial = tags[:1]
        self.fields["zone"].choices = places.time_zones(community.country if community else "")  # type: ignore[attr-defined]
        self.fields["zone"].initial = community.time_zone if community else "UTC"
        self._one_language = tags if len(tags) == 1 else []
        if self._one_language:
            del self.fields["languages"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        return {"languages": self._one_language, **cleaned}


class ProposalForm(TimesForm):
    """What somebody at the desk proposes."""

    def __init__(self, *args: Any, plan: Plan, among: list[Profile], **kwargs: Any) -> None:
        super().__init__(*args, times=plan.windows, **kwargs)
        self.fields["interval_days"] = _number(
            "plan_interval_days",
            _("Besides these times, one talk every … days"),
            plan.interval_days,
        )
        self.fields["review_weeks"] = _number(
            "plan_review_weeks", _("Look at it together after … weeks"), plan.review_weeks
        )
        least, most = team_size()
        asked = [member.person_id for member in plan.members.exclude(answer="no")]
        self.fields["team"] = forms.TypedMultipleChoiceField(
            label=_("Whom shall we ask?"),
            help_text=_(
                "{least} to {most} volunteers. Each is asked. They see the alias and the times."
            ).format(least=least, most=most),
            choices=[(each.person_id, _line(each)) for each in among],
            coerce=int,
            initial=asked,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Please choose who shall be asked.")},
        )


class ChangeForm(forms.Form):
    """What a seeker would like to be different."""

    wishes = forms.MultipleChoiceField(
        label=_lazy("What should be different?"),
        choices=Wish.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _lazy("Please choose what should be different.")},
    )


def team_size() -> tuple[int, int]:
    """The fewest and the most volunteers of a team."""
    least = Setting.number("plan_team_least")
    return least, max(least, Setting.number("plan_team_most"))


def _names(row: int) -> tuple[str, str, str]:
    return f"day_{row}", f"from_{row}", f"length_{row}"


def _row(row: int, known: Window | None) -> dict[str, forms.Field]:
    day, begins, length = _names(row)
    return {
        day: forms.ChoiceField(
            label=_("Day"),
            required=False,
            choices=[("", _("no day")), *((str(each), name) for each, name in WEEKDAYS.items())],
            initial="" if known is None else str(known.weekday),
        ),
        begins: forms.TimeField(
            label=_("From"),
            required=False,
            initial=None if known is None else time(*divmod(known.begins, 60)),
            widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            error_messages={"invalid": _("Please type a time like 18:00.")},
        ),
        length: forms.ChoiceField(
            label=_("For"),
            required=False,
            choices=[(str(each), _length(each)) for each in _lengths(known)],
            initial=str(LENGTHS[1] if known is None else known.ends - known.begins),
        ),
    }


def _lengths(known: Window | None) -> list[int]:
    own = [] if known is None else [known.ends - known.begins]
    return sorted({*LENGTHS, *own})


def _length(minutes: int) -> str:
    if minutes % 60:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    hours = minutes // 60
    return ngettext("{n} hour", "{n} hours", hours).format(n=hours)


def _windows(day: int, begins: time, length: int) -> list[Window]:
    """What goes past midnight is two windows."""
    start = begins.hour * 60 + begins.minute
    ends = start + length
    first = Window(day, start, min(ends, DAY_MINUTES))
    return [first] if ends <= DAY_MINUTES else [first, Window((day + 1) % 7, 0, ends - DAY_MINUTES)]


def _number(key: str, label: str, value: int) -> forms.IntegerField:
    rule = RULES[key]
    sentence = _("Please type a number from {least} to {most}.").format(
        least=rule.least, most=rule.most
    )
    field = forms.IntegerField(
        label=label,
        initial=value,
        validators=[
            MinValueValidator(rule.least, sentence),
            MaxValueValidator(rule.most, sentence),
        ],
        error_messages={"required": sentence, "invalid": sentence},
    )
    field.widget.attrs |= {"min": rule.least, "max": rule.most, "inputmode": "numeric"}
    return field


def _line(profile: Profile) -> str:
    names = [languages.name(tag, get_language() or "en", gettext) for tag in profile.languages]
    return f"{profile.person.alias} · {', '.join(names)}"
