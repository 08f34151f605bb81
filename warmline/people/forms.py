"""What somebody types to become a volunteer or a coordinator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.people import aliases
from warmline.people.models import Account, Role
from warmline.people.services import alias_is_taken, free_alias

_SIGN_IN_NAME = RegexValidator(
    r"^[\w.+-]+\Z",
    _lazy("Please use letters, numbers, dots and dashes only, with no space."),
)


class AccountForm(forms.Form):
    """A sign-in name, a password and an alias; the alias comes suggested."""

    username = forms.CharField(
        label=_lazy("Sign-in name"),
        help_text=_lazy("Only you type it. Nobody here sees it."),
        min_length=3,
        max_length=40,
        validators=[_SIGN_IN_NAME],
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
        error_messages={
            "required": _lazy("Please choose a name to sign in with."),
            "min_length": _lazy("Please use at least 3 letters or numbers."),
            "max_length": _lazy("Please use at most 40 letters or numbers."),
        },
    )
    password = forms.CharField(
        label=_lazy("Password"),
        help_text=_lazy("At least 10 characters. Three or four words are good."),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={
            "required": _lazy("Please choose a password."),
            "max_length": _lazy("Please use at most 200 characters."),
        },
    )
    alias = forms.CharField(
        label=_lazy("Name others see"),
        help_text=_lazy("A made-up name keeps you safe. This one is free. You may change it."),
        min_length=2,
        max_length=aliases.LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={
            "required": _lazy("Please choose a name that others will see."),
            "min_length": _lazy("Please use at least 2 letters."),
            "max_length": _lazy("Please use at most 40 letters."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.initial.setdefault("alias", free_alias())

    def clean_username(self) -> str:
        name = str(self.cleaned_data["username"]).lower()
        if Account.objects.filter(username=name).exists():
            raise ValidationError(_("This sign-in name is taken. Please choose another."))
        return name

    def clean_alias(self) -> str:
        alias = aliases.tidy(self.cleaned_data["alias"])
        if len(aliases.looks_like(alias)) < 2:
            raise ValidationError(_("Please use at least 2 letters."))
        if aliases.tells_contact(alias):
            raise ValidationError(
                _("Please choose a name without an address or a number that leads to you.")
            )
        if alias_is_taken(alias):
            raise ValidationError(_("Somebody here has this name already. Please choose another."))
        return alias

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, password = cleaned.get("username", ""), cleaned.get("password")
        if name and aliases.looks_like(name) == aliases.looks_like(cleaned.get("alias", "")):
            self.add_error("alias", _("Please choose another name than the one you sign in with."))
        if password:
            try:
                validate_password(password, Account(username=name))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class JoinForm(AccountForm):
    """The same for an invited coordinator, who may volunteer too."""

    volunteers = forms.BooleanField(
        label=_lazy("I will also volunteer: talk with people myself."), required=False
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind != Role.Kind.COORDINATOR:
            del self.fields["volunteers"]


class InviteForm(forms.Form):
    """Whom a coordinator invites: a role, and where the link goes."""

    kind = forms.ChoiceField(
        label=_lazy("What will they be?"),
        widget=forms.RadioSelect(attrs={"class": "choices--wrap"}),
        initial=Role.Kind.VOLUNTEER,
        error_messages={
            "required": _lazy("Please choose what they will be."),
            "invalid_choice": _lazy("You can't invite somebody for this now."),
        },
    )
    note = forms.CharField(
        label=_lazy("A note for yourself"),
        help_text=_lazy("So that you know which link is whose. Please use no real name."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
        error_messages={"max_length": _lazy("Please use at most 60 letters.")},
    )
    email = forms.EmailField(
        label=_lazy("Send it to this e-mail address"),
        help_text=_lazy("We send one mail and don't keep the address."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": _lazy("This doesn't look like an e-mail address. Please check it.")
        },
    )

    def __init__(self, *args: Any, kinds: list[Role.Kind], mail: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label) for kind in kinds
        ]
        self.fields["kind"].initial = kinds[0]
        if not mail:
            del self.fields["email"]
