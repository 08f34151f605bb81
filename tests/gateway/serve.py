"""Gateways to be killed: python -m tests.gateway.serve '{"port": …}'.

Each line on stdin starts one as a child, so that only the first waits for Python to start; "gone" is
said when it has ended. One at a time.
"""

import asyncio
import json
import os
import signal
import sys

import uvloop

from tests.gateway.configured import config_for
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
    print(f"listening {os.getpid()}", flush=True)
    await ended.wait()
    server.close()
    await gateway.stop()


def main() -> None:
    given = json.loads(sys.argv[1])
    while sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            uvloop.run(serve(**given))
            os._exit(0)
        os.waitpid(pid, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    main()
