from datetime import date

from contracts.models import Contract
from contracts.operations.deadline_check import drifted_deadlines
from contracts.operations.renewals import renew_and_end
from providers.models import Provider
from tests.factories import a_customer, a_signed_contract, noon


def test_stored_deadlines_are_those_of_the_terms_whatever_the_term(mis: Provider) -> None:
    customer = a_customer()
    for signed_on in (date(2026, 2, 10), date(2027, 12, 31)):
        a_signed_contract(customer, signed_on=signed_on)
    day = date(2028, 1, 1)
    renew_and_end(provider_id=mis.id, day=day, issued_on=day, at=noon(day))

    assert drifted_deadlines(provider_id=mis.id) == []


def test_a_deadline_changed_by_hand_is_found(mis: Provider) -> None:
    contract = a_signed_contract(a_customer(), signed_on=date(2026, 2, 10))
    Contract.objects.update(notice_deadline=date(2027, 10, 1))

    (drifted,) = drifted_deadlines(provider_id=mis.id)

    assert drifted.contract_id == contract.id
    assert drifted.stored == (date(2027, 12, 31), date(2027, 10, 1))
    assert drifted.computed == (date(2027, 12, 31), date(2027, 9, 30))
