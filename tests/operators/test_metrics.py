"""`/metrics`: who may read it, what it says, and that nothing anybody invents makes a series."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.crypto import constant_time_compare
from prometheus_client.parser import text_string_to_metric_families

from config import metrics, queues
from config.celery import heartbeat
from config.demo import free_port
from config.health import HEARTBEAT_KEY
from core import clock
from providers.enums import JobState, ProviderStatus, Role
from providers.models import Job, OutboxItem, Provider
from providers.scoping import open_scope
from tests.factories import PASSWORD, a_customer, a_member, a_provider, a_signed_contract
from tests.setup.test_processes import running, waited

TOKEN = "jeton-de-supervision-0123456789"
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(autouse=True)
def _with_token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client) -> Samples:
    cache.delete(queues.KEY)
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return samples(answer.text)


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float:
    return found.get((name, tuple(sorted(labels.items()))), 0.0)


# --- Who reads ------------------------------------------------------------------------------------


def test_without_a_token_the_page_does_not_exist(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    for header in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN])
def test_whoever_lacks_the_token_reads_nothing(client: Client, header: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": header})
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_the_token_is_compared_in_constant_time(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[str, str]] = []
    plain: Callable[[str, str], bool] = constant_time_compare

    def compare(given: str, known: str) -> bool:
        compared.append((given, known))
        return plain(given, known)

    monkeypatch.setattr(metrics, "constant_time_compare", compare)
    client.get("/metrics", headers={"Authorization": "Bearer no"})
    assert compared == [("no", TOKEN)]


def test_a_short_token_refuses_to_start(checkout: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"], "METRICS_TOKEN": "short"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "METRICS_TOKEN has 24 signs or more" in done.stderr


# --- What is counted ------------------------------------------------------------------------------


def test_requests_are_counted_by_route_and_class_of_answer(client: Client, db: None) -> None:
    before = read(client)
    for path in ("/accessibilite/", "/accessibilite/?q=x", f"/c/{uuid4()}/"):
        client.get(path)
    after = read(client)

    def more(**labels: str) -> float:
        name = "clausier_requests_total"
        return value(after, name, **labels) - value(before, name, **labels)

    assert more(route="accessibility", method="GET", status="2xx") == 2
    assert more(route="practice:home", method="GET", status="3xx") == 1
    seconds = "clausier_request_seconds_count"
    assert value(after, seconds, route="accessibility") >= 2


def test_five_hundred_invented_addresses_make_no_series(client: Client, db: None) -> None:
    client.get("/nulle-part/")
    client.get(f"/c/{uuid4()}/")
    client.get("/atelier/x/")
    before = set(read(client))
    for number in range(500):
        word = f"{uuid4().hex}-dr-camille-exemple"
        client.get((f"/{word}/", f"/c/{uuid4()}/", f"/atelier/{word}/")[number % 3])
    assert set(read(client)) == before


def test_a_label_from_the_address_is_found(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: the address instead of its route."""
    before = set(read(client))
    monkeypatch.setattr(metrics, "route_of", lambda request: request.path)
    client.get(f"/{uuid4()}/")
    assert len(set(read(client)) - before) > 5


def test_an_invented_method_is_one_of_the_others(client: Client, db: None) -> None:
    client.generic("BREW", "/accessibilite/")
    found = read(client)
    methods = {dict(labels).get("method") for _name, labels in found} - {None}
    assert methods <= metrics.METHODS | {"OTHER"}


def test_probes_are_not_counted(client: Client, db: None) -> None:
    before = read(client)
    client.get("/healthz")
    counted = {labels for name, labels in read(client) if name == "clausier_requests_total"}
    assert counted == {labels for name, labels in before if name == "clausier_requests_total"}
    assert not [labels for labels in counted if dict(labels)["route"] in ("healthz", "metrics")]


# --- What waits -----------------------------------------------------------------------------------


def an_item(kind: str, **given: Any) -> OutboxItem:
    return OutboxItem.objects.create(
        kind=kind, subject_id=uuid4(), next_try_at=clock.now(), **given
    )


def a_job(state: JobState) -> Job:
    return Job.objects.create(
        kind="invoice_archive", business_key=uuid4().hex, state=state, asked_at=clock.now()
    )


def test_queues_are_added_up_over_all_providers(client: Client, db: None) -> None:
    before = read(client)
    for provider in (a_provider(), a_provider()):
        with open_scope(provider.pk):
            an_item("mail")
            an_item("invoice_pdf")
            an_item("invoice_pdf", parked_at=clock.now())
            an_item("invoice_pdf", done_at=clock.now())
            a_job(JobState.WAITING)
            a_job(JobState.FAILED)
    found = read(client)

    def more(queue: str, state: str) -> float:
        labels = {"queue": queue, "state": state}
        name = "clausier_queue_items"
        return value(found, name, **labels) - value(before, name, **labels)

    assert more("mail", "waiting") == 2
    assert more("documents", "waiting") == more("documents", "parked") == 2
    assert more("jobs", "waiting") == more("jobs", "failed") == 2
    assert value(found, "clausier_providers_by_day", state="due") == 2
    assert value(found, "clausier_database_bytes") > 1e6
    assert value(found, "clausier_table_bytes", table="providers_outboxitem") > 0


def test_a_suspended_provider_is_not_waited_for(client: Client, db: None) -> None:
    provider = a_provider()
    with open_scope(provider.pk):
        an_item("mail")
    Provider.objects.update(status=ProviderStatus.SUSPENDED)
    assert value(read(client), "clausier_queue_items", queue="mail", state="waiting") == 0


def test_the_oldest_is_told_by_its_age(client: Client, db: None) -> None:
    provider = a_provider()
    old = clock.now() - timedelta(hours=2)
    key = UUID(int=(int(old.timestamp() * 1000) << 80) + 1)
    with open_scope(provider.pk):
        an_item("mail", id=key)
        an_item("mail")
    age = value(read(client), "clausier_queue_oldest_seconds", queue="mail")
    assert 7199 < age < 7260


def test_a_dead_worker_has_an_endless_age(client: Client, db: None) -> None:
    cache.delete(HEARTBEAT_KEY)
    assert value(read(client), "clausier_worker_heartbeat_age_seconds") == float("inf")
    heartbeat.delay()
    assert value(read(client), "clausier_worker_heartbeat_age_seconds") < 5


def test_a_reading_is_kept_for_a_moment(
    client: Client, db: None, django_assert_num_queries: Any
) -> None:
    """Asking often asks the database nothing."""
    a_provider()
    read(client)
    with django_assert_num_queries(0):
        client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})


def test_a_broker_out_of_reach_leaves_its_figure_out(
    client: Client, db: None, settings: Any
) -> None:
    assert any(name == "clausier_broker_messages" for name, _labels in read(client))
    settings.CELERY_BROKER_URL = "redis+socket:///nowhere/valkey.sock"
    assert not any(name == "clausier_broker_messages" for name, _labels in read(client))


def test_no_figure_names_a_provider_or_a_person(client: Client, db: None) -> None:
    provider = a_provider(slug="maison-canari")
    with open_scope(provider.pk):
        member = a_member(Role.OWNER, email="canari@maison.example", name="Camille Canari")
        a_signed_contract(a_customer("Cabinet Canari"), signed_on=clock.today("Europe/Paris"))
    client.force_login(member.user)
    client.get("/atelier/maison-canari/")
    client.post("/compte/connexion/", {"login": member.user.email, "password": PASSWORD})
    cache.delete(queues.KEY)
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert not re.search("canari", text, re.IGNORECASE)
    assert str(provider.pk) not in text


# --- Several processes ----------------------------------------------------------------------------


def fetched(port: int, path: str, **headers: str) -> tuple[int, str]:
    link = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        link.request("GET", path, headers=headers)
        answer = link.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        link.close()


def test_the_server_s_processes_count_together(
    checkout: Path, tmp_path: Path, process_environment: dict[str, str]
) -> None:
    port = free_port()
    environment = {
        **process_environment,
        "PORT": str(port),
        "WEB_WORKERS": "2",
        "WEB_THREADS": "1",
        "METRICS_TOKEN": TOKEN,
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]

    def counted() -> float:
        text = fetched(port, "/metrics", Authorization=f"Bearer {TOKEN}")[1]
        labels = {"route": "brand_css", "method": "GET", "status": "2xx"}
        return value(samples(text), "clausier_requests_total", **labels)

    def get(path: str) -> bool:
        return fetched(port, path)[0] == 200

    with running(command, checkout, environment, tmp_path / "web.log"):
        assert waited(lambda: get("/healthz"))
        for _ in range(30):
            assert get("/marque/1d4ed8.css")
        readings = {counted() for _ in range(6)}
    assert readings == {30.0}
