"""Import the rows of a file, or only say what an import would do: the functions of the pages."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import clock
from core.errors import DomainError
from imports.kinds import KINDS
from imports.models import Import, ImportRow
from imports.operations.checking import check_columns
from imports.operations.committing import start_commit
from imports.operations.reading import receive_file
from providers.models import Job, Provider
from providers.operations.working import run_job
from providers.scoping import open_scope

REFUSED = 1


class Command(BaseCommand):
    help = f"{__doc__} Exit 0: done; 1: refused, nothing written; 2: wrong arguments."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV or XLSX file, 10 MB at most")
        parser.add_argument("--provider", required=True, help="the provider's slug")
        parser.add_argument("--kind", required=True, choices=list(KINDS))
        parser.add_argument("--dry-run", action="store_true", help="check, and write no row")
        parser.add_argument("--json", action="store_true", help="tell the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        provider = Provider.objects.filter(slug=options["provider"]).first()
        if provider is None:
            raise CommandError(f"no provider has the address {options['provider']}")
        try:
            told = _imported(provider, options)
        except (DomainError, OSError) as error:
            raise CommandError(str(error), returncode=REFUSED) from error
        self.stdout.write(
            json.dumps(told, ensure_ascii=False) if options["json"] else _in_words(told)
        )


def _imported(provider: Provider, options: dict[str, Any]) -> dict[str, Any]:
    path: Path = options["file"]
    with open_scope(provider.id):
        found = receive_file(
            kind=options["kind"], name=path.name, content=path.read_bytes(), at=clock.now()
        )
    same = {"head": found.head, "mapping": found.mapping}
    _work(provider, lambda: check_columns(import_id=found.pk, **same, at=clock.now()))
    seen = _told(provider, found)
    if options["dry_run"] or not seen["new"] + seen["changed"]:
        return seen
    _work(provider, lambda: start_commit(import_id=found.pk, seen=seen["check"], at=clock.now()))
    return _told(provider, found)


def _work(provider: Provider, start: Callable[[], Job]) -> None:
    """The long job, worked through here and now; a job that failed says why."""
    with open_scope(provider.id):
        job = start()
    run_job(provider_id=provider.id, job_id=job.pk, now=clock.now)
    with open_scope(provider.id):
        job.refresh_from_db()
    if job.template:
        raise DomainError(job.template, params=job.params)


def _told(provider: Provider, found: Import) -> dict[str, Any]:
    with open_scope(provider.id):
        found.refresh_from_db()
        refused = list(found.rows.exclude(problems=[]).order_by("number"))
        doubted = list(found.rows.exclude(doubts=[]).order_by("number"))
    names = ("new", "changed", "unchanged", "refused")
    return {
        "provider": provider.slug,
        "import": str(found.pk),
        "kind": found.kind,
        "state": found.state,
        "check": found.checks,
        **{name: getattr(found, name) for name in names},
        "columns": found.mapping,
        "problems": _cells(refused, "problems"),
        "doubts": _cells(doubted, "doubts"),
    }


def _cells(rows: list[ImportRow], field: str) -> list[dict[str, Any]]:
    """What is said of each cell of some rows."""
    return [
        {"row": row.number, "column": said["column"], "said": _said(said)}
        for row in rows
        for said in getattr(row, field)
    ]


def _said(problem: dict[str, Any]) -> str:
    return str(DomainError(problem["message"], params=problem["params"]))


def _in_words(told: dict[str, Any]) -> str:
    counts = ", ".join(
        f"{told[name]} {name}" for name in ("new", "changed", "unchanged", "refused")
    )
    said = [*told["problems"], *told["doubts"]]
    lines = [f"row {each['row']}: {each['column']}: {each['said']}" for each in said]
    return "\n".join([f"{told['state']}: {counts}", *lines])
