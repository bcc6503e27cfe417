"""The list of invoices as a browser gets it, beside an empty view, in one run (V12 to V14).

    python -m benchmarks.pages [--sizes 10000,100000]

For each size, workload W1 is invoiced in a scratch database and the real server (gunicorn, two
processes) answers on loopback, signed in, whole HTML. One client asks each page 120 times, ten at
a time in turn with the empty view and the others, so that a machine that slows down slows them
all; then four sessions ask the first page together. Each figure stands beside the empty view's
and, for V14, beside that of the first page at the first size.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from benchmarks.scratch import CHECKOUT, Scratch, scratch

MODULE = "benchmarks.pages"
ROUNDS, REQUESTS, SESSIONS = 12, 10, 4
WARM_UP = 10
EMPTY = "/healthz"


@dataclass(frozen=True, slots=True)
class Site:
    """A running server and whoever is signed in there."""

    port: int
    cookies: tuple[str, ...]
    slug: str

    def pages(self) -> dict[str, str]:
        """What is asked, by the name it has in the report."""
        invoices = f"/atelier/{self.slug}/factures/"
        return {
            "first page": invoices,
            "last page": f"{invoices}?last=1",
            "by status": f"{invoices}?status=overdue",
            "by period": f"{invoices}?first_day=2026-01-01&last_day=2026-01-31",
            "by name": f"{invoices}?search=Client+00012",
        }


def ask(link: http.client.HTTPConnection, path: str, cookie: str) -> float:
    """One request on a kept connection; its seconds. Anything but 200 ends the benchmark."""
    begun = time.perf_counter()
    link.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "fr"})
    answer = link.getresponse()
    size = len(answer.read())
    seconds = time.perf_counter() - begun
    if answer.status != HTTPStatus.OK or (path != EMPTY and size < 10_000):
        raise SystemExit(f"{path}: {answer.status}, {size} bytes")
    return seconds


def one_client(site: Site, paths: dict[str, str]) -> dict[str, list[float]]:
    """The seconds of each request of each page."""
    link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    for path in paths.values():
        for _ in range(WARM_UP):
            ask(link, path, site.cookies[0])
    seconds: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(ROUNDS):
        for name, path in paths.items():
            seconds[name] += [ask(link, path, site.cookies[0]) for _ in range(REQUESTS)]
    return seconds


def together(site: Site, path: str) -> float:
    """Requests a second of four sessions that ask at once."""

    def session(cookie: str) -> None:
        link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        for _ in range(ROUNDS * REQUESTS):
            ask(link, path, cookie)

    threads = [threading.Thread(target=session, args=(cookie,)) for cookie in site.cookies]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return SESSIONS * ROUNDS * REQUESTS / (time.perf_counter() - begun)


def p50_p95(seconds: list[float]) -> tuple[float, float]:
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000


def report(site: Site, size: int, first_ms: float | None) -> float:
    """Print the figures of one size; return the median of its first page."""
    asked = one_client(site, {EMPTY: EMPTY, **site.pages()})
    figures = {name: p50_p95(seconds) for name, seconds in asked.items()}
    empty, _slow = figures.pop(EMPTY)
    first = first_ms or figures["first page"][0]
    for name, (median, slow) in figures.items():
        print(
            f"{size:>7} {name:<11} p50 {median:6.1f} ms, p95 {slow:6.1f} ms, "
            f"{median / empty:5.1f} × the empty view, {median / first:4.2f} × the first of all"
        )
    rate, bare = together(site, site.pages()["first page"]), together(site, EMPTY)
    print(
        f"{size:>7} {SESSIONS} sessions: {rate:5.0f} requests/s, "
        f"{bare / rate:5.1f} × fewer than of the empty view"
    )
    sys.stdout.flush()
    return first


@contextmanager
def served(databases: Scratch, name: str) -> Iterator[int]:
    """The real server on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **databases.environment(name),
        "PORT": str(port),
        "BASE_URL": f"http://localhost:{port}",
        "LOG_LEVEL": "ERROR",
        "SECRET_KEY": SECRET,
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"],
        cwd=CHECKOUT,
        env=environment,
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


# Sessions are signed with it: the process that opens them and the server share it.
SECRET = "benchmarks-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2


def _wait_for(port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            ask(link, EMPTY, "")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not start")


def inside(provider_id: str) -> dict[str, Any]:
    """Issue everything and sign four people in; what the clients need to know."""
    os.environ["SECRET_KEY"] = SECRET
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from uuid import UUID

    from django.conf import settings

    from benchmarks.workload import AT, DAY
    from billing.operations.invoice_run import Run, issue_due
    from providers.models import Provider

    issue_due(Run(UUID(provider_id), DAY, DAY, AT))
    provider = Provider.objects.get(id=provider_id)
    keys = [_signed_in(provider, number) for number in range(SESSIONS)]
    return {
        "slug": provider.slug,
        "cookies": [f"{settings.SESSION_COOKIE_NAME}={key}" for key in keys],
    }


def _signed_in(provider: Any, number: int) -> str:
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.contrib.auth import login
    from django.http import HttpRequest

    from config.sessions import SessionStore
    from providers.enums import Role
    from providers.models import Membership, User

    user = User.objects.create_user(f"banc{number}@example.org", "a long enough secret")
    Membership.objects.create(user=user, provider=provider, role=Role.OWNER)
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={})
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.save()
    return str(request.session.session_key)


def measure(databases: Scratch, size: int, first_ms: float | None) -> float:
    name = databases.create(f"pages_{size}")
    ids = json.loads(databases.run(name, "-m", "benchmarks.workload", str(size), "1", "w1"))
    found = json.loads(databases.run(name, "-m", MODULE, "--inside", ids[0]))
    databases.execute_in(name, "VACUUM ANALYZE")
    with served(databases, name) as port:
        return report(Site(port, tuple(found["cookies"]), found["slug"]), size, first_ms)


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] == "--inside":
        sys.stdout.write(json.dumps(inside(sys.argv[2])))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    options = parser.parse_args()
    with scratch() as databases:
        databases.collect_static()
        first: float | None = None
        for size in map(int, options.sizes.split(",")):
            first = measure(databases, size, first)


if __name__ == "__main__":
    main()
