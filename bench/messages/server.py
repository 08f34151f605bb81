"""The two servers that are compared: the gateway, and a hub that only passes on.

Run by __main__: python -m bench.messages.server '{"kind": …, "port": …}'.
"""

import asyncio
import json
import sys

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

from tests.gateway.configured import config_for
from warmline.gateway import Gateway


class BareHub(WSListener):
    """Passes every frame to both sockets of its room: no ticket, no decoding, no database."""

    rooms: dict[bytes, list[WSTransport]] = {}

    def __init__(self, room: bytes) -> None:
        self.members = self.rooms.setdefault(room, [])

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.members.append(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.disconnect()
            return
        data = frame.get_payload_as_bytes()
        for member in self.members:
            member.send(WSMsgType.TEXT, data)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.members.remove(transport)


def hub_listener(request: WSUpgradeRequest) -> BareHub:
    return BareHub(request.path)


async def serve(kind: str, port: int, database_url: str) -> None:
    if kind == "hub":
        await ws_create_server(
            hub_listener, "127.0.0.1", port, read_buffer_init_size=2048, backlog=2048
        )
    else:
        gateway = Gateway(config_for(port, database_url, None))
        await gateway.start()
        door = gateway.front_door(asyncio.Protocol)
        await asyncio.get_running_loop().create_server(door, "127.0.0.1", port, backlog=2048)
    print("listening", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(serve(**json.loads(sys.argv[1])))
