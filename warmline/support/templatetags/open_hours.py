"""The next open hours, for the home page."""

from __future__ import annotations

from typing import Any

from django import template

from warmline.support import open_hours as words

register = template.Library()


@register.inclusion_tag("support/parts/open_hours.html")
def open_hours() -> dict[str, Any]:
    """Nothing where the group has set none."""
    return {"lines": words.next_lines()}
