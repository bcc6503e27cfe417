"""A day with nothing due costs one index read a step, whatever the number of contracts."""

import json
import os
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from benchmarks.workload import seed
from contracts.models import Alert, Contract
from contracts.operations.alerts import NOTICE_DEADLINE
from providers.daily import daily_steps
from providers.scoping import open_scope
from tests.factories import noon

CONTRACTS = 100_000 if os.environ.get("CLAUSIER_LONG") == "1" else 5_000
QUIET_DAY = date(2025, 12, 2)  # everything of the workload falls due later
INDEXES = {
    "renew_and_end": {"contract_ends"},
    "revise_prices": {"contract_next_revision"},
    "invoice_due": {"contract_next_invoice"},
    "close_passed_alerts": {"alert_open_by_day"},
    "raise_alerts": {"contract_notice_deadline", "contract_ends"},
}


class Watch:
    """The statements about contracts that a step runs, as they were sent."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "set_config" not in sql and "SAVEPOINT" not in sql:
            self.statements.append((sql, params))
        return execute(sql, params, many, context)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


def plan_of(sql: str, params: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()[0]
    parsed = json.loads(found) if isinstance(found, str) else found
    return list(nodes(parsed[0]["Plan"]))


def close_an_alert_each(provider: UUID) -> None:
    """Last year's alerts, dealt with: a table of one page would be read whole by any planner."""
    with open_scope(provider):
        Alert.objects.bulk_create(
            Alert(
                contract_id=contract,
                customer_id=customer,
                code=NOTICE_DEADLINE,
                key="2024-12-31",
                raised_on=QUIET_DAY,
                closed_at=noon(QUIET_DAY),
            )
            for contract, customer in Contract.objects.values_list("pk", "customer_id")
        )


def test_a_quiet_day_reads_one_index_a_step(transactional_db: None, owner_connection: Any) -> None:
    provider = UUID(seed(CONTRACTS, 1, "w1")[0])
    close_an_alert_each(provider)
    with owner_connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for name, step in daily_steps():
        watch = Watch()
        with connection.execute_wrapper(watch):
            done = step(
                provider_id=provider, day=QUIET_DAY, issued_on=QUIET_DAY, at=noon(QUIET_DAY)
            )
        assert done == 0
        [(sql, params)] = watch.statements
        with open_scope(provider):
            plan = plan_of(sql, params)
        scans = [node for node in plan if "Scan" in node["Node Type"]]
        assert {node["Node Type"] for node in scans} <= {
            "Index Scan", "Index Only Scan", "Bitmap Index Scan", "Bitmap Heap Scan",
        }, (name, plan)  # fmt: skip
        assert {node["Index Name"] for node in scans if "Index Name" in node} <= INDEXES[name]
        assert all(node.get("Rows Removed by Filter", 0) == 0 for node in plan), (name, plan)


def test_the_workload_is_as_large_as_it_says(transactional_db: None) -> None:
    provider = UUID(seed(50, 1, "mixed")[0])
    with open_scope(provider):
        assert Contract.objects.count() == 50
