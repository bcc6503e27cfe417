"""The harness itself: each of its refusals has been seen."""

import socket
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.cache import cache
from django.db import DatabaseError, ProgrammingError, connection, connections
from django.template import Context, Template
from django.template.base import Origin
from django.utils import timezone
from pytest_socket import SocketConnectBlockedError

from providers.models import DueWork, Provider, User
from tests.harness.querysets import InstantForDay, UnorderedSlice
from tests.harness.templates import UndefinedVariable

OURS = Path(__file__).resolve().parent / "page.html"


def make_users(count: int) -> None:
    for number in range(count):
        User.objects.create_user(f"person{number:02}@example.org")


def rendered(text: str, origin: Path = OURS, **values: Any) -> str:
    template = Template(text, origin=Origin(name=str(origin)))
    return template.render(Context(values))


def test_unordered_rows_come_back_in_no_order_of_insertion(db: None) -> None:
    make_users(30)
    orders = {tuple(User.objects.values_list("email", flat=True)) for _ in range(3)}
    assert len(orders) == 3


def test_ordered_rows_keep_their_order(db: None) -> None:
    make_users(30)
    emails = list(User.objects.order_by("email").values_list("email", flat=True))
    assert emails == sorted(emails)


def test_a_slice_of_unordered_rows_is_refused(db: None) -> None:
    with pytest.raises(UnorderedSlice, match=r"providers\.User"):
        list(User.objects.all()[:2])


def test_first_and_get_need_no_order(db: None) -> None:
    make_users(1)
    assert User.objects.get(email="person00@example.org") == User.objects.first()


def test_an_instant_does_not_pass_for_a_day(db: None) -> None:
    provider = Provider.objects.create(slug="a")
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with pytest.raises(InstantForDay):
        DueWork.objects.create(
            provider=provider, kind="daily", day=instant, claimed_at=timezone.now()
        )


def test_an_undefined_variable_in_our_template_fails() -> None:
    with pytest.raises(UndefinedVariable, match="nothing"):
        rendered("{{ nothing }}")


def test_an_undefined_variable_fails_behind_a_filter_and_in_a_translation_too() -> None:
    with pytest.raises(UndefinedVariable):
        rendered("{{ nothing|default:'something' }}")
    with pytest.raises(UndefinedVariable):
        rendered("{% load i18n %}{% blocktranslate %}Hello {{ nothing }}{% endblocktranslate %}")


def test_defined_and_empty_variables_are_printed() -> None:
    assert rendered("[{{ one }}{{ two.three }}]", one="", two={"three": 3}) == "[3]"


def test_templates_of_packages_behave_as_in_production() -> None:
    package = OURS.parent / "site-packages" / "page.html"
    assert rendered("{{ nothing|default:'something' }}", origin=package) == "something"


def test_the_database_is_reached_as_the_app_role(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("clausier_app",)


def test_the_app_role_cannot_truncate(db: None) -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("TRUNCATE providers_user CASCADE")


def test_the_app_role_cannot_change_the_structure(db: None) -> None:
    with connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute("CREATE TABLE mine (id int)")


@pytest.mark.parametrize("_round", [1, 2])
def test_what_a_test_commits_is_gone_in_the_next(transactional_db: None, _round: int) -> None:
    assert not User.objects.exists()
    make_users(1)


def test_the_owner_sees_what_the_test_committed(
    transactional_db: None, owner_connection: Any
) -> None:
    make_users(1)
    with owner_connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM providers_user")
        assert cursor.fetchone() == ("clausier_owner", 1)


def test_a_process_of_its_own_reaches_the_same_rows(
    transactional_db: None, process_environment: dict[str, str]
) -> None:
    make_users(2)
    with psycopg2.connect(process_environment["DATABASE_URL"]) as link, link.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM providers_user")
        assert cursor.fetchone() == ("clausier_app", 2)
    link.close()


@pytest.mark.parametrize("_round", [1, 2])
def test_the_cache_is_empty_at_the_start_of_a_test(_round: int) -> None:
    assert cache.get("kept") is None
    cache.set("kept", date(2026, 11, 22))
    assert cache.get("kept") == date(2026, 11, 22)


@pytest.mark.filterwarnings("ignore:A test tried")
def test_the_network_is_out_of_reach() -> None:
    with pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_a_warning_is_an_error() -> None:
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


def test_each_worker_has_a_database_of_its_own(db: None, worker_id: str) -> None:
    name = connections["default"].settings_dict["NAME"]
    assert name.endswith({"master": "alone"}.get(worker_id, worker_id))
