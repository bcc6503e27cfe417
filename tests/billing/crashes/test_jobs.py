"""A long invoice run whose workers are killed, and one delivered to many workers at once."""

import json
from decimal import Decimal
from typing import Any

from tests.billing.crashes.conftest import DAY, Cluster
from tests.billing.crashes.job_workers import JOB_STEPS, LAST_STEPS
from tests.billing.crashes.oracle import assert_sound

CONTRACTS = 600
ISSUED = "SELECT count(*), coalesce(sum(gross_amount), 0) FROM billing_invoice"
STATE = "SELECT state, done, failed, skipped, total FROM providers_job WHERE kind = 'invoice_run'"


def work(cluster: Cluster, verb: str, provider: str, *rest: str) -> Any:
    module = "tests.billing.crashes.job_workers"
    return json.loads(cluster.run("-m", module, verb, provider, DAY, *rest))


def test_a_run_whose_workers_die_issues_each_invoice_once(cluster: Cluster) -> None:
    """SIGKILL at every named step, then six workers at once, then SIGKILL at its very end."""
    [provider] = cluster.seed(CONTRACTS)
    asked = work(cluster, "ask", provider)
    assert asked["invoices"] == CONTRACTS
    died = work(cluster, "killed", provider, asked["job"])
    assert died["deaths"] == len(JOB_STEPS)
    [(state, done, *_rest)] = cluster.rows(provider, STATE)
    assert state == "RUNNING"
    assert 0 < done < CONTRACTS
    assert work(cluster, "crowd", provider, asked["job"], "6") == {"failed": 0}
    assert cluster.rows(provider, ISSUED) == [(CONTRACTS, Decimal(asked["gross"]))]
    assert cluster.rows(provider, STATE) == [("FINISHED", CONTRACTS, 0, 0, CONTRACTS)]
    assert assert_sound(cluster, provider)["F"] == CONTRACTS


def test_a_run_whose_end_is_cut_short_ends_once(cluster: Cluster) -> None:
    [provider] = cluster.seed(30)
    asked = work(cluster, "ask", provider)
    assert work(cluster, "ending", provider, asked["job"]) == {"deaths": len(LAST_STEPS)}
    assert cluster.rows(provider, STATE) == [("FINISHED", 30, 0, 0, 30)]
    assert cluster.rows(provider, ISSUED) == [(30, Decimal(asked["gross"]))]
