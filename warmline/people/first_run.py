"""The one-time set-up link: whoever can read the server's own words may set the community up.

Whoever merely opens the port cannot. The file holds a hash, so reading the data folder is not enough.
"""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from warmline.people.models import hashed
from warmline.rules.models import Community


def setup_link(origin: str) -> str | None:
    """A new link that works once; earlier ones stop. None when the community exists already.

    ``origin`` is where the page is reached, such as ``http://127.0.0.1:8000``.
    """
    if Community.current() is not None:
        return None
    code = secrets.token_urlsafe(24)
    _keep(hashed(code))
    return origin.rstrip("/") + reverse("first_run", args=[code])


def fits(code: str) -> bool:
    """Whether this is the code of the newest link, and it was not used."""
    try:
        kept = _file().read_text(encoding="ascii").strip()
    except OSError:
        return False
    return hmac.compare_digest(kept, hashed(code))


def forget() -> None:
    """The link has done its work."""
    _file().unlink(missing_ok=True)


def _keep(code_hash: str) -> None:
    """Replace the file at once, readable by its owner only."""
    draft = _file().with_name(f".setup-code.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(code_hash)
    draft.replace(_file())


def _file() -> Path:
    return Path(settings.INSTALLATION.data) / "setup-code"
