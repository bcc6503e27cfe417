"""Numbers without gaps from many processes at once, and from processes that are killed."""

import os
import signal
import subprocess
import sys
import time

import psycopg2
import pytest

from tests.billing.crashes.conftest import CHECKOUT, DAY, Cluster
from tests.billing.crashes.oracle import assert_sound
from tests.billing.crashes.workers import DOCUMENT_STEPS, RUN_STEPS

IS_LONG = os.environ.get("CLAUSIER_LONG") == "1"
CONTRACTS = 4000 if IS_LONG else 600
PROCESSES = 16
KILLS = 300 if IS_LONG else 100
BACKEND_KILLS = 20 if IS_LONG else 5


def test_sixteen_processes_leave_one_contiguous_series(cluster: Cluster) -> None:
    """With a fifth of the chunks rolled back, and credit notes in between."""
    [provider] = cluster.seed(CONTRACTS)
    result = cluster.workers("crowd", provider, PROCESSES)
    assert result["failed"] == 0
    counts = assert_sound(cluster, provider)
    assert counts["F"] == CONTRACTS
    assert counts["A"] > 0


def test_each_provider_keeps_its_own_series(cluster: Cluster) -> None:
    providers = cluster.seed(400, providers=4)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.billing.crashes.workers", "crowd", provider, DAY, "2"],
            cwd=CHECKOUT,
            env=cluster.environment,
            stdout=subprocess.DEVNULL,
        )
        for provider in providers
    ]
    assert [child.wait() for child in children] == [0, 0, 0, 0]
    assert [assert_sound(cluster, provider)["F"] for provider in providers] == [100] * 4


def test_killed_workers_leave_no_gap_and_no_duplicate(cluster: Cluster) -> None:
    """SIGKILL at every named step, then at random moments; one clean run issues the rest."""
    [provider] = cluster.seed(CONTRACTS)
    deaths = cluster.workers("killed", provider, KILLS, 20260101)
    assert deaths["at_steps"] == len(RUN_STEPS) + len(DOCUMENT_STEPS)
    assert deaths["at_random"] > KILLS / 2
    cluster.workers("clean", provider)
    assert assert_sound(cluster, provider)["F"] == CONTRACTS
    assert cluster.workers("clean", provider) == {"issued": 0}


def test_killed_backends_leave_no_gap_and_no_duplicate(cluster: Cluster) -> None:
    """SIGKILL of the server's own processes: the cluster recovers, the run is begun again."""
    [provider] = cluster.seed(CONTRACTS)
    killed = 0
    while killed < BACKEND_KILLS:
        run = subprocess.Popen(
            [sys.executable, "-m", "tests.billing.crashes.workers", "crowd", provider, DAY, "2"],
            cwd=CHECKOUT,
            env=cluster.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        killed += kill_a_backend(cluster, run)
        run.wait()
        wait_for_recovery(cluster)
    cluster.workers("clean", provider)
    assert assert_sound(cluster, provider)["F"] == CONTRACTS


def kill_a_backend(cluster: Cluster, run: "subprocess.Popen[bytes]") -> int:
    """Kill one backend of the application while it works; 0 when the run ended before."""
    while run.poll() is None:
        with cluster.owner() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'clausier_app'")
            found = cursor.fetchall()
        if found:
            time.sleep(0.3)
            try:
                os.kill(found[0][0], signal.SIGKILL)
            except ProcessLookupError:
                continue
            return 1
        time.sleep(0.05)
    return 0


def wait_for_recovery(cluster: Cluster) -> None:
    for _ in range(200):
        try:
            cluster.owner().close()
        except psycopg2.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the cluster did not recover")
