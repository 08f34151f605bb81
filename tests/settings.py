"""The service's own settings, on a throw-away data folder and without this machine's environment."""

import atexit
import contextlib
import os
import tempfile

from tests import servers

_afterwards = contextlib.ExitStack()
atexit.register(_afterwards.close)

os.environ["WARMLINE_DATA"] = _afterwards.enter_context(
    tempfile.TemporaryDirectory(prefix="warmline-tests-")
)
for _name in ("EMAIL_URL", "WARMLINE_DEMO", "WARMLINE_ORIGIN", "WARMLINE_TRUSTED_PROXIES"):
    os.environ.pop(_name, None)
if os.environ.get("REDIS_URL") and "PYTEST_XDIST_WORKER" in os.environ:
    # Every test empties its Redis, so tests that run side by side have one each.
    os.environ["REDIS_URL"] = _afterwards.enter_context(servers.redis()).url

from warmline.settings import *  # noqa: E402, F403
