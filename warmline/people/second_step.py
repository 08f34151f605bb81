"""The second step of signing in, after the right password."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base.views import AuthenticateView

from warmline.core.refused import status_of
from warmline.people import factors
from warmline.people.second_forms import CodeForm, PasskeyForm
from warmline.people.second_views import as_json, passkeys_work


class SecondStep(AuthenticateView):
    """A code, or a passkey where there is one and the browser can use it here."""

    form_class = CodeForm
    webauthn_form_class = PasskeyForm
    template_name = "people/second_step.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        held = {factor.type for factor in factors.of_account(self.stage.login.user)}
        options = context.pop("js_data", {}).get("request_options")
        has_passkey = factors.Type.WEBAUTHN in held and passkeys_work(self.request)
        return {
            **context,
            "has_app": factors.Type.TOTP in held,
            "options": as_json(options) if options and has_passkey else "",
        }

    def form_invalid(self, form: Any) -> Any:
        response = super().form_invalid(form)
        response.status_code = status_of(form)
        return response
