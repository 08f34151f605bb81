"""The service's own settings, on a throw-away data folder and without this machine's environment."""

import os
import tempfile

_folder = tempfile.TemporaryDirectory(prefix="warmline-tests-")
os.environ["WARMLINE_DATA"] = _folder.name
for _name in ("EMAIL_URL", "WARMLINE_DEMO", "WARMLINE_ORIGIN", "WARMLINE_TRUSTED_PROXIES"):
    os.environ.pop(_name, None)

from warmline.settings import *  # noqa: E402, F403

# Argon2 is slow by design; who checks it says so in the test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
