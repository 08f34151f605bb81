"""Database sessions whose keys are stored as hashes: a stolen table signs nobody in.

The module is the session engine; Django looks for ``SessionStore`` in it.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from warmline.protocol import clock


def stored_key(session_key: str) -> str:
    """What the table holds for a key: 160 bits of its SHA-256, in hex (the column has 40 places)."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """As Django's, with :func:`stored_key` in the place of the key."""

    @classmethod
    def get_model_class(cls) -> Any:
        from warmline.core.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        try:
            return self.model.objects.get(
                session_key=stored_key(self.session_key or ""), expire_date__gt=clock.now()
            )
        except self.model.DoesNotExist:
            self._session_key = None
            return None

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=stored_key(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        model: Any = self.model
        return model(
            session_key=stored_key(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            account=int(data[SESSION_KEY]) if SESSION_KEY in data else None,
            expire_date=self.get_expiry_date(modification=clock.now()),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.model.objects.filter(session_key=stored_key(key)).delete()
