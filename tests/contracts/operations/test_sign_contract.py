from datetime import date
from decimal import Decimal

import pytest

from contracts.models import ContractTerm, LinePrice
from providers.scoping import open_scope
from tests.factories import a_customer, a_provider, a_signed_contract

pytestmark = pytest.mark.django_db


def test_signature_opens_the_first_term_and_sets_the_dates_that_jobs_look_for() -> None:
    provider = a_provider("micro-info-service")
    with open_scope(provider.id):
        contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10), cadence="quarterly")
        term = ContractTerm.objects.get(contract=contract)
        price = LinePrice.objects.get(line__contract=contract)

    assert (term.number, term.first_day, term.last_day) == (
        1,
        date(2026, 2, 10),
        date(2027, 12, 31),
    )
    assert term.notice_deadline == date(2027, 9, 30)
    assert term.opened_on == date(2026, 2, 10)
    assert [reason["rule"] for reason in term.reasons] == ["D3", "D5"]
    assert contract.ends_on == date(2027, 12, 31)
    assert contract.next_invoice_on == date(2026, 2, 10)
    assert contract.next_revision_on == date(2027, 1, 1)
    assert price.annual_price == Decimal("1200.00")
