"""What a browser says about where it is reached."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from warmline.core.push import ENDPOINT_MOST, Subscription


class PushForm(forms.Form):
    """The address and the two keys of a push subscription; ``subscription`` once it is valid."""

    endpoint = forms.CharField(max_length=ENDPOINT_MOST)
    p256dh = forms.CharField(max_length=88)
    auth = forms.CharField(max_length=24)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        self.subscription = Subscription(said["endpoint"], said["p256dh"], said["auth"])
        try:
            self.subscription.check()
        except ValueError as error:
            raise forms.ValidationError(
                _("We can't reach this browser. Please choose something else."), code="address"
            ) from error
        return said
