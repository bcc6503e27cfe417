"""A database cluster of its own for what kills: crash recovery must not disturb other tests."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from config.embedded.places import Place
from config.embedded.services import Services
from providers.roles import OWNER

CHECKOUT = Path(__file__).resolve().parents[3]
DAY = "2026-01-01"


@dataclass
class Cluster:
    """One embedded cluster, migrated, and the processes that work on it."""

    place: Place

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self.place.variables(),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": secrets.token_urlsafe(60),
        }

    def run(self, *arguments: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=CHECKOUT,
            env=self.environment | more,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def workers(self, verb: str, provider: str, *numbers: int) -> Any:
        module = "tests.billing.crashes.workers"
        return json.loads(self.run("-m", module, verb, provider, DAY, *map(str, numbers)))

    def seed(self, contracts: int, providers: int = 1) -> list[str]:
        output = self.run("-m", "benchmarks.workload", str(contracts), str(providers), "w1")
        return list(json.loads(output))

    def owner(self) -> Any:
        connection = psycopg2.connect(self.place.database_url(OWNER))
        connection.autocommit = True
        return connection

    def rows(self, provider: str, query: str) -> list[tuple[Any, ...]]:
        """What the owner reads of one provider; the walls hold for it too."""
        connection = self.owner()
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.provider', %s, false)", [provider])
            cursor.execute(query)
            found = list(cursor.fetchall())
        connection.close()
        return found


def reachable(folder: Path) -> Path:
    """The server may run as somebody else than root."""
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    return folder


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    place = Place(reachable(tmp_path_factory.mktemp("cluster")), "crash")
    services = Services(place)
    services.ensure_started()
    found = Cluster(place)
    found.run("manage.py", "migrate", "-v0", CLAUSIER_CONNECT_AS="owner")
    yield found
    services.stop()
