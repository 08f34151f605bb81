"""What a page answers that shows a form again."""

from __future__ import annotations

from django.forms import BaseForm

REFUSED = 422
"""Unprocessable content (RFC 9110, section 15.5.21)."""


def status_of(*forms: BaseForm) -> int:
    """422 for a page with what is wrong in a form that was sent; 200 for one that is new or empty.

    Looking at a form's errors checks it, so this is for forms that hold what was sent to be kept, and
    not for those that take up what was typed so far.
    """
    return REFUSED if any(form.is_bound and form.errors for form in forms) else 200
