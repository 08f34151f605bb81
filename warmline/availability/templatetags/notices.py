"""What a page needs on which somebody can switch notices on.

``{% include "availability/_push_head.html" %}`` in ``head_extra``, and ``{% push_switch keep_url label %}``
where the button shall be. The browser's address then comes by POST to ``keep_url``, which reads it with
:class:`warmline.availability.telling_forms.PushForm` and keeps it with
:func:`warmline.availability.telling.keep`.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse

from warmline.core import push

register = template.Library()


@register.inclusion_tag("availability/_push.html", takes_context=True)
def push_switch(
    context: template.Context, keep_url: str, label: str, kind: str = ""
) -> dict[str, Any]:
    """A button that asks the browser for its address.

    For a seeker who waits for a letter or an appointment: ``{% url 'push_keep' as keep_url %}`` and
    ``kind`` ("letter", "appointment"). It is kept for 24 hours, and this page is shown again.
    """
    return {
        "csrf_token": context.get("csrf_token"),
        "keep_url": keep_url,
        "key": push.public_key(),
        "kind": kind,
        "label": label,
        "then": context["request"].path if kind else "",
        "worker_url": reverse("notices_worker"),
    }
