"""The invoice run beside the same rows written raw, in one run (targets V1 to V5).

    python -m benchmarks.invoice_run [--sizes 1000,10000] [--providers 1,100] [--kind w1|mixed]

For each size: contracts are seeded into a scratch database, cloned twice; the run is timed in the
first clone, and in the second its very rows, recorded beforehand, are written by COPY into a
temporary table and INSERT … SELECT under row-level security. Each measure is a process of its
own, so that its peak memory is its own.
"""

import argparse
import json
import os
import pickle
import resource
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from benchmarks.scratch import Scratch, scratch

MODULE = "benchmarks.invoice_run"
W1_SUMS = {1000: "4178904.50", 10000: "41994557.00"}


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed_run(providers: Sequence[str]) -> dict[str, Any]:
    """Every provider's run; how long the blocks of numbers took is measured by the steps."""
    from benchmarks.workload import AT, DAY
    from billing.operations.invoice_run import Run, issue_due
    from core import steps

    marks: dict[str, float] = {}
    numbering = 0.0

    def listener(step: str) -> None:
        nonlocal numbering
        now = time.perf_counter()
        if step == "contracts_moved":
            marks["begun"] = now
        elif step == "numbers_taken":
            numbering += now - marks["begun"]

    _queries.clear()
    steps.listen(listener)
    begun = time.perf_counter()
    issued = sum(issue_due(Run(UUID(one), DAY, DAY, AT)) for one in providers)
    seconds = time.perf_counter() - begun
    return {
        "issued": issued,
        "seconds": seconds,
        "numbering": numbering,
        "peak_mb": _peak_mb(),
        "queries": len(_queries),
        "net": _net(providers),
    }


_queries: list[int] = []


def _count(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    _queries.append(1)
    return execute(sql, params, many, context)


def _net(providers: Sequence[str]) -> str:
    from django.db.models import Sum

    from billing.models import Invoice
    from providers.scoping import open_scope

    total = 0
    for one in providers:
        with open_scope(UUID(one)):
            total += Invoice.objects.aggregate(net=Sum("net_amount"))["net"] or 0
    return str(total)


def recorded_run(providers: Sequence[str], folder: Path) -> dict[str, Any]:
    """The run once more, keeping every row it writes, a file a chunk."""
    from billing.operations import issuing, staging

    original, chunk = staging.insert_rows, []

    def recording(model: Any, columns: Any, rows: Iterable[Any]) -> int:
        kept = [tuple(row) for row in rows]
        chunk.append((model._meta.label, tuple(columns), kept))
        if model._meta.label == "providers.AuditEntry":
            name = folder / f"{len(list(folder.iterdir())):06d}.pickle"
            name.write_bytes(pickle.dumps((str(kept[0][1]), chunk)))
            chunk.clear()
        return original(model, columns, kept)

    setattr(issuing, "insert_rows", recording)  # noqa: B010  a spy, in this process alone
    return timed_run(providers)


def raw_write(folder: Path) -> dict[str, Any]:
    """The recorded rows again, nothing computed: one transaction a chunk, as the run commits."""
    from django.apps import apps

    from billing.operations.staging import insert_rows
    from providers.scoping import open_scope

    seconds = 0.0
    for file in sorted(folder.iterdir()):
        provider, chunk = pickle.loads(file.read_bytes())  # noqa: S301  written just before
        models = [(apps.get_model(label), columns, rows) for label, columns, rows in chunk]
        begun = time.perf_counter()
        with open_scope(UUID(provider)):
            for model, columns, rows in models:
                insert_rows(model, columns, rows)
        seconds += time.perf_counter() - begun
    return {"seconds": seconds, "peak_mb": _peak_mb()}


def measure(databases: Scratch, size: int, providers: int, kind: str, folder: Path) -> None:
    rows = folder / f"{size}-{providers}"
    rows.mkdir()
    seeded = databases.create(f"seed_{size}_{providers}")
    ids = databases.run(seeded, "-m", "benchmarks.workload", str(size), str(providers), kind)
    databases.execute_in(seeded, "VACUUM ANALYZE")
    names = {verb: databases.create(f"{verb}_{size}_{providers}", seeded) for verb in _INSIDE}
    run = json.loads(databases.run(names["run"], "-m", MODULE, "--inside", "run", ids))
    databases.run(names["record"], "-m", MODULE, "--inside", "record", ids, str(rows))
    raw = json.loads(databases.run(names["raw"], "-m", MODULE, "--inside", "raw", ids, str(rows)))
    if kind == "w1" and providers == 1 and size in W1_SUMS and run["net"] != W1_SUMS[size]:
        raise SystemExit(f"check sum: {run['net']} instead of {W1_SUMS[size]}")
    rate = run["issued"] / run["seconds"]
    sys.stdout.write(
        f"{kind:>6} {size:>7} in {providers:>3} providers: {rate:8.0f} invoices/s, "
        f"raw {run['issued'] / raw['seconds']:8.0f}/s, "
        f"ratio {run['seconds'] / raw['seconds']:5.2f}, "
        f"numbers {100 * run['numbering'] / run['seconds']:4.2f} %, "
        f"{1000 * run['queries'] / run['issued']:5.0f} queries/1,000, "
        f"peak {run['peak_mb']:5.0f} MB\n"
    )
    sys.stdout.flush()


_INSIDE = ("run", "record", "raw")


def inside(verb: str, *arguments: str) -> None:
    """What the processes of one database do."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    connection.execute_wrappers.append(_count)
    providers = json.loads(arguments[0])
    done: dict[str, Any]
    if verb == "run":
        done = timed_run(providers)
    elif verb == "record":
        done = recorded_run(providers, Path(arguments[1]))
    else:
        done = raw_write(Path(arguments[1]))
    sys.stdout.write(json.dumps(done))


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] == "--inside":
        inside(*sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--providers", default="1,100")
    parser.add_argument("--kind", choices=("w1", "mixed"), default="w1")
    options = parser.parse_args()
    with scratch() as databases, tempfile.TemporaryDirectory() as folder:
        for size in map(int, options.sizes.split(",")):
            for providers in map(int, options.providers.split(",")):
                measure(databases, size, providers, options.kind, Path(folder))


if __name__ == "__main__":
    main()
