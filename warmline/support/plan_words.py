"""A plan in plain words."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext as _

from warmline.rooms import languages
from warmline.support.plan_models import Plan, Support, Wish
from warmline.support.plan_times import DAY_MINUTES, Window


def facts(plan: Plan) -> dict[str, Any]:
    """What a page says of a plan: times, how often, since when; no name but the seeker's alias."""
    return {
        "id": plan.pk,
        "alias": plan.seeker.alias,
        "state": plan.state,
        "times": [window(each) for each in plan.windows],
        "zone": plan.zone.replace("_", " "),
        "every": days(plan.interval_days),
        "weeks": weeks(plan.review_weeks),
        "review_on": date_format(plan.review_on) if plan.review_on else "",
        "is_due": plan.is_due(),
        "supports": [str(Support(each).label) for each in plan.supports if each in Support.values],
        "wishes": [str(Wish(each).label) for each in plan.wishes if each in Wish.values],
        "languages": [
            languages.name(tag, get_language() or "en", gettext) for tag in plan.languages
        ],
    }


def window(each: Window) -> str:
    """“Monday, 18:00 to 20:00”."""
    return _("{day}, {begins} to {ends}").format(
        day=WEEKDAYS[each.weekday], begins=_clock(each.begins), ends=_clock(each.ends)
    )


def days(number: int) -> str:
    return ngettext("{n} day", "{n} days", number).format(n=number)


def weeks(number: int) -> str:
    return ngettext("{n} week", "{n} weeks", number).format(n=number)


def on(day: date | datetime) -> str:
    return str(date_format(day))


def _clock(minutes: int) -> str:
    if minutes == DAY_MINUTES:
        return _("midnight")
    return str(time_format(time(*divmod(minutes, 60)), "H:i"))
