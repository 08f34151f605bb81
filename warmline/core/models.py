"""Sessions of browsers: who came back, until when, and nothing about the device."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class Session(AbstractBaseSession):
    """One browser. ``session_key`` is a hash of its key; ``account`` the id of who is signed in, if any.

    ``account`` is here so that all sessions of somebody can be listed and ended at once. When it began
    and was last used is inside ``session_data``; no address and no name of a device is kept anywhere.
    """

    account = models.BigIntegerField(null=True, blank=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type:
        from warmline.core.sessions import SessionStore

        return SessionStore
