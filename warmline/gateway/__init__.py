"""The live gateway: sockets, rooms' message log, presence, talk clocks.

Knows `warmline.protocol` and drivers, nothing else of the house. `Gateway` is its one entry.
"""

from warmline.gateway.config import GatewayConfig, Limits
from warmline.gateway.gateway import Gateway

__all__ = ["Gateway", "GatewayConfig", "Limits"]
