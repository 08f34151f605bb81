"""What a report proves of a talk, and the reporter's words: sealed to keyholders before they come here."""

from __future__ import annotations

from django.db import models

from warmline.protocol import base64url, clock
from warmline.protocol.evidence import BLOB_BYTES, KEY_ID_BYTES, STATEMENT_MOST
from warmline.safety.keyholder_models import Keyholder
from warmline.safety.report_models import Report


class Evidence(models.Model):
    """Messages of a talk that a report shows to two keyholders together.

    ``items``: what proves them, checked when it came, and no words. ``sealed``: the words.
    ``key_ids``: to whose keys it was sealed first, as their ids one after the other; all that is sealed
    of it is bound to this list, so it stays when one of the keys goes. Goes with its report.
    """

    report = models.OneToOneField(
        Report, on_delete=models.CASCADE, primary_key=True, related_name="evidence"
    )
    items = models.BinaryField()
    sealed = models.BinaryField()
    key_ids = models.BinaryField()
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"evidence of report {self.report_id}"

    @property
    def key_names(self) -> list[str]:
        """The ids of the first keyholders' keys, as pages write them, ascending."""
        ids, length = bytes(self.key_ids), KEY_ID_BYTES
        return [base64url.encode(ids[at : at + length]) for at in range(0, len(ids), length)]


class EvidenceBlob(models.Model):
    """The key of the words, sealed to the inner one and then to the outer one. Goes with either key."""

    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="blobs")
    outer = models.ForeignKey(Keyholder, on_delete=models.CASCADE, related_name="blobs_as_outer")
    inner = models.ForeignKey(Keyholder, on_delete=models.CASCADE, related_name="blobs_as_inner")
    blob = models.BinaryField(max_length=BLOB_BYTES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["evidence", "outer", "inner"], name="one_blob_a_pair"),
            models.CheckConstraint(
                condition=~models.Q(outer=models.F("inner")), name="blob_takes_two"
            ),
        ]

    def __str__(self) -> str:
        return f"blob of report {self.evidence_id}"


class SealedStatement(models.Model):
    """The reporter's own words for one keyholder. Goes with the report, and with the key."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sealed_statements")
    keyholder = models.ForeignKey(
        Keyholder, on_delete=models.CASCADE, related_name="sealed_statements"
    )
    sealed = models.BinaryField(max_length=STATEMENT_MOST)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "keyholder"], name="one_statement_a_keyholder"
            )
        ]

    def __str__(self) -> str:
        return f"statement of report {self.report_id}"
