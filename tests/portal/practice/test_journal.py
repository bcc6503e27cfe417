"""« Qui a consulté nos données »: a practice reads its own entries, never another's."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from providers.audit import record, record_read
from providers.enums import Role
from providers.models import Customer, Provider
from providers.presence import acting_as
from providers.scoping import open_scope
from tests.factories import a_customer, a_member, a_provider

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture
def provider() -> Provider:
    return a_provider()


def a_practice(provider: Provider, name: str) -> tuple[Customer, Client]:
    """A practice that a technician named after it has looked at, and its manager's browser."""
    with open_scope(provider.id):
        customer = a_customer(name)
        manager = a_member(Role.PRACTICE_MANAGER, customer=customer)
        reader = a_member(Role.MANAGER, name=f"Lecteur {name}").user
        with acting_as(reader):
            record_read(customer, at=AT)
        record("contract.parked", customer, at=AT)
    client = Client()
    client.force_login(manager.user)
    return customer, client


def test_a_practice_reads_its_own_entries_alone(provider: Provider) -> None:
    pines, manager = a_practice(provider, "Cabinet des Pins")
    ifs, _other = a_practice(provider, "Cabinet des Ifs")
    answer = manager.get(f"/c/{pines.pk}/journal/")
    text = answer.content.decode()
    assert "Lecteur Cabinet des Pins" in text
    assert "A ouvert la fiche de Cabinet des Pins" in text
    assert "des Ifs" not in text
    assert "mis de côté" not in text  # the provider's own affair
    assert manager.get(f"/c/{ifs.pk}/journal/").status_code == 404


def test_readings_and_acts_apart(provider: Provider) -> None:
    pines, manager = a_practice(provider, "Cabinet des Pins")
    for kind, is_read in (("readings", True), ("changes", False), ("<b>", True)):
        text = manager.get(f"/c/{pines.pk}/journal/", {"kind": kind}).content.decode()
        assert ("A ouvert la fiche" in text) is is_read
        assert ("A enregistré le client" in text) is (kind != "readings")


@pytest.mark.parametrize("role", [Role.PRACTICE_STAFF, Role.PRACTICE_ACCOUNTANT])
def test_others_of_the_practice_do_not(provider: Provider, role: Role) -> None:
    pines, _manager = a_practice(provider, "Cabinet des Pins")
    with open_scope(provider.id):
        user = a_member(role, customer=pines).user
    client = Client()
    client.force_login(user)
    assert client.get(f"/c/{pines.pk}/journal/").status_code == 403
