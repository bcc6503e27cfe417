"""Start, stop and tell: the embedded services of one place, safe against two starters at once."""

import fcntl
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from config.embedded.places import Place
from config.embedded.postgres import Postgres
from config.embedded.programs import ServicesError
from config.embedded.valkey import Valkey


class Services:
    """The embedded PostgreSQL and Valkey of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.postgres, self.valkey = Postgres(place), Valkey(place)
        self.all: tuple[Postgres | Valkey, ...] = (self.postgres, self.valkey)

    def ensure_started(self) -> None:
        """Start what is not running; a few milliseconds when everything is."""
        if all(service.is_up() for service in self.all):
            return
        self.place.data.mkdir(parents=True, exist_ok=True)
        with self._alone():
            self.place.prepare()
            self._keep_a_secret()
            for service in self.all:
                if not service.is_up():
                    service.start()

    def stop(self) -> None:
        if not self.place.data.exists():
            return
        with self._alone():
            for service in reversed(self.all):
                service.stop()
            shutil.rmtree(self.place.sockets, ignore_errors=True)

    def status(self) -> dict[str, str]:
        """What runs, in words."""
        return {
            service.name: f"running (process {service.pid()})" if service.is_up() else "stopped"
            for service in self.all
        }

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One starter or stopper at a time; the lock goes with the process that holds it."""
        with (self.place.data / "lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _keep_a_secret(self) -> None:
        """The demonstration's SECRET_KEY: random, and the same after a restart."""
        if not self.place.secret_file.exists():
            self.place.secret_file.touch(mode=0o600)
            self.place.secret_file.write_text(secrets.token_urlsafe(60))


__all__ = ["Services", "ServicesError"]
