"""What other rooms of the house must hear of, though this one may not know them."""

from __future__ import annotations

from django.dispatch import Signal

role_ended = Signal()
"""A role has ended. Sent inside the transaction that ends it, with ``role``: what hangs on the role ends
with it, or the role does not end. Whoever hears must not ask who did it."""
