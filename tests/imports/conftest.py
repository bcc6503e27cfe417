"""A house that brings files in, and the steps of an import as its pages take them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from imports.models import Import
from imports.operations.checking import start_check
from imports.operations.committing import start_commit
from imports.operations.reading import choose_columns, receive_file
from imports.operations.undoing import start_undo
from providers.models import Job, Provider
from providers.operations.working import run_job
from providers.scoping import open_scope
from tests.factories import a_provider

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Importer:
    """The steps of an import, each long job worked through at once."""

    provider: Provider

    def read(self, kind: str, text: str, *, name: str = "fichier.csv") -> Import:
        with open_scope(self.provider.id):
            found = receive_file(kind=kind, name=name, content=text.encode(), at=NOW)
            return choose_columns(
                import_id=found.pk, head=found.head, mapping=found.mapping, at=NOW
            )

    def check(self, kind: str, text: str) -> Import:
        found = self.read(kind, text)
        self.work(lambda: start_check(import_id=found.pk, at=NOW))
        return self.fresh(found)

    def check_again(self, found: Import) -> Import:
        with open_scope(self.provider.id):
            choose_columns(import_id=found.pk, head=found.head, mapping=found.mapping, at=NOW)
        self.work(lambda: start_check(import_id=found.pk, at=NOW))
        return self.fresh(found)

    def commit(self, found: Import) -> Job:
        return self.work(lambda: start_commit(import_id=found.pk, seen=found.checks, at=NOW))

    def do(self, kind: str, text: str) -> Import:
        found = self.check(kind, text)
        assert self.commit(found).template == ""
        return self.fresh(found)

    def undo(self, found: Import) -> Job:
        return self.work(lambda: start_undo(import_id=found.pk, at=NOW))

    def work(self, start: Callable[[], Job]) -> Job:
        with open_scope(self.provider.id):
            job = start()
        run_job(provider_id=self.provider.id, job_id=job.pk, now=lambda: NOW)
        with open_scope(self.provider.id):
            job.refresh_from_db()
        return job

    def fresh(self, found: Import) -> Import:
        with open_scope(self.provider.id):
            return Import.objects.get(pk=found.pk)

    def problems(self, found: Import) -> list[tuple[int, str]]:
        with open_scope(self.provider.id):
            rows = found.rows.exclude(problems=[]).order_by("number")
            return [(row.number, each["column"]) for row in rows for each in row.problems]


def counts(found: Import) -> tuple[int, int, int, int]:
    return found.new, found.changed, found.unchanged, found.refused


@pytest.fixture
def importer(db: None) -> Iterator[Importer]:
    with time_machine.travel(NOW, tick=False):
        yield Importer(a_provider(slug="maison-imports"))


@pytest.fixture
def rows_of(importer: Importer) -> Callable[..., list[Any]]:
    """The values of a table of the house, in order of the first column."""

    def read(model: Any, *columns: str) -> list[Any]:
        with open_scope(importer.provider.id):
            return list(model.objects.order_by(columns[0]).values_list(*columns))

    return read
