"""What fills the words in braces in ground rules, and the pages they lead to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from warmline.rooms.models import WAYS_ON, Way
from warmline.rules.models import Setting
from warmline.support.allowance import COUNTS


def values(language: str) -> dict[str, str]:
    """By the word, in a language. What belongs to one group has no value here."""
    with override(language):
        return {
            "allowance": allowance_in_words(WAYS_ON),
            "crisis_link": address("crisis"),
        }


def allowance_in_words(ways: Iterable[Way]) -> str:
    """How long people can talk in 24 hours; with several ways, for each."""
    granted = timedelta(minutes=Setting.number("allowance_minutes"))
    lengths = {way: _minutes(granted, way) for way in ways}
    if len(set(lengths.values())) == 1:
        return next(iter(lengths.values()))
    return _(" or ").join(
        _("{minutes} by {way}").format(minutes=length, way=way.label)
        for way, length in lengths.items()
    )


def address(name: str) -> str:
    """A page's address as people can type it; without a public address only its path."""
    return f"{settings.ORIGIN or ''}{reverse(name)}"


def _minutes(granted: timedelta, way: Way) -> str:
    minutes = int(granted / timedelta(minutes=1) / COUNTS[way])
    return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
