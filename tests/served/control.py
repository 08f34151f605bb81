"""The control socket inside a served process: move its clock, seed its database.

One JSON object a line, one line back: `{"ok": …}` or `{"error": "…"}`.
`{"move_ms": n}`: time passes. `{"jump_ms": n}`: somebody sets the wall clock. `{"seed": name, "with": {…}}`:
a function of `tests.served.seeds`, whose answer comes back.
"""

from __future__ import annotations

import json
import socket
import threading
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from warmline.protocol import clock


def listen(path: Path) -> None:
    """Answer on a unix socket from a thread, until the process ends."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    threading.Thread(target=_serve, args=(listener,), name="control", daemon=True).start()


def _serve(listener: socket.socket) -> None:
    while True:
        peer, _ = listener.accept()
        with peer, peer.makefile("rw") as lines:
            for line in lines:
                print(json.dumps(_answer(json.loads(line))), file=lines, flush=True)


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"ok": _do(asked)}
    except Exception:
        return {"error": traceback.format_exc()}


def _do(asked: dict[str, Any]) -> Any:
    if "move_ms" in asked:
        return clock.move(timedelta(milliseconds=asked["move_ms"]))
    if "jump_ms" in asked:
        return clock.jump(timedelta(milliseconds=asked["jump_ms"]))
    return _seed(asked["seed"], asked.get("with", {}))


def _seed(name: str, wish: dict[str, Any]) -> Any:
    from django.db import close_old_connections, connections

    from tests.served import seeds

    close_old_connections()
    try:
        return getattr(seeds, name)(**wish)
    finally:
        connections.close_all()
