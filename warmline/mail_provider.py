"""Mail by a provider's own interface instead of SMTP. No Django here: the settings are made of it."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Mapping

from warmline.installation import InstallationError


def provider(name: str, values: Mapping[str, str]) -> tuple[str, dict[str, object]]:
    """Django's mail backend, and django-anymail's settings, from ``anymail://NAME?key=value``.

    ``values``: what that provider needs, by anymail's names in small letters and without the provider's
    own ("server_token" for ``POSTMARK_SERVER_TOKEN``). Raises :class:`InstallationError` for a provider
    that anymail does not know.
    """
    known = re.fullmatch("[a-z_]+", name) and importlib.util.find_spec(f"anymail.backends.{name}")
    if not known:
        raise InstallationError(
            "EMAIL_URL names a mail provider that is not known. It must look like "
            "anymail://postmark?server_token=TOKEN&from=talk@example.org"
        )
    said: dict[str, object] = {f"{name}_{key}".upper(): value for key, value in values.items()}
    return f"anymail.backends.{name}.EmailBackend", {**said, "REQUESTS_TIMEOUT": 10}
