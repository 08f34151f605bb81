"""The record: what was done with power here, by whom. It grows at its end and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import models

from warmline.audit.actions import Action
from warmline.audit.chain import ENCODING, NOTHING_BEFORE, Fields, entry_hash


class Unchangeable(TypeError):
    """Somebody tried to change or delete an entry: a mistake in the code."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def of_person(self, alias: str, since: datetime) -> EntryQuerySet:
        """What somebody did, agreed to, or is the subject of, since they came under this alias."""
        mine = models.Q(actor=alias) | models.Q(second=alias) | models.Q(object=f"person:{alias}")
        return self.filter(mine, at__gte=since.replace(microsecond=0))

    def done_alone(self) -> EntryQuerySet:
        """By one coordinator where it needs two, oldest first (reason words ``alone``)."""
        alone = models.Q(reason="alone") | models.Q(reason__endswith=" alone")
        return self.filter(alone).order_by("number")

    def named_alone(self) -> EntryQuerySet:
        """The second coordinator, named by the first."""
        return self.filter(reason__endswith="named_alone").order_by("number")

    def update(self, **values: Any) -> int:
        raise Unchangeable

    def delete(self) -> Any:
        raise Unchangeable


class Entry(models.Model):
    """One thing done. Aliases only; ``object`` is a kind and an id, such as ``setting:break_minutes``.

    A seeker never appears: what concerns one names the report. ``at`` is in whole seconds, so that every
    way to copy a database keeps it exactly. How ``hash`` is made is in :mod:`warmline.audit.chain`.
    """

    number = models.BigIntegerField(primary_key=True)
    encoding = models.PositiveSmallIntegerField(default=ENCODING)
    at = models.DateTimeField(db_index=True)
    action = models.CharField(max_length=40)
    actor = models.CharField(max_length=40, blank=True)
    second = models.CharField(max_length=40, blank=True)
    object = models.CharField(max_length=80, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    def __str__(self) -> str:
        return f"entry {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Unchangeable
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise Unchangeable

    @property
    def done_alone(self) -> bool:
        """By one coordinator where it needs two, or the second named by the first."""
        return bool({"alone", "named_alone"} & set(self.reason.split()))

    @property
    def label(self) -> str:
        """The action in the reader's words; one that this version does not know, as it is stored."""
        known = self.action in Action.values
        return str(Action(self.action).label) if known else self.action

    def hashed(self) -> str:
        """The hash that these fields must have. Raises ``ValueError`` for fields that cannot be."""
        fields = Fields(
            previous=self.previous,
            number=self.number,
            seconds=_whole_seconds(self.at),
            action=self.action,
            actor=self.actor,
            second=self.second,
            object=self.object,
            rule=self.rule,
            reason=self.reason,
        )
        return entry_hash(fields, encoding=self.encoding)


class Head(models.Model):
    """Where the record ends, and the last entry that was deleted for its age; one row, sealed.

    Whoever appends or deletes holds this row until the commit.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=NOTHING_BEFORE)
    pruned = models.BigIntegerField(default=0)
    pruned_hash = models.CharField(max_length=64, default=NOTHING_BEFORE)
    seal = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_audit_head")]

    def __str__(self) -> str:
        return f"record up to {self.number}"


def _whole_seconds(at: datetime) -> int:
    if at.microsecond:
        raise ValueError("not a whole second")
    return int(at.astimezone(UTC).timestamp())
