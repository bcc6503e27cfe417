"""Two kept connections serve many providers in turn (T8): nothing of one reaches the next."""

import queue
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from fleet.models import Site
from providers import scoping
from providers.doors import MemberRequest, practice_page, workshop_page
from providers.enums import Role
from providers.models import Customer, Membership, Provider, User
from providers.permissions import Capability
from providers.scoping import open_scope
from tests.factories import give_factor
from tests.tenancy.rows import furnish, move_in

PROVIDERS, THREADS = 20, 2
SHARE_THAT_FAILS = 0.05
LEFT_OVER = (
    "SELECT coalesce(current_setting('app.provider', true), ''),"
    " coalesce(current_setting('app.customer', true), ''),"
    " (SELECT count(*) FROM providers_customer)"
)
EVERYTHING = """
SELECT 'customer', provider_id, id FROM providers_customer
UNION SELECT 'site', provider_id, customer_id FROM fleet_site
UNION SELECT 'invoice', provider_id, customer_id FROM billing_invoice
"""


class Cut(RuntimeError):
    """What a request dies of midway."""


@dataclass(frozen=True, slots=True)
class Job:
    """One request or task: for whom, through which door, and how it ends."""

    provider_id: UUID
    customer_id: UUID | None
    way: str  # task | request
    end: str  # well | raise | kill
    user: User
    slug: str


@dataclass(slots=True)
class Findings:
    """What the workers saw, kept by every thread."""

    left_over: list[Any] = field(default_factory=list)
    foreign: list[Any] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    backends: set[int] = field(default_factory=set)


def _rows(sql: str) -> list[tuple[Any, ...]]:
    """Past the guard: PostgreSQL alone is asked."""
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.cursor.execute(sql)
        return list(cursor.fetchall())


def read_settings_first(findings: Findings) -> None:
    """Before anything is opened: no setting, and no row without one."""
    found = _rows(LEFT_OVER)
    if found != [("", "", 0)]:
        findings.left_over.append(found)
    findings.backends.add(connection.connection.info.backend_pid)


def work(job: Job, findings: Findings) -> None:
    """Inside the scope: read everything, write one row, then end as the job says."""
    seen = _rows(EVERYTHING)
    own = [
        (table, provider, customer)
        for table, provider, customer in seen
        if provider == job.provider_id and job.customer_id in (None, customer)
    ]
    if len(own) != len(seen) or {row[0] for row in own} != {"customer", "site", "invoice"}:
        findings.foreign.append((job, seen))
    customer = Customer.objects.order_by("id").last()
    assert customer is not None
    Site.objects.create(customer=customer, name=str(job.provider_id), postal_code="35000")
    if job.end == "raise":
        raise Cut
    if job.end == "kill":
        _rows("SELECT pg_terminate_backend(pg_backend_pid())")


def serve(job: Job, findings: Findings) -> None:
    if job.way == "task":
        with open_scope(job.provider_id, job.customer_id):
            work(job, findings)
        return

    def view(request: MemberRequest) -> HttpResponse:
        work(job, findings)
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = job.user
    request.session = {}  # type: ignore[assignment]
    if job.customer_id:
        practice_page(Capability.COVERAGE)(view)(request, job.customer_id)
    else:
        workshop_page(Capability.COVERAGE)(view)(request, job.slug)


def run_jobs(jobs: list[Job]) -> Findings:
    """Each thread keeps its connection from job to job, as a server's worker does."""
    findings, waiting = Findings(), queue.SimpleQueue[Job]()
    for job in jobs:
        waiting.put(job)

    def keep_serving() -> None:
        try:
            while not waiting.empty():
                take_one(waiting.get_nowait())
        except queue.Empty:
            pass
        finally:
            connection.close()

    def take_one(job: Job) -> None:
        try:
            read_settings_first(findings)
            serve(job, findings)
            findings.ends["well"] += 1
        except (Cut, DatabaseError, InterfaceError) as error:
            findings.ends[type(error).__name__] += 1
        connection.close_at = None  # kept, unless it broke
        connection.close_if_unusable_or_obsolete()

    with ThreadPoolExecutor(THREADS) as pool:
        for worker in [pool.submit(keep_serving) for _ in range(THREADS)]:
            worker.result()
    return findings


def plan_jobs(count: int) -> list[Job]:
    """Providers, practices, doors and ends drawn at random; 5 % end badly."""
    tenants = [_tenant(number) for number in range(PROVIDERS)]
    ends = random.choices(  # a seeded choice: the harness seeds by the test's name
        ["well", "raise", "kill"], [1 - SHARE_THAT_FAILS, 0.04, 0.01], k=count
    )
    jobs = []
    for end in ends:
        provider, customer, staff, member = random.choice(tenants)
        is_practice = random.random() < 0.3
        jobs.append(
            Job(
                provider_id=provider.id,
                customer_id=customer if is_practice else None,
                way=random.choice(["task", "request"]),
                end=end,
                user=member if is_practice else staff,
                slug=provider.slug,
            )
        )
    return jobs


def _tenant(number: int) -> tuple[Provider, UUID, User, User]:
    provider = Provider.objects.create(slug=f"maison-{number}")
    house = furnish(provider, "house")
    first, second = (move_in(provider, house, mark) for mark in ("first", "second"))
    assert second
    customer = first[Customer].pk
    staff, member = (
        User.objects.create_user(f"{side}-{number}@example.org") for side in ("staff", "member")
    )
    Membership.objects.create(user=staff, provider=provider, role=Role.OWNER)
    give_factor(staff)  # else the door leads them away before any work
    Membership.objects.create(
        user=member, provider=provider, customer_id=customer, role=Role.PRACTICE_MANAGER
    )
    return provider, customer, staff, member


@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_two_connections_carry_nothing_from_one_provider_to_the_next(
    transactional_db: None, count: int
) -> None:
    jobs = plan_jobs(count)
    findings = run_jobs(jobs)
    ends = Counter(job.end for job in jobs)
    assert findings.left_over == []
    assert findings.foreign == []
    assert findings.ends["well"] == ends["well"]
    assert findings.ends["Cut"] == ends["raise"] > 0
    assert findings.ends.total() == count
    assert len(findings.backends) <= THREADS + ends["kill"]
    assert _sites_by_name() == Counter(str(job.provider_id) for job in jobs if job.end == "well")


def _sites_by_name() -> Counter[str]:
    """The sites that jobs wrote: each names its provider, and is counted where it lies."""
    written: Counter[str] = Counter()
    for provider in Provider.objects.all():
        with open_scope(provider.id):
            written[str(provider.id)] += Site.objects.filter(name=str(provider.id)).count()
            assert Site.objects.count() == written[str(provider.id)] + len(("first", "second"))
    return written


def test_a_setting_of_the_session_would_be_found(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the same work with a setting that outlives its transaction."""
    session_wide = scoping.SETTINGS_SQL.replace("true", "false")
    jobs = plan_jobs(60)
    monkeypatch.setattr(scoping, "SETTINGS_SQL", session_wide)
    assert run_jobs(jobs).left_over
