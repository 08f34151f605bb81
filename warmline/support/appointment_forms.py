"""What is asked before an appointment: up to five times on the seeker's own clock, and with whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.availability.appointment_models import TIMES_MOST
from warmline.core import places
from warmline.protocol import clock
from warmline.rooms import languages
from warmline.rooms.models import WAYS_ON
from warmline.rules.models import Community
from warmline.support.forms import can_be_offered
from warmline.support.models import Topic
from warmline.support.services.appointing import LATEST, SOONEST


class NoSuchTime(ValueError):
    """The clock skips it on that day."""


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant of a naive time on a zone's clock.

    When the clock is put back an hour comes twice: then it is the first. Raises :class:`NoSuchTime` for
    an hour that is left out when it is put forward.
    """
    found = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != local:
        raise NoSuchTime
    return found


class ZoneForm(forms.Form):
    """Whose clock the page shows."""

    zone = forms.ChoiceField(
        label=_lazy("Your time zone"),
        error_messages={
            "required": _lazy("Please choose a time zone from the list."),
            "invalid_choice": _lazy("Please choose a time zone from the list."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        community = Community.current()
        field = self.fields["zone"]
        field.choices = places.time_zones(community.country if community else "")  # type: ignore[attr-defined]
        field.initial = community.time_zone if community else "UTC"


class AppointmentForm(ZoneForm):
    """One to five times, a language, a way, and topics or none."""

    language = forms.ChoiceField(
        label=_lazy("In which language?"),
        widget=forms.RadioSelect,
        error_messages={"required": _lazy("Please choose a language.")},
    )
    way = forms.ChoiceField(
        label=_lazy("How would you like to talk?"),
        widget=forms.RadioSelect,
        error_messages={"required": _lazy("Please choose a way to talk.")},
    )
    topics = forms.ModelMultipleChoiceField(
        Topic.objects.none(),
        required=False,
        label=_lazy("What would you like to talk about?"),
        help_text=_lazy("Choose what fits, or nothing. Volunteers see this before they take it."),
        widget=forms.CheckboxSelectMultiple,
        to_field_name="slug",
        error_messages={
            "invalid_choice": _lazy("One topic is not offered any more. Please look again.")
        },
    )

    def __init__(self, *args: Any, offered: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, TIMES_MOST + 1):
            self.fields[f"day_{number}"] = forms.DateField(
                label=_("Day"),
                required=False,
                widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
                error_messages={"invalid": _("Please choose a day.")},
            )
            self.fields[f"time_{number}"] = forms.TimeField(
                label=_("Time of day"),
                required=False,
                widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
                error_messages={"invalid": _("Please choose a time, such as 19:30.")},
            )
        tags = [tag for tag in offered if can_be_offered(tag)]
        own = (get_language() or "en").split("-")[0]
        first = next((tag for tag in tags if tag.split("-")[0] == own), tags[0] if tags else None)
        names = [(tag, languages.name(tag, get_language() or "en", gettext)) for tag in tags]
        self.fields["language"].choices = names  # type: ignore[attr-defined]
        self.fields["language"].initial = first
        self.fields["way"].choices = [(way.value, way.label) for way in WAYS_ON]  # type: ignore[attr-defined]
        self.fields["way"].initial = WAYS_ON[0].value
        self.fields["topics"].queryset = Topic.objects.topics()  # type: ignore[attr-defined]
        self.one_way = len(WAYS_ON) == 1
        if self.one_way:
            del self.fields["way"]

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Day and time of each."""
        return [(self[f"day_{n}"], self[f"time_{n}"]) for n in range(1, TIMES_MOST + 1)]

    def clean(self) -> dict[str, Any]:
        """``times``: UTC instants. An empty row is a row not used."""
        cleaned = super().clean() or {}
        if self.one_way:
            cleaned["way"] = WAYS_ON[0].value
        if "zone" in cleaned:
            cleaned["tz"] = ZoneInfo(cleaned["zone"])
            rows = [self._row(cleaned, n) for n in range(1, TIMES_MOST + 1)]
            cleaned["times"] = sorted({each for each in rows if each})
            if not cleaned["times"] and not self.errors:
                self.add_error("day_1", _("Please choose at least one day and time."))
        return cleaned

    def _row(self, cleaned: dict[str, Any], n: int) -> datetime | None:
        day, time = cleaned.get(f"day_{n}"), cleaned.get(f"time_{n}")
        if {f"day_{n}", f"time_{n}"} & self.errors.keys() or not (day or time):
            return None
        if not (day and time):
            missing = f"time_{n}" if day else f"day_{n}"
            self.add_error(missing, _("Please choose a day and a time, or leave both empty."))
            return None
        try:
            at = instant(datetime.combine(day, time), cleaned["tz"])
        except NoSuchTime:
            self.add_error(
                f"time_{n}",
                _(
                    "That night the clock is put forward, and this time is left out. Please change it."
                ),
            )
            return None
        except OverflowError:
            at = None
        now = clock.now()
        if at is None or not now + SOONEST <= at <= now + LATEST:
            self.add_error(f"day_{n}", _("Please choose a time from in one hour to in 14 days."))
            return None
        return at
