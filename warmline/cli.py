"""``warmline serve`` and its sisters: the one place that puts gateway, Django and threads together."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from warmline.installation import InstallationError, fail

if TYPE_CHECKING:
    from warmline.gateway import GatewayConfig

log = logging.getLogger("warmline")

PORT = 8000


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and run one command; wrong ones say what is possible."""
    chosen = _parser().parse_args(arguments)
    os.umask(0o077)  # what is written here is for the owner alone
    try:
        _prepare(chosen)
        chosen.run(chosen)
    except InstallationError as error:
        fail(error)
    except KeyboardInterrupt:
        pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="warmline", description="Peer support, self-hosted.")
    commands = parser.add_subparsers(required=True, metavar="command")

    serve = commands.add_parser("serve", help="run the service")
    serve.add_argument("--port", type=_port, default=PORT, help=f"port to listen on ({PORT})")
    serve.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (127.0.0.1: only this machine)"
    )
    serve.add_argument("--origin", help="public address behind a proxy, https://talk.example.org")
    serve.add_argument(
        "--demo", action="store_true", help="a demo community with simulated volunteers"
    )
    serve.add_argument(
        "--no-background",
        action="store_true",
        help="no matcher, teller, sweeper, migrations here: `warmline worker` does them (needs REDIS_URL)",
    )
    serve.set_defaults(run=_serve)

    worker = commands.add_parser(
        "worker", help="matcher, teller and sweeper as a process of their own"
    )
    worker.set_defaults(run=_work)

    lines = commands.add_parser("crisis-lines", help="bring the list of crisis lines up to date")
    lines.add_argument("file", nargs="?", help="a file like crisis_lines.csv; else the shipped one")
    lines.set_defaults(run=_import_crisis_lines)

    audit = commands.add_parser("audit", help="the record of what is done with power")
    verify = audit.add_subparsers(required=True, metavar="command").add_parser(
        "verify", help="say whether the record is whole; status 1 if it is not"
    )
    verify.add_argument("--mark", default="", help="what an earlier run printed as its mark")
    verify.set_defaults(run=_verify_record)

    recover = commands.add_parser(
        "recover", help="print a one-time link for somebody who cannot sign in any more"
    )
    recover.add_argument("name", help="the sign-in name")
    recover.add_argument("--port", type=_port, default=PORT)
    recover.add_argument("--origin")
    recover.set_defaults(run=_print_recovery_link)

    franking = commands.add_parser(
        "new-franking-key", help="draw a new key for the tags that prove what was said"
    )
    franking.set_defaults(run=_replace_franking_key)

    link = commands.add_parser("setup-link", help="print a new one-time set-up link")
    link.add_argument("--port", type=_port, default=PORT)
    link.add_argument("--origin")
    link.set_defaults(run=_print_setup_link)
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def _prepare(chosen: argparse.Namespace) -> None:
    if getattr(chosen, "origin", None):
        os.environ["WARMLINE_ORIGIN"] = chosen.origin
    if getattr(chosen, "demo", False):
        os.environ["WARMLINE_DEMO"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "warmline.settings")
    import django
    from django.conf import settings

    _ = settings.INSTALLATION
    if getattr(chosen, "no_background", False) and not settings.REDIS_URL:
        raise InstallationError(
            "--no-background needs Redis, so that `warmline worker` and this process hear each "
            "other. Set REDIS_URL, for example redis://127.0.0.1:6379/0."
        )
    django.setup()


def _serve(chosen: argparse.Namespace) -> None:
    from django.conf import settings

    address = settings.ORIGIN or f"http://127.0.0.1:{chosen.port}"
    if not chosen.no_background:
        _migrate()
    if settings.DEMO:
        from warmline.demo import community

        community.make()
    import uvloop

    with _background(not chosen.no_background, address):
        uvloop.run(_listen(chosen.host, chosen.port, _where(address)))


def _work(chosen: argparse.Namespace) -> None:
    from django.conf import settings

    if not settings.REDIS_URL:
        raise InstallationError(
            "`warmline worker` needs REDIS_URL. Without Redis `warmline serve` does its work."
        )
    _migrate()
    print("Matcher, teller and sweeper are running. Stop with Ctrl+C.", flush=True)
    with _background(True, settings.ORIGIN or f"http://127.0.0.1:{PORT}"):
        ended = signal.sigwait({signal.SIGINT, signal.SIGTERM})
        log.info("Ending on signal %s.", ended)


def _print_setup_link(chosen: argparse.Namespace) -> None:
    from django.conf import settings

    _migrate()
    link = _setup_link(settings.ORIGIN or f"http://127.0.0.1:{chosen.port}")
    print(link or "The community is set up already; sign in at /accounts/login/.")


def _print_recovery_link(chosen: argparse.Namespace) -> None:
    from django.conf import settings

    from warmline.people import recovery

    _migrate()
    path = recovery.server_link(chosen.name)
    if path is None:
        raise InstallationError("Nobody who has a role here signs in with this name.")
    address = settings.ORIGIN or f"http://127.0.0.1:{chosen.port}"
    print("This link sets a new password and takes the lost second factor away.")
    print("It works once, for one hour. Give it to nobody but the person it is for:")
    print(f"  {address}{path}")


def _replace_franking_key(_chosen: argparse.Namespace) -> None:
    from django.conf import settings

    from warmline.installation import replace_franking_key
    from warmline.protocol import clock

    kid = replace_franking_key(settings.INSTALLATION.data / "secrets.json", clock.now())
    print(f"Key {kid} signs as soon as every process of the service is started again: do it now.")
    print(
        "The one before still proves what was said for 8 days. Take a new backup of secrets.json."
    )


def _setup_link(address: str) -> str | None:
    from warmline.people import first_run

    return first_run.setup_link(address)


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", interactive=False, verbosity=0)
        _bring_crisis_lines()
    except DatabaseError as error:
        raise InstallationError(
            f"The database cannot be used ({type(error).__name__}: {error}). "
            "Look at DATABASE_URL and whether its server runs."
        ) from error


def _bring_crisis_lines() -> None:
    """The shipped crisis lines, once; later versions come by `warmline crisis-lines`."""
    from warmline.safety import line_import
    from warmline.safety.models import CrisisLine

    if not CrisisLine.objects.exists():
        line_import.import_lines()


def _import_crisis_lines(chosen: argparse.Namespace) -> None:
    from pathlib import Path

    from warmline.safety import line_import

    _migrate()
    report = line_import.import_lines(Path(chosen.file) if chosen.file else line_import.SHIPPED)
    print(f"{report.taken} lines brought in, {report.kept} kept as your coordinators changed them.")
    for row, reason in report.mended:
        print(f"  Row {row}: {reason}.")
    for row, reason in report.refused:
        print(f"  Row {row} was refused: {reason}.")


def _verify_record(chosen: argparse.Namespace) -> None:
    """Print a sentence and the mark; leave with status 1 when the record is not whole."""
    from django.db import DatabaseError

    from warmline.audit.services import verify
    from warmline.audit.telling import sentence

    try:
        verdict = verify(chosen.mark)
    except ValueError as error:
        raise InstallationError("A mark is a number, a colon and 64 letters and digits.") from error
    except DatabaseError as error:
        raise InstallationError(
            f"The record cannot be read ({type(error).__name__}). "
            "Look at DATABASE_URL, and start `warmline serve` once so that its tables are there."
        ) from error
    print(sentence(verdict))
    if verdict.mark:
        print(f"Mark: {verdict.mark}")
    if not verdict.whole:
        raise SystemExit(1)


@contextlib.contextmanager
def _background(wanted: bool, address: str = "") -> Iterator[None]:
    """Matcher, teller and sweeper as threads, for as long as the block runs.

    ``address``: where the service is reached, for links in mails, if no origin is set.
    """
    if not wanted:
        yield
        return
    from warmline.availability.teller import Teller
    from warmline.core.realtime import Listener
    from warmline.core.sweeping import Sweeper
    from warmline.protocol import topics
    from warmline.support.matcher import Matcher

    matcher, teller = Matcher(), Teller(address)
    threads: list[Matcher | Teller | Sweeper | Listener] = [
        matcher,
        teller,
        Sweeper(),
        Listener(topics.MATCHER, matcher.wake),
        Listener(topics.TELLER, teller.wake),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.stop()
        for thread in threads:
            thread.join(timeout=5)


async def _listen(host: str, port: int, where: str) -> None:
    """Gateway and pages on one port, until a signal ends them in good order.

    ``where`` is printed once the port answers.
    """
    import uvicorn
    from django.conf import settings
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
    from uvicorn.server import ServerState

    from warmline.asgi import application
    from warmline.core import realtime
    from warmline.gateway import Gateway

    loop = asyncio.get_running_loop()
    gateway = Gateway(_gateway_config(port))
    pages = uvicorn.Config(
        application,
        ws=gateway.upgraded,  # type: ignore[arg-type]
        lifespan="off",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=30,
    )
    pages.load()
    state = ServerState()
    await gateway.start()
    disconnect = realtime.connect(gateway.submit_event)
    door = gateway.front_door(lambda: HttpToolsProtocol(pages, state, {}, loop))
    try:
        server = await loop.create_server(door, host, port)
    except OSError as error:
        raise InstallationError(
            f"Port {port} on {host} cannot be used ({error.strerror or error}). "
            "Choose another with --port."
        ) from error
    simulated = None
    if settings.DEMO:
        from warmline.demo import simulation

        simulated = simulation.start(f"http://127.0.0.1:{port}")
    print(where, flush=True)
    try:
        await _until_signal(loop)
    finally:
        if simulated:
            simulated.stop()
        server.close()
        disconnect()
        await gateway.stop()
        for connection in list(state.connections):
            connection.shutdown()
        await asyncio.sleep(0)


async def _until_signal(loop: asyncio.AbstractEventLoop) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    await ended.wait()


def _gateway_config(port: int) -> GatewayConfig:
    from urllib.parse import urlsplit

    from django.conf import settings

    from warmline.gateway import GatewayConfig

    shown = "" if port == 80 else f":{port}"
    hosts = {f"{host}{shown}" for host in settings.LOCAL_HOSTS}
    origins = {f"http://{host}" for host in hosts}
    if settings.ORIGIN:
        hosts, origins = {urlsplit(settings.ORIGIN).netloc}, {settings.ORIGIN}
    installed = settings.INSTALLATION
    return GatewayConfig(
        origins=frozenset(origins),
        hosts=frozenset(hosts),
        session_cookie=settings.SESSION_COOKIE_NAME,
        ticket_key=installed.secrets.ticket,
        franking_keys=installed.secrets.franking,
        database_url=installed.database_url,
        redis_url=installed.redis_url,
    )


def _where(address: str) -> str:
    """What an operator wants to know: the address, and the links of this start."""
    from django.conf import settings

    lines = [f"Warmline listens at {address}"]
    if settings.DEMO:
        from warmline.demo import community

        lines += [f"  {role}: {link}" for role, link in community.links(address)]
        lines += [community.hint()]
    elif link := _setup_link(address):
        lines += ["Set up your community with this link. It works once:", f"  {link}"]
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
