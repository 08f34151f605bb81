"""What this installation is: its data folder, its secrets, what the environment says. No Django here.

Secrets live in the data folder beside the database, never in it: ``secrets.json`` (Django's key, the
key of tickets, the franking keys, the pepper of drawn words, the key of sealed statements, the key
that signs to push services) and
``prefix.key`` (keyed hash of network prefixes, held apart because it is thrown away every 14 days).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FRANKING_VERIFIES = timedelta(days=8)
"""A talk is reported for 7 days, and its tab may have been open for one before."""
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the curve's group has (SEC 2, section 2.4.2): private keys are below it."""
REPOSITORY = Path(__file__).resolve().parent.parent


class InstallationError(Exception):
    """The environment or the data folder is not as it must be; the message says what to do."""


@dataclass(frozen=True)
class Secrets:
    """Keys of this installation, each drawn on first run.

    ``franking`` maps key id to key; the highest id signs. Another one verifies for
    :data:`FRANKING_VERIFIES` after the instant in ``franking_replaced``, when it stopped signing.
    """

    django: str
    ticket: bytes
    franking: dict[int, bytes]
    pepper: bytes
    seal: bytes
    vapid: bytes
    franking_replaced: dict[int, datetime] = field(default_factory=dict)

    def franking_key(self, kid: int, now: datetime) -> bytes | None:
        """The key that verifies tags of this id now; None for one that never was, or is too old."""
        if kid == max(self.franking):
            return self.franking[kid]
        replaced = self.franking_replaced.get(kid)
        if replaced is None or now - replaced >= FRANKING_VERIFIES:
            return None
        return self.franking.get(kid)


@dataclass(frozen=True)
class Installation:
    """Everything the environment decides, read once."""

    data: Path
    database_url: str
    redis_url: str | None
    origin: str | None
    email_url: str | None
    trusted_proxies: int
    demo: bool
    secrets: Secrets

    @property
    def origin_host(self) -> str | None:
        """Host (with port, if any) of the public address, or None on a private machine."""
        return urlsplit(self.origin).netloc if self.origin else None


def installation() -> Installation:
    """Read the environment, make the data folder and the secrets if they are missing.

    Raises :class:`InstallationError` with a sentence that says what to do.
    """
    demo = os.environ.get("WARMLINE_DEMO") == "1"
    data = _data_folder(demo)
    database_url = os.environ.get("DATABASE_URL", "")
    if demo or not database_url:
        database_url = f"sqlite:///{data / 'warmline.sqlite3'}"
    return Installation(
        data=data,
        database_url=database_url,
        redis_url=os.environ.get("REDIS_URL") or None,
        origin=_origin(os.environ.get("WARMLINE_ORIGIN", "")),
        email_url=os.environ.get("EMAIL_URL") or None,
        trusted_proxies=_trusted_proxies(),
        demo=demo,
        secrets=_secrets(data / "secrets.json"),
    )


def _data_folder(demo: bool) -> Path:
    data = Path(os.environ.get("WARMLINE_DATA") or REPOSITORY / "var").resolve()
    if demo:
        data = data / "demo"
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        data.chmod(0o700)
    except OSError as error:
        raise InstallationError(
            f"The data folder {data} cannot be made or used ({error.strerror}). "
            "Set WARMLINE_DATA to a folder that this user may write to."
        ) from error
    return data


def _trusted_proxies() -> int:
    """How many proxies stand in front; with an https origin one does, unless told otherwise."""
    text = os.environ.get("WARMLINE_TRUSTED_PROXIES", "")
    if not text:
        return 1 if os.environ.get("WARMLINE_ORIGIN", "").startswith("https://") else 0
    if not text.isdigit():
        raise InstallationError(
            "WARMLINE_TRUSTED_PROXIES must be a number: how many proxies stand in front (mostly 1)."
        )
    return int(text)


def _origin(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.netloc or parts.path.strip("/") or parts.query:
        raise InstallationError("--origin must look like https://talk.example.org, with no path.")
    if parts.scheme != "https" and not (parts.scheme == "http" and local):
        raise InstallationError(
            "--origin must start with https:// (browsers give a page no keys, camera or "
            "notifications without it). Only localhost may use http://."
        )
    return f"{parts.scheme}://{parts.netloc}".lower()


def _secrets(path: Path) -> Secrets:
    with contextlib.suppress(FileExistsError):
        _write_once(path, _drawn())
    try:
        stored = json.loads(path.read_text())
        if not {"seal", "vapid"} <= stored.keys():
            stored = _with_newer_keys(path)
        return Secrets(
            django=stored["django"],
            ticket=bytes.fromhex(stored["ticket"]),
            franking={int(kid): bytes.fromhex(key) for kid, key in stored["franking"].items()},
            pepper=bytes.fromhex(stored["pepper"]),
            seal=bytes.fromhex(stored["seal"]),
            vapid=bytes.fromhex(stored["vapid"]),
            franking_replaced={
                int(kid): datetime.fromisoformat(at)
                for kid, at in stored.get("franking_replaced", {}).items()
            },
        )
    except (OSError, ValueError, KeyError) as error:
        raise InstallationError(
            f"The secrets file {path} cannot be read. Bring it back from a backup; "
            "without it nobody stays signed in and stored proofs cannot be checked."
        ) from error


def _drawn() -> str:
    return json.dumps(
        {
            "django": secrets.token_urlsafe(48),
            "ticket": secrets.token_hex(32),
            "franking": {"1": secrets.token_hex(32)},
            "pepper": secrets.token_hex(32),
            "seal": secrets.token_hex(32),
            "vapid": _drawn_vapid(),
        }
    )


def replace_franking_key(path: Path, now: datetime) -> int:
    """Draw a new franking key into the secrets file; its id. It signs from the next start on.

    Keys that verify no more are dropped. Raises :class:`InstallationError`.
    """
    try:
        with _locked(path) as stored:
            franking, replaced = stored["franking"], stored.setdefault("franking_replaced", {})
            newest = max(franking, key=int)
            replaced[newest] = now.astimezone(UTC).isoformat()
            for kid in [each for each in franking if each != newest]:
                at = replaced.get(kid)
                if at is None or now - datetime.fromisoformat(at) >= FRANKING_VERIFIES:
                    franking.pop(kid)
                    replaced.pop(kid, None)
            drawn = int(newest) + 1
            franking[str(drawn)] = secrets.token_hex(32)
            return drawn
    except (OSError, ValueError, KeyError) as error:
        raise InstallationError(f"The secrets file {path} cannot be read or written.") from error


def _drawn_vapid() -> str:
    """A private key on P-256 (RFC 8292): 32 bytes, in hex."""
    return f"{1 + secrets.randbelow(P256_ORDER - 1):064x}"


def _with_newer_keys(path: Path) -> dict[str, Any]:
    """Give a file from before statements were sealed, or before push, the keys for it.

    Of two processes at once one draws them.
    """
    with _locked(path) as stored:
        stored.setdefault("seal", secrets.token_hex(32))
        stored.setdefault("vapid", _drawn_vapid())
        return stored


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[dict[str, Any]]:
    """What the secrets file holds, for one process at a time; what was changed in it is kept, whole."""
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        before = path.read_text()
        stored: dict[str, Any] = json.loads(before)
        yield stored
        if stored != json.loads(before):
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            draft.unlink(missing_ok=True)
            _write(draft, json.dumps(stored))
            draft.replace(path)
            os.fsync(folder)
    finally:
        os.close(folder)


def _write_once(path: Path, text: str) -> None:
    """Write a file only its owner can read, whole or not at all; FileExistsError if it is there."""
    if path.exists():
        raise FileExistsError(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write(draft, text)
        os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _write(draft: Path, text: str) -> None:
    """A new file only its owner can read, on the disk when this returns."""
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def fail(error: InstallationError) -> None:
    """Print the sentence and leave with status 2."""
    print(error, file=sys.stderr)
    raise SystemExit(2)
