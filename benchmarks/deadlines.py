"""The daily look for deadlines beside its bare query, and all of them computed again (V9).

    python -m benchmarks.deadlines [--size 100000]

Two ratios taken in one run: the daily step with nothing to raise over the same indexed query sent
by hand, and the recomputation of every stored deadline from the terms over loading the same rows.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from benchmarks.scratch import scratch

MODULE = "benchmarks.deadlines"
ROUNDS = 5
BARE = """
SELECT id FROM contracts_contract
 WHERE provider_id = %s AND status = 'SIGNED' AND NOT is_parked AND notice_deadline = %s
UNION ALL
SELECT id FROM contracts_contract
 WHERE provider_id = %s AND status = 'SIGNED' AND NOT is_parked
   AND notice_deadline IS NULL AND ends_on = %s
"""


def median_seconds(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def inside(provider_id: UUID) -> dict[str, float]:
    """The four measures, in one process of one database."""
    import django

    django.setup()
    from django.db import connection

    from benchmarks.workload import AT, DAY
    from contracts.models import Contract
    from contracts.operations.alerts import DAYS_BEFORE
    from contracts.operations.deadline_check import drifted_deadlines
    from contracts.operations.deadlines import raise_alerts
    from providers.scoping import open_scope

    quiet = DAY - timedelta(days=200)

    def bare_scan() -> None:
        target = quiet + timedelta(days=DAYS_BEFORE)
        with open_scope(provider_id), connection.cursor() as cursor:
            cursor.execute(BARE, [provider_id, target] * 2)
            cursor.fetchall()

    def bare_load() -> None:
        columns = ("id", "terms_hash", "term_number", "signed_on", "starts_on", "ends_on")
        with open_scope(provider_id), connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(columns)} FROM contracts_contract")  # noqa: S608
            cursor.fetchall()

    with open_scope(provider_id):
        count = Contract.objects.count()
    step = {"provider_id": provider_id, "day": quiet, "issued_on": quiet, "at": AT}
    return {
        "contracts": count,
        "step": median_seconds(lambda: raise_alerts(**step)),  # type: ignore[arg-type]
        "query": median_seconds(bare_scan),
        "recomputed": median_seconds(lambda: drifted_deadlines(provider_id=provider_id)),
        "loaded": median_seconds(bare_load),
    }


def main() -> None:
    if len(sys.argv) > 1 and sys.argv[1] == "--inside":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        sys.stdout.write(json.dumps(inside(UUID(sys.argv[2]))))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    size = str(parser.parse_args().size)
    with scratch() as databases:
        name = databases.create("deadlines")
        [provider] = json.loads(
            databases.run(name, "-m", "benchmarks.workload", size, "1", "mixed")
        )
        databases.execute_in(name, "VACUUM ANALYZE")
        found = json.loads(databases.run(name, "-m", MODULE, "--inside", provider))
    sys.stdout.write(
        f"{found['contracts']:.0f} contracts: daily step {1000 * found['step']:.1f} ms, "
        f"bare query {1000 * found['query']:.1f} ms, "
        f"ratio {found['step'] / found['query']:.2f}\n"
        f"all deadlines computed again {found['recomputed']:.2f} s, "
        f"rows loaded {found['loaded']:.2f} s, "
        f"ratio {found['recomputed'] / found['loaded']:.2f}\n"
    )


if __name__ == "__main__":
    main()
