"""Signing in and out, and a new password: allauth's flows with our pages and words.

Only these of allauth's pages exist, and the second step (``second_step.py``).
"""

from __future__ import annotations

from typing import Any

from allauth.account import views
from allauth.account.forms import ChangePasswordForm, LoginForm
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from warmline.core.refused import status_of
from warmline.people import sessions
from warmline.people.access import account_of


class SignInForm(LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, password = self.fields["login"], self.fields["password"]
        name.label, password.label = _lazy("Sign-in name"), _lazy("Password")
        name.widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        password.widget.attrs = {"autocomplete": "current-password"}
        password.help_text = ""
        name.error_messages["required"] = _lazy("Please type your sign-in name.")
        password.error_messages["required"] = _lazy("Please type your password.")


class NewPasswordForm(ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now, new, again = (self.fields[name] for name in ("oldpassword", "password1", "password2"))
        now.label, new.label, again.label = (
            _lazy("Your password now"),
            _lazy("New password"),
            _lazy("New password, once more"),
        )
        for field in (now, new, again):
            field.widget.attrs.pop("placeholder", None)
            field.error_messages["required"] = _lazy("Please fill this in.")
        now.help_text = again.help_text = ""
        new.help_text = _lazy("At least 10 characters. Three or four words are good.")


class SignIn(views.LoginView):
    form_class = SignInForm
    template_name = "people/sign_in.html"

    def form_valid(self, form: Form) -> HttpResponse:
        """The session gets a new key before the second step too: it holds whose password was right."""
        self.request.session.cycle_key()
        return super().form_valid(form)

    def form_invalid(self, form: Form) -> HttpResponse:
        """The page again; 429 after too many tries."""
        response = super().form_invalid(form)
        errors = form.non_field_errors().as_data()
        too_often = any(each.code == "too_many_login_attempts" for each in errors)
        response.status_code = 429 if too_often else status_of(form)
        return response


class SignOut(views.LogoutView):
    template_name = "people/sign_out.html"


class NewPassword(views.PasswordChangeView):
    form_class = NewPasswordForm
    template_name = "people/new_password.html"

    def form_valid(self, form: Form) -> HttpResponse:
        response = super().form_valid(form)
        sessions.end_all(account_of(self.request), but=sessions.key_of(self.request))
        messages.success(
            self.request,
            _("Your new password is set. You are signed out everywhere else."),
        )
        return response

    def form_invalid(self, form: Form) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = status_of(form)
        return response


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A rate limit of allauth was reached."""
    return render(request, "429.html", status=429)
