"""The service as it really runs, in a process of its own, with a clock and a cast that tests decide."""

from tests.served.service import Service

__all__ = ["Service"]
