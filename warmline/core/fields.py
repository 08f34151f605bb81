"""Columns several apps use."""

from __future__ import annotations

from typing import Any

from django.db import models

from warmline.core.ids import new_id


class RandomIdField(models.BigIntegerField):
    """Primary key drawn by :func:`warmline.core.ids.new_id`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(primary_key=True, default=new_id, editable=False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("primary_key", "default", "editable"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs
