"""Who is asked to talk with whom, and when. Pure: dataclasses in, choices out.

`Matching` keeps everybody who waits and everybody who is ready, and says which offers to make now
(`next_offers`) and when to ask it again (`due_at`). The rules it follows are spelled out, slowly
and one pair at a time, in `rules`; the tests hold the two together.
"""

from warmline.support.matching.matching import Matching
from warmline.support.matching.sides import Choice, Ready, Waiting

__all__ = ["Choice", "Matching", "Ready", "Waiting"]
