"""A gateway alone, to be killed: python -m tests.gateway.serve '{"port": …}'."""

import asyncio
import contextlib
import json
import signal
import sys

import uvloop

from tests.gateway.running import config_for
from warmline.gateway import Gateway


async def serve(port: int, database_url: str, redis_url: str | None) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    gateway = Gateway(config_for(port, database_url, redis_url))
    await gateway.start()
    server = await loop.create_server(
        gateway.front_door(asyncio.Protocol), "127.0.0.1", port, reuse_address=True
    )
    print("listening", flush=True)
    await ended.wait()
    server.close()
    await gateway.stop()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(serve(**json.loads(sys.argv[1])))
