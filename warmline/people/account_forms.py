"""What somebody types about their own account: an address, a new password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _lazy

from warmline.people.models import Account

_NAME_ATTRS = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class ForgottenForm(forms.Form):
    """Whose password is forgotten."""

    username = forms.CharField(
        label=_lazy("Sign-in name"),
        max_length=40,
        widget=forms.TextInput(attrs=_NAME_ATTRS),
        error_messages={
            "required": _lazy("Please type your sign-in name."),
            "max_length": _lazy("Please use at most 40 letters or numbers."),
        },
    )


class AddressForm(forms.Form):
    """Where a link for a new password may go."""

    email = forms.EmailField(
        label=_lazy("Your e-mail address"),
        help_text=_lazy("Only you see it here. It is used for your account and nothing else."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _lazy("Please type an address."),
            "invalid": _lazy("This doesn't look like an e-mail address. Please check it."),
        },
    )


class SetPasswordForm(forms.Form):
    """A new password, once: it can be shown by the browser, and set again."""

    password = forms.CharField(
        label=_lazy("New password"),
        help_text=_lazy("At least 10 characters. Three or four words are good."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "required": _lazy("Please choose a password."),
            "max_length": _lazy("Please use at most 200 characters."),
        },
    )

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._account = account

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self._account)
        return password
