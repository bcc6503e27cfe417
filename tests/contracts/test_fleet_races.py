"""A site removed while equipment is declared on it: the second waits and is told why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from fleet.models import Equipment
from fleet.operations import UnknownSite, add_equipment, add_site, remove_site
from providers.scoping import open_scope
from tests.factories import a_customer, a_provider, noon
from tests.harness.races import in_a_thread, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)
NOW = noon(date(2026, 7, 1))


def test_equipment_is_not_declared_on_a_site_that_is_being_removed() -> None:
    provider = a_provider()
    with open_scope(provider.id):
        customer = a_customer()
        site = add_site(customer_id=customer.pk, name="Étage", postal_code="83480", at=NOW)

    def declare() -> None:
        with open_scope(provider.id), pytest.raises(UnknownSite):
            add_equipment(
                customer_id=customer.pk, kind="server", label="Serveur", site_id=site.pk, at=NOW
            )

    with ThreadPoolExecutor(1) as pool:
        with open_scope(provider.id):
            remove_site(site_id=site.pk, at=NOW)
            declared = pool.submit(in_a_thread, declare)
            wait_until_somebody_waits()
        declared.result()
    with open_scope(provider.id):
        assert not Equipment.objects.exists()
