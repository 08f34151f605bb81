"""Moments in words, on our own clock."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.timesince import timeuntil

from warmline.protocol import clock

register = template.Library()


@register.filter
def from_now(at: datetime) -> str:
    """How long until then, in the largest unit: `5 hours`; `0 minutes` once it has come."""
    return timeuntil(at, clock.now(), depth=1)
