"""The demonstration: everything on this machine, under one supervisor, until Ctrl-C.

`script/demo` runs this with the locked environment. What it needs is already installed.
"""

import argparse
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any

from config.embedded.places import CHECKOUT, Place
from config.embedded.postgres import Postgres
from config.embedded.services import Services
from providers.roles import APP, DATABASE

PREFERRED_PORT = 8000
LOADING = "loading"
PATIENCE = 120.0
INTERRUPTED = 128 + signal.SIGINT
# Whatever this shell uses for a real installation has no business here.
NOT_OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


class AlreadyRunning(RuntimeError):
    """This checkout's demonstration runs in another terminal."""


def main() -> int:
    options = _options()
    place = Place(CHECKOUT, options.place)
    for name in NOT_OURS:
        os.environ.pop(name, None)
    os.environ["CLAUSIER_SERVICES"] = place.name
    # Invented data: anybody may look around with a password alone.
    os.environ["SECOND_FACTOR_REQUIRED"] = "false"
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    try:
        with _alone(place):
            return _run(place, options)
    except AlreadyRunning as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    except subprocess.CalledProcessError as error:
        return error.returncode if error.returncode > 0 else INTERRUPTED


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument("--reset", action="store_true", help="forget the data and start over")
    parser.add_argument("--port", type=int, help=f"instead of {PREFERRED_PORT} or a free one")
    parser.add_argument("--place", default="demo", help="another set of data beside the usual one")
    return parser.parse_args()


def _run(place: Place, options: argparse.Namespace) -> int:
    services = Services(place)
    if options.reset or (place.data / LOADING).exists():
        services.stop()
        forget(place)
    services.ensure_started()
    try:
        port = options.port or free_port()
        os.environ["PORT"], os.environ["BASE_URL"] = str(port), f"http://localhost:{port}"
        _prepare(place)
        return _supervise(place, port)
    finally:
        services.stop()


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """One demonstration per checkout and set of data; the lock goes with the process."""
    place.data.mkdir(parents=True, exist_ok=True)
    with (place.data.parent / f"{place.name}.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning("This checkout's demonstration is already running.") from error
        yield


def forget(place: Place) -> None:
    """Remove the data; the lock file stays, somebody may be waiting for it."""
    for path in place.data.iterdir():
        if path.name == "lock":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def free_port() -> int:
    """The usual port, or any free one when it is taken."""
    for wanted in (PREFERRED_PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def _prepare(place: Place) -> None:
    """Bring the database, the messages and the static files up to date."""
    _say("Bringing the database up to date")
    _manage("migrate", "--verbosity", "0")
    if _is_stale(CHECKOUT / "locale", "*.po", newer_than="*.mo"):
        _manage("compilemessages", "--verbosity", "0", "--ignore", ".venv", "--ignore", ".data")
    _collect_static()
    _load(place)


def _load(place: Place) -> None:
    """Once, and never over data of one's own; what was cut short starts over the next time."""
    loading, loaded = place.data / LOADING, place.data / "loaded"
    if loaded.exists():
        return
    if _has_providers(place):
        _say("There is data already; script/demo --reset starts over with the demonstration's.")
        return
    _say("Loading the demonstration, lived day by day: a few minutes, the first time only")
    loading.touch()
    _manage("load_demo")
    loading.rename(loaded)


def _has_providers(place: Place) -> bool:
    with Postgres(place).session(DATABASE, APP) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM providers_provider)")
        return bool(cursor.fetchone()[0])


def _is_stale(folder: Path, sources: str, *, newer_than: str) -> bool:
    """Whether a source has no result yet, or one that is older than itself."""
    newest = max((path.stat().st_mtime for path in folder.rglob(sources)), default=0.0)
    results = [path.stat().st_mtime for path in folder.rglob(newer_than)]
    return newest > 0 and (not results or newest > min(results))


def _collect_static() -> None:
    stamp = CHECKOUT / ".data" / "static" / "staticfiles.json"
    sources = [CHECKOUT / "requirements.lock", *(CHECKOUT / "static").rglob("*")]
    newest = max(path.stat().st_mtime for path in sources if path.is_file())
    if not stamp.exists() or stamp.stat().st_mtime < newest:
        _manage("collectstatic", "--no-input", "--clear", "--verbosity", "0")


def _manage(*arguments: str) -> None:
    command = [sys.executable, str(CHECKOUT / "manage.py"), *arguments]
    subprocess.run(command, cwd=CHECKOUT, check=True)


def _supervise(place: Place, port: int) -> int:
    """Web, worker and beat in one terminal; the supervisor hears Ctrl-C by itself."""
    _say("Starting web, worker and beat")
    environment = {**os.environ, "BEAT_STATE": str(place.data / "celerybeat-schedule")}
    supervisor = subprocess.Popen(
        ["honcho", "--env", os.devnull, "--procfile", "Procfile", "start"],
        cwd=CHECKOUT,
        env=environment,
    )

    def pass_on(number: int, frame: Any) -> None:
        if number != signal.SIGINT:
            supervisor.send_signal(signal.SIGTERM)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    _welcome(supervisor, port)
    status = supervisor.wait()
    return 0 if status in (0, -signal.SIGINT, INTERRUPTED) else status


def _welcome(supervisor: "subprocess.Popen[bytes]", port: int) -> None:
    """The address and the logins, once the address answers."""
    end = time.monotonic() + PATIENCE
    while not answers(port):
        if supervisor.poll() is not None or time.monotonic() > end:
            return
        time.sleep(0.2)
    _manage("demo_logins")
    _say("\n  Here alone, staff sign in without a second factor (SECOND_FACTOR_REQUIRED=false).")
    _say(f"\n  Clausier: http://localhost:{port}   (Ctrl-C ends it, the data stays)\n")


def answers(port: int) -> bool:
    """Whether the web server of this port says that it is alive."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
