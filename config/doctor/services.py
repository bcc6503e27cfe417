"""What stands beside the database: broker, worker, mail, drawing process, fonts, files."""

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import redis
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection

from config import health
from config.doctor import Finding, fail, ok, warn
from config.queues import measured_queues
from core.pdf import Assets, Metadata, render
from core.pdf.fonts import covered_characters, install

NEEDED_LETTERS: Final = "aàâçéèêëîïôùûüÿœæÀÇÉÈŒ0123456789€Σ«»’–…"
NOWHERE: Final = ("console", "locmem", "dummy", "filebased")
PROBE_FILE: Final = "doctor-probe"
LEAST_FREE: Final = 0.05
OLD_SECONDS: Final = 3600


def broker() -> Finding:
    health.broker()
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=health.PATIENCE) as client:
        try:
            found: Any = client.config_get("maxmemory-policy")
        except redis.exceptions.ResponseError:
            return warn(
                "does not tell its policy", "Make sure that it evicts nothing (noeviction)."
            )
    return eviction_of(str(found.get("maxmemory-policy", "")))


def eviction_of(policy: str) -> Finding:
    """A server that evicts forgets throttles and queued work without a word."""
    if policy != "noeviction":
        return fail(f"evicts keys ({policy or 'unknown'})", "Set maxmemory-policy noeviction.")
    return ok("reachable, evicts nothing")


def cache() -> Finding:
    health.shared_cache()
    return ok("keeps what it is given")


def worker() -> Finding:
    try:
        health.worker()
    except health.NotReady as error:
        return fail(str(error), "Start the worker and beat; look at their logs.")
    return ok("beat, broker and worker work together")


def daily_run() -> Finding:
    try:
        health.daily_run()
    except health.NotReady as error:
        return fail(str(error), "Look at the worker's logs; the next minute takes it up again.")
    return ok("finished within two days, or no provider yet")


def queues() -> Finding:
    """What waits too long, or for a person."""
    figures = measured_queues().figures
    parked = {k: v for k, v in figures["queue_items"][2].items() if k[1] == "parked" and v}
    old = {k: v for k, v in figures["queue_oldest_seconds"][2].items() if v > OLD_SECONDS}
    told = [f"{queue}: {count:.0f} given up" for (queue, _state), count in parked.items()]
    told += [f"{queue}: the oldest waits for {age / 60:.0f} min" for (queue,), age in old.items()]
    if told:
        return warn("; ".join(told), "Messages sent and long jobs say why, in each workshop.")
    return ok("nothing waits long")


def mail() -> Finding:
    """Opens a connection and sends nothing."""
    backend = settings.EMAIL_BACKEND.split(".")[-2]
    if backend in NOWHERE:
        return warn(f"goes nowhere ({backend})", "Set EMAIL_URL.")
    if settings.MAIL_SERVICE:
        return ok(f"handed to {settings.MAIL_SERVICE}; its key is tried at the first message")
    connection: Any = get_connection(timeout=health.PATIENCE)
    try:
        connection.open()
        connection.close()
    except Exception as error:  # noqa: BLE001  whatever the server or the network says
        told = (
            f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} does not answer ({type(error).__name__})"
        )
        return fail(told, "Check EMAIL_URL; messages wait in the outbox meanwhile.")
    return ok(f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT} answers")


def documents() -> Finding:
    """One page, in the process that draws invoices."""
    began = time.perf_counter()
    made = datetime(2000, 1, 1, tzinfo=UTC)
    content = render(
        "<h1>Σ</h1><p>1 234,56 €</p>",
        assets=Assets(),
        title="doctor",
        language="fr",
        metadata=Metadata(author="-", subject="-", created_at=made),
    )
    if not content.startswith(b"%PDF-"):
        return fail("the drawing process gave no PDF", "Install Pango (libpango, libpangoft2).")
    return ok(f"one page of {len(content)} bytes in {time.perf_counter() - began:.1f} s")


def fonts() -> Finding:
    with TemporaryDirectory() as folder:
        install(Path(folder))
        return fonts_of(covered_characters(Path(folder)))


def fonts_of(covered: frozenset[str]) -> Finding:
    missing = sorted(set(NEEDED_LETTERS) - covered)
    if missing:
        told = f"cannot print {' '.join(missing)}"
        return fail(told, "Reinstall the locked packages: script/bootstrap.")
    return ok("every face prints French, € and Σ")


def storage() -> Finding:
    name = default_storage.save(PROBE_FILE, ContentFile(b"1"))
    try:
        with default_storage.open(name) as stream:
            is_kept = stream.read() == b"1"
    finally:
        default_storage.delete(name)
    if not is_kept:
        return fail("does not give back what it was given", "Check MEDIA_ROOT.")
    return space_of(Path(settings.MEDIA_ROOT))


def space_of(folder: Path) -> Finding:
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    told = f"writable, {usage.free / 1e9:.1f} GB free"
    if usage.free < LEAST_FREE * usage.total:
        return warn(told, "Make room: under a twentieth is left.")
    return ok(told)
